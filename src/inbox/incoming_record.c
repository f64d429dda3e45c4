/* The record of a mail that was read: JSON between two processes, the second
 * of which trusts nothing that the first one says. */
#include <stddef.h>

#include "brevduva/base/token.h"
#include "brevduva/inbox/incoming.h"

#define MAX_WORD   60 /* octets of a rule or a reason */
#define MAX_FIELD  998
#define LAST_DATE  253402300799 /* 9999-12-31 */
#define MAX_NUMBER 999

/* The texts of a record: where they are kept, and how long they may be. */
struct text_field {
    bd_str key;
    size_t offset, max;
};
#define MAIL_TEXT(name)                                                        \
    {                                                                          \
        BD_STR_INIT(#name), offsetof(struct bd_incoming, name), MAX_FIELD      \
    }
#define RECIPIENT_TEXT(name, max)                                              \
    {                                                                          \
        BD_STR_INIT(#name), offsetof(struct bd_incoming_recipient, name), max  \
    }

static const struct text_field mail_texts[] = {
    MAIL_TEXT(from),           MAIL_TEXT(from_name), MAIL_TEXT(return_path),
    MAIL_TEXT(reply_to),       MAIL_TEXT(subject),   MAIL_TEXT(message_id),
    MAIL_TEXT(authentication), MAIL_TEXT(about),     MAIL_TEXT(argument),
};
static const struct text_field recipient_texts[] = {
    RECIPIENT_TEXT(address, MAX_FIELD),
    RECIPIENT_TEXT(original, MAX_FIELD),
    RECIPIENT_TEXT(reason, MAX_WORD),
    RECIPIENT_TEXT(evidence, BD_INCOMING_MAX_EVIDENCE),
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

struct flag_field {
    bd_str key;
    size_t offset;
};
static const struct flag_field flags[] = {
    { BD_STR_INIT("null_sender"), offsetof(struct bd_incoming, null_sender) },
    { BD_STR_INIT("answerable"), offsetof(struct bd_incoming, answerable) },
    { BD_STR_INIT("wordy"), offsetof(struct bd_incoming, wordy) },
    { BD_STR_INIT("leaving"), offsetof(struct bd_incoming, leaving) },
    { BD_STR_INIT("language_known"),
      offsetof(struct bd_incoming, language_known) },
};

static bool turns(bd_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (bd_str_direction_mark(bd_str_skip(text, i)) > 0)
            return true;
    return false;
}

static bool is_clean(bd_str text)
{
    return bd_str_is_utf8(text, NULL) && !bd_str_has_control(text) &&
           !bd_str_has_line_break(text) &&
           bd_str_find_char(text, '\t') == SIZE_MAX && !turns(text);
}

/* What cannot be in a record is left out of it. */
static bd_str clean(struct bd_arena *arena, bd_str text, size_t max)
{
    char *out = NULL;
    size_t len = 0;

    if (is_clean(text))
        return bd_str_cut_utf8(text, max);
    out = bd_arena_alloc(arena, text.len + 1);
    for (size_t i = 0, skip = 0; i < text.len; i += skip ? skip : 1) {
        skip = bd_str_direction_mark(bd_str_skip(text, i));
        if (skip == 0 && (unsigned char)text.ptr[i] >= ' ' &&
            text.ptr[i] != 0x7F)
            out[len++] = text.ptr[i];
    }
    text = (bd_str) { out, len };
    if (is_clean(text))
        return bd_str_cut_utf8(text, max);
    for (size_t i = 0; i < text.len; i++) /* broken, or with C1 controls */
        if ((unsigned char)out[i] >= 0x80)
            out[i] = '?';
    return bd_str_cut_utf8(text, max);
}

static void write_texts(struct bd_arena *arena, struct bd_json *object,
                        const void *from, const struct text_field *fields,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const bd_str *text = (const void *)((const char *)from +
                                            fields[i].offset);

        if (text->len > 0)
            bd_json_set(
                object, fields[i].key,
                bd_json_string(arena, clean(arena, *text, fields[i].max)));
    }
}

static void set_int(struct bd_arena *arena, struct bd_json *object, bd_str key,
                    int64_t number)
{
    bd_json_set(object, key, bd_json_int(arena, number));
}

static void set_word(struct bd_arena *arena, struct bd_json *object, bd_str key,
                     const char *word)
{
    bd_json_set(object, key, bd_json_string(arena, bd_str_from(word)));
}

static struct bd_json *
write_recipient(struct bd_arena *arena,
                const struct bd_incoming_recipient *recipient)
{
    struct bd_json *object = bd_json_object(arena);

    write_texts(arena, object, recipient, recipient_texts,
                COUNT(recipient_texts));
    set_int(arena, object, BD_STR("class"), recipient->status.class);
    set_int(arena, object, BD_STR("subject"), recipient->status.subject);
    set_int(arena, object, BD_STR("detail"), recipient->status.detail);
    set_int(arena, object, BD_STR("reply_code"), recipient->reply_code);
    set_word(arena, object, BD_STR("verdict"),
             bd_verdict_names[recipient->verdict]);
    return object;
}

static struct bd_json *write_tokens(struct bd_arena *arena,
                                    const struct bd_incoming *incoming,
                                    bool returned)
{
    struct bd_json *array = bd_json_array(arena);

    for (size_t i = 0; i < incoming->token_count; i++)
        if (incoming->tokens[i].returned == returned)
            bd_json_push(array,
                         bd_json_string(arena, incoming->tokens[i].text));
    return array;
}

struct bd_json *bd_incoming_write(struct bd_arena *arena,
                                  const struct bd_incoming *incoming)
{
    struct bd_json *object = bd_json_object(arena);
    struct bd_json *recipients = bd_json_array(arena);

    set_word(arena, object, BD_STR("kind"),
             bd_incoming_kind_names[incoming->kind]);
    set_word(arena, object, BD_STR("rule"), incoming->rule);
    set_word(arena, object, BD_STR("command"),
             bd_incoming_command_names[incoming->command]);
    set_word(arena, object, BD_STR("language"),
             bd_lang_tag(incoming->language));
    set_int(arena, object, BD_STR("date"), incoming->date);
    set_int(arena, object, BD_STR("came"), incoming->came);
    for (size_t i = 0; i < COUNT(flags); i++)
        bd_json_set(object, flags[i].key,
                    bd_json_bool(arena, *(const bool *)((const char *)incoming +
                                                        flags[i].offset)));
    write_texts(arena, object, incoming, mail_texts, COUNT(mail_texts));
    bd_json_set(object, BD_STR("tokens"), write_tokens(arena, incoming, false));
    bd_json_set(object, BD_STR("returned"),
                write_tokens(arena, incoming, true));
    for (size_t i = 0; i < incoming->count; i++)
        bd_json_push(recipients,
                     write_recipient(arena, &incoming->recipients[i]));
    bd_json_set(object, BD_STR("recipients"), recipients);
    return object;
}

/* A member that has to be there, of that kind. */
static const struct bd_json *member(const struct bd_json *object, bd_str key,
                                    enum bd_json_kind kind)
{
    const struct bd_json *value = bd_json_get(object, key);

    return value && value->kind == kind ? value : NULL;
}

static bool read_int(const struct bd_json *object, bd_str key, uint64_t max,
                     uint64_t *out)
{
    const struct bd_json *value = member(object, key, BD_JSON_NUMBER);

    return value && bd_str_to_u64(value->text, out) && *out <= max;
}

/* The place of a word in a list of names. */
static bool read_name(const struct bd_json *object, bd_str key,
                      const char *const *names, size_t count, size_t *out)
{
    const struct bd_json *value = member(object, key, BD_JSON_STRING);

    for (size_t i = 0; value && i < count; i++)
        if (bd_str_eq(value->text, bd_str_from(names[i]))) {
            *out = i;
            return true;
        }
    return false;
}

static bool is_word(bd_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!(text.ptr[i] >= 'a' && text.ptr[i] <= 'z') &&
            !(text.ptr[i] >= '0' && text.ptr[i] <= '9') && text.ptr[i] != '-')
            return false;
    return text.len <= MAX_WORD;
}

static bool read_texts(const struct bd_json *object, void *to,
                       const struct text_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct bd_json *value = bd_json_get(object, fields[i].key);
        bd_str *text = (void *)((char *)to + fields[i].offset);

        if (!value)
            continue;
        if (value->kind != BD_JSON_STRING || value->text.len > fields[i].max ||
            !is_clean(value->text))
            return false;
        *text = value->text;
    }
    return true;
}

static bool read_recipient(const struct bd_json *object,
                           struct bd_incoming_recipient *out)
{
    uint64_t class = 0, subject = 0, detail = 0, reply = 0;
    const struct bd_json *verdict = member(object, BD_STR("verdict"),
                                           BD_JSON_STRING);

    if (!verdict || !bd_verdict_parse(verdict->text, &out->verdict) ||
        !read_texts(object, out, recipient_texts, COUNT(recipient_texts)) ||
        !is_word(out->reason) ||
        !read_int(object, BD_STR("class"), 5, &class) ||
        !read_int(object, BD_STR("subject"), MAX_NUMBER, &subject) ||
        !read_int(object, BD_STR("detail"), MAX_NUMBER, &detail) ||
        !read_int(object, BD_STR("reply_code"), 599, &reply))
        return false;
    if (class == 1 || class == 3 || (reply > 0 && reply < 200))
        return false;
    out->status = (struct bd_enhanced) { (uint16_t) class, (uint16_t)subject,
                                         (uint16_t)detail };
    out->reply_code = (int)reply;
    return true;
}

static bool read_recipients(struct bd_arena *arena,
                            const struct bd_json *object,
                            struct bd_incoming *out)
{
    const struct bd_json *array = member(object, BD_STR("recipients"),
                                         BD_JSON_ARRAY);
    struct bd_incoming_recipient *recipients = BD_NEW_ARRAY(
        arena, BD_INCOMING_MAX_RECIPIENTS, struct bd_incoming_recipient);

    if (!array)
        return false;
    for (const struct bd_json *one = array->first; one; one = one->next)
        if (one->kind != BD_JSON_OBJECT ||
            out->count == BD_INCOMING_MAX_RECIPIENTS ||
            !read_recipient(one, &recipients[out->count++]))
            return false;
    out->recipients = recipients;
    return out->count > 0 || out->kind == BD_INCOMING_UNREADABLE;
}

static bool is_token(bd_str text)
{
    if (text.len != BD_TOKEN_MAIL_LEN && text.len != BD_TOKEN_URL_LEN)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!(text.ptr[i] >= 'a' && text.ptr[i] <= 'z') &&
            !(text.ptr[i] >= 'A' && text.ptr[i] <= 'Z') &&
            !(text.ptr[i] >= '0' && text.ptr[i] <= '9') && text.ptr[i] != '-' &&
            text.ptr[i] != '_')
            return false;
    return true;
}

static bool read_tokens(const struct bd_json *object, bd_str key,
                        struct bd_incoming *out, bool returned)
{
    const struct bd_json *array = member(object, key, BD_JSON_ARRAY);

    if (!array)
        return false;
    for (const struct bd_json *one = array->first; one; one = one->next) {
        if (one->kind != BD_JSON_STRING || !is_token(one->text) ||
            out->token_count == BD_INCOMING_MAX_TOKENS)
            return false;
        out->tokens[out->token_count++] =
            (struct bd_incoming_token) { one->text, returned };
    }
    return true;
}

static bool read_names(struct bd_arena *arena, const struct bd_json *object,
                       struct bd_incoming *out)
{
    const struct bd_json *rule = member(object, BD_STR("rule"), BD_JSON_STRING);
    const char *tags[BD_LANG_COUNT] = { 0 };
    size_t kind = 0, command = 0, language = 0;
    uint64_t date = 0, came = 0;

    for (size_t i = 0; i < BD_LANG_COUNT; i++)
        tags[i] = bd_lang_tag((enum bd_lang)i);
    if (!rule || rule->text.len == 0 || !is_word(rule->text) ||
        !read_name(object, BD_STR("kind"), bd_incoming_kind_names,
                   BD_INCOMING_KINDS, &kind) ||
        !read_name(object, BD_STR("command"), bd_incoming_command_names,
                   BD_COMMAND_KINDS, &command) ||
        !read_name(object, BD_STR("language"), tags, BD_LANG_COUNT,
                   &language) ||
        !read_int(object, BD_STR("date"), LAST_DATE, &date) ||
        !read_int(object, BD_STR("came"), LAST_DATE, &came))
        return false;
    out->rule = bd_arena_cstr(arena, rule->text);
    out->kind = (enum bd_incoming_kind)kind;
    out->command = (enum bd_incoming_command)command;
    out->language = (enum bd_lang)language;
    out->date = (int64_t)date;
    out->came = (int64_t)came;
    return (out->kind == BD_INCOMING_COMMAND) ==
           (out->command != BD_COMMAND_NONE);
}

static bool read_flags(const struct bd_json *object, struct bd_incoming *out)
{
    for (size_t i = 0; i < COUNT(flags); i++) {
        const struct bd_json *value = member(object, flags[i].key,
                                             BD_JSON_BOOL);

        if (!value)
            return false;
        *(bool *)((char *)out + flags[i].offset) = value->boolean;
    }
    return true;
}

enum bd_status bd_incoming_read(struct bd_arena *arena, bd_str json,
                                struct bd_incoming *out, struct bd_err *err)
{
    struct bd_incoming *read = BD_NEW(arena, struct bd_incoming);
    struct bd_json *object = NULL;
    enum bd_status status = BD_OK;

    if (json.len > BD_INCOMING_MAX_RECORD)
        return bd_fail(err, BD_ELIMIT, _("a record of a mail is too long"));
    status = bd_json_parse(arena, json, &object, err);
    if (status != BD_OK)
        return status;
    if (object->kind != BD_JSON_OBJECT || !read_names(arena, object, read) ||
        !read_flags(object, read) ||
        !read_texts(object, read, mail_texts, COUNT(mail_texts)) ||
        !read_tokens(object, BD_STR("tokens"), read, false) ||
        !read_tokens(object, BD_STR("returned"), read, true) ||
        !read_recipients(arena, object, read))
        return bd_fail(err, BD_EPARSE,
                       _("a record of a mail has a wrong form"));
    *out = *read;
    return BD_OK;
}

#include "brevduva/compose/recipient.h"

#include <string.h>
#include <time.h>

#include "brevduva/base/i18n.h"
#include "brevduva/mail/date.h"
#include "brevduva/mail/header.h"

const char *const bd_merge_names[] = { "email", "first_name", "language",
                                       "name", NULL };

struct work {
    struct bd_arena *arena;
    const struct bd_recipient *recipient;
    const struct bd_signer *signer;
    const struct bd_json *attributes; /* parsed when first asked for */
    struct bd_err *err;
};

static bd_str to(struct work *w, int detail)
{
    struct bd_buf buf = { 0 };
    bd_str value = BD_STR_NONE;

    (void)detail;
    bd_mailbox_write(&buf, sizeof "To: " - 1, w->recipient->name,
                     w->recipient->email);
    value = bd_buf_copy(&buf, w->arena);
    bd_buf_fini(&buf);
    return value;
}

static bd_str date(struct work *w, int detail)
{
    char text[BD_DATE_MAX];

    (void)detail;
    if (w->recipient->date_text.len > 0)
        return w->recipient->date_text;
    return bd_arena_copy(
        w->arena, bd_date_write(w->recipient->date, w->recipient->zone, text));
}

/* DTSTAMP (RFC 5545 3.8.7.2). */
static bd_str calendar_stamp(struct work *w, int detail)
{
    time_t date = (time_t)w->recipient->date;
    struct tm tm = { 0 };

    (void)detail;
    (void)gmtime_r(&date, &tm);
    return bd_arena_printf(w->arena, "%04d%02d%02dT%02d%02d%02dZ",
                           tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                           tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* SEQUENCE has 31 bits (3.3.8): minutes, and no memory of the last one. */
static bd_str calendar_sequence(struct work *w, int detail)
{
    (void)detail;
    return bd_arena_printf(w->arena, "%lld",
                           (long long)(w->recipient->date / 60));
}

static bd_str message_id(struct work *w, int detail)
{
    (void)detail;
    return w->recipient->message_id;
}

static struct bd_token token_of(const struct work *w, int purpose)
{
    return (struct bd_token) { .purpose = (enum bd_token_purpose)purpose,
                               .subscriber = w->recipient->subscriber,
                               .list = w->recipient->list,
                               .mailing = w->recipient->mailing };
}

static bd_str token(struct work *w, int purpose)
{
    const struct bd_token token = token_of(w, purpose);
    char *text = NULL;

    if (!w->signer)
        return BD_STR("forhandsvisning");
    text = bd_arena_alloc(w->arena, BD_TOKEN_URL_LEN);
    bd_token_write_url(w->signer, &token, text);
    return (bd_str) { text, BD_TOKEN_URL_LEN };
}

/* For a mail address, whose case may be lost (S4). */
static bd_str mail_token(struct work *w, int purpose)
{
    const struct bd_token token = token_of(w, purpose);
    char *text = NULL;

    if (!w->signer)
        return BD_STR("forhandsvisning");
    text = bd_arena_alloc(w->arena, BD_TOKEN_MAIL_LEN);
    bd_token_write_mail(w->signer, &token, text);
    return (bd_str) { text, BD_TOKEN_MAIL_LEN };
}

static bd_str email(struct work *w, int detail)
{
    (void)detail;
    return w->recipient->email;
}

static bd_str name(struct work *w, int detail)
{
    (void)detail;
    return w->recipient->name;
}

static bd_str language(struct work *w, int detail)
{
    (void)detail;
    return w->recipient->language;
}

static enum bd_status read_attributes(struct work *w)
{
    struct bd_json *root = NULL;
    bd_str text = w->recipient->attributes;
    enum bd_status rc = BD_OK;

    if (text.len == 0)
        text = BD_STR("{}");
    rc = bd_json_parse(w->arena, text, &root, w->err);
    if (rc == BD_OK && root->kind == BD_JSON_OBJECT) {
        w->attributes = root;
        return BD_OK;
    }
    return bd_fail(w->err, BD_EPARSE,
                   _("the attributes of %.*s are damaged: not a JSON object"),
                   BD_ARG(w->recipient->email));
}

/* Lists and objects have no form as text: they count as empty. */
static bool has_no_text(bd_str value)
{
    return value.len == 0 || strchr("{[n", value.ptr[0]);
}

/* Without a tree, where nothing is escaped: nearly always. False: it has to
 * be parsed. */
static bool plain_attribute(bd_str attributes, bd_str key, bd_str *out)
{
    bd_str name = BD_STR_NONE;
    bd_str value = BD_STR_NONE;

    if (!bd_str_starts(attributes, BD_STR("{")) ||
        !bd_str_ends(attributes, BD_STR("}")))
        return false;
    while (bd_json_walk(&attributes, &name, &value)) {
        if (!bd_json_plain(name, &name))
            return false;
        if (!bd_str_eq(name, key))
            continue;
        if (has_no_text(value))
            return true;
        if (value.ptr[0] == '"')
            return bd_json_plain(value, out);
        *out = value;
        return true;
    }
    return true;
}

static enum bd_status attribute(struct work *w, bd_str key, bd_str *out)
{
    const struct bd_json *value = NULL;
    enum bd_status rc = BD_OK;

    if (plain_attribute(w->recipient->attributes, key, out))
        return BD_OK;
    rc = w->attributes ? BD_OK : read_attributes(w);
    if (rc != BD_OK)
        return rc;
    value = bd_json_get(w->attributes, key);
    if (value &&
        (value->kind == BD_JSON_STRING || value->kind == BD_JSON_NUMBER))
        *out = value->text;
    else if (value && value->kind == BD_JSON_BOOL)
        *out = value->boolean ? BD_STR("true") : BD_STR("false");
    return BD_OK;
}

/* The attribute if there is one ("Anna Karin" has two names); else
 * "Anna-Karin Berg" and "Berg, Anna-Karin" -> "Anna-Karin". */
static bd_str first_name(struct work *w, int detail)
{
    bd_str rest = bd_str_trim(w->recipient->name);
    size_t comma = bd_str_find_char(rest, ',');
    bd_str own = BD_STR_NONE;

    (void)detail;
    if (bd_str_find(w->recipient->attributes, BD_STR("\"first_name\"")) !=
            SIZE_MAX &&
        attribute(w, BD_STR("first_name"), &own) == BD_OK && own.len > 0)
        return own;
    if (comma != SIZE_MAX)
        rest = bd_str_trim(bd_str_skip(rest, comma + 1));
    return bd_str_cut(&rest, ' ');
}

static const struct {
    bd_str name;
    bd_str (*value)(struct work *, int detail);
    int detail;
} fields[] = {
    { BD_STR_INIT("@to"), to, 0 },
    { BD_STR_INIT("@date"), date, 0 },
    { BD_STR_INIT("@message-id"), message_id, 0 },
    { BD_STR_INIT("@unsubscribe"), token, BD_TOKEN_UNSUBSCRIBE },
    { BD_STR_INIT("@unsubscribe-mail"), mail_token, BD_TOKEN_UNSUBSCRIBE },
    { BD_STR_INIT("@one-click"), token, BD_TOKEN_ONE_CLICK },
    { BD_STR_INIT("@subscription"), token, BD_TOKEN_SUBSCRIPTION },
    { BD_STR_INIT("@tip"), token, BD_TOKEN_TIP },
    { BD_STR_INIT("@calendar-stamp"), calendar_stamp, 0 },
    { BD_STR_INIT("@calendar-sequence"), calendar_sequence, 0 },
    { BD_STR_INIT("email"), email, 0 },
    { BD_STR_INIT("name"), name, 0 },
    { BD_STR_INIT("first_name"), first_name, 0 },
    { BD_STR_INIT("language"), language, 0 },
};

static enum bd_status value_of(struct work *w, bd_str key, bd_str *out)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (bd_str_eq(key, fields[i].name)) {
            *out = fields[i].value(w, fields[i].detail);
            return BD_OK;
        }
    }
    return attribute(w, key, out);
}

enum bd_status bd_recipient_values(struct bd_arena *arena,
                                   const struct bd_message *message,
                                   const struct bd_recipient *recipient,
                                   const struct bd_signer *signer,
                                   const bd_str **out, struct bd_err *err)
{
    struct work work = { arena, recipient, signer, NULL, err };
    bd_str *values = BD_NEW_ARRAY(arena, message->name_count, bd_str);

    for (size_t i = 0; i < message->name_count; i++) {
        enum bd_status rc = value_of(&work, message->names[i], &values[i]);

        if (rc != BD_OK)
            return rc;
    }
    *out = values;
    return BD_OK;
}

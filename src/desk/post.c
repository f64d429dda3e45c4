#include "brevduva/desk/post.h"

#include <assert.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"

#define DEADLINE_SECONDS (2 * 24 * 60 * 60)
#define ID_BYTES         16

/* The merge tags of each kind. */
/* clang-format off */
static const struct bd_note_field only_email[] = {
    { .name = "email" },
    { .name = NULL },
};
static const struct bd_note_field lists[] = {
    { .name = "lists" },
    { .name = "email" },
    { .name = NULL },
};
static const struct bd_note_field farewell[] = {
    { .name = "lists" },
    { .name = "email" },
    { .name = "when" },
    { .name = NULL },
};
static const struct bd_note_field changed[] = {
    { .name = "email" },
    { .name = "masked" },
    { .name = "when" },
    { .name = NULL },
};
static const struct bd_note_field tip[] = {
    { .name = "teller", .stranger = true },
    { .name = "title" },
    { .name = "note", .lines = true, .stranger = true },
    { .name = "email" },
    { .name = "subscribe" },
    { .name = NULL },
};
static const struct bd_note_field exported[] = {
    { .name = "email" },
    { .name = "data", .lines = true },
    { .name = NULL },
};
static const struct bd_note_field contact[] = {
    { .name = "from_name" },
    { .name = "email" },
    { .name = "message", .lines = true },
    { .name = "newsletter" },
    { .name = NULL },
};
static const struct bd_note_field command[] = {
    { .name = "email" },
    { .name = "lists" },
    { .name = "newsletter" },
    { .name = "commands" },
    { .name = "subscribe" },
    { .name = NULL },
};

/* `optional`: a field that may be empty; then the blocks that name it are left
 * out. `bare`: it says enough without its button. */
static const struct {
    struct bd_note_form form; /* button, quiet link, merge tags, file */
    const char *optional;
    enum bd_letter_kind kind;
    bool bare;
} kinds[BD_NOTE_KINDS] = {
    [BD_NOTE_CONFIRM] =
        { { "c", "stop", lists, NULL, false }, NULL,
          BD_LETTER_CONFIRM, false },
    [BD_NOTE_WELCOME] =
        { { "s", "u", lists, NULL, false }, NULL,
          BD_LETTER_WELCOME, false },
    [BD_NOTE_FAREWELL] =
        { { "s", NULL, farewell, NULL, false }, NULL,
          BD_LETTER_FAREWELL, true },
    [BD_NOTE_TIP] =
        { { "archive", "stop", tip, NULL, false }, "note",
          BD_LETTER_TIP, false },
    [BD_NOTE_ADDRESS] =
        { { "c", "stop", only_email, NULL, false }, NULL,
          BD_LETTER_ADDRESS, false },
    [BD_NOTE_ADDRESS_CHANGED] =
        { { NULL, NULL, changed, NULL, false }, NULL,
          BD_LETTER_ADDRESS, false },
    [BD_NOTE_LINK] =
        { { "m", NULL, only_email, NULL, false }, NULL,
          BD_LETTER_LINK, false },
    [BD_NOTE_EXPORT] =
        { { NULL, NULL, exported, "brevduva.json", false }, NULL,
          BD_LETTER_EXPORT, false },
    [BD_NOTE_ERASE] =
        { { "c", NULL, only_email, NULL, false }, NULL,
          BD_LETTER_ERASE, false },
    [BD_NOTE_ERASED] =
        { { NULL, NULL, only_email, NULL, false }, NULL,
          BD_LETTER_ERASE, false },
    [BD_NOTE_CONTACT] =
        { { NULL, NULL, contact, NULL, false }, NULL,
          BD_LETTER_CONTACT, false },
    [BD_NOTE_HELP] =
        { { NULL, NULL, command, NULL, false }, "subscribe",
          BD_LETTER_ANSWER, true },
    [BD_NOTE_TELL] =
        { { NULL, NULL, command, NULL, false }, "subscribe",
          BD_LETTER_ANSWER, true },
    [BD_NOTE_NOT_SUBSCRIBED] =
        { { NULL, NULL, command, NULL, false }, "subscribe",
          BD_LETTER_ANSWER, true },
};
/* clang-format on */

const char *const bd_note_kind_names[BD_NOTE_KINDS] = {
    [BD_NOTE_CONFIRM] = "confirm",
    [BD_NOTE_WELCOME] = "welcome",
    [BD_NOTE_FAREWELL] = "farewell",
    [BD_NOTE_TIP] = "tip",
    [BD_NOTE_ADDRESS] = "address",
    [BD_NOTE_ADDRESS_CHANGED] = "address-changed",
    [BD_NOTE_LINK] = "link",
    [BD_NOTE_EXPORT] = "export",
    [BD_NOTE_ERASE] = "erase",
    [BD_NOTE_ERASED] = "erased",
    [BD_NOTE_CONTACT] = "contact",
    [BD_NOTE_HELP] = "command-help",
    [BD_NOTE_TELL] = "command-tip",
    [BD_NOTE_NOT_SUBSCRIBED] = "not-subscribed",
};

enum form { WHOLE, WITHOUT_OPTIONAL, FORMS };

struct bd_post {
    struct bd_arena *arena;
    const struct bd_letter_options *sender;
    bd_str return_path;
    bool off_web;
    struct bd_message messages[BD_NOTE_KINDS][BD_LANG_COUNT][FORMS];
};

/* What the making leaves behind is not kept: only the message is. */
static enum bd_status compile(struct bd_post *post, struct bd_arena *scratch,
                              enum bd_note_kind kind, enum bd_lang lang,
                              enum form form, struct bd_err *err)
{
    struct bd_letter_options options = *post->sender;
    struct bd_note_form note = kinds[kind].form;
    bd_str path = bd_arena_printf(scratch, "letters/%s.%s.md",
                                  bd_note_kind_names[kind], bd_lang_tag(lang));
    const char *name =
        bd_arena_printf(scratch, "templates/%.*s", BD_ARG(path)).ptr;
    struct bd_message message = { 0 };
    struct bd_buf frozen = { 0 };
    bd_str text = BD_STR_NONE;
    enum bd_status rc = BD_OK;

    options.language = lang;
    note.off_web = post->off_web;
    if (!options.template(options.template_self, path, &text))
        return bd_fail(err, BD_ENOENT, _("there is no template %s"), path.ptr);
    rc = bd_note_compile(scratch, name, text, &options, &note,
                         form == WHOLE ? BD_STR_NONE
                                       : bd_str_from(kinds[kind].optional),
                         &message, err);
    if (rc != BD_OK)
        return rc;
    bd_message_freeze(&message, &frozen);
    rc = bd_message_thaw(post->arena, bd_buf_copy(&frozen, post->arena),
                         &post->messages[kind][lang][form], err);
    bd_buf_fini(&frozen);
    return rc;
}

bool bd_post_has(const struct bd_post *post, enum bd_note_kind kind)
{
    return !post->off_web || !kinds[kind].form.action || kinds[kind].bare;
}

static enum bd_status compile_kind(struct bd_post *post,
                                   struct bd_arena *scratch,
                                   enum bd_note_kind kind, struct bd_err *err)
{
    int forms = kinds[kind].optional ? FORMS : 1;
    enum bd_status rc = BD_OK;

    if (!bd_post_has(post, kind))
        return BD_OK;
    for (int i = 0; i < BD_LANG_COUNT * forms && rc == BD_OK; i++) {
        rc = compile(post, scratch, kind, (enum bd_lang)(i / forms),
                     (enum form)(i % forms), err);
        bd_arena_clear(scratch);
    }
    return rc;
}

static enum bd_status compile_all(struct bd_post *post,
                                  struct bd_arena *scratch, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    for (int kind = 0; kind < BD_NOTE_KINDS && rc == BD_OK; kind++)
        rc = compile_kind(post, scratch, (enum bd_note_kind)kind, err);
    return rc;
}

enum bd_status bd_post_new(const struct bd_post_options *options,
                           struct bd_post **out, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_arena *scratch = bd_arena_new();
    struct bd_post *post = BD_NEW(arena, struct bd_post);
    enum bd_status rc = BD_OK;

    post->arena = arena;
    post->sender = options->sender;
    post->return_path = options->return_path.len > 0
                            ? options->return_path
                            : options->sender->from_email;
    post->off_web = options->off_web;
    rc = compile_all(post, scratch, err);
    bd_arena_free(scratch);
    if (rc == BD_OK)
        *out = post;
    else
        bd_post_free(post);
    return rc;
}

void bd_post_free(struct bd_post *post)
{
    if (post)
        bd_arena_free(post->arena);
}

static bool has_value(const struct bd_note_mail *mail, const char *name)
{
    for (size_t i = 0; i < mail->value_count; i++)
        if (bd_str_eq(mail->values[i].name, bd_str_from(name)))
            return bd_str_trim(mail->values[i].value).len > 0;
    return false;
}

const struct bd_letter_options *bd_post_sender(const struct bd_post *post)
{
    return post->sender;
}

bd_str bd_post_return_path(const struct bd_post *post)
{
    return post->return_path;
}

bd_str bd_post_message_id(struct bd_arena *arena, const struct bd_post *post,
                          const char *word, const struct bd_sys *sys)
{
    unsigned char octets[ID_BYTES];
    bd_str id = bd_arena_printf(arena, "%s.", word);

    sys->random(sys->self, octets, sizeof octets);
    for (size_t i = 0; i < sizeof octets; i++)
        id = bd_arena_printf(arena, "%.*s%02x", BD_ARG(id), octets[i]);
    return bd_arena_printf(
        arena, "%.*s@%.*s", BD_ARG(id),
        BD_ARG(bd_str_after_last(post->sender->from_email, '@')));
}

static enum bd_status write_copy(struct bd_arena *arena,
                                 const struct bd_message *message,
                                 const struct bd_note_form *form,
                                 const struct bd_note_copy *copy, bd_str *out,
                                 struct bd_err *err)
{
    const bd_str *values = NULL;
    struct bd_buf bytes;
    enum bd_status rc = bd_note_values(arena, message, form, copy, &values,
                                       err);

    if (rc != BD_OK)
        return rc;
    bd_buf_init(&bytes, BD_MAX_MESSAGE_BYTES);
    rc = bd_message_splice(message, values, &bytes);
    if (rc == BD_OK)
        *out = bd_buf_copy(&bytes, arena);
    else
        (void)bd_fail(err, rc, _("the mail is larger than %d MB"),
                      BD_MAX_MESSAGE_BYTES / 1024 / 1024);
    bd_buf_fini(&bytes);
    return rc;
}

enum bd_status bd_post_write(struct bd_arena *arena, const struct bd_post *post,
                             const struct bd_note_mail *mail,
                             const struct bd_sys *sys,
                             struct bd_letter_row *out, struct bd_err *err)
{
    const struct bd_letter_options *sender = post->sender;
    const char *optional = kinds[mail->kind].optional;
    enum form form = optional && !has_value(mail, optional) ? WITHOUT_OPTIONAL
                                                            : WHOLE;
    int64_t now = sys->now(sys->self);
    struct bd_note_copy copy = {
        .to = mail->to,
        .reply_to = mail->reply_to.len ? mail->reply_to : sender->reply_to,
        .action = mail->action,
        .stop = mail->stop,
        .is_answer = mail->is_answer,
        .in_reply_to = mail->in_reply_to,
        .date = now,
        .zone = bd_zone_local(now),
        .attachment = mail->attachment,
        .values = mail->values,
        .value_count = mail->value_count,
    };
    struct bd_letter_row row = {
        .kind = kinds[mail->kind].kind,
        .to = mail->to,
        .subscriber_id = mail->subscriber_id,
        .envelope_from = mail->is_answer ? BD_STR_NONE : post->return_path,
        .deadline = mail->deadline ? mail->deadline : now + DEADLINE_SECONDS,
    };
    enum bd_status rc = BD_OK;

    assert(mail->kind < BD_NOTE_KINDS && mail->language < BD_LANG_COUNT);
    if (!bd_post_has(post, mail->kind))
        return bd_fail(err, BD_ENOENT,
                       _("there are no web pages for the mail \"%s\" to lead "
                         "to; set web.base_url"),
                       bd_note_kind_names[mail->kind]);
    row.message_id = bd_post_message_id(arena, post,
                                        bd_note_kind_names[mail->kind], sys);
    copy.message_id = row.message_id;
    copy.message_id.len = bd_str_find_char(row.message_id, '@');
    rc = write_copy(arena, &post->messages[mail->kind][mail->language][form],
                    &kinds[mail->kind].form, &copy, &row.bytes, err);
    if (rc == BD_OK)
        *out = row;
    return rc;
}

enum bd_status bd_post_queue(const struct bd_post *post, struct bd_store *store,
                             const struct bd_note_mail *mail,
                             const struct bd_sys *sys, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_letter_row letter = { .bytes = BD_STR_NONE };
    int64_t delivery = 0;
    enum bd_status rc = bd_post_write(arena, post, mail, sys, &letter, err);

    if (rc == BD_OK)
        rc = bd_letter_add(store, &letter, sys->now(sys->self), &delivery, err);
    bd_arena_free(arena);
    return rc;
}

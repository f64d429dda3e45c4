#include <string.h>

#include "brevduva/base/file.h"
#include "brevduva/base/limits.h"
#include "brevduva/compose/check.h"
#include "brevduva/compose/recipient.h"
#include "brevduva/mail/address.h"
#include "cli_private.h"

/* The file's name without folders and ".md". */
static bd_str base_name(const char *path)
{
    bd_str name = bd_str_from(path);
    size_t slash = 0;

    while ((slash = bd_str_find_char(name, '/')) != SIZE_MAX)
        name = bd_str_skip(name, slash + 1);
    if (bd_str_ends(name, BD_STR(".md")))
        name.len -= 3;
    return name;
}

/* "2016-1", "2016-1.md" and "issues/2016-1.md" all mean the same file. */
const char *letter_path(struct app *app, const char *name)
{
    bd_str base = base_name(name);

    if (strchr(name, '/'))
        return bd_file_exists(name)
                   ? name
                   : bd_path_join(app->arena, app->folder, name);
    return bd_path_join(
        app->arena, app->folder,
        bd_arena_printf(app->arena, "issues/%.*s.md", BD_ARG(base)).ptr);
}

bd_str letter_slug(struct app *app, const char *name)
{
    return bd_slug(app->arena, base_name(name));
}

/* The ledger knows issues by their slug: two files must not share one, as a
 * copy of the last issue would. */
static enum bd_status check_slug(struct app *app, const char *path,
                                 const struct bd_issue *issue)
{
    bd_str wanted = letter_slug(app, path);

    if (bd_str_eq(wanted, BD_STR("latest")))
        return bd_fail(&app->err, BD_EINVAL,
                       _("%s: \"latest\" is the web address of the newest "
                         "issue; give the file another name"),
                       issue->path);
    if (bd_str_eq(issue->slug, wanted))
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("%s: its slug is \"%.*s\", but an issue is known by its "
                     "file's name; write \"slug: %.*s\", or take the line "
                     "away"),
                   issue->path, BD_ARG(issue->slug), BD_ARG(wanted));
}

struct beside {
    struct app *app;
    const char *folder; /* issues/SLUG */
};

static enum bd_status read_beside(void *self, bd_str path, bd_str *out,
                                  struct bd_err *err)
{
    struct beside *beside = self;
    const char *name = bd_arena_cstr(beside->app->arena, path);
    const char *file = bd_path_join(beside->app->arena, beside->folder, name);

    if (!bd_path_is_inside(beside->folder, file))
        return bd_fail(err, BD_EINVAL,
                       _("%s: only files in the issue's own folder can be "
                         "used; put a copy there"),
                       name);
    return app_read(beside->app, file, BD_MAX_BESIDE_BYTES, out, err);
}

/* issues/2016-1.md keeps its images in issues/2016-1/. */
static struct beside *beside_issue(struct app *app, const char *path)
{
    struct beside *beside = BD_NEW(app->arena, struct beside);
    bd_str folder = bd_str_from(path);

    if (bd_str_ends(folder, BD_STR(".md")))
        folder.len -= 3;
    beside->app = app;
    beside->folder = bd_arena_cstr(app->arena, folder);
    return beside;
}

enum bd_status letter_sender(struct app *app, struct bd_address *out)
{
    if (app->config.from.email.len == 0)
        return bd_fail(&app->err, BD_EINVAL,
                       _("brevduva.yaml has no from.email: put the sender's "
                         "address there"));
    if (bd_address_parse(app->arena, app->config.from.email, out, &app->err) ==
        BD_OK)
        return BD_OK;
    bd_err_prefix(&app->err, "brevduva.yaml: from.email");
    return app->err.code;
}

enum bd_status letter_inbox(struct app *app, bd_str *out)
{
    struct bd_address address = { 0 };

    *out = BD_STR_NONE;
    if (app->config.inbox.address.len == 0)
        return BD_OK;
    if (bd_address_parse(app->arena, app->config.inbox.address, &address,
                         &app->err) != BD_OK) {
        bd_err_prefix(&app->err, "brevduva.yaml: inbox.address");
        return app->err.code;
    }
    *out = address.email;
    return BD_OK;
}

enum bd_status letter_return_path(struct app *app, bd_str *out)
{
    struct bd_address sender = { 0 };

    if (letter_inbox(app, out) != BD_OK)
        return app->err.code;
    if (out->len > 0)
        return BD_OK;
    if (letter_sender(app, &sender) != BD_OK)
        return app->err.code;
    *out = sender.email;
    return BD_OK;
}

static enum bd_status fill_options(struct app *app, const char *path,
                                   struct cli_letter *letter)
{
    const struct bd_config *c = &app->config;
    struct bd_letter_options *o = &letter->options;
    struct bd_address sender = { 0 };
    bd_str inbox = BD_STR_NONE;

    if (letter_sender(app, &sender) != BD_OK ||
        letter_inbox(app, &inbox) != BD_OK)
        return app->err.code;
    *o = (struct bd_letter_options) {
        .newsletter = c->name,
        .language = c->language,
        .from_name = c->from.name.len ? c->from.name : c->name,
        .from_email = sender.email,
        .reply_to = c->from.reply_to,
        .list_title = letter->list.title.len ? letter->list.title : c->name,
        .list_id = bd_arena_printf(app->arena, "%.*s.%.*s",
                                   BD_ARG(letter->list.slug),
                                   BD_ARG(sender.domain)),
        .list_number = (uint32_t)letter->list.id,
        .time_zone = c->time_zone,
        .base_url = c->web.base_url,
        .unsubscribe_mailto = inbox,
        .off_web = c->web.archive == BD_ARCHIVE_OFF,
        .template = letter_template,
        .template_self = app,
        .file = read_beside,
        .file_self = beside_issue(app, path),
        .picture = letter_picture,
        .picture_self = app,
        .serve_pictures = c->images == BD_IMAGES_SERVE,
    };
    o->organisation.name = c->organisation.name;
    o->organisation.postal_address = c->organisation.postal_address;
    o->organisation.email = c->organisation.email;
    o->organisation.phone = c->organisation.phone;
    o->organisation.website = c->organisation.website;
    (void)bd_lang_parse(letter->list.language, &o->language);
    letter_look(app, &o->look);
    if (letter_logo(app, &o->look) != BD_OK)
        return app->err.code;
    return bd_attribute_names(app->arena, app->store, &o->attributes,
                              &o->attribute_count, &app->err);
}

static enum bd_status fail_missing(struct app *app, const char *name)
{
    return bd_fail(&app->err, BD_ENOENT,
                   _("there is no issue \"%s\" in issues/; begin it with "
                     "\"brevduva new TITLE\""),
                   name);
}

enum bd_status letter_open(struct app *app, const char *name,
                           struct cli_letter *out)
{
    const char *path = letter_path(app, name);
    bd_str text = BD_STR_NONE;

    *out = (struct cli_letter) { .copy_id = BD_STR("preview") };
    if (!bd_file_exists(path))
        return fail_missing(app, name);
    if (app_read(app, path, BD_MAX_ISSUE_BYTES, &text, &app->err) != BD_OK ||
        bd_issue_read(app->arena, app_shown(app, path), text, &out->issue,
                      &app->err) != BD_OK ||
        check_slug(app, path, &out->issue) != BD_OK ||
        letter_templates_load(app) != BD_OK)
        return app->err.code;
    if (app_list(app, out->issue.list, &out->list) != BD_OK)
        return app->err.code;
    return fill_options(app, path, out);
}

int64_t letter_list_id(struct app *app, bd_str slug)
{
    const char *path = letter_path(app, bd_arena_cstr(app->arena, slug));
    struct bd_issue issue = { 0 };
    struct bd_list list = { 0 };
    struct bd_err err = { 0 };
    bd_str text = BD_STR_NONE;

    if (app_read(app, path, BD_MAX_ISSUE_BYTES, &text, &err) != BD_OK ||
        bd_issue_read(app->arena, path, text, &issue, &err) != BD_OK ||
        bd_list_find(app->arena, app->store, issue.list, &list, &err) != BD_OK)
        return 0;
    return list.id;
}

/* The reader with that address if there is one; else only the address. */
static enum bd_status find_reader(struct app *app, const char *to,
                                  struct bd_address *out,
                                  struct bd_subscriber *out_reader)
{
    enum bd_status rc = bd_address_parse(app->arena, bd_str_from(to), out,
                                         &app->err);

    *out_reader = (struct bd_subscriber) { .id = 0 };
    if (rc == BD_OK)
        rc = bd_subscriber_find(app->arena, app->store, out->key, out_reader,
                                &app->err);
    return rc == BD_ENOENT ? BD_OK : rc;
}

static enum bd_status recipient_for(struct app *app, const char *to,
                                    const struct cli_letter *letter,
                                    struct bd_recipient *out)
{
    struct bd_address address = { 0 };
    struct bd_subscriber reader = { 0 };

    *out = (struct bd_recipient) {
        .name = BD_STR("Anna Exempel"),
        .email = BD_STR("anna@exempel.example"),
        .list = (uint32_t)letter->list.id,
        .message_id = letter->copy_id,
        .date = app_now(app),
        .zone = bd_zone_local(app_now(app)),
    };
    if (!to)
        return BD_OK;
    if (find_reader(app, to, &address, &reader) != BD_OK)
        return app->err.code;
    out->email = address.email;
    out->name = reader.name;
    out->language = reader.language;
    out->attributes = reader.attributes;
    return BD_OK;
}

bool letter_has_reader(struct app *app, const char *to)
{
    struct bd_address address = { 0 };
    struct bd_subscriber reader = { 0 };

    return find_reader(app, to, &address, &reader) != BD_OK || reader.id != 0;
}

void letter_warn_stranger(const char *to)
{
    (void)fprintf(stderr,
                  _("brevduva: %s is no reader: the letter has no name and "
                    "no fields of theirs\n"),
                  to);
}

enum bd_status letter_compile_as(struct app *app,
                                 const struct cli_letter *letter,
                                 const char *as, struct bd_message *out)
{
    static const struct {
        const char *name;
        enum bd_letter_part part;
    } parts[] = { { "html", BD_LETTER_HTML },
                  { "text", BD_LETTER_PLAIN },
                  { "subject", BD_LETTER_SUBJECT },
                  { "preheader", BD_LETTER_PREHEADER } };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(as, parts[i].name) == 0)
            return bd_letter_compile_part(app->arena, &letter->issue,
                                          &letter->options, parts[i].part, out,
                                          &app->err);
    if (strcmp(as, "eml") == 0)
        return bd_letter_compile(app->arena, &letter->issue, &letter->options,
                                 BD_LETTER_FULL, out, &app->err);
    return bd_fail(
        &app->err, BD_EINVAL,
        _("--as %s: give eml, html, text, web, subject or preheader"), as);
}

enum bd_status letter_splice(struct app *app, const struct cli_letter *letter,
                             const struct bd_message *message, const char *to,
                             bd_str *out)
{
    struct bd_recipient recipient;
    const bd_str *values = NULL;
    struct bd_buf copy;
    enum bd_status rc = recipient_for(app, to, letter, &recipient);

    if (rc == BD_OK)
        rc = bd_recipient_values(app->arena, message, &recipient, NULL, &values,
                                 &app->err);
    if (rc != BD_OK)
        return rc;
    bd_buf_init(&copy, BD_MAX_MESSAGE_BYTES);
    rc = bd_message_splice(message, values, &copy);
    if (rc == BD_OK)
        *out = bd_buf_copy(&copy, app->arena);
    else
        (void)bd_fail(&app->err, rc, _("%s: the message is larger than %d MB"),
                      letter->issue.path, BD_MAX_MESSAGE_BYTES / 1024 / 1024);
    bd_buf_fini(&copy);
    return rc;
}

enum bd_status letter_render(struct app *app, const struct cli_letter *letter,
                             const char *as, const char *to, bd_str *out)
{
    struct bd_message message;
    struct bd_address address = { 0 };
    struct bd_subscriber reader = { 0 };
    enum bd_status rc = BD_OK;

    if (strcmp(as, "web") == 0)
        return letter_web(app, letter, out);
    if (to && find_reader(app, to, &address, &reader) != BD_OK)
        return app->err.code;
    if (reader.text_only && strcmp(as, "eml") == 0)
        rc = bd_letter_compile(app->arena, &letter->issue, &letter->options,
                               BD_LETTER_TEXT_ONLY, &message, &app->err);
    else
        rc = letter_compile_as(app, letter, as, &message);
    if (rc != BD_OK)
        return rc;
    return letter_splice(app, letter, &message, to, out);
}

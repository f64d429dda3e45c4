/* Settings -> what mails are checked against, and where they are fetched. */
#include <string.h>

#include "brevduva/base/file.h"
#include "brevduva/store/key.h"
#include "brevduva/store/queue.h"
#include "came_back.h"
#include "inbox_private.h"
#include "site_private.h"

#define OLD_SECONDS ((int64_t)14 * 24 * 60 * 60)

static enum bd_status check_forward(struct app *app, bd_str *out)
{
    struct bd_address address = { 0 };
    enum bd_status rc = BD_OK;

    *out = BD_STR_NONE;
    if (app->config.inbox.forward.len == 0)
        return BD_OK;
    rc = bd_address_parse(app->arena, app->config.inbox.forward, &address,
                          &app->err);
    if (rc == BD_OK)
        *out = address.email;
    else
        bd_err_prefix(&app->err, "brevduva.yaml: inbox.forward");
    return rc;
}

enum bd_status inbox_rules_open(struct inbox *inbox)
{
    struct app *app = inbox->app;
    bd_str forward = BD_STR_NONE;

    if (check_forward(app, &forward) != BD_OK ||
        desk_open(app, &inbox->post, &inbox->desk) != BD_OK)
        return app->err.code;
    bounce_rules_fill(app, &inbox->judging);
    inbox->rules = (struct bd_inbox) {
        .store = app->store,
        .keys = app->keys,
        .desk = &inbox->desk,
        .rules = &inbox->judging,
        .forward = forward,
        .authserv_id = app->config.inbox.authserv_id,
    };
    inbox->reader = bd_reader_new();
    return BD_OK;
}

enum bd_status inbox_rules_renew(struct inbox *inbox)
{
    struct app *app = inbox->app;
    struct bd_keyring *later = NULL;
    enum bd_status rc = BD_OK;

    if (!bd_store_changed(app->store))
        return BD_OK;
    rc = bd_keys_read(app->store, &later, &app->err);
    if (rc != BD_OK)
        return rc;
    bd_keyring_renew(app->keys, later);
    app->signer = bd_keyring_signer(app->keys);
    inbox->desk.signer = app->signer;
    return BD_OK;
}

void inbox_rules_close(struct inbox *inbox)
{
    bd_reader_free(inbox->reader);
    bd_post_free(inbox->post);
}

/* What a source must not forget stands among the database's settings. */
static bd_str memory_name(struct bd_arena *arena, bd_str source)
{
    return bd_arena_printf(arena, "inbox %.*s", BD_ARG(source));
}

static enum bd_status load(void *self, struct bd_arena *arena, bd_str name,
                           bd_str *out, struct bd_err *err)
{
    struct inbox *inbox = self;
    enum bd_status rc = bd_setting_get(arena, inbox->app->store,
                                       memory_name(arena, name), out, err);

    if (rc != BD_ENOENT)
        return rc;
    *out = BD_STR_NONE;
    return BD_OK;
}

static enum bd_status save(void *self, bd_str name, bd_str text,
                           struct bd_err *err)
{
    struct inbox *inbox = self;
    struct bd_arena *arena = bd_arena_new();
    enum bd_status rc = bd_setting_set(inbox->app->store,
                                       memory_name(arena, name), text, err);

    bd_arena_free(arena);
    return rc;
}

/* When the newsletter first read this mailbox: what had lain there for long was
 * not written to it. */
static enum bd_status read_since(struct inbox *inbox)
{
    struct app *app = inbox->app;
    bd_str name = bd_arena_printf(app->arena, "inbox since %.*s",
                                  BD_ARG(bd_source_name(inbox->source)));
    bd_str text = BD_STR_NONE;
    uint64_t since = 0;
    enum bd_status rc = bd_setting_get(app->arena, app->store, name, &text,
                                       &app->err);

    if (rc == BD_ENOENT || (rc == BD_OK && !bd_str_to_u64(text, &since))) {
        since = (uint64_t)app_now(app);
        rc = bd_setting_set(
            app->store, name,
            bd_arena_printf(app->arena, "%lld", (long long)since), &app->err);
    }
    if (rc == BD_OK)
        inbox->rules.old_before = (int64_t)since - OLD_SECONDS;
    return rc;
}

static const char *text_or_null(struct app *app, bd_str text)
{
    return text.len > 0 ? bd_arena_cstr(app->arena, text) : NULL;
}

/* Files and folders are seen from the newsletter folder. */
static const char *place_of(struct app *app, const char *url)
{
    static const char *const schemes[] = { "maildir:", "mbox:" };

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t len = strlen(schemes[i]);

        if (strncmp(url, schemes[i], len) == 0)
            return bd_arena_printf(
                       app->arena, "%s%s", schemes[i],
                       bd_path_join(app->arena, app->folder, url + len))
                .ptr;
    }
    return url;
}

enum bd_status inbox_source_open(struct inbox *inbox, const char *url)
{
    struct app *app = inbox->app;
    const struct bd_config_inbox *c = &app->config.inbox;
    struct bd_source_memory *memory = BD_NEW(app->arena,
                                             struct bd_source_memory);
    struct bd_source_options options = {
        .url = place_of(app, url),
        .username = text_or_null(app, c->username),
        .auth = text_or_null(app, c->auth),
        .ca_file = c->ca_file.len > 0
                       ? bd_path_join(app->arena, app->folder,
                                      bd_arena_cstr(app->arena, c->ca_file))
                       : NULL,
        .proxy = text_or_null(app, c->proxy),
        .starttls_off = bd_str_eq(c->starttls, BD_STR("off")),
        .folder = bd_arena_cstr(app->arena, c->folder),
        .handled = bd_arena_cstr(app->arena, c->handled),
        .unreadable = bd_arena_cstr(app->arena, c->unreadable),
        .flag = c->after == BD_AFTER_FLAG,
        .memory = memory,
        .sys = app->sys,
        .cancelled = interrupt_flag(),
    };
    bd_str password = BD_STR_NONE;

    *memory = (struct bd_source_memory) { load, save, inbox };
    if (bd_config_inbox_password(app->arena, c, app->folder, &password,
                                 &app->err) != BD_OK)
        return app->err.code;
    options.password = text_or_null(app, password);
    return bd_source_open(&options, &inbox->source, &app->err);
}

enum bd_status inbox_open(struct inbox *inbox, const char *url)
{
    enum bd_status rc = inbox_source_open(inbox, url);

    return rc == BD_OK ? read_since(inbox) : rc;
}

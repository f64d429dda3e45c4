/* Does everybody let us in whom the settings name? */
#include "brevduva/deliver/relay.h"
#include "brevduva/net/stream.h"
#include "doctor_private.h"
#include "inbox_private.h"

#define PATIENCE_MS 30000

static void let_in(const struct doctor *d, const char *id, const char *name)
{
    struct app *app = d->app;
    struct bd_json *o = NULL;

    if (!opt_has(app, "json")) {
        (void)printf(_("%s lets us in.\n"), name);
        return;
    }
    o = bd_json_object(app->arena);
    set_text(app, o, "level", BD_STR("ok"));
    set_text(app, o, "id", bd_str_from(id));
    set_text(app, o, "text", bd_str_from(name));
    out_json(o);
}

static void not_let_in(struct doctor *d, const char *id)
{
    doctor_tell(d, DOCTOR_ERROR, id, bd_str_from(d->app->err.msg));
}

static void connect_relay(struct doctor *d, const struct bd_relay_options *o)
{
    const struct bd_stream_options options = {
        .url = o->url,
        .ehlo_name = o->ehlo_name,
        .starttls = o->starttls,
        .username = o->username,
        .password = o->password,
        .key = o->key,
        .ca_file = o->ca_file,
        .auth = o->auth,
        .proxy = o->proxy,
        .connect_timeout_ms = PATIENCE_MS,
        .cancelled = interrupt_flag(),
    };
    char name[BD_MAX_RELAY_NAME];
    struct bd_stream *stream = NULL;

    if (bd_url_public(o->url, name, &d->app->err) != BD_OK ||
        bd_stream_open(&options, &stream, &d->app->err) != BD_OK) {
        not_let_in(d, "relay");
        return;
    }
    bd_stream_close(stream);
    let_in(d, "relay", name);
}

static void connect_relays(struct doctor *d)
{
    const struct bd_relay_options *relays = NULL;
    size_t count = 0;

    if (relays_open(d->app, &relays, &count) != BD_OK) {
        not_let_in(d, "relay");
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (!bd_str_starts(bd_str_from(relays[i].url), BD_STR("maildir:")))
            connect_relay(d, &relays[i]);
}

static void connect_inbox(struct doctor *d)
{
    struct app *app = d->app;
    struct inbox inbox = { .app = app };
    const char *url = bd_arena_cstr(app->arena, app->config.inbox.url);
    char name[BD_MAX_RELAY_NAME];

    if (app->config.inbox.url.len == 0)
        return;
    if (inbox_source_open(&inbox, url) != BD_OK) {
        not_let_in(d, "inbox");
        return;
    }
    bd_source_close(inbox.source);
    let_in(d, "inbox", bd_url_mailbox(url, name, NULL) == BD_OK ? name : url);
}

void doctor_connect(struct doctor *d)
{
    interrupt_watch();
    connect_relays(d);
    connect_inbox(d);
}

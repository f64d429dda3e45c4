#include <stdlib.h>

#include "brevduva/mail/address.h"
#include "brevduva/store/event.h"
#include "reply_words.h"
#include "why_private.h"

void story_add(struct story *story, int64_t at, bd_str text,
               struct bd_json *json)
{
    if (story->count == story->room) {
        size_t room = story->room ? story->room * 2 : 64;
        struct event *more = BD_NEW_ARRAY(story->app->arena, room,
                                          struct event);

        for (size_t i = 0; i < story->count; i++)
            more[i] = story->events[i];
        story->events = more;
        story->room = room;
    }
    story->events[story->count] = (struct event) { at, story->count, text,
                                                   json };
    story->count++;
}

static void add_part(struct bd_buf *buf, const char *before, bd_str text)
{
    if (text.len == 0)
        return;
    bd_buf_add_cstr(buf, before);
    bd_buf_add(buf, text);
}

static void add_consent(struct story *story, const struct bd_consent *c)
{
    struct app *app = story->app;
    struct bd_json *o = bd_json_object(app->arena);
    struct bd_buf text;

    bd_buf_init(&text, 0);
    bd_buf_add_cstr(&text, word_consent(c->act));
    add_part(&text, ": ", c->list_slug);
    add_part(&text, ", ", c->note);
    if (c->wording.len > 0)
        bd_buf_printf(&text, " \"%.*s\"", BD_ARG(c->wording));
    add_part(&text, " (", c->channel);
    add_part(&text, ", ", c->actor);
    add_part(&text, ", ", c->network);
    bd_buf_add_cstr(&text, c->channel.len ? ")" : "");
    set_text(app, o, "kind", BD_STR("consent"));
    set_time(app, o, "at", c->at);
    set_text(app, o, "act", bd_str_from(bd_consent_act_names[c->act]));
    set_text(app, o, "list", c->list_slug);
    set_text(app, o, "wording", c->wording);
    set_text(app, o, "channel", c->channel);
    set_text(app, o, "actor", c->actor);
    set_text(app, o, "network", c->network);
    set_text(app, o, "note", c->note);
    story_add(story, c->at, bd_buf_copy(&text, app->arena), o);
    bd_buf_fini(&text);
}

/* Why copies waited: what somebody did to the mailing. */
static enum bd_status add_act(void *self, const struct bd_act *act,
                              struct bd_err *err)
{
    struct story *story = self;
    struct app *app = story->app;
    bd_str detail = bd_saying_text(app->arena, bd_lang_get(), act->detail);
    /* "cancelled by eva before anyone was mailed" */
    bool says_itself = bd_str_eq(act->what, BD_STR("cancelled")) &&
                       bd_str_starts(act->detail, BD_STR("cancelled "));
    bd_str what = says_itself ? detail
                              : bd_str_from(word_act(app->arena, act->what));
    struct bd_json *o = bd_json_object(app->arena);
    struct bd_buf text;

    (void)err;
    bd_buf_init(&text, 0);
    bd_buf_printf(&text, _("issue %.*s to %.*s: %s"), BD_ARG(act->issue_slug),
                  BD_ARG(act->list_slug), bd_arena_cstr(app->arena, what));
    add_part(&text, ": ", says_itself ? BD_STR_NONE : detail);
    bd_buf_printf(&text, " (%.*s", BD_ARG(act->channel));
    add_part(&text, ", ", act->actor);
    bd_buf_add_char(&text, ')');
    set_text(app, o, "kind", BD_STR("act"));
    set_time(app, o, "at", act->at);
    set_text(app, o, "issue", act->issue_slug);
    set_text(app, o, "list", act->list_slug);
    set_text(app, o, "act", act->what);
    set_text(app, o, "detail", detail);
    set_text(app, o, "channel", act->channel);
    set_text(app, o, "actor", act->actor);
    story_add(story, act->at, bd_buf_copy(&text, app->arena), o);
    bd_buf_fini(&text);
    return BD_OK;
}

static void add_reply(struct story *story, const struct bd_log_row *r,
                      struct bd_buf *text)
{
    if (bd_str_eq(r->reason, BD_STR("deadline"))) {
        add_part(text, ": ",
                 late_words(story->app->arena, r->reply_code, r->enhanced,
                            r->reply_text));
        return;
    }
    if (r->reply_code > 0)
        bd_buf_printf(text, ": %d", r->reply_code);
    add_part(text, " ", r->enhanced);
    add_part(text, r->reply_code > 0 ? " " : ": ", r->reply_text);
}

static enum bd_status add_attempt(void *self, const struct bd_log_row *r,
                                  struct bd_err *err)
{
    struct story *story = self;
    struct app *app = story->app;
    bd_str email = bd_address_display(app->arena, r->email);
    bool waits = r->state == BD_DELIVERY_QUEUED && r->reason.len > 0;
    struct bd_buf text;

    (void)err;
    bd_buf_init(&text, 0);
    if (r->letter.len > 0)
        bd_buf_printf(&text, _("%s to %.*s: %s"),
                      word_letter(app->arena, r->letter), BD_ARG(email),
                      word_delivery(r->state));
    else if (story->several_lists)
        bd_buf_printf(&text, _("issue %.*s to %.*s, list %.*s: %s"),
                      BD_ARG(r->issue_slug), BD_ARG(email),
                      BD_ARG(r->list_slug), word_delivery(r->state));
    else
        bd_buf_printf(&text, _("issue %.*s to %.*s: %s"), BD_ARG(r->issue_slug),
                      BD_ARG(email), word_delivery(r->state));
    if (r->relay.len > 0)
        bd_buf_printf(&text, _(" by %.*s"), BD_ARG(r->relay));
    add_reply(story, r, &text);
    if (waits)
        bd_buf_printf(
            &text, _("; waits for its domain's turn, until %.*s"),
            BD_ARG(word_time_ahead(app->arena, r->next_try_at, app_now(app))));
    else if (r->state == BD_DELIVERY_SKIPPED)
        add_part(&text, ": ", bd_str_from(skip_words(r->reason)));
    if (r->next_try_at > 0 && !waits)
        bd_buf_printf(
            &text, _("; next try %.*s"),
            BD_ARG(word_time_ahead(app->arena, r->next_try_at, app_now(app))));
    if (r->message_id.len > 0)
        bd_buf_printf(&text, "\n                  <%.*s>",
                      BD_ARG(r->message_id));
    story_add(story, r->at ? r->at : INT64_MAX, bd_buf_copy(&text, app->arena),
              json_of_log_row(app, "delivery", r));
    bd_buf_fini(&text);
    return BD_OK;
}

static int by_time(const void *a, const void *b)
{
    const struct event *x = a;
    const struct event *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static void print_story(const struct story *story)
{
    struct app *app = story->app;

    if (story->count > 0)
        qsort(story->events, story->count, sizeof *story->events, by_time);
    for (size_t i = 0; i < story->count; i++) {
        const struct event *e = &story->events[i];

        if (opt_has(app, "json")) {
            out_json(e->json);
            continue;
        }
        out_padded(e->at == INT64_MAX ? BD_STR_NONE
                                      : bd_time_local(app->arena, e->at),
                   18);
        (void)printf("%.*s\n", BD_ARG(out_shown(app, e->text)));
    }
}

/* Also when the reader is unknown: a suppression outlives erasure. */
static enum bd_status print_suppression(struct app *app, bd_str key)
{
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;
    enum bd_status rc = bd_suppression_find(app->arena, app->store, key, 0,
                                            &reason, &since, &app->err);
    struct bd_json *o = NULL;

    if (rc == BD_ENOENT)
        return BD_OK;
    if (rc != BD_OK)
        return rc;
    if (!opt_has(app, "json")) {
        (void)printf(_("Suppressed since %.*s, never mailed: %.*s\n"),
                     BD_ARG(bd_time_local(app->arena, since)), BD_ARG(reason));
        return BD_OK;
    }
    o = bd_json_object(app->arena);
    set_text(app, o, "kind", BD_STR("suppression"));
    set_time(app, o, "at", since);
    set_text(app, o, "reason", reason);
    out_json(o);
    return BD_OK;
}

static void print_now(struct app *app, const struct bd_subscription *subs,
                      size_t count)
{
    if (opt_has(app, "json"))
        return;
    for (size_t i = 0; i < count; i++)
        (void)printf(_("Now: %s on %.*s since %.*s\n"),
                     word_subscription(subs[i].state),
                     BD_ARG(subs[i].list_slug),
                     BD_ARG(bd_time_local(app->arena, subs[i].since)));
    if (count == 0)
        (void)printf(_("Now: on no list\n"));
}

/* What came of a report stands behind it, in the same second. */
static bool is_consequence(const struct bd_consent *c)
{
    return c->act == BD_CONSENT_BOUNCED || c->act == BD_CONSENT_COMPLAINED;
}

static enum bd_status collect(struct story *story, int64_t reader)
{
    struct app *app = story->app;
    const struct bd_consent *consents = NULL;
    size_t count = 0;
    enum bd_status rc = bd_subscriber_consents(app->arena, app->store, reader,
                                               &consents, &count, &app->err);

    for (size_t i = 0; rc == BD_OK && i < count; i++)
        if (!is_consequence(&consents[i]))
            add_consent(story, &consents[i]);
    if (rc == BD_OK)
        rc = bd_acts_each(app->store, reader, add_act, story, &app->err);
    if (rc == BD_OK)
        rc = bd_story_each(app->store, reader, add_attempt, story, &app->err);
    if (rc == BD_OK)
        rc = story_add_reports(story, reader);
    for (size_t i = 0; rc == BD_OK && i < count; i++)
        if (is_consequence(&consents[i]))
            add_consent(story, &consents[i]);
    return rc;
}

static enum bd_status find_reader(struct app *app, bd_str key,
                                  struct bd_subscriber *out)
{
    *out = (struct bd_subscriber) { .id = 0 };
    return bd_subscriber_find(app->arena, app->store, key, out, &app->err);
}

/* A reader, or somebody who only asked for something on a page. */
static enum bd_status tell(struct story *story, bd_str key,
                           const struct bd_subscription **subs, size_t *count)
{
    struct app *app = story->app;
    struct bd_subscriber reader;
    enum bd_status found = find_reader(app, key, &reader);
    enum bd_status rc = found == BD_ENOENT ? BD_OK : found;
    struct bd_err unknown = app->err;

    if (rc == BD_OK)
        rc = story_add_requests(story, key);
    if (rc == BD_OK && found == BD_OK)
        rc = collect(story, reader.id);
    if (rc == BD_OK && found == BD_OK)
        rc = bd_subscriber_subscriptions(app->arena, app->store, reader.id,
                                         subs, count, &app->err);
    if (rc == BD_OK && found != BD_OK && story->count == 0) {
        app->err = unknown;
        return found;
    }
    return rc;
}

int cmd_why(struct app *app, int argc, char **argv)
{
    struct story story = { .app = app };
    const struct bd_subscription *subs = NULL;
    const struct bd_list *lists = NULL;
    struct bd_address address;
    size_t list_count = 0;
    size_t count = 0;

    (void)argc;
    if (bd_list_all(app->arena, app->store, &lists, &list_count, &app->err) !=
        BD_OK)
        return app_fail(app);
    story.several_lists = list_count > 1;
    if (bd_address_parse(app->arena, bd_str_from(argv[0]), &address,
                         &app->err) != BD_OK ||
        print_suppression(app, address.key) != BD_OK ||
        tell(&story, address.key, &subs, &count) != BD_OK)
        return app_fail(app);
    print_story(&story);
    print_now(app, subs, count);
    return app_flush(app);
}

/* The readers whom a mailing is for, one by one. */
#include "brevduva/store/filter.h"
#include "send_private.h"

struct each {
    struct app *app;
    const struct bd_list *list;
    const struct bd_filter *filter;
    send_reader_fn reader;
    void *self;
};

static enum bd_status is_suppressed(struct each *each, bd_str email_key,
                                    bool *out)
{
    struct app *app = each->app;
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;
    enum bd_status rc = bd_suppression_find(app->arena, app->store, email_key,
                                            each->list->id, &reason, &since,
                                            &app->err);

    *out = rc == BD_OK;
    return rc == BD_ENOENT ? BD_OK : rc;
}

/* They are left out, as when it is their turn. */
static bool is_paused(const struct each *each,
                      const struct bd_subscriber *reader)
{
    return reader->paused_until > app_now(each->app);
}

/* The command's arena would grow with the readers: each has its own. */
static enum bd_status look_at(struct each *each,
                              const struct bd_subscriber *subscriber,
                              int64_t since)
{
    struct app *app = each->app;
    struct bd_subscriber reader = *subscriber;
    bool suppressed = false;
    bool meant = true;
    enum bd_status rc = is_suppressed(each, reader.email_key, &suppressed);

    if (reader.language.len == 0)
        reader.language = each->list->language;
    if (is_paused(each, &reader))
        meant = false;
    else if (rc == BD_OK && !suppressed)
        rc = bd_filter_match(app->arena, app->store, each->filter, &reader,
                             since, &meant, &app->err);
    if (rc != BD_OK || suppressed || !meant)
        return rc;
    return each->reader(each->self, subscriber);
}

static enum bd_status take_row(void *self,
                               const struct bd_subscriber *subscriber,
                               const struct bd_subscription *subscription,
                               struct bd_err *err)
{
    struct each *each = self;
    struct bd_arena *kept = each->app->arena;
    enum bd_status rc = BD_OK;

    (void)err;
    each->app->arena = bd_arena_new();
    rc = look_at(each, subscriber, subscription->since);
    bd_arena_free(each->app->arena);
    each->app->arena = kept;
    return rc;
}

enum bd_status send_each_reader(struct app *app,
                                const struct cli_letter *letter, bd_str where,
                                send_reader_fn reader, void *self)
{
    const struct bd_subscriber_filter active = {
        .list_id = letter->list.id,
        .by_state = true,
        .state = BD_SUB_ACTIVE,
    };
    struct each each = {
        .app = app, .list = &letter->list, .reader = reader, .self = self
    };

    if (bd_filter_read(app->arena, app->store, where, &each.filter,
                       &app->err) != BD_OK)
        return app->err.code;
    return bd_subscriber_each(app->store, &active, take_row, &each, &app->err);
}

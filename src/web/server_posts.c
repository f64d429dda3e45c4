/* The one thread that writes. All posts that wait are answered together: they
 * share the disk's sync. */
#include "server_private.h"

#include <time.h>

#include "brevduva/store/click.h"
#include "brevduva/store/store.h"

#define CLICK_SECONDS 3 /* between two writings of clicks */

static void wait_for_news(struct posts *posts)
{
    struct timespec until = { 0 };

    if (!posts->clicks) {
        (void)pthread_cond_wait(&posts->news, &posts->lock);
        return;
    }
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += CLICK_SECONDS;
    (void)pthread_cond_timedwait(&posts->news, &posts->lock, &until);
}

/* Counts that cannot be written now stay for the next time. */
static void write_clicks(struct posts *posts, bool all)
{
    struct bd_store *store = posts->worker.store;
    const struct bd_sys *sys = posts->worker.site->options.sys;
    const struct web_count *counts = NULL;
    int64_t now_ms = sys->monotonic_ms(sys->self);
    size_t count = 0;
    enum bd_status rc = BD_OK;

    if (!posts->clicks ||
        (!all && now_ms - posts->clicks_at < CLICK_SECONDS * 1000))
        return;
    posts->clicks_at = now_ms;
    count = clicks_due(posts->clicks, sys->now(sys->self), all, &counts);
    if (count == 0 || bd_store_begin(store, NULL) != BD_OK)
        return;
    for (size_t i = 0; i < count && rc == BD_OK; i++)
        rc = bd_click_add(store, counts[i].link, counts[i].day,
                          counts[i].clicks, NULL);
    if (rc == BD_OK)
        rc = bd_store_commit(store, NULL);
    if (rc == BD_OK)
        clicks_written(posts->clicks);
    else
        bd_store_rollback(store);
}

/* The first of those that wait, at most WEB_GROUP_MAX of them. NULL: nothing
 * came for a while, or it ends. */
static struct call *take_group(struct posts *posts, bool *out_closing)
{
    struct call *first = NULL;

    (void)pthread_mutex_lock(&posts->lock);
    if (!posts->first && !posts->closing)
        wait_for_news(posts);
    *out_closing = posts->closing;
    first = posts->first;
    if (first) {
        struct call *last = first;

        for (int i = 1; i < WEB_GROUP_MAX && last->next; i++)
            last = last->next;
        posts->first = last->next;
        last->next = NULL;
        if (!posts->first)
            posts->last = &posts->first;
    }
    (void)pthread_mutex_unlock(&posts->lock);
    return first;
}

static size_t list_group(struct call *group,
                         struct web_exchange out[WEB_GROUP_MAX])
{
    size_t count = 0;

    for (struct call *call = group; call; call = call->next)
        out[count++] = (struct web_exchange) { call->arena, &call->request,
                                               &call->response };
    return count;
}

static void hand_back(struct posts *posts, struct call *group, size_t count)
{
    (void)pthread_mutex_lock(&posts->lock);
    posts->waiting -= count;
    (void)pthread_mutex_unlock(&posts->lock);
    while (group) {
        struct call *call = group;

        group = call->next;
        call->answered = true;
        MHD_resume_connection(call->connection);
    }
}

/* Who came while we waited in vain for the database hears it at once: else the
 * last of a thousand would wait for minutes. */
static void refuse_all(struct posts *posts)
{
    struct call *group = NULL;
    size_t count = 0;

    (void)pthread_mutex_lock(&posts->lock);
    group = posts->first;
    posts->first = NULL;
    posts->last = &posts->first;
    (void)pthread_mutex_unlock(&posts->lock);
    for (struct call *call = group; call; call = call->next, count++)
        web_refuse(&posts->worker, call->arena, &call->request, BD_ETEMP,
                   &call->response);
    hand_back(posts, group, count);
}

static void *posts_main(void *self)
{
    struct posts *posts = self;
    bool closing = false;

    (void)pthread_setname_np(pthread_self(), "brevduva-post");
    for (;;) {
        struct web_exchange exchanges[WEB_GROUP_MAX];
        struct call *group = take_group(posts, &closing);
        size_t count = list_group(group, exchanges);
        bool busy = false;

        if (!group && closing)
            break;
        write_clicks(posts, false);
        if (!group)
            continue;
        busy = web_answer_group(&posts->worker, exchanges, count) == BD_ETEMP;

        hand_back(posts, group, count);
        if (busy)
            refuse_all(posts);
    }
    write_clicks(posts, true);
    return NULL;
}

enum bd_status posts_start(struct bd_server *server, struct bd_err *err)
{
    struct posts *posts = &server->posts;
    enum bd_status rc = bd_store_open(server->options.database, BD_STORE_WRITE,
                                      &posts->worker.store, err);

    if (rc != BD_OK)
        return rc;
    posts->worker.site = server->options.site;
    posts->last = &posts->first;
    if (server->options.site->options.clicks)
        posts->clicks = clicks_new();
    server->reader.clicks = posts->clicks;
    (void)pthread_mutex_init(&posts->lock, NULL);
    (void)pthread_cond_init(&posts->news, NULL);
    if (pthread_create(&posts->thread, NULL, posts_main, posts) != 0)
        return bd_fail(err, BD_EIO, _("cannot start a thread"));
    posts->begun = true;
    return BD_OK;
}

void posts_stop(struct bd_server *server)
{
    struct posts *posts = &server->posts;

    if (posts->begun) {
        (void)pthread_mutex_lock(&posts->lock);
        posts->closing = true;
        (void)pthread_cond_signal(&posts->news);
        (void)pthread_mutex_unlock(&posts->lock);
        (void)pthread_join(posts->thread, NULL);
        posts->begun = false;
    }
    clicks_free(posts->clicks);
    web_worker_end(&posts->worker);
    bd_store_close(posts->worker.store);
    posts->worker.store = NULL;
}

bool posts_add(struct bd_server *server, struct call *call)
{
    struct posts *posts = &server->posts;
    bool taken = false;

    (void)pthread_mutex_lock(&posts->lock);
    taken = !posts->closing;
    if (taken) {
        MHD_suspend_connection(call->connection);
        call->next = NULL;
        *posts->last = call;
        posts->last = &call->next;
        posts->waiting++;
        (void)pthread_cond_signal(&posts->news);
    }
    (void)pthread_mutex_unlock(&posts->lock);
    return taken;
}

size_t posts_waiting(struct bd_server *server)
{
    struct posts *posts = &server->posts;
    size_t count = 0;

    (void)pthread_mutex_lock(&posts->lock);
    count = posts->waiting;
    (void)pthread_mutex_unlock(&posts->lock);
    return count;
}

/* The one thread that writes. All posts that wait are answered together: they
 * share the disk's sync. */
#include "server_private.h"

#include "brevduva/store/store.h"

/* The first of those that wait, at most WEB_GROUP_MAX of them. */
static struct call *take_group(struct posts *posts)
{
    struct call *first = NULL;

    (void)pthread_mutex_lock(&posts->lock);
    while (!posts->first && !posts->closing)
        (void)pthread_cond_wait(&posts->news, &posts->lock);
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
    struct call *group = NULL;

    (void)pthread_setname_np(pthread_self(), "brevduva-post");
    while ((group = take_group(posts))) {
        struct web_exchange exchanges[WEB_GROUP_MAX];
        size_t count = list_group(group, exchanges);
        bool busy = web_answer_group(&posts->worker, exchanges, count) ==
                    BD_ETEMP;

        hand_back(posts, group, count);
        if (busy)
            refuse_all(posts);
    }
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

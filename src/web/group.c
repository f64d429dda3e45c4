/* Posts that are answered together: one transaction, each post in a savepoint
 * of its own, so that one that fails undoes nothing of its neighbours. */
#include <assert.h>

#include "brevduva/store/store.h"
#include "web_private.h"

static void answer_each(struct web_worker *worker,
                        const struct web_exchange *exchanges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        web_answer(worker, exchanges[i].arena, exchanges[i].request,
                   exchanges[i].response);
}

static bool was_busy(const struct web_exchange *exchange)
{
    return exchange->response->status == 503;
}

/* Each in its own transaction. One that waited for the database in vain speaks
 * for those behind it. */
static enum bd_status answer_apart(struct web_worker *worker,
                                   const struct web_exchange *exchanges,
                                   size_t count)
{
    for (size_t i = 0; i < count; i++) {
        answer_each(worker, exchanges + i, 1);
        if (!was_busy(exchanges + i))
            continue;
        while (++i < count)
            web_refuse(worker, exchanges[i].arena, exchanges[i].request,
                       BD_ETEMP, exchanges[i].response);
        return BD_ETEMP;
    }
    return BD_OK;
}

/* If the whole does not come through (the disk is full), none of it happened:
 * then each is tried alone, and gets the answer that is true for it. */
enum bd_status web_answer_group(struct web_worker *worker,
                                const struct web_exchange *exchanges,
                                size_t count)
{
    struct bd_store *store = worker->store;
    enum bd_status rc = BD_OK;

    assert(count <= WEB_GROUP_MAX);
    if (count < 2)
        return answer_apart(worker, exchanges, count);
    rc = bd_store_begin(store, NULL);
    if (rc != BD_OK) {
        for (size_t i = 0; i < count; i++)
            web_refuse(worker, exchanges[i].arena, exchanges[i].request, rc,
                       exchanges[i].response);
        return rc;
    }
    answer_each(worker, exchanges, count);
    if (bd_store_commit(store, NULL) == BD_OK)
        return BD_OK;
    bd_store_rollback(store);
    return answer_apart(worker, exchanges, count);
}

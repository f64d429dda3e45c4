/* What is kept only for a while goes (C2, C10). */
#include "web_private.h"

#include "brevduva/store/confirmation.h"
#include "brevduva/store/incoming.h"
#include "brevduva/store/quota.h"

static enum bd_status tidy(struct bd_store *store, int64_t now,
                           struct bd_err *err)
{
    enum bd_status rc = bd_confirmation_forget(store, now, err);

    if (rc == BD_OK)
        rc = bd_quota_forget(store, now - BD_QUOTA_LONGEST, err);
    return rc == BD_OK ? bd_bounce_forget(store, now - BD_BOUNCE_KEPT, err)
                       : rc;
}

enum bd_status bd_site_tidy(const struct bd_site *site, struct bd_store *store,
                            struct bd_err *err)
{
    int64_t now = site->options.sys->now(site->options.sys->self);
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    rc = tidy(store, now, err);
    if (rc == BD_OK)
        rc = bd_store_commit(store, err);
    if (rc != BD_OK)
        bd_store_rollback(store);
    return rc;
}

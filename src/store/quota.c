#include "brevduva/store/quota.h"

#include <assert.h>

#include "store_private.h"

enum bd_status bd_quota_take(struct bd_store *store,
                             const struct bd_quota *quota, bd_str subject,
                             int64_t now, bool *out, struct bd_err *err)
{
    unsigned char hash[BD_SHA256_LEN];
    sqlite3_stmt *query = NULL;
    int64_t used = 0;
    enum bd_status rc = bd_address_hash(store, subject, hash, err);

    assert(quota->window <= BD_QUOTA_LONGEST);
    if (rc == BD_OK)
        rc = store_query(store, SQL_QUOTA_TAKE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, bd_str_from(quota->purpose));
    store_bind_blob(query, 2, (bd_str) { (const char *)hash, sizeof hash });
    store_bind_int(query, 3, now);
    store_bind_int(query, 4, now - quota->window + 1);
    rc = store_number(store, query, &used, err);
    if (rc == BD_OK)
        *out = used <= quota->max;
    return rc;
}

enum bd_status bd_quota_forget(struct bd_store *store, int64_t before,
                               struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_QUOTA_FORGET, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, before);
    return store_run(store, query, err);
}

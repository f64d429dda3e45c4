#include "brevduva/store/key.h"

#include "store_private.h"

#define KEYS_MAX 255 /* a token has one octet for the number */

static enum bd_status damaged(const struct bd_store *store, struct bd_err *err)
{
    return bd_fail(err, BD_EPARSE,
                   _("%s: the keys that sign the links are damaged; restore a "
                     "backup"),
                   store->path);
}

static enum bd_status read_keys(struct bd_store *store, struct bd_keyring *ring,
                                struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_KEY_EACH, &query, err);

    if (rc != BD_OK)
        return rc;
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        bd_str key = store_column(query, 1);
        bool signs = sqlite3_column_type(query, 2) == SQLITE_NULL;

        if (key.len != BD_TOKEN_KEY_LEN)
            return damaged(store, err);
        bd_keyring_add(ring, (uint8_t)sqlite3_column_int(query, 0),
                       (const unsigned char *)key.ptr,
                       signs ? INT64_MAX : sqlite3_column_int64(query, 2));
    }
    return rc;
}

enum bd_status bd_keys_read(struct bd_store *store, struct bd_keyring **out,
                            struct bd_err *err)
{
    struct bd_keyring *ring = bd_keyring_new();
    enum bd_status rc = read_keys(store, ring, err);

    if (rc == BD_OK && !bd_keyring_signer(ring))
        rc = damaged(store, err);
    if (rc == BD_OK)
        *out = ring;
    else
        bd_keyring_free(ring);
    return rc;
}

static enum bd_status rotate(struct bd_store *store, bd_str key, int64_t now,
                             int64_t keep, int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_KEY_END, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, keep);
    rc = store_run(store, query, err);
    if (rc == BD_OK)
        rc = store_query(store, SQL_KEY_ADD, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_blob(query, 1, key);
    store_bind_int(query, 2, now);
    rc = store_number(store, query, out, err);
    if (rc == BD_EINVAL)
        return bd_fail(err, BD_ELIMIT,
                       _("the newsletter has had %d keys, and there can be no "
                         "more"),
                       KEYS_MAX);
    return rc;
}

enum bd_status bd_key_rotate(struct bd_store *store,
                             const unsigned char key[BD_TOKEN_KEY_LEN],
                             int64_t now, int64_t keep, uint8_t *out,
                             struct bd_err *err)
{
    int64_t number = 0;
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    rc = rotate(store, (bd_str) { (const char *)key, BD_TOKEN_KEY_LEN }, now,
                keep, &number, err);
    rc = store_end(store, rc, err);
    if (rc == BD_OK)
        *out = (uint8_t)number;
    return rc;
}

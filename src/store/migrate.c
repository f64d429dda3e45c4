#include "brevduva/base/assets.h"
#include "store_private.h"

#include <stdio.h>

#define APPLICATION_ID 0x62647661 /* "bdva" in the file's header */

static bool is_migration(const struct bd_asset *asset)
{
    return bd_str_starts(bd_str_from(asset->name), BD_STR("migrations/"));
}

int store_version(void)
{
    int version = 0;

    for (const struct bd_asset *a = bd_assets; a->name; a++)
        if (is_migration(a))
            version++;
    return version;
}

static enum bd_status pragma_number(struct bd_store *store, const char *pragma,
                                    int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int code = sqlite3_prepare_v2(store->db, pragma, -1, &query, NULL);
    enum bd_status rc = code == SQLITE_OK ? store_number(store, query, out, err)
                                          : store_fail(store, code, err);

    (void)sqlite3_finalize(query);
    return rc;
}

/* One migration and its number, whole or not at all. Another process may
 * have been quicker: the version is read again under the lock. */
static enum bd_status apply(struct bd_store *store,
                            const struct bd_asset *asset, int number,
                            struct bd_err *err)
{
    char stamp[96];
    int64_t version = 0;
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    rc = pragma_number(store, "PRAGMA user_version", &version, err);
    if (rc == BD_OK && version == number - 1) {
        int64_t broken = 0;

        (void)snprintf(stamp, sizeof stamp,
                       "PRAGMA application_id = %d; PRAGMA user_version = %d",
                       APPLICATION_ID, number);
        rc = store_exec(store, (const char *)asset->data, err);
        if (rc == BD_OK)
            rc = pragma_number(store,
                               "SELECT COUNT(*) FROM pragma_foreign_key_check",
                               &broken, err);
        if (rc == BD_OK && broken > 0)
            rc = bd_fail(err, BD_EPARSE,
                         _("%s: %lld rows belong to nothing; restore a "
                           "backup"),
                         store->path, (long long)broken);
        if (rc == BD_OK)
            rc = store_exec(store, stamp, err);
    }
    return store_end(store, rc, err);
}

/* A table that others refer to is made anew under its name only while nobody
 * watches over the references; apply() looks at them before it commits. */
static enum bd_status apply_from(struct bd_store *store, int64_t version,
                                 struct bd_err *err)
{
    enum bd_status rc = BD_OK;
    int number = 0;

    if (version < store_version())
        rc = store_exec(store, "PRAGMA foreign_keys = OFF", err);
    for (const struct bd_asset *a = bd_assets; a->name && rc == BD_OK; a++)
        if (is_migration(a) && ++number > version)
            rc = apply(store, a, number, err);
    if (version < store_version() && rc == BD_OK)
        rc = store_exec(store, "PRAGMA foreign_keys = ON", err);
    return rc;
}

enum bd_status store_migrate(struct bd_store *store, enum bd_store_mode mode,
                             bool fresh, struct bd_err *err)
{
    int64_t application = 0;
    int64_t version = 0;
    const int ours = store_version();
    enum bd_status rc = pragma_number(store, "PRAGMA application_id",
                                      &application, err);

    if (rc == BD_OK)
        rc = pragma_number(store, "PRAGMA user_version", &version, err);
    if (rc != BD_OK)
        return rc;
    if (!fresh && application != APPLICATION_ID)
        return store_fail(store, SQLITE_NOTADB, err);
    if (version > ours)
        return bd_fail(err, BD_EINVAL,
                       _("%s: the database has version %lld, made by a newer "
                         "brevduva; this one knows up to %d: install the newer "
                         "program"),
                       store->path, (long long)version, ours);
    if (version < ours && mode == BD_STORE_READ)
        return bd_fail(err, BD_ETEMP,
                       _("%s: the database has version %lld and must be "
                         "brought to %d first: stop what still runs of the "
                         "older brevduva, and run \"brevduva status\" as "
                         "someone who may write it"),
                       store->path, (long long)version, ours);
    return apply_from(store, version, err);
}

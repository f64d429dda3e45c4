#include "brevduva/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "brevduva/base/file.h"
#include "brevduva/base/sys.h"
#include "store_private.h"

#define BUSY_MS 10000

static bool is_no_room(int cause)
{
    return cause == ENOSPC || cause == EDQUOT || cause == EFBIG;
}

/* 0: nothing is known of it. */
static int errno_of_log(sqlite3 *db)
{
    sqlite3_file *log = NULL;
    int cause = 0;

    (void)sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log && log->pMethods)
        (void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &cause);
    return cause;
}

/* A full disk shows as an I/O error when a quota or file size limit, and not
 * the file system, said no. SQLite remembers the cause for the database, for
 * its log (WAL) and for the connection, of which each may be overwritten while
 * it rolls back. */
static bool is_full(const struct bd_store *store, int code)
{
    int cause = 0;

    if ((code & 0xff) != SQLITE_IOERR)
        return (code & 0xff) == SQLITE_FULL;
    (void)sqlite3_file_control(store->db, "main", SQLITE_FCNTL_LAST_ERRNO,
                               &cause);
    return is_no_room(cause) || is_no_room(sqlite3_system_errno(store->db)) ||
           is_no_room(errno_of_log(store->db));
}

static enum bd_status fail_file(const struct bd_store *store, int code,
                                struct bd_err *err)
{
    const char *path = store->path;

    switch (code & 0xff) {
    case SQLITE_NOTADB:
        return bd_fail(err, BD_EINVAL,
                       _("%s: this file is not a newsletter database; restore "
                         "a backup, or point to the right folder with -C"),
                       path);
    case SQLITE_CORRUPT:
        return bd_fail(err, BD_EPARSE,
                       _("%s: the database is damaged; keep a copy of it and "
                         "restore a backup"),
                       path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return bd_fail(err, BD_EIO,
                       _("%s: the database cannot be written; check who owns "
                         "the file and its folder"),
                       path);
    case SQLITE_CANTOPEN:
        return bd_fail(err, BD_EIO,
                       _("%s: cannot open the database; check who may read "
                         "the file and write in its folder"),
                       path);
    default:
        return bd_fail(err, BD_EIO, _("%s: the database failed: %s"), path,
                       sqlite3_errmsg(store->db));
    }
}

enum bd_status store_fail(const struct bd_store *store, int code,
                          struct bd_err *err)
{
    if (is_full(store, code) && store->sending)
        return bd_fail(err, BD_EIO,
                       _("%s: the disk is full; what was stored before is "
                         "kept: free some space. What still runs then goes on "
                         "by itself; what has ended, run again"),
                       store->path);
    if (is_full(store, code))
        return bd_fail(err, BD_EIO,
                       _("%s: the disk is full; nothing was changed: free "
                         "some space and run the command again"),
                       store->path);
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return bd_fail(err, BD_ETEMP,
                       _("%s: another process has kept the database locked "
                         "for a long time; try again"),
                       store->path);
    case SQLITE_CONSTRAINT:
        return bd_fail(err,
                       sqlite3_extended_errcode(store->db) ==
                               SQLITE_CONSTRAINT_UNIQUE
                           ? BD_EEXIST
                           : BD_EINVAL,
                       _("%s: the database refuses the change: %s"),
                       store->path, sqlite3_errmsg(store->db));
    default:
        return fail_file(store, code, err);
    }
}

enum bd_status store_exec(struct bd_store *store, const char *sql,
                          struct bd_err *err)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? BD_OK : store_fail(store, code, err);
}

/* Of this connection; what belongs to the file is set by make_file. */
static enum bd_status set_up(struct bd_store *store, enum bd_store_mode mode,
                             struct bd_err *err)
{
    sqlite3 *db = store->db;

    (void)sqlite3_extended_result_codes(db, 1);
    (void)sqlite3_busy_timeout(db, BUSY_MS);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (mode == BD_STORE_READ)
        return store_exec(store, "PRAGMA cache_size = -16384", err);
    /* 4 MiB: who sends to a million goes through them in order */
    return store_exec(store,
                      "PRAGMA cache_size = -4096;"
                      "PRAGMA temp_store = MEMORY;"
                      "PRAGMA foreign_keys = ON;"
                      "PRAGMA synchronous = FULL;"
                      "PRAGMA secure_delete = ON;"
                      "PRAGMA wal_autocheckpoint = 4000",
                      err);
}

/* `name` is the path that messages speak of. */
static enum bd_status connect(const char *path, const char *name,
                              enum bd_store_mode mode, struct bd_store **out,
                              struct bd_err *err)
{
    struct bd_store *store = calloc(1, sizeof *store);
    int flags = mode == BD_STORE_READ ? SQLITE_OPEN_READONLY
                                      : SQLITE_OPEN_READWRITE;
    enum bd_status rc = BD_OK;
    int code = SQLITE_OK;

    if (!store || !(store->path = strdup(name)))
        abort();
    /* before the first connection, and without effect later: nobody asks how
     * much memory is in use, and counting it takes a lock each time */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    code = sqlite3_open_v2(path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (!store->db)
        abort();
    rc = code == SQLITE_OK ? set_up(store, mode, err)
                           : store_fail(store, code, err);
    if (rc != BD_OK)
        bd_store_close(store);
    else
        *out = store;
    return rc;
}

/* The key is made with the file, so that no hash can exist without it. */
static enum bd_status add_suppression_key(struct bd_store *store,
                                          struct bd_err *err)
{
    const struct bd_sys *sys = bd_sys_real();
    char key[BD_SHA256_LEN];

    sys->random(sys->self, key, sizeof key);
    return bd_setting_set(store, BD_STR("suppression_key"),
                          (bd_str) { key, sizeof key }, err);
}

static enum bd_status fill(const char *temporary, const char *path,
                           struct bd_err *err)
{
    struct bd_store *store = NULL;
    enum bd_status rc = connect(temporary, path, BD_STORE_WRITE, &store, err);

    if (rc != BD_OK)
        return rc;
    rc = store_migrate(store, BD_STORE_WRITE, true, err);
    if (rc == BD_OK)
        rc = add_suppression_key(store, err);
    if (rc == BD_OK) /* kept in the file */
        rc = store_exec(store, "PRAGMA journal_mode = WAL", err);
    bd_store_close(store);
    return rc;
}

/* link() fails where the name is taken, so nothing is ever overwritten. */
static enum bd_status put_in_place(struct bd_arena *arena,
                                   const char *temporary, const char *path,
                                   struct bd_err *err)
{
    const char *slash = strrchr(path, '/');
    bd_str folder = slash ? (bd_str) { path, (size_t)(slash - path) + 1 }
                          : BD_STR(".");

    if (link(temporary, path) == 0)
        return bd_folder_sync(bd_arena_cstr(arena, folder), err);
    if (errno == EEXIST)
        return bd_fail(err, BD_EEXIST, _("%s: the file is there already"),
                       path);
    return bd_fail(err, BD_EIO, _("%s: cannot make the database: %s"), path,
                   bd_errno_text(errno));
}

enum bd_status bd_store_create(const char *path, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str name = bd_arena_printf(arena, "%s.XXXXXX", path);
    char *temporary = bd_arena_alloc(arena, name.len + 1);
    enum bd_status rc = BD_OK;
    int fd = -1;

    memcpy(temporary, name.ptr, name.len);
    if (bd_file_exists(path)) {
        rc = bd_fail(err, BD_EEXIST, _("%s: the file is there already"), path);
        goto done;
    }
    fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600; -wal and -shm too */
    if (fd < 0) {
        rc = bd_fail(err, BD_EIO, _("%s: cannot make the database: %s"), path,
                     bd_errno_text(errno));
        goto done;
    }
    (void)close(fd);
    rc = fill(temporary, path, err);
    if (rc == BD_OK)
        rc = put_in_place(arena, temporary, path, err);
    (void)unlink(temporary);
done:
    bd_arena_free(arena);
    return rc;
}

enum bd_status bd_store_open(const char *path, enum bd_store_mode mode,
                             struct bd_store **out, struct bd_err *err)
{
    struct bd_store *store = NULL;
    enum bd_status rc = BD_OK;

    if (!bd_file_exists(path))
        return bd_fail(err, BD_ENOENT, _("%s: there is no database here"),
                       path);
    rc = connect(path, path, mode, &store, err);
    if (rc == BD_OK)
        rc = store_migrate(store, mode, false, err);
    if (rc == BD_OK)
        *out = store;
    else
        bd_store_close(store);
    return rc;
}

void bd_store_close(struct bd_store *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < STORE_SQL_COUNT; i++)
        (void)sqlite3_finalize(store->stmt[i]);
    bd_hmac_free(store->suppression_hmac);
    begun_drop(store);
    store_relays_forget(store);
    (void)sqlite3_close(store->db);
    free(store->path);
    free(store);
}

static enum bd_status begin(struct bd_store *store, const char *outermost,
                            struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    /* what fails for want of room may undo the whole: an inner step would then
     * begin, and keep, a transaction of its own */
    if (store->depth > 0 && sqlite3_get_autocommit(store->db))
        return bd_fail(err, BD_EIO,
                       _("%s: the database has undone the whole change; try "
                         "again"),
                       store->path);
    rc = store_exec(
        store, store->depth == 0 ? outermost : "SAVEPOINT inner_step", err);
    if (rc == BD_OK)
        store->depth++;
    return rc;
}

enum bd_status bd_store_begin(struct bd_store *store, struct bd_err *err)
{
    return begin(store, "BEGIN IMMEDIATE", err);
}

enum bd_status store_begin_read(struct bd_store *store, struct bd_err *err)
{
    return begin(store, "BEGIN", err);
}

enum bd_status bd_store_commit(struct bd_store *store, struct bd_err *err)
{
    enum bd_status rc = store_exec(
        store, store->depth == 1 ? "COMMIT" : "RELEASE inner_step", err);

    if (rc == BD_OK)
        store->depth--;
    return rc;
}

void bd_store_rollback(struct bd_store *store)
{
    const char *sql = store->depth > 1
                          ? "ROLLBACK TO inner_step; RELEASE inner_step"
                          : "ROLLBACK";

    /* fails where a full disk has rolled back already: nothing is left to do */
    (void)sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    store->depth--;
    store_relays_forget(store);
}

enum bd_status store_end(struct bd_store *store, enum bd_status rc,
                         struct bd_err *err)
{
    if (rc == BD_OK)
        rc = bd_store_commit(store, err);
    if (rc != BD_OK)
        bd_store_rollback(store);
    return rc;
}

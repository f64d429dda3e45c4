/*
 * The newsletter's database: one SQLite file. This layer holds all SQL and
 * is the only home of sqlite3. One struct bd_store is one connection, used
 * by one thread. Times are passed in (seconds since 1970, UTC).
 */
#ifndef BREVDUVA_STORE_STORE_H
#define BREVDUVA_STORE_STORE_H

#include "brevduva/base/arena.h"
#include "brevduva/base/status.h"

struct bd_store;

enum bd_store_mode { BD_STORE_READ, BD_STORE_WRITE };

/* Make a new database (mode 0600) with all migrations; BD_EEXIST if the file
 * is there. The file appears whole or not at all. */
enum bd_status bd_store_create(const char *path,
                               struct bd_err *err) BD_MUST_USE;

/*
 * Open an existing one; WAL, foreign keys on, synchronous=FULL. Writing
 * brings an older database to this version, each migration in a transaction
 * of its own.
 *
 * returns  BD_OK; BD_ENOENT; BD_EINVAL (not our database; a newer version:
 *          the message names both; an older one opened for reading that has
 *          to be brought up to date first); BD_EPARSE (damaged); BD_ETEMP
 *          (locked for more than 10 s); BD_EIO
 */
enum bd_status bd_store_open(const char *path, enum bd_store_mode mode,
                             struct bd_store **out,
                             struct bd_err *err) BD_MUST_USE;
void bd_store_close(struct bd_store *store); /* NULL is allowed */

/* BEGIN IMMEDIATE .. COMMIT; they nest (inner ones are savepoints). A failed
 * statement leaves the transaction open: the caller rolls back. */
enum bd_status bd_store_begin(struct bd_store *store,
                              struct bd_err *err) BD_MUST_USE;
enum bd_status bd_store_commit(struct bd_store *store,
                               struct bd_err *err) BD_MUST_USE;
void bd_store_rollback(struct bd_store *store);

/* Integrity and foreign keys. BD_OK, or BD_EPARSE with the first problem. */
enum bd_status bd_store_check(struct bd_store *store,
                              struct bd_err *err) BD_MUST_USE;

/* Settings that belong to the data: signing keys, schema facts. Texts or
 * bytes. BD_ENOENT when unset. */
enum bd_status bd_setting_get(struct bd_arena *arena, struct bd_store *store,
                              bd_str name, bd_str *out,
                              struct bd_err *err) BD_MUST_USE;
enum bd_status bd_setting_set(struct bd_store *store, bd_str name, bd_str value,
                              struct bd_err *err) BD_MUST_USE;

#endif

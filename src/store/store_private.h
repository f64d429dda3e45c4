/*
 * What the files of this layer share: the connection and its prepared
 * statements. SQL text is in sql.c only.
 */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H

#include <sqlite3.h>

#include "brevduva/base/hash.h"
#include "brevduva/base/i18n.h"
#include "brevduva/base/sys.h"
#include "brevduva/store/event.h"
#include "store_sql.h"

#define STORE_RELAYS 16

struct bd_store {
    sqlite3 *db;
    char *path;                          /* owned; for messages */
    int depth;                           /* transactions begun, nested */
    sqlite3_stmt *stmt[STORE_SQL_COUNT]; /* prepared when first used */
    struct bd_hmac *suppression_hmac;    /* made when first used */
    struct {                             /* relays asked for of late */
        char *name;                      /* owned */
        int64_t id;
    } relays[STORE_RELAYS];
    size_t relay_count;
    int64_t data_version;       /* as bd_store_changed saw it last */
    struct begun_memory *begun; /* NULL: none is kept */
    int begun_fd;               /* of it, locked */
    bool sending; /* by bd_begun_start: a failure may come after changes */
};

/* One line of the consent ledger. */
struct store_consent {
    int64_t subscriber_id;
    int64_t list_id; /* 0: about the reader as a whole */
    enum bd_consent_act act;
    bd_str wording; /* may be empty */
    bd_str note;
};

/* begun.c: give up the memory of what was begun, if there is one. */
void begun_drop(struct bd_store *store);

/* --- db.c --- */

/* Fill `err` from a result code of sqlite3 and say what to do about it. */
enum bd_status store_fail(const struct bd_store *store, int code,
                          struct bd_err *err);

/* A transaction that only reads: all its statements see one moment. Ends
 * with store_end. */
enum bd_status store_begin_read(struct bd_store *store,
                                struct bd_err *err) BD_MUST_USE;

/* BEGIN was done: commit when rc is BD_OK, roll back otherwise. */
enum bd_status store_end(struct bd_store *store, enum bd_status rc,
                         struct bd_err *err) BD_MUST_USE;

/* Run text without parameters or rows: transactions, pragmas, migrations. */
enum bd_status store_exec(struct bd_store *store, const char *sql,
                          struct bd_err *err) BD_MUST_USE;

/* --- migrate.c --- */

/* Is it ours, and of which version? Bring it up to date when `mode` allows.
 * A file with nothing in it is filled when `fresh`. */
enum bd_status store_migrate(struct bd_store *store, enum bd_store_mode mode,
                             bool fresh, struct bd_err *err) BD_MUST_USE;
/* The version that this program makes and reads. */
int store_version(void);

/* --- query.c: one statement, from its parameters to its rows --- */

/* The prepared statement, reset and without values; lives as long as the
 * store. A statement must not be used again while its rows are read. */
enum bd_status store_query(struct bd_store *store, enum store_sql which,
                           sqlite3_stmt **out, struct bd_err *err) BD_MUST_USE;

void store_bind_int(sqlite3_stmt *query, int parameter, int64_t value);
/* 0 is stored as NULL: for ids and times that may be missing. */
void store_bind_some(sqlite3_stmt *query, int parameter, int64_t value);
/* Borrowed until the statement is used again; never NULL. */
void store_bind_text(sqlite3_stmt *query, int parameter, bd_str value);
void store_bind_blob(sqlite3_stmt *query, int parameter, bd_str value);

/* The next row: *out_row false when there is none (the statement is then
 * reset, as it is on failure). */
enum bd_status store_step(struct bd_store *store, sqlite3_stmt *query,
                          bool *out_row, struct bd_err *err) BD_MUST_USE;
/* Run to the end, expecting no rows. */
enum bd_status store_run(struct bd_store *store, sqlite3_stmt *query,
                         struct bd_err *err) BD_MUST_USE;
/* Run for one number: the first column of the only row, 0 when it is NULL.
 * BD_ENOENT, without a message, when there is no row. */
enum bd_status store_number(struct bd_store *store, sqlite3_stmt *query,
                            int64_t *out, struct bd_err *err) BD_MUST_USE;

/* A column as text or bytes, valid until the next step; NULL is empty. */
bd_str store_column(sqlite3_stmt *query, int column);
/* The same, kept in the arena. */
bd_str store_column_copy(struct bd_arena *arena, sqlite3_stmt *query,
                         int column);
/* Where `name` stands among `names`, which end with NULL. */
bool store_name_index(bd_str name, const char *const names[], unsigned *out);
/* `array` of `count` objects of `size` bytes with room for one more. */
void *store_grow(struct bd_arena *arena, void *array, size_t count,
                 size_t *room, size_t size);

/* --- shared parts of modules --- */

/* consent.c: append to the ledger. */
enum bd_status store_consent_add(struct bd_store *store,
                                 const struct store_consent *entry,
                                 const struct bd_actor *actor,
                                 struct bd_err *err) BD_MUST_USE;
/* The id of a wording, added when new; 0 for the empty one. */
enum bd_status store_wording_id(struct bd_store *store, bd_str text,
                                int64_t *out, struct bd_err *err) BD_MUST_USE;

/* attribute.c: record one name, or those in a JSON object, if new. */
enum bd_status store_attribute_add(struct bd_store *store, bd_str name,
                                   struct bd_err *err) BD_MUST_USE;
enum bd_status store_attribute_note(struct bd_store *store, bd_str attributes,
                                    struct bd_err *err) BD_MUST_USE;
/* `old` with what `more` has, member by member; both JSON or empty. */
enum bd_status store_attribute_merge(struct bd_arena *arena, bd_str old,
                                     bd_str more, bd_str *out,
                                     struct bd_err *err) BD_MUST_USE;

/* suppression.c: is any address or domain suppressed at all? */
enum bd_status store_suppression_any(struct bd_store *store, bool *out,
                                     struct bd_err *err) BD_MUST_USE;
/* Let an address back in: for one list, which ends "all lists" too. */
enum bd_status store_suppression_lift(struct bd_store *store, bd_str email_key,
                                      int64_t list_id,
                                      struct bd_err *err) BD_MUST_USE;
/* Let in who was erased: for their own confirmed wish. What else is against it
 * stays. */
enum bd_status store_suppression_lift_erased(struct bd_store *store,
                                             bd_str email_key,
                                             struct bd_err *err) BD_MUST_USE;
/* A new reader, or a new address, may be suppressed on some list already:
 * tie the rows together, so that mailings see it. */
enum bd_status store_suppression_tie(struct bd_store *store, bd_str email_key,
                                     int64_t subscriber_id,
                                     struct bd_err *err) BD_MUST_USE;

/* subscriber.c: fill from the columns of SUBSCRIBER_COLUMNS, borrowed. */
void store_subscriber_read(sqlite3_stmt *query, struct bd_subscriber *out);
enum bd_status store_subscriber_add(struct bd_store *store,
                                    const struct bd_subscriber *reader,
                                    int64_t *out,
                                    struct bd_err *err) BD_MUST_USE;
/* Write the row of reader->id. */
enum bd_status store_subscriber_write(struct bd_store *store,
                                      const struct bd_subscriber *reader,
                                      struct bd_err *err) BD_MUST_USE;
/* Add to `known`, here and in its row, what `more` gives. */
enum bd_status store_subscriber_merge(struct bd_arena *arena,
                                      struct bd_store *store,
                                      const struct bd_subscriber *more,
                                      struct bd_subscriber *known,
                                      bool *out_changed,
                                      struct bd_err *err) BD_MUST_USE;

/* subscription.c */
enum bd_status store_subscription_find(struct bd_store *store, int64_t list_id,
                                       int64_t subscriber_id, bool *out_known,
                                       enum bd_subscription_state *out,
                                       struct bd_err *err) BD_MUST_USE;
enum bd_status store_subscription_put(struct bd_store *store, int64_t list_id,
                                      int64_t subscriber_id,
                                      enum bd_subscription_state state,
                                      int64_t since,
                                      struct bd_err *err) BD_MUST_USE;

/* --- audience.c: who is meant by a filter --- */

struct store_audience_row {
    struct bd_subscriber reader; /* borrowed until the next one */
    bool suppressed;
    bool meant; /* by the filter */
};
typedef enum bd_status (*store_audience_fn)(
    void *self, const struct store_audience_row *row, struct bd_err *err);
/* Rows of a query with AUDIENCE_COLUMNS (sql_parts.h), its parameters bound. */
enum bd_status store_audience_each(struct bd_store *store, sqlite3_stmt *query,
                                   bd_str filter, store_audience_fn row,
                                   void *self, struct bd_err *err) BD_MUST_USE;
/* Count anew who of the active readers is meant. */
enum bd_status store_audience_filter(struct bd_store *store, int64_t list_id,
                                     bd_str text, int64_t now,
                                     struct bd_audience *audience,
                                     struct bd_err *err) BD_MUST_USE;

/* --- email.c --- */

/* Any case; the domain as it stands in the ledger or as people write it. An
 * empty part is in every address. */
bool store_email_has(bd_str email, bd_str part);

/* --- count.c: numbers that are kept --- */

/* How many more copies of a mailing are in each state. */
struct store_tally {
    int64_t more[BD_DELIVERY_STATES];
};
enum bd_status store_tally_write(struct bd_store *store, int64_t mailing_id,
                                 const struct store_tally *tally,
                                 struct bd_err *err) BD_MUST_USE;
/* Count the rows of the mailing: after changes to many of them. */
enum bd_status store_tally_again(struct bd_store *store, int64_t mailing_id,
                                 struct bd_err *err) BD_MUST_USE;
/* So many more readers of the list are in that state. */
enum bd_status store_count_readers(struct bd_store *store, int64_t list_id,
                                   enum bd_subscription_state state,
                                   int64_t readers, int64_t nameless,
                                   struct bd_err *err) BD_MUST_USE;
/* Before the reader's name is written: will it be empty? */
enum bd_status store_count_renamed(struct bd_store *store,
                                   int64_t subscriber_id, bool nameless,
                                   struct bd_err *err) BD_MUST_USE;
enum bd_status store_count_check(struct bd_store *store,
                                 struct bd_err *err) BD_MUST_USE;

/* --- mailing_state.c --- */

/* What was done to a mailing, for `why` and the curious. */
enum bd_status store_mailing_audit(struct bd_store *store,
                                   const struct bd_mailing *mailing,
                                   const struct bd_actor *actor, bd_str what,
                                   bd_str detail,
                                   struct bd_err *err) BD_MUST_USE;
/* Copies of it wait again: when it was done or cancelled it is being sent
 * again, and trying them begins anew. */
enum bd_status store_mailing_reopen(struct bd_store *store,
                                    const struct bd_mailing *mailing,
                                    const struct bd_actor *actor,
                                    struct bd_err *err) BD_MUST_USE;

/* mailing_state.c: a cancelled one that reached nobody was never started, so
 * that nothing of it is shown. */
enum bd_status store_mailing_unstart(struct bd_store *store, int64_t id,
                                     struct bd_err *err) BD_MUST_USE;
/* queue.c: copies of a cancelled mailing that wait are skipped. */
enum bd_status store_queue_drop(struct bd_store *store, int64_t mailing_id,
                                struct bd_err *err) BD_MUST_USE;
/* enlist.c: so are those of readers who have no row yet. */
enum bd_status store_enlist_cancelled(struct bd_store *store,
                                      int64_t mailing_id,
                                      struct bd_err *err) BD_MUST_USE;
/* And these are the queued ones whom `log` shows after the others. */
enum bd_status store_enlist_log(struct bd_store *store, int64_t mailing_id,
                                bd_log_fn row, void *self,
                                struct bd_err *err) BD_MUST_USE;

/* fold.c: write the rows of all copies that are being handed over: for those
 * who have to find every copy in delivery. Within a transaction. Whoever
 * removes a reader needs it before, as a row that comes later would name the
 * reader. */
enum bd_status store_unfold(struct bd_store *store,
                            struct bd_err *err) BD_MUST_USE;
/* relay.c: what is remembered was perhaps rolled back. */
void store_relays_forget(struct bd_store *store);

#endif

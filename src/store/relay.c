/* What is known of relays and sessions: their numbers, and how much a relay
 * was given on which day. */
#include <stdlib.h>
#include <string.h>

#include "brevduva/store/event.h"
#include "store_queue.h"

#define QUARTER_SECONDS 900 /* zones differ by no less */

void store_relays_forget(struct bd_store *store)
{
    for (size_t i = 0; i < store->relay_count; i++)
        free(store->relays[i].name);
    store->relay_count = 0;
}

static enum bd_status find_or_add(struct bd_store *store, bd_str name,
                                  int64_t *out, struct bd_err *err)
{
    static const enum store_sql steps[] = { SQL_RELAY_FIND, SQL_RELAY_ADD };
    enum bd_status rc = BD_ENOENT;

    for (size_t i = 0; i < 2 && rc == BD_ENOENT; i++) {
        sqlite3_stmt *query = NULL;

        rc = store_query(store, steps[i], &query, err);
        if (rc != BD_OK)
            break;
        store_bind_text(query, 1, name);
        rc = store_number(store, query, out, err);
    }
    return rc;
}

static void remember(struct bd_store *store, bd_str name, int64_t id)
{
    char *copy = strndup(name.ptr, name.len);

    if (!copy)
        abort();
    if (store->relay_count == STORE_RELAYS)
        store_relays_forget(store);
    store->relays[store->relay_count].name = copy;
    store->relays[store->relay_count++].id = id;
}

enum bd_status store_relay_id(struct bd_store *store, bd_str name, int64_t *out,
                              struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    *out = 0;
    if (name.len == 0)
        return BD_OK;
    for (size_t i = 0; i < store->relay_count; i++) {
        if (bd_str_eq(name, bd_str_from(store->relays[i].name))) {
            *out = store->relays[i].id;
            return BD_OK;
        }
    }
    rc = find_or_add(store, name, out, err);
    if (rc == BD_OK)
        remember(store, name, *out);
    return rc;
}

static enum bd_status write_row(struct bd_store *store,
                                const struct relay_tally *tally, size_t i,
                                struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_RELAY_COUNT, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, tally->row[i].relay_id);
    store_bind_int(query, 2, tally->row[i].day);
    store_bind_int(query, 3, tally->row[i].copies);
    return store_run(store, query, err);
}

enum bd_status relay_tally_write(struct bd_store *store,
                                 struct relay_tally *tally, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < tally->count && rc == BD_OK; i++)
        rc = write_row(store, tally, i, err);
    tally->count = 0;
    return rc;
}

/* The calendar is asked once for each quarter of an hour. */
static int64_t day_of(struct relay_tally *tally, int64_t at)
{
    int64_t quarter = at / QUARTER_SECONDS + 1; /* never 0: not asked yet */

    if (quarter != tally->quarter) {
        tally->quarter = quarter;
        tally->day = bd_day_local(at);
    }
    return tally->day;
}

enum bd_status relay_tally_add(struct bd_store *store,
                               struct relay_tally *tally, int64_t relay_id,
                               int64_t at, struct bd_err *err)
{
    const size_t room = sizeof tally->row / sizeof *tally->row;
    int64_t day = day_of(tally, at);
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < tally->count; i++) {
        if (tally->row[i].relay_id == relay_id && tally->row[i].day == day) {
            tally->row[i].copies++;
            return BD_OK;
        }
    }
    if (tally->count == room)
        rc = relay_tally_write(store, tally, err);
    tally->row[tally->count].relay_id = relay_id;
    tally->row[tally->count].day = day;
    tally->row[tally->count++].copies = 1;
    return rc;
}

enum bd_status bd_queue_relay_day(struct bd_store *store, bd_str relay,
                                  int64_t day, int64_t *out_count,
                                  int64_t *out_first_day, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_RELAY_DAY, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, relay);
    store_bind_int(query, 2, day);
    rc = store_step(store, query, &row, err);
    if (rc == BD_OK && row) {
        *out_count = sqlite3_column_int64(query, 0);
        *out_first_day = sqlite3_column_int64(query, 1);
    }
    (void)sqlite3_reset(query);
    return rc;
}

enum bd_status bd_queue_session(struct bd_store *store, int64_t *out,
                                struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_SESSION_NEXT, &query, err);

    return rc == BD_OK ? store_number(store, query, out, err) : rc;
}

bool bd_store_changed(struct bd_store *store)
{
    sqlite3_stmt *query = NULL;
    int64_t version = 0;
    bool changed = true; /* when it cannot be told */

    if (store_query(store, SQL_DATA_VERSION, &query, NULL) == BD_OK &&
        store_number(store, query, &version, NULL) == BD_OK)
        changed = version != store->data_version;
    store->data_version = version;
    return changed;
}

enum bd_status bd_relays_used(struct bd_arena *arena, struct bd_store *store,
                              const bd_str **out, size_t *out_count,
                              struct bd_err *err)
{
    bd_str *names = NULL;
    size_t count = 0;
    size_t room = 0;
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_RELAY_ALL, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, INT64_MAX);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        names = store_grow(arena, names, count, &room, sizeof *names);
        names[count++] = store_column_copy(arena, query, 1);
    }
    if (rc != BD_OK)
        return rc;
    *out = names;
    *out_count = count;
    return BD_OK;
}

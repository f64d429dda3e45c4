/*
 * Rows are sorted by address first and written in that order: the indexes
 * grow at their ends, which is several times faster than filling them here
 * and there, and equal addresses stand side by side.
 */
#include "brevduva/store/import.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/buf.h"
#include "store_import.h"
#include "store_sort.h"

struct bd_import {
    struct bd_store *store;
    struct bd_import_options options; /* texts are in the arena */
    bd_import_skip_fn skipped;
    void *self;
    struct bd_arena *arena;     /* lives as long as the import */
    struct bd_arena *row_arena; /* cleared for each known reader */
    struct store_sort *sort;
    struct bd_buf record;
    struct import_names names;
    struct bd_import_summary summary;
    struct import_enlister enlister;
    bool suppressions; /* there are any at all */
};

static bd_str folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return BD_STR(".");
    return (bd_str) { path, slash == path ? 1 : (size_t)(slash - path) };
}

enum bd_status bd_import_begin(struct bd_store *store,
                               const struct bd_import_options *options,
                               bd_import_skip_fn skipped, void *self,
                               struct bd_import **out, struct bd_err *err)
{
    struct bd_import *import = NULL;
    struct bd_arena *arena = NULL;

    if (bd_str_trim(options->consent).len == 0)
        return bd_fail(err, BD_EINVAL,
                       _("say where and when the readers gave their consent; "
                         "without it they must not be mailed"));
    /* room for the index that every row is looked up in */
    if (store_exec(store, "PRAGMA cache_size = -16384", err) != BD_OK)
        return err ? err->code : BD_EIO;
    import = calloc(1, sizeof *import);
    if (!import)
        abort();
    arena = bd_arena_new();
    *import = (struct bd_import) { .store = store,
                                   .options = *options,
                                   .skipped = skipped,
                                   .self = self,
                                   .arena = arena,
                                   .row_arena = bd_arena_new(),
                                   .names = { .arena = arena } };
    import->options.consent = bd_arena_copy(arena, options->consent);
    import->options.actor.channel = bd_arena_copy(arena,
                                                  options->actor.channel);
    import->options.actor.name = bd_arena_copy(arena, options->actor.name);
    import->options.actor.network = bd_arena_copy(arena,
                                                  options->actor.network);
    import->sort = store_sort_new(bd_arena_cstr(arena, folder_of(store->path)));
    bd_buf_init(&import->record, 0);
    *out = import;
    return BD_OK;
}

void bd_import_cancel(struct bd_import *import)
{
    if (!import)
        return;
    store_sort_free(import->sort);
    bd_buf_fini(&import->record);
    bd_arena_free(import->row_arena);
    bd_arena_free(import->arena);
    free(import);
}

enum bd_status bd_import_add(struct bd_import *import,
                             const struct bd_import_row *row,
                             struct bd_err *err)
{
    enum bd_status rc = import_names_add(&import->names,
                                         row->subscriber.attributes, err);

    assert(row->subscriber.email_key.len > 0);
    if (rc != BD_OK)
        return rc;
    bd_buf_clear(&import->record);
    import_row_write(row, &import->record);
    return store_sort_add(import->sort, row->subscriber.email_key,
                          bd_buf_str(&import->record), err);
}

static void skip(struct bd_import *import, const struct bd_import_row *row,
                 const char *reason)
{
    if (import->skipped)
        import->skipped(import->self, row->line, row->subscriber.email, reason);
}

static void keep_out(struct bd_import *import, const struct bd_import_row *row,
                     const char *reason)
{
    import->summary.kept_out++;
    skip(import, row, reason);
}

/* BD_ENOENT, with nothing done, when the reader is known. */
static enum bd_status add_new(struct bd_import *import,
                              const struct bd_import_row *row,
                              struct bd_err *err)
{
    const struct bd_subscriber *reader = &row->subscriber;
    sqlite3_stmt *query = NULL;
    int64_t id = 0;
    enum bd_status rc = store_query(import->store, SQL_IMPORT_SUBSCRIBER,
                                    &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, reader->email);
    store_bind_text(query, 2, reader->email_key);
    store_bind_text(query, 3, reader->name);
    store_bind_text(query, 4, reader->language);
    store_bind_int(query, 5, reader->text_only);
    store_bind_text(query, 6, reader->attributes);
    store_bind_text(query, 7, BD_STR("import"));
    store_bind_int(query, 8, import->options.actor.now);
    rc = store_run(import->store, query, err);
    if (rc != BD_OK)
        return rc;
    if (sqlite3_changes64(import->store->db) == 0)
        return BD_ENOENT;
    /* RETURNING would cost an eighth of the whole import */
    id = sqlite3_last_insert_rowid(import->store->db);
    if (import->suppressions)
        rc = store_suppression_tie(import->store, reader->email_key, id, err);
    if (rc != BD_OK)
        return rc;
    import->summary.added++;
    return import_enlist_new(&import->enlister, id, row, err);
}

static const char *reason_to_keep_out(enum bd_subscription_state state)
{
    switch (state) {
    case BD_SUB_LEFT:
        return _("has left this list");
    case BD_SUB_BOUNCED:
        return _("the address does not work: its mail came back");
    case BD_SUB_COMPLAINED:
        return _("has reported this list as spam");
    default:
        return NULL;
    }
}

/* Someone on the list: more may become known, nobody comes back by it. */
static enum bd_status merge(struct bd_import *import,
                            const struct bd_import_row *row,
                            struct bd_subscriber *known,
                            enum bd_subscription_state state,
                            struct bd_err *err)
{
    const char *reason = reason_to_keep_out(state);
    bool confirmed = state == BD_SUB_PENDING && row->state == BD_SUB_ACTIVE;
    bool changed = false;
    enum bd_status rc = BD_OK;

    if (reason && row->state != state) {
        keep_out(import, row, reason);
        return BD_OK;
    }
    rc = store_subscriber_merge(import->row_arena, import->store,
                                &row->subscriber, known, &changed, err);
    if (rc == BD_OK && confirmed)
        rc = import_enlist(&import->enlister, known->id, row, err);
    else if (rc == BD_OK && changed)
        rc = import_note_change(&import->enlister, known->id, err);
    if (changed || confirmed)
        import->summary.updated++;
    else
        import->summary.unchanged++;
    return rc;
}

static enum bd_status settle_known(struct bd_import *import,
                                   const struct bd_import_row *row,
                                   struct bd_err *err)
{
    enum bd_subscription_state state = BD_SUB_PENDING;
    struct bd_subscriber known = { 0 };
    bool changed = false;
    bool on_list = false;
    enum bd_status rc = BD_OK;

    bd_arena_clear(import->row_arena);
    rc = bd_subscriber_find(import->row_arena, import->store,
                            row->subscriber.email_key, &known, err);
    if (rc == BD_OK)
        rc = store_subscription_find(import->store, import->options.list_id,
                                     known.id, &on_list, &state, err);
    if (rc != BD_OK)
        return rc;
    if (on_list)
        return merge(import, row, &known, state, err);
    rc = store_subscriber_merge(import->row_arena, import->store,
                                &row->subscriber, &known, &changed, err);
    import->summary.added++;
    return rc == BD_OK ? import_enlist(&import->enlister, known.id, row, err)
                       : rc;
}

static enum bd_status is_suppressed(struct bd_import *import, bd_str email_key,
                                    bool *out, struct bd_err *err)
{
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;
    enum bd_status rc = BD_ENOENT;

    bd_arena_clear(import->row_arena);
    if (import->suppressions)
        rc = bd_suppression_find(import->row_arena, import->store, email_key,
                                 import->options.list_id, &reason, &since, err);
    *out = rc == BD_OK;
    return rc == BD_ENOENT ? BD_OK : rc;
}

static enum bd_status settle(struct bd_import *import,
                             const struct bd_import_row *row,
                             struct bd_err *err)
{
    bool suppressed = false;
    enum bd_status rc = is_suppressed(import, row->subscriber.email_key,
                                      &suppressed, err);

    if (rc != BD_OK)
        return rc;
    if (suppressed) {
        keep_out(import, row, _("the address must not be mailed"));
        return BD_OK;
    }
    rc = add_new(import, row, err);
    return rc == BD_ENOENT ? settle_known(import, row, err) : rc;
}

static enum bd_status write_names(struct bd_import *import, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < import->names.count && rc == BD_OK; i++)
        rc = store_attribute_add(import->store, import->names.name[i], err);
    return rc;
}

static enum bd_status write_rows(struct bd_import *import, struct bd_err *err)
{
    struct bd_import_row row = { 0 };
    struct bd_buf before; /* the key of the row before */
    bd_str record = BD_STR_NONE;
    bd_str key = BD_STR_NONE;
    bool more = false;
    enum bd_status rc = BD_OK;

    bd_buf_init(&before, 0);
    for (;;) {
        rc = store_sort_next(import->sort, &more, &key, &record, err);
        if (rc != BD_OK || !more)
            break;
        import_row_read(key, record, &row);
        if (bd_str_eq(key, bd_buf_str(&before))) {
            import->summary.duplicates++;
            skip(import, &row,
                 _("the same address stands earlier in the "
                   "file"));
            continue;
        }
        bd_buf_clear(&before);
        bd_buf_add(&before, key);
        rc = settle(import, &row, err);
        if (rc != BD_OK)
            break;
    }
    bd_buf_fini(&before);
    return rc;
}

static enum bd_status write_all(struct bd_import *import, struct bd_err *err)
{
    struct bd_store *store = import->store;
    enum bd_status rc = BD_OK;

    import->enlister = (struct import_enlister) { .store = store,
                                                  .options = &import->options };
    rc = store_wording_id(store, import->options.consent,
                          &import->enlister.wording, err);

    if (rc == BD_OK)
        rc = store_suppression_any(store, &import->suppressions, err);
    if (rc == BD_OK)
        rc = write_names(import, err);
    if (rc == BD_OK)
        rc = write_rows(import, err);
    return rc == BD_OK ? import_enlist_flush(&import->enlister, err) : rc;
}

enum bd_status bd_import_finish(struct bd_import *import,
                                struct bd_import_summary *out,
                                struct bd_err *err)
{
    struct bd_store *store = import->store;
    enum bd_status rc = store_sort_finish(import->sort, err);

    if (rc == BD_OK)
        rc = bd_store_begin(store, err);
    if (rc != BD_OK)
        goto done;
    rc = write_all(import, err);
    if (rc == BD_OK && import->options.dry_run)
        bd_store_rollback(store);
    else
        rc = store_end(store, rc, err);
    if (rc == BD_OK)
        *out = import->summary;
done:
    bd_import_cancel(import);
    return rc;
}

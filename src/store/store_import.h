/* What the files of the import share. */
#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include "brevduva/base/buf.h"
#include "brevduva/store/import.h"
#include "store_private.h"

/* Names of attributes in order of first appearance. */
struct import_names {
    struct bd_arena *arena;
    bd_str *name;
    size_t count, room;
};

/* Note the member names of a JSON object, quickly: its form is not checked
 * unless a name has escapes. */
enum bd_status import_names_add(struct import_names *names, bd_str json,
                                struct bd_err *err) BD_MUST_USE;

/*
 * Puts readers on the list, each with the ledger row that says why. Readers
 * just added have ids that follow each other: they are put there together, by
 * one statement for thousands, which halves the time of an import.
 */
struct import_enlister {
    struct bd_store *store;
    const struct bd_import_options *options;
    int64_t wording; /* of the consent */
    struct {
        int64_t first, count; /* ids */
        int64_t nameless;     /* of them */
        enum bd_subscription_state state;
        int64_t since;
    } batch; /* added, not yet on the list */
};

enum bd_status import_enlist(struct import_enlister *enlister,
                             int64_t subscriber_id,
                             const struct bd_import_row *row,
                             struct bd_err *err) BD_MUST_USE;
/* The same for a reader who was just added; done at the latest by a flush. */
enum bd_status import_enlist_new(struct import_enlister *enlister,
                                 int64_t subscriber_id,
                                 const struct bd_import_row *row,
                                 struct bd_err *err) BD_MUST_USE;
enum bd_status import_enlist_flush(struct import_enlister *enlister,
                                   struct bd_err *err) BD_MUST_USE;
/* A reader on the list of whom more became known. */
enum bd_status import_note_change(struct import_enlister *enlister,
                                  int64_t subscriber_id,
                                  struct bd_err *err) BD_MUST_USE;

/* A row on its way through the sort. */
void import_row_write(const struct bd_import_row *row, struct bd_buf *out);
/* Texts are borrowed from `key` and `record`. */
void import_row_read(bd_str key, bd_str record, struct bd_import_row *out);

#endif

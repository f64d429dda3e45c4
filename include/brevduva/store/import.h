/*
 * Many readers at once, in one transaction with flat memory. Rows are only
 * gathered by bd_import_add; bd_import_finish does the work, and the database
 * is locked for others during it alone.
 */
#ifndef BREVDUVA_STORE_IMPORT_H
#define BREVDUVA_STORE_IMPORT_H

#include "brevduva/store/subscriber.h"

struct bd_import_options {
    int64_t list_id;
    bd_str consent; /* source and date of the consent: never empty */
    struct bd_actor actor;
    bool dry_run; /* find out everything, change nothing */
};

struct bd_import_row {
    uint32_t line;
    struct bd_subscriber subscriber; /* id and source ignored */
    enum bd_subscription_state state;
    int64_t since; /* 0: now */
};

struct bd_import_summary {
    int64_t added;      /* new on the list */
    int64_t updated;    /* on the list already; name or attributes changed, or
                         * pending and active now */
    int64_t unchanged;  /* also those who left here and in the file */
    int64_t kept_out;   /* left, bounced, complained or suppressed here: stay
                         * as they are */
    int64_t duplicates; /* same address earlier in the file: first one wins */
};

struct bd_import;

/* A row that was not taken as asked: kept out, or a duplicate. Called from
 * bd_import_finish, in order of address and not of line. `reason` is
 * translated. */
typedef void (*bd_import_skip_fn)(void *self, uint32_t line, bd_str email,
                                  const char *reason);

/* BD_EINVAL when the consent is not stated. */
enum bd_status bd_import_begin(struct bd_store *store,
                               const struct bd_import_options *options,
                               bd_import_skip_fn skipped, void *self,
                               struct bd_import **out,
                               struct bd_err *err) BD_MUST_USE;
/* Texts of `row` are borrowed for the call. */
enum bd_status bd_import_add(struct bd_import *import,
                             const struct bd_import_row *row,
                             struct bd_err *err) BD_MUST_USE;
/* Commit (or roll back when dry). Frees `import` in every case. */
enum bd_status bd_import_finish(struct bd_import *import,
                                struct bd_import_summary *out,
                                struct bd_err *err) BD_MUST_USE;
/* Roll back and free; NULL is allowed. */
void bd_import_cancel(struct bd_import *import);

#endif

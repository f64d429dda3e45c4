/*
 * The last test of each issue: what its editor has seen of it as a mail.
 */
#ifndef BREVDUVA_STORE_TESTED_H
#define BREVDUVA_STORE_TESTED_H

#include "brevduva/store/store.h"

struct bd_tested {
    bd_str slug;
    bd_str source;      /* the Markdown file */
    bd_str letter_hash; /* of the compiled letter */
    int64_t tested_at;
};

/* Takes the place of the one before. */
enum bd_status bd_tested_put(struct bd_store *store,
                             const struct bd_tested *tested,
                             struct bd_err *err) BD_MUST_USE;

/* BD_ENOENT: it was never tested. */
enum bd_status bd_tested_get(struct bd_arena *arena, struct bd_store *store,
                             bd_str slug, struct bd_tested *out,
                             struct bd_err *err) BD_MUST_USE;

#endif

/*
 * Links whose clicks are counted, if the owner wants that (C9): per link and
 * day, nobody's in particular.
 */
#ifndef BREVDUVA_STORE_CLICK_H
#define BREVDUVA_STORE_CLICK_H

#include "brevduva/store/store.h"

/* The number of the link, made where it is new and `add`; else BD_ENOENT,
 * without a message. */
enum bd_status bd_link_number(struct bd_store *store, bd_str slug, bd_str url,
                              bool add, int64_t *out,
                              struct bd_err *err) BD_MUST_USE;

struct bd_link {
    bd_str slug; /* of the issue */
    bd_str url;
    int64_t begun_at; /* when its mailing to that list began; 0: not yet */
    int64_t clicks;   /* in all */
};

/* Where it leads; the list is that of the mailing. BD_ENOENT, without a
 * message. */
enum bd_status bd_link_get(struct bd_arena *arena, struct bd_store *store,
                           int64_t id, int64_t list_id, struct bd_link *out,
                           struct bd_err *err) BD_MUST_USE;

/* So many more on that day (days since 1970, local). A link that is gone is
 * none. */
enum bd_status bd_click_add(struct bd_store *store, int64_t link_id,
                            int64_t day, int64_t clicks,
                            struct bd_err *err) BD_MUST_USE;

/* The links of an issue, most clicks first. */
enum bd_status bd_link_all(struct bd_arena *arena, struct bd_store *store,
                           bd_str slug, const struct bd_link **out,
                           size_t *out_count, struct bd_err *err) BD_MUST_USE;

#endif

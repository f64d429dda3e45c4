/* Mailing lists. */
#ifndef BREVDUVA_STORE_LIST_H
#define BREVDUVA_STORE_LIST_H

#include "brevduva/store/store.h"

struct bd_list {
    int64_t id;
    bd_str slug;  /* "nyhetsbrev": unique, also in List-Id; never changes */
    bd_str title; /* "Nyhetsbrevet" */
    bd_str description;
    bd_str language; /* "sv" or "en" */
    int64_t created_at;
    /* Numbers of readers by state, filled by find and each. */
    int64_t pending, active, left, bounced, complained;
};

/* out_id is written on success; list->id and the numbers are ignored.
 * BD_EEXIST when the slug is taken. */
enum bd_status bd_list_add(struct bd_store *store, const struct bd_list *list,
                           int64_t *out_id, struct bd_err *err) BD_MUST_USE;

/* By slug; an empty slug means the newsletter's first list. BD_ENOENT with a
 * message that names the lists there are. */
enum bd_status bd_list_find(struct bd_arena *arena, struct bd_store *store,
                            bd_str slug, struct bd_list *out,
                            struct bd_err *err) BD_MUST_USE;

/* Title, description and language of list->id. */
enum bd_status bd_list_update(struct bd_store *store,
                              const struct bd_list *list,
                              struct bd_err *err) BD_MUST_USE;

/* Only a list that no one ever stood on and that nothing was sent to;
 * otherwise BD_EINVAL with the reason. The last list stays. */
enum bd_status bd_list_remove(struct bd_store *store, int64_t id,
                              struct bd_err *err) BD_MUST_USE;

/* All, oldest first, in the arena. */
enum bd_status bd_list_all(struct bd_arena *arena, struct bd_store *store,
                           const struct bd_list **out, size_t *out_count,
                           struct bd_err *err) BD_MUST_USE;

#endif

/*
 * Sort more records than fit in memory: sorted runs go to a nameless file in
 * the newsletter's folder (never to /tmp: they are readers' data) and are
 * merged while they are read. Memory stays below 16 MiB.
 */
#ifndef STORE_SORT_H
#define STORE_SORT_H

#include "brevduva/base/arena.h"
#include "brevduva/base/status.h"

struct store_sort;

/* folder   where the file is made, if one is needed; borrowed */
struct store_sort *store_sort_new(const char *folder);
void store_sort_free(struct store_sort *sort); /* NULL is allowed */

enum bd_status store_sort_add(struct store_sort *sort, bd_str key,
                              bd_str record, struct bd_err *err) BD_MUST_USE;

/* Nothing more is added; store_sort_next may be called. */
enum bd_status store_sort_finish(struct store_sort *sort,
                                 struct bd_err *err) BD_MUST_USE;

/* The next record by key; equal keys in the order they were added.
 * *out_more false at the end. Texts are valid until the next call. */
enum bd_status store_sort_next(struct store_sort *sort, bool *out_more,
                               bd_str *out_key, bd_str *out_record,
                               struct bd_err *err) BD_MUST_USE;

#endif

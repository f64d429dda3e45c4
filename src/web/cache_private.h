/* Public pages as they were rendered last, until the database changes. */
#ifndef CACHE_PRIVATE_H
#define CACHE_PRIVATE_H

#include "web_private.h"

/* Answer from the cache: true when that is done. */
bool cache_find(const struct web_worker *worker, struct web_visit *visit);
/* Give a public answer its ETag, keep it if it may be asked for again, and
 * shorten it to 304 for who has it already (RFC 9110 13.1.2). */
void cache_keep(struct web_worker *worker, struct web_visit *visit);
void cache_empty(struct web_cache *cache); /* NULL is allowed */
void cache_free(struct web_cache *cache);  /* NULL is allowed */

#endif

/*
 * Which copies were begun: numbers in shared memory that outlive the process
 * that wrote them (kill -9, a crash), and not the machine. The ledger says
 * which copies a dead process had claimed; only those that it had also begun
 * may have been accepted, the others are queued again.
 *
 * A claim names the memory and how many numbers it held by then. When that is
 * gone, another one, or overwritten since (it is a ring), nothing is known,
 * and every copy of the claim counts as begun.
 */
#ifndef BREVDUVA_STORE_BEGUN_H
#define BREVDUVA_STORE_BEGUN_H

#include "brevduva/store/store.h"

/*
 * From now on claims of this store name a new memory, in the place of what an
 * earlier process left: so call bd_queue_recover first. Without the means for
 * it claims name none, and everything else goes on as well.
 */
void bd_begun_start(struct bd_store *store);

/* The memory goes when no claim is open. */
void bd_begun_stop(struct bd_store *store);

/* The first octet of this copy's message may leave from now on. By one thread,
 * which need not be the store's; costs a few instructions. */
void bd_begun_note(struct bd_store *store, int64_t delivery_id);

#endif

/*
 * Erasure and access (C7, C8): what is kept of one person, and its end.
 */
#ifndef BREVDUVA_STORE_ERASE_H
#define BREVDUVA_STORE_ERASE_H

#include "brevduva/base/json.h"
#include "brevduva/store/subscriber.h"

/*
 * Remove a reader for good: name, address, subscriptions, requests, letters;
 * copies of mailings keep their numbers and lose the address, the server's
 * words and the reader. Ledger rows keep what was agreed to and when, under a
 * keyed hash. The address is suppressed ("erased"), so that no file brings it
 * back. Copies that wait are skipped when it is their turn.
 *
 * What is not reached: the log until its next checkpoint, backups, and what a
 * coordinator wrote elsewhere (docs/commands/forget.md).
 *
 * returns  BD_OK; BD_ENOENT when there is no such reader
 */
enum bd_status bd_subscriber_erase(struct bd_store *store, int64_t id,
                                   const struct bd_actor *actor,
                                   struct bd_err *err) BD_MUST_USE;

/*
 * All that is kept of a reader: "reader", "lists", "consents", "copies" (of
 * issues, and letters, each attempt with its outcome), "requests", "tips",
 * "suppressions". Names of members and values are the same in all languages.
 *
 * out      in the arena
 * returns  BD_OK; BD_ENOENT
 */
enum bd_status bd_subscriber_dossier(struct bd_arena *arena,
                                     struct bd_store *store, int64_t id,
                                     int64_t now, struct bd_json **out,
                                     struct bd_err *err) BD_MUST_USE;

#endif

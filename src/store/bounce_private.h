/* Reports about readers: what the files share. */
#ifndef BOUNCE_PRIVATE_H
#define BOUNCE_PRIVATE_H

#include "brevduva/store/incoming.h"
#include "store_queue.h"

/* In the order of enum bd_proof and enum bd_bounce_effect; NULL ends them. */
extern const char *const bounce_proofs[];
extern const char *const bounce_effects[];

bool bounce_is(const struct bd_bounce *bounce, const char *kind);
/* A person reported us, rather than a machine something else. */
bool bounce_is_complaint(const struct bd_bounce *bounce);

/* bounce_judge.c: what the reader's record comes to, this row included; and
 * act on it. The row is proven, and its reader is known. */
enum bd_status bounce_judge(struct bd_arena *arena, struct bd_store *store,
                            const struct bd_bounce *bounce,
                            const struct bd_bounce_rules *rules,
                            const struct bd_actor *actor,
                            enum bd_bounce_effect *out,
                            struct bd_err *err) BD_MUST_USE;

/* suspend.c */
/* On all lists where the reader is active or pending; *out: on how many. */
enum bd_status suspend_reader(struct bd_arena *arena, struct bd_store *store,
                              const struct bd_bounce *why,
                              const struct bd_actor *actor, size_t *out,
                              struct bd_err *err) BD_MUST_USE;
/* Off all lists, suppressed, no letters. */
enum bd_status suspend_complainer(struct bd_arena *arena,
                                  struct bd_store *store,
                                  const struct bd_bounce *why,
                                  const struct bd_actor *actor,
                                  struct bd_err *err) BD_MUST_USE;

#endif

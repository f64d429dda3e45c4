/*
 * Waiting for many file descriptors at once (epoll, level-triggered) and for
 * other threads. One thread waits; bd_loop_wake may be called by any.
 */
#ifndef BREVDUVA_NET_LOOP_H
#define BREVDUVA_NET_LOOP_H

#include "brevduva/base/status.h"
#include "brevduva/base/str.h"

struct bd_loop;

/* BD_EIO when the system gives no more descriptors. */
enum bd_status bd_loop_new(struct bd_loop **out,
                           struct bd_err *err) BD_MUST_USE;
void bd_loop_free(struct bd_loop *loop); /* NULL is allowed */

/* Watch `fd` for reading. `who` comes back from bd_loop_wait. */
enum bd_status bd_loop_add(struct bd_loop *loop, int fd, void *who,
                           struct bd_err *err) BD_MUST_USE;
/* Watch for writing too, or no more. Only while a write is partial. */
void bd_loop_want_write(struct bd_loop *loop, int fd, void *who, bool want);
void bd_loop_remove(struct bd_loop *loop, int fd);

/* End the present or next bd_loop_wait early. Any thread; async-signal-safe. */
void bd_loop_wake(struct bd_loop *loop);

/*
 * Wait until some are ready (closed ones are ready too), somebody wakes us, or
 * the time is over.
 *
 * timeout_ms  0 only looks; negative waits for ever
 * out         the `who` of those ready, at most `max`
 * returns     how many; 0 when woken or the time is over
 */
size_t bd_loop_wait(struct bd_loop *loop, int64_t timeout_ms, void **out,
                    size_t max);

#endif

/*
 * The recipients' domains that must be gone easy on: those with a limit in
 * the settings ("*.outlook.com, hotmail.com: 20/min"), and those that have
 * said 421, 450, 451, 452 or 454. Each slows down alone. Pure: the time is
 * passed in, as in rate.h.
 *
 * After such a reply the domain gets one copy, then waits a second; each
 * further one doubles the wait, up to five minutes, and each accepted copy
 * halves it, until it is as before.
 */
#ifndef BREVDUVA_DELIVER_DOMAINS_H
#define BREVDUVA_DELIVER_DOMAINS_H

#include "brevduva/deliver/rate.h"

/* One row of the settings. Domains that fit one pattern share the limit. */
struct bd_domain_limit {
    bd_str patterns; /* "*.outlook.com, hotmail.com" */
    struct bd_rate_limits limits;
};

struct bd_domains;

/* `limits` is borrowed for as long as the domains live. */
struct bd_domains *bd_domains_new(const struct bd_domain_limit *limits,
                                  size_t count);
void bd_domains_free(struct bd_domains *domains);

/* No domain is limited or slowed down: the common case, which costs nothing. */
bool bd_domains_are_free(const struct bd_domains *domains);

/*
 * May a copy to this domain start now? 0: yes, and it counts as started.
 * Otherwise in so many milliseconds, and that moment is reserved for it: the
 * next to ask gets a later one.
 */
int64_t bd_domains_take(struct bd_domains *domains, bd_str domain,
                        int64_t now_ms);

/* What a copy to this domain met: 2yz, 4yz (421, 450, 451, 452, 454 slow
 * down; others are the mailbox's own trouble) or 5yz. */
void bd_domains_tell(struct bd_domains *domains, bd_str domain, int reply_code,
                     int64_t now_ms);

/* The slowest, for people: name and wait between copies. At most `max`. */
struct bd_slow_domain {
    bd_str domain; /* valid until the next call of any of these */
    int64_t wait_ms;
};
size_t bd_domains_slowest(const struct bd_domains *domains,
                          struct bd_slow_domain *out, size_t max);

#endif

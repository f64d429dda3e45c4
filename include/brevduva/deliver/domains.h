/*
 * The recipients' domains that must be gone easy on: those with a limit in
 * the settings ("*.outlook.com, hotmail.com: 20/min"), and those that have
 * said 421, 450, 451, 452 or 454, but not of one mailbox (4.2.x). Each slows
 * down alone. Pure: the time is passed in, as in rate.h.
 *
 * After such a reply the domain rests for a second, then gets one copy a
 * second; each further one doubles that, up to five minutes, and each accepted
 * copy halves it, until it is as before; then copies that were told to come
 * back later may come at once. Answers to copies that had left before the last
 * such reply change nothing: a hundred under way count once.
 */
#ifndef BREVDUVA_DELIVER_DOMAINS_H
#define BREVDUVA_DELIVER_DOMAINS_H

#include "brevduva/deliver/rate.h"

/* A copy that must wait no longer than this is better kept in memory and
 * asked for again at that moment than given back to the queue, which knows
 * seconds only: twenty a second would otherwise become one. */
#define BD_DOMAINS_SOON_MS 2000

/* One row of the settings: names, and "*.a.example" for all below a.example.
 * Domains that fit one row share its limit; the first that fits counts. */
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
 * Otherwise ask again in so many milliseconds: its turn comes then, if nobody
 * else took it, and the next to ask gets a later one. No turn further away
 * than 15 minutes is given, as things may be better by then; only the very
 * next may be.
 */
int64_t bd_domains_take(struct bd_domains *domains, bd_str domain,
                        int64_t now_ms);

/*
 * What a copy to this domain met: 2yz speeds up, 421, 450, 451, 452 and 454
 * slow down, all else is the mailbox's own trouble. To be told at least of
 * 4yz, and of 2yz unless bd_domains_are_free.
 *
 * enhanced  "4.7.1", or empty; 4.2.x is the mailbox's own trouble too
 * returns   it was held back by such replies, and is not any more: who was told
 *           to come back later need not wait
 */
bool bd_domains_tell(struct bd_domains *domains, bd_str domain, int reply_code,
                     bd_str enhanced, int64_t now_ms);

/* When the next turn of a row's limit is, for whoever goes on later. Each
 * counts from 0, as the rows and their limits were given. */
int64_t bd_domains_turn(const struct bd_domains *domains, size_t row,
                        size_t limit);
void bd_domains_set_turn(struct bd_domains *domains, size_t row, size_t limit,
                         int64_t at_ms);

/* The slowest, for people: name and wait between copies. At most `max`. */
struct bd_slow_domain {
    bd_str domain; /* valid until the next call of any of these */
    int64_t wait_ms;
};
size_t bd_domains_slowest(const struct bd_domains *domains,
                          struct bd_slow_domain *out, size_t max);

#endif

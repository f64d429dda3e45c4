/* When a deferred copy is tried again. Pure. */
#ifndef BREVDUVA_DELIVER_RETRY_PRIVATE_H
#define BREVDUVA_DELIVER_RETRY_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

struct retry {
    int64_t first;    /* seconds before the first retry of a 4yz, */
    int64_t network;  /* and where the session broke */
    int64_t since;    /* when trying it began, or began anew; 0: now */
    int64_t deadline; /* seconds since 1970; 0: none */
};

/* The next try after one that got 4yz at `now`: waiting as long as it has been
 * tried by then doubles each wait, up to six hours. Any `chance` gives up to a
 * quarter more delay. The last is at the deadline. */
int64_t retry_at(const struct retry *retry, int64_t now, uint32_t chance);
/* The same after a session that broke before the relay had all of the copy. */
int64_t retry_network_at(const struct retry *retry, int64_t now,
                         uint32_t chance);

/* The try at `now` was the last one. */
bool retry_is_over(const struct retry *retry, int64_t now);

#endif

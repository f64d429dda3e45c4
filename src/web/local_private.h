/* The parts of the local page's server. */
#ifndef LOCAL_PRIVATE_H
#define LOCAL_PRIVATE_H

#include <microhttpd.h>

#include "brevduva/web/local.h"

#define LOCAL_SECRET_LEN 32 /* 128 bits, as hexadecimal digits */

struct bd_local_request {
    struct MHD_Connection *connection;
    bd_str path;
};

/* One stream of events. */
struct listener;

struct bd_local {
    struct MHD_Daemon *daemon;
    bd_local_fn answer;
    void *self;
    struct listener *listeners;
    uint64_t version;
    int64_t breathed_ms; /* when we last looked who is still there */
    bool ending;
    bool ticket_used;
    char secret[LOCAL_SECRET_LEN + 1];
    char ticket[LOCAL_SECRET_LEN + 1];
    char host[2][32]; /* as they may stand in Host */
    char url[96];
    char ticket_url[96];
};

/* local_events.c */
/* Answer with a stream. */
enum MHD_Result local_listen(struct bd_local *local,
                             struct MHD_Connection *connection);
/* Let all streams write. */
void local_wake(struct bd_local *local);
/* Every fifteen seconds a word that means nothing, so that we hear who is
 * gone. */
void local_breathe(struct bd_local *local);

#endif

/* A newsletter of its own for tests of what the sender survives: a database
 * with readers and one mailing, and the sender over it. */
#ifndef TESTS_RELIABILITY_NEWS_H
#define TESTS_RELIABILITY_NEWS_H

#include "brevduva/base/sys.h"
#include "brevduva/deliver/relay.h"
#include "brevduva/store/event.h"

#define NEWS_TAIL "Slut.\r\n" /* what each whole copy ends with */

struct news {
    const char *db, *lock; /* paths */
    struct bd_arena *arena;
    struct bd_store *store;
    int64_t list, mailing;
    const struct bd_sys *sys;
    const char *to; /* every reader's address; NULL: one each */
    struct bd_err err;
};

/* Where the copies go, and how. */
struct news_way {
    const char *url;
    enum bd_starttls starttls;
    int sessions;
    int chunking;    /* as in bd_relay_options */
    int64_t at_most; /* messages per session; 0: any number */
    long patience;   /* ms, for everything; 0: RFC 5321's */
};

struct news_outcome {
    int64_t recovered; /* unknown because an earlier run was killed */
    bool finished;     /* nobody waits any more */
};

/* Stop the program, with the words of news->err, when `rc` is not BD_OK. */
void news_must(const struct news *news, enum bd_status rc);

/* In `folder`, which is there. reader0@lasare.example and so on; the copies
 * have about `size` octets. */
void news_make(struct news *news, const char *folder, unsigned readers,
               size_t size);
void news_open(struct news *news, const char *folder);
void news_close(struct news *news);

/* Send what is due, over a mailing that was paused too. */
enum bd_status news_send(struct news *news, const struct news_way *way,
                         struct news_outcome *out, struct bd_err *err);

/* The unknown ones are queued again; how many. */
int64_t news_resend(struct news *news);

#endif

/*
 * Clicks that are counted (C9): per link and day, of nobody. Scanners of mail
 * open all links of a letter at once; people do not. So a click waits for
 * CLICKS_BURST_SECONDS, in memory only, and is not counted when the same
 * network opens another link of the same mailing in that time; the same link
 * again is one click.
 */
#ifndef CLICKS_PRIVATE_H
#define CLICKS_PRIVATE_H

#include "web_private.h"

#define CLICKS_BURST_SECONDS 10
/* Not counted so long after the mailing began. */
#define CLICKS_FIRST_SECONDS 60

struct web_click {
    int64_t link;
    uint64_t mailing; /* tells mailings apart */
    uint64_t network; /* tells networks apart */
    int64_t at;       /* seconds */
};

struct web_count {
    int64_t link, day; /* days since 1970, local */
    int64_t clicks;
};

struct web_clicks *clicks_new(void);
void clicks_free(struct web_clicks *clicks); /* NULL is allowed */

/* From any thread. One too many at a time is not counted. */
void clicks_note(struct web_clicks *clicks, const struct web_click *click);

/*
 * What is to be written, by one thread only: it stays until clicks_written.
 *
 * all      do not wait for what may still come: the server stops
 * out      borrowed until the next call
 */
size_t clicks_due(struct web_clicks *clicks, int64_t now, bool all,
                  const struct web_count **out);
void clicks_written(struct web_clicks *clicks);

#endif

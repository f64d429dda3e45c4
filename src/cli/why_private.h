/* `why`: what is known of one address, as a story. */
#ifndef WHY_PRIVATE_H
#define WHY_PRIVATE_H

#include "cli_private.h"

/* Consent and copies, as one story in order of time. */
struct event {
    int64_t at;
    size_t order; /* ties: as the store gave them */
    bd_str text;  /* for people */
    struct bd_json *json;
};

struct story {
    struct app *app;
    struct event *events;
    size_t count, room;
    bool several_lists; /* an issue may have come to the reader by two */
};

void story_add(struct story *story, int64_t at, bd_str text,
               struct bd_json *json);

/* why_requests.c: what the address asked for on pages, as far as the consent
 * ledger does not tell it. */
enum bd_status story_add_requests(struct story *story, bd_str key) BD_MUST_USE;

/* why_reports.c: what came back from the reader's address */
enum bd_status story_add_reports(struct story *story,
                                 int64_t reader) BD_MUST_USE;

#endif

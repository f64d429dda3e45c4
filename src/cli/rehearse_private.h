/* The parts of `send --rehearse`. */
#ifndef REHEARSE_PRIVATE_H
#define REHEARSE_PRIVATE_H

#include "brevduva/compose/recipient.h"
#include "send_private.h"

#define REHEARSAL_EXAMPLES 3

/* A merge tag of the letter, and the readers who have no value for it. */
struct rehearsal_field {
    bd_str name;
    bool has_hole;                       /* somewhere without a default text */
    int64_t empty;                       /* readers */
    bd_str examples[REHEARSAL_EXAMPLES]; /* their addresses */
};

struct rehearsal {
    struct app *app;
    struct bd_arena *kept; /* app->arena is another for each reader */
    const struct bd_message *full, *text_only;
    struct bd_signer *signer;
    const char *folder;
    int64_t list_id;
    int64_t readers; /* about so many will come */
    bd_str salt;
    struct bd_buf bytes; /* of the mail under way */
    struct progress progress;
    int64_t started_ms;
    int64_t copies, total, largest;
    bd_str largest_of;
    char last_key_bytes[512];
    bd_str last_key;
    int64_t same_key, same_id;
    struct rehearsal_field *fields;
    size_t field_count;
    int64_t failed;
    struct {
        bd_str email, why;
    } failures[REHEARSAL_EXAMPLES];
};

/* rehearse_report.c */
void rehearsal_find_fields(struct rehearsal *r);
void rehearsal_note_empty(struct rehearsal *r, const struct bd_message *message,
                          const bd_str *values, bd_str email);
void rehearsal_note_failed(struct rehearsal *r, bd_str email, bd_str why);
/* What was found; the exit code. */
int rehearsal_report(struct rehearsal *r);

#endif

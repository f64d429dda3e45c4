/* What only the store and the clock can tell the checks. */
#ifndef CLI_CHECK_FACTS_H
#define CLI_CHECK_FACTS_H

#include "brevduva/compose/check.h"
#include "cli_private.h"

/* What was read of the readers, for who checks a letter again and again: hung
 * into app->kept. Begins zeroed. */
struct check_kept {
    struct bd_arena *arena; /* of all below; NULL: nothing yet */
    int64_t list_id;
    int64_t read_ms, took_ms; /* by the monotonic clock */
    int64_t readers;
    struct bd_check_value *values;
    size_t value_count;
};
void check_kept_fini(struct check_kept *kept);

/* The day, earlier issues, and what the merge tags of the letter are for the
 * active readers of its list. In app->arena. */
enum bd_status check_facts_read(struct app *app,
                                const struct cli_letter *letter,
                                const struct bd_message *message,
                                struct bd_check_facts *out);

/* check_links.c */
/* Ask the web servers that the text leads to, and put what they say into the
 * facts. Takes as long as they take. */
enum bd_status check_links_ask(struct app *app, const struct bd_issue *issue,
                               struct bd_check_facts *facts);

#endif

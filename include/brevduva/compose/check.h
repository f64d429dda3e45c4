/*
 * What a careful editor would notice before the letter goes out. Pure; the
 * findings come in the order of the text.
 */
#ifndef BREVDUVA_COMPOSE_CHECK_H
#define BREVDUVA_COMPOSE_CHECK_H

#include "brevduva/compose/letter.h"

enum bd_check_level {
    BD_CHECK_ERROR,   /* sending is refused */
    BD_CHECK_WARNING, /* sending asks */
    BD_CHECK_HINT
};

struct bd_finding {
    const char *id; /* "link-text-vague": stable, for `quiet:` and --json */
    enum bd_check_level level;
    struct bd_place place; /* in the issue file; line 0: the whole letter */
    bd_str text;           /* what is wrong and how to mend it, translated */
};

struct bd_check_run; /* one run over one issue; check_private.h */

/* One row for each check there is, sorted by id; ends with a NULL id. */
struct bd_check {
    const char *id;
    enum bd_check_level level;
    const char *help; /* N_() text: what it looks for and why */
    void (*run)(struct bd_check_run *run);
};
extern const struct bd_check bd_checks[];

/*
 * Run all checks that the issue does not silence.
 *
 * message  the compiled full letter, for sizes and links
 * out      array of *out_count findings in the arena
 */
void bd_check_issue(struct bd_arena *arena, const struct bd_issue *issue,
                    const struct bd_letter_options *options,
                    const struct bd_message *message,
                    const struct bd_finding **out, size_t *out_count);

#endif

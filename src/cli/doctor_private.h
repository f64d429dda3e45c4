/* What `doctor` finds. */
#ifndef DOCTOR_PRIVATE_H
#define DOCTOR_PRIVATE_H

#include "cli_private.h"

enum doctor_level { DOCTOR_ERROR, DOCTOR_WARNING };

struct doctor {
    struct app *app;
    size_t errors, warnings;
};

/* Print one: what is wrong, and what to do. `id` is for programs. */
void doctor_tell(struct doctor *d, enum doctor_level level, const char *id,
                 bd_str text);

/* doctor_connect.c: log in to each relay and to the mailbox. */
void doctor_connect(struct doctor *d);

/* doctor_checks.c: the settings, the files, the lists. */
enum bd_status doctor_check(struct doctor *d) BD_MUST_USE;

#endif

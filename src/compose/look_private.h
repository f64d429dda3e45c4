/* How a letter looks: the theme's files, the owner's settings, and what
 * follows from them. docs/templates.md says what templates see of it. */
#ifndef COMPOSE_LOOK_PRIVATE_H
#define COMPOSE_LOOK_PRIVATE_H

#include "brevduva/base/json.h"
#include "brevduva/compose/letter.h"
#include "theme_private.h"

#define BD_BASE_THEME "brev" /* has every file; the others what differs */

struct bd_draft;

/*
 * A file of the letter's theme, or that of BD_BASE_THEME where it has none.
 *
 * file      "letter.html"
 * out_name  for messages: "templates/mail/partner/letter.html"
 * returns   BD_OK; BD_ENOENT; BD_ELIMIT; BD_EPARSE (controls, not UTF-8)
 */
enum bd_status bd_look_file(const struct bd_draft *draft, const char *file,
                            const char **out_name, bd_str *out_text,
                            struct bd_err *err) BD_MUST_USE;

/* A styles.css with the values of the look in it. */
struct bd_look_sheet {
    const char *name; /* for messages */
    bd_str css;
};
#define BD_LOOK_SHEETS 2 /* BD_BASE_THEME's, and the theme's own */

struct bd_look_made {
    struct bd_json *values; /* what templates know as "theme" */
    struct bd_look_sheet sheets[BD_LOOK_SHEETS]; /* a later one wins */
    size_t sheet_count;
    unsigned width; /* of the letter, pixels */
};

/*
 * Read the theme's style sheets.
 *
 * returns  BD_OK; BD_ENOENT, BD_EPARSE "FILE:LINE:COLUMN: …", BD_EINVAL (no
 *          such theme)
 */
enum bd_status bd_look_make(struct bd_draft *draft, struct bd_look_made *out,
                            struct bd_err *err) BD_MUST_USE;

/* Read all the sheets; later rules take the place of earlier ones. */
enum bd_status bd_look_theme(struct bd_draft *draft,
                             const struct bd_look_made *made,
                             struct bd_theme *out,
                             struct bd_err *err) BD_MUST_USE;

#endif

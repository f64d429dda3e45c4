/*
 * A designer's style sheets written into the elements that they are meant for:
 * many mail programs drop <style> (standards.md H4). Selectors as in CSS
 * Selectors Level 3, the cascade as in CSS Cascading 4 section 6. Pure.
 */
#ifndef BREVDUVA_COMPOSE_CSS_H
#define BREVDUVA_COMPOSE_CSS_H

#include "brevduva/base/arena.h"
#include "brevduva/base/status.h"

/* Hears "PATH:LINE:COLUMN: what; what to do" of what is left as it stands. */
typedef void (*bd_css_warn_fn)(void *self, const char *message);

struct bd_css_options {
    bd_css_warn_fn warn; /* NULL: nobody listens */
    void *warn_self;
};

/*
 * Write the rules of each <style> into style="…" of the elements they match,
 * and take them out of <style>. All else stays octet for octet: DOCTYPE,
 * comments (those for Outlook, too), entities, quotes, {{tags}}, the markers of
 * fields, and what was in a style="…" before.
 *
 * In <style> stay @-rules; selectors with a pseudo-class or -element that
 * depends on more than the tree (:hover, :root, ::before); selectors that match
 * nothing, as they may be meant for a mail program (.ExternalClass,
 * [data-ogsc]); rules that hold rules; sheets with media="…" other than "all",
 * a type="…" other than "text/css", data-embed or data-inline="off".
 *
 * `!important` decides and is left out: rules in @media need it to win over
 * style="…", and would lose to another.
 *
 * html     a page by the newsletter's owner, never a stranger's: valid UTF-8
 *          of at most BD_MAX_MESSAGE_BYTES
 * path     for messages: "templates/mail/my/letter.html"
 * options  may be NULL
 * out      in the arena; `html` itself when there is nothing to inline
 * returns  BD_OK; BD_EPARSE "PATH:LINE:COLUMN: what; what to do" (a comment,
 *          string, bracket, brace or {{tag}} without end, a brace or bracket
 *          too many); BD_ELIMIT (nested too deep, too long)
 */
enum bd_status bd_css_inline(struct bd_arena *arena, bd_str html,
                             const char *path,
                             const struct bd_css_options *options, bd_str *out,
                             struct bd_err *err) BD_MUST_USE;

#endif

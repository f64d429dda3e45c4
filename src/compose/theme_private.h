/* A theme's styles.css: the one place of all inline styles. */
#ifndef COMPOSE_THEME_PRIVATE_H
#define COMPOSE_THEME_PRIVATE_H

#include "brevduva/base/arena.h"
#include "brevduva/base/status.h"

struct bd_style {
    bd_str name;         /* "h2", "masthead" */
    bd_str declarations; /* "margin:0;color:#222", safe in "…" */
    struct bd_style *next;
};

struct bd_theme {
    struct bd_style *styles;
    bd_str sheet;        /* the @-rules as they stand, for <style> */
    unsigned text_width; /* pixels beside each other in the letter */
};

/*
 * Read "name, name { declarations }" rules and @-rules. The names are those
 * of elements and of parts of letter.html; a property of a later rule takes
 * the place of an earlier one's. @theme is only for bd_theme_defaults.
 *
 * name     for messages
 * out      is added to; { 0 } at first
 * returns  BD_OK; BD_EPARSE "NAME:LINE:COLUMN: what; what to do"
 */
enum bd_status bd_theme_read(struct bd_arena *arena, const char *name,
                             bd_str css, struct bd_theme *out,
                             struct bd_err *err) BD_MUST_USE;

/* What "@theme { KEY: value; }" in the sheet has in its braces, comments made
 * blanks; empty: nothing. `*out_at`: the octet of the sheet where it begins. */
bd_str bd_theme_defaults(struct bd_arena *arena, bd_str css, size_t *out_at);

/* A copy with blanks for comments, so that places stay right. `*out_open`: the
 * comment that has no end, or SIZE_MAX. */
bd_str bd_theme_blank_comments(struct bd_arena *arena, bd_str css,
                               size_t *out_open);

/* Octets of a sheet without comments: "names { declarations }". */
struct bd_theme_rule {
    size_t at;   /* where its names begin, or its "@" */
    size_t open; /* of its brace */
    size_t end;  /* of the brace that closes it; 0: there is none */
};

/* The first rule from octet `at` on; false: there is nothing more. */
bool bd_theme_rule(bd_str css, size_t at, struct bd_theme_rule *out);

/* The declarations for `name`; empty when it has none. */
bd_str bd_theme_style(const struct bd_theme *theme, bd_str name);

#endif

/* The parts of bd_css_inline: sheet to rules, selectors, tags, tree. */
#ifndef COMPOSE_CSS_PRIVATE_H
#define COMPOSE_CSS_PRIVATE_H

#include "brevduva/base/buf.h"
#include "brevduva/compose/css.h"

/* css_split.c: a sheet's rules (CSS Syntax 3, section 5). */

/* What does not end, or ends what did not begin. */
struct bd_css_fault {
    size_t at;        /* octet of the sheet */
    const char *what; /* "what; what to do" */
};

enum bd_css_kind {
    BD_CSS_END,  /* no more */
    BD_CSS_RULE, /* selectors { declarations } */
    BD_CSS_AT    /* @name … ; or @name … { … } */
};

struct bd_css_rule {
    enum bd_css_kind kind;
    size_t start, end; /* octets of the sheet, with the braces */
    bd_str selectors;  /* BD_CSS_RULE: a part of the sheet, as is `block` */
    bd_str block;      /* between the braces */
    bool nested;       /* the block holds blocks */
};

/*
 * The next rule. Comments, <!--, --> and {{tags}} between rules are skipped.
 *
 * at       where to begin; on BD_OK behind the rule
 * returns  BD_OK; BD_EPARSE with `out_fault`
 */
enum bd_status bd_css_next(bd_str css, size_t *at, struct bd_css_rule *out,
                           struct bd_css_fault *out_fault) BD_MUST_USE;

/*
 * Cut `*rest` at the first `separator` that stands outside comments, strings,
 * brackets and {{tags}}; as bd_str_cut. `*rest` is text between faultless
 * braces, or in an attribute, where "&amp;" holds no semicolon.
 */
bd_str bd_css_cut(bd_str *rest, char separator, bool in_attribute);

/* Without comments, white space as one blank, none at the ends. {{tags}} and
 * strings as they are. */
bd_str bd_css_squeeze(struct bd_arena *arena, bd_str text);

/* Octets of the {{tag}} or field marker that `text` begins with, or 0. */
size_t bd_css_tag_len(bd_str text);

struct bd_css_declaration {
    bd_str name;  /* "margin"; a lone {{tag}} is a name without value */
    bd_str value; /* without !important */
    bool important;
};

/* "margin: 0 !important" in parts, squeezed. False: it is none. */
bool bd_css_declaration_read(struct bd_arena *arena, bd_str text,
                             struct bd_css_declaration *out);

/* css_selector.c (Selectors Level 3; 4 for lists in :not). */

enum bd_css_use {
    BD_CSS_INLINE, /* depends on the tree alone */
    BD_CSS_KEEP,   /* only the mail program knows: stays in <style> */
    BD_CSS_BAD     /* not a selector */
};

struct bd_css_selector {
    enum bd_css_use use;
    uint32_t specificity; /* ids, classes, elements: 12, 10, 10 bits */
};

/* Read one selector without commas outside brackets, squeezed. */
struct bd_css_selector bd_css_selector_read(bd_str text);

/* Octets of the escape that `text` begins with, as "\\:" or "\\31 " (CSS Syntax
 * 3, 4.3.7); 1 when it does not. */
size_t bd_css_escape_len(bd_str text);

/* css_tag.c: a start tag as the source has it (HTML 13.2.5). */

struct bd_css_attribute {
    bd_str name;
    bd_str value; /* as it stands, without quotes */
    char quote;   /* " or ', or 0 */
    bool tagged;  /* stands beside a {{tag}} */
};

struct bd_css_start_tag {
    bd_str html;
    size_t next; /* where the next attribute is looked for */
    size_t last; /* behind the name and all attributes so far */
    size_t end;  /* behind ">", when all attributes have been read */
    bool tagged;
};

/* Begin at the "<". */
struct bd_css_start_tag bd_css_start_tag(bd_str html, size_t at);
/* The next attribute; false: there is none, `end` is set, 0 without ">". */
bool bd_css_attribute_next(struct bd_css_start_tag *tag,
                           struct bd_css_attribute *out);

/* css_tree.c: the only one who knows Modest. */

struct bd_css_element {
    size_t at;  /* octet of the source where its start tag begins */
    size_t len; /* of its start tag */
    bool is_style;
    bool is_shown; /* not <head>, <style>, <meta> and the like */
    void *user;    /* the caller's */
};

struct bd_css_tree;

/*
 * Read a page. Elements that the source does not name (tbody, html) are left
 * out of `bd_css_tree_elements`, which is in the order of the source.
 *
 * returns  NULL: nested too deep
 */
struct bd_css_tree *bd_css_tree_new(struct bd_arena *arena, bd_str html);
void bd_css_tree_free(struct bd_css_tree *tree);
struct bd_css_element *bd_css_tree_elements(struct bd_css_tree *tree,
                                            size_t *out_count);

/* Call `found` for each element that the selector matches, maybe more than
 * once. False: the selector is not understood. */
typedef void (*bd_css_found_fn)(void *self, struct bd_css_element *element);
bool bd_css_tree_match(struct bd_css_tree *tree, bd_str selector,
                       bd_css_found_fn found, void *self);

/* css_cascade.c: which declarations an element gets. */

/* One rule that an element matches. */
struct bd_css_match {
    const struct bd_css_match *next;
    const struct bd_css_block *block;
    uint32_t specificity;
};

/* The declarations of one rule, read once for all its elements. */
struct bd_css_block {
    size_t order; /* of the rule, over all sheets */
    const struct bd_css_declaration *declarations;
    size_t count;
};

/*
 * The text between the quotes of style="…": what wins of the matches, around
 * what stood there before.
 *
 * before  as in the source
 * quote   " or '; what is added is escaped for it
 */
bd_str bd_css_cascade(struct bd_arena *arena,
                      const struct bd_css_match *matches, bd_str before,
                      char quote);

/* css_sheet.c: the rules of one <style>. */

/* The work on one page. */
struct bd_css_page {
    struct bd_arena *arena;
    bd_str html;
    const char *path;
    const struct bd_css_options *options;
    struct bd_css_tree *tree;
    size_t rules;              /* read so far, over all sheets */
    struct bd_css_match match; /* of the selector that is looked for */
    bool matched;
};

/* "PATH:LINE:COLUMN: what" for an octet of the page. */
bd_str bd_css_placed(const struct bd_css_page *page, size_t at,
                     const char *what);

/*
 * Note each rule of a sheet with the elements that it matches (their `user`
 * is a list of bd_css_match).
 *
 * css      a part of page->html
 * out      what is left of the sheet; `css` itself when all is
 * returns  BD_OK; BD_EPARSE
 */
enum bd_status bd_css_sheet(struct bd_css_page *page, bd_str css, bd_str *out,
                            struct bd_err *err) BD_MUST_USE;

#endif

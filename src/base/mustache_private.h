/*
 * What the two halves of the Mustache engine share: the parsed template.
 */
#ifndef BASE_MUSTACHE_PRIVATE_H
#define BASE_MUSTACHE_PRIVATE_H

#include "brevduva/base/mustache.h"

enum node_kind {
    NODE_TEXT,
    NODE_ESCAPED, /* {{name}} */
    NODE_RAW,     /* {{{name}}} and {{&name}} */
    NODE_SECTION,
    NODE_INVERTED,
    NODE_PARTIAL
};

struct node {
    enum node_kind kind;
    bool starts_line; /* text or partial: indentation goes before it */
    size_t at;        /* octet of the template where it starts */
    bd_str text;      /* the literal text, or the tag's name */
    bd_str indent;    /* partial alone on its line: the blanks before it */
    struct node *first;
    struct node *last;
    struct node *next;
};

struct bd_mustache {
    const char *name;
    bd_str text;
    struct node root; /* a section without a name */
};

/* Fails with "NAME:LINE:COLUMN: " before the message. */
enum bd_status bd_mustache_fail(const struct bd_mustache *template, size_t at,
                                enum bd_status code, struct bd_err *err,
                                const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif

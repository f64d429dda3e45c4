/*
 * Markdown (CommonMark 0.30) as a plain tree. Home of cmark: nothing of it
 * shows here. Texts are UTF-8 without control characters, whatever stood in
 * the source or its character references; only a merge tag leaves a marker
 * (fields_private.h) in text, url and title.
 */
#ifndef BREVDUVA_COMPOSE_MARKDOWN_H
#define BREVDUVA_COMPOSE_MARKDOWN_H

#include "brevduva/base/arena.h"
#include "brevduva/base/status.h"

#define BD_MAX_MARKDOWN_DEPTH 64 /* lists in quotes in lists … */

enum bd_node_kind {
    BD_NODE_DOCUMENT,
    BD_NODE_PARAGRAPH,
    BD_NODE_HEADING,
    BD_NODE_QUOTE,
    BD_NODE_LIST,
    BD_NODE_ITEM,
    BD_NODE_BLOCK, /* a fenced block with a name, read: src/compose/block_*.c */
    BD_NODE_PART,  /* a part of one; `info` says which */
    BD_NODE_CODE_BLOCK, /* `info` is the word after the fence */
    BD_NODE_RULE,
    BD_NODE_HTML_BLOCK, /* none is left in an issue's document */
    BD_NODE_TEXT,
    BD_NODE_SOFT_BREAK,
    BD_NODE_HARD_BREAK,
    BD_NODE_CODE,
    BD_NODE_EMPHASIS,
    BD_NODE_STRONG,
    BD_NODE_LINK,
    BD_NODE_IMAGE, /* children are its alternative text */
    BD_NODE_TAG,   /* harmless inline HTML: `text` is "sub", "mark" … */
    BD_NODE_HTML,  /* none is left in an issue's document */
    BD_NODE_KINDS
};

struct bd_node {
    enum bd_node_kind kind;
    struct bd_place place; /* in the file, columns in characters */
    size_t at;             /* the same place as an octet of the file */
    bd_str text;           /* text, code, code block, HTML */
    bd_str info;           /* code block */
    bd_str url;            /* link, image */
    bd_str title;          /* link, image */
    unsigned level;        /* heading: 1-6 as written */
    unsigned rank;         /* heading: 2-6 in the letter, none skipped */
    unsigned start;        /* ordered list: its first number */
    bool ordered;          /* list */
    bool tight;            /* list: no paragraphs in its items */
    bd_str id;             /* heading: its anchor; empty: nothing leads there */
    const struct bd_block *block; /* block: its row of the table of blocks */
    const void *data;             /* block, part: the block's own */
    struct bd_node *parent;
    struct bd_node *first; /* children in order */
    struct bd_node *last;
    struct bd_node *next;
};

/* Where the Markdown stands, for places and messages. */
struct bd_source {
    const char *path; /* "issues/2016-1.md" */
    bd_str text;      /* the whole file */
    size_t body;      /* octet where the Markdown starts */
};

/*
 * Parse the Markdown of `source`. A backslash before "{{" is left in texts
 * as BD_ESCAPED, so that merge tags can tell.
 *
 * returns  BD_OK; BD_ELIMIT "PATH:LINE:COLUMN: nested too deep"
 */
enum bd_status bd_markdown_parse(struct bd_arena *arena,
                                 const struct bd_source *source,
                                 struct bd_node **out,
                                 struct bd_err *err) BD_MUST_USE;

/*
 * The same for a stretch of the file that was cut out of it.
 *
 * text       the stretch; with an own first octet, if `lead` is 1
 * lines      octet of the file where each line of `text` begins
 * first_line line of the file that holds the first of them
 */
struct bd_stretch {
    bd_str text;
    const size_t *lines;
    size_t line_count;
    uint32_t first_line;
    size_t lead;
};
enum bd_status bd_markdown_parse_stretch(struct bd_arena *arena,
                                         const struct bd_source *source,
                                         const struct bd_stretch *stretch,
                                         struct bd_node **out,
                                         struct bd_err *err) BD_MUST_USE;

#define BD_ESCAPED '\xff' /* never in UTF-8 */

struct bd_node *bd_node_new(struct bd_arena *arena, enum bd_node_kind kind,
                            struct bd_place place, size_t at);
void bd_node_append(struct bd_node *parent, struct bd_node *child);

/* The next node in the order of the text, parents first; NULL at the end. */
const struct bd_node *bd_node_walk(const struct bd_node *root,
                                   const struct bd_node *node);

/* All text below `node` as one line: alt texts, headings for messages. */
bd_str bd_node_text(struct bd_arena *arena, const struct bd_node *node);

#endif

/*
 * Blocks: fenced code with a name, "```table", that becomes a part of the
 * letter with an HTML and a plain text of its own. A new one is a file
 * block_NAME.c, a row in the table in blocks.c, and its styles.
 */
#ifndef COMPOSE_BLOCK_PRIVATE_H
#define COMPOSE_BLOCK_PRIVATE_H

#include "brevduva/compose/markdown.h"
#include "render_private.h"

struct bd_block_reader;

struct bd_block {
    const char *name;
    /*
     * Make parts, and nodes in them, below reader->node. All text for readers
     * goes into nodes: so merge tags, links, checks and the web page see it.
     *
     * returns  BD_OK; BD_EPARSE by bd_block_refuse
     */
    enum bd_status (*read)(struct bd_block_reader *reader, struct bd_err *err);
    /* The same once all of the document is read and ranked; NULL: nothing. */
    enum bd_status (*finish)(struct bd_block_reader *reader,
                             struct bd_node *root, struct bd_err *err);
    /* On the web (html->theme is NULL) without styles. */
    void (*html)(struct bd_html *html, const struct bd_node *block);
    /* At least one line; no blank ones around. */
    void (*text)(struct bd_text *text, const struct bd_node *block,
                 struct bd_margin margin);
};

/*
 * Make blocks of the fenced code in the parsed Markdown. Code without a name,
 * or with the name "code", stays code.
 *
 * returns  BD_OK; BD_EPARSE "PATH:LINE:COLUMN: what; what to do"
 */
enum bd_status bd_blocks_read(struct bd_arena *arena,
                              const struct bd_source *source,
                              struct bd_node *root,
                              struct bd_err *err) BD_MUST_USE;
enum bd_status bd_blocks_finish(struct bd_arena *arena,
                                const struct bd_source *source,
                                struct bd_node *root,
                                struct bd_err *err) BD_MUST_USE;

/* A line of the block's content, or a part of one, without blanks around. */
struct bd_line {
    bd_str text;
    size_t at;     /* octet of the file */
    size_t number; /* of the line in the content, from 0 */
};

struct bd_block_reader {
    struct bd_arena *arena;
    const struct bd_source *source;
    struct bd_node *node;        /* the block */
    uint32_t first_line;         /* of the file, that of lines[0] */
    const struct bd_line *lines; /* whole, blanks kept in front */
    size_t count;
    size_t next; /* the line that bd_block_line gives next */
};

#define BD_MAX_BLOCK_CELLS 12

/* The next line that is not blank; false at the end. */
bool bd_block_line(struct bd_block_reader *reader, struct bd_line *out);

/* "name: value" cut in two; false when there is no colon. */
bool bd_block_pair(struct bd_line line, bd_str *out_name,
                   struct bd_line *out_value);

/*
 * Cut a line at `separator`, not behind a backslash nor in a merge tag; a "|"
 * at either end of the line is a frame and cuts nothing.
 *
 * returns  number of cells; BD_MAX_BLOCK_CELLS + 1 when there are more
 */
size_t bd_block_cells(struct bd_line line, char separator,
                      struct bd_line cells[BD_MAX_BLOCK_CELLS]);
/* '|' or ';' as the line has it, or 0. */
char bd_block_separator(bd_str line);

/* A new part below `parent`. */
struct bd_node *bd_block_part(struct bd_block_reader *reader,
                              struct bd_node *parent, const char *role,
                              struct bd_line line);
/* A link or text below `parent` whose words are the line as it stands. */
struct bd_node *bd_block_text(struct bd_block_reader *reader,
                              struct bd_node *parent, struct bd_line line);
struct bd_node *bd_block_link(struct bd_block_reader *reader,
                              struct bd_node *parent, struct bd_line line,
                              bd_str url);
/* The line read as Markdown within a paragraph, below `parent`. */
enum bd_status bd_block_inline(struct bd_block_reader *reader,
                               struct bd_node *parent, struct bd_line line,
                               struct bd_err *err) BD_MUST_USE;
/* The lines from `from` to before `to` as Markdown, below `parent`. */
enum bd_status bd_block_markdown(struct bd_block_reader *reader,
                                 struct bd_node *parent, size_t from, size_t to,
                                 struct bd_err *err) BD_MUST_USE;

/* A URL as people write it: "www.a.example" gets https://, "a@b.example"
 * mailto:; others stay. */
bd_str bd_block_url(struct bd_arena *arena, bd_str text);

/* BD_EPARSE with the place of `line` before the message; lines of no number
 * stand for the block itself. */
enum bd_status bd_block_refuse(const struct bd_block_reader *reader,
                               const struct bd_line *line, struct bd_err *err,
                               const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The part of that role, or NULL. */
const struct bd_node *bd_block_find(const struct bd_node *node,
                                    const char *role);
bool bd_block_is(const struct bd_node *node, const char *role);

/* Lists of roles that a block can have: NULL-ended; "a, b and c". */
bd_str bd_block_names(struct bd_arena *arena, const char *const names[]);

/* The pixels that a column of this block has, in a text so wide. */
unsigned bd_block_column_room(const struct bd_node *block, unsigned width);

extern const struct bd_block bd_block_button;
extern const struct bd_block bd_block_columns;
extern const struct bd_block bd_block_contact;
extern const struct bd_block bd_block_events;
extern const struct bd_block bd_block_image;
extern const struct bd_block bd_block_quote;
extern const struct bd_block bd_block_table;
extern const struct bd_block bd_block_toc;

#endif

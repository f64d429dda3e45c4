#include "brevduva/compose/markdown.h"

#include <assert.h>
#include <cmark.h>
#include <string.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/i18n.h"
#include "cmark_memory_private.h"

/* What one conversion needs. */
struct reader {
    struct bd_arena *arena;
    const struct bd_source *source;
    const size_t *lines; /* octet where each line of the Markdown starts */
    size_t line_count;
    uint32_t first_line; /* of the Markdown, in the file */
    size_t lead;         /* octets of the first line that are not the file's */
    size_t at;           /* the place found last: nodes come in order */
    struct bd_place place;
};

struct bd_node *bd_node_new(struct bd_arena *arena, enum bd_node_kind kind,
                            struct bd_place place, size_t at)
{
    struct bd_node *node = BD_NEW(arena, struct bd_node);

    node->kind = kind;
    node->place = place;
    node->at = at;
    return node;
}

void bd_node_append(struct bd_node *parent, struct bd_node *child)
{
    child->parent = parent;
    child->next = NULL;
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
}

const struct bd_node *bd_node_walk(const struct bd_node *root,
                                   const struct bd_node *node)
{
    if (node->first)
        return node->first;
    while (node != root && !node->next)
        node = node->parent;
    return node == root ? NULL : node->next;
}

bd_str bd_node_text(struct bd_arena *arena, const struct bd_node *node)
{
    struct bd_buf buf = { 0 };
    bd_str text = BD_STR_NONE;

    for (const struct bd_node *n = node; n; n = bd_node_walk(node, n)) {
        bool gap = n->kind == BD_NODE_SOFT_BREAK ||
                   n->kind == BD_NODE_HARD_BREAK;

        if (gap)
            bd_buf_add_char(&buf, ' ');
        else if (n->kind == BD_NODE_TEXT || n->kind == BD_NODE_CODE)
            bd_buf_add(&buf, n->text);
    }
    text = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return text;
}

/* A backslash that escapes "{{" becomes BD_ESCAPED: cmark would drop it. */
static char *mark_escapes(struct bd_arena *arena, bd_str text)
{
    char *copy = (char *)(uintptr_t)bd_arena_copy(arena, text).ptr;
    size_t backslashes = 0;

    for (size_t i = bd_str_find_char(text, '\\'); i < text.len; i++) {
        if (copy[i] == '\\') {
            backslashes++;
            continue;
        }
        if (backslashes % 2 == 1 && copy[i] == '{' && copy[i + 1] == '{')
            copy[i - 1] = BD_ESCAPED;
        backslashes = 0;
    }
    return copy;
}

static size_t count_lines(bd_str text)
{
    size_t count = 1;

    for (size_t at = 0; (at = bd_str_find_char(text, '\n')) != SIZE_MAX;
         count++)
        text = bd_str_skip(text, at + 1);
    return count;
}

static void find_lines(struct reader *r)
{
    bd_str text = r->source->text;
    size_t start = r->source->body;
    size_t count = count_lines(bd_str_skip(text, start));
    size_t *lines = BD_NEW_ARRAY(r->arena, count, size_t);

    for (size_t i = 0; i < count; i++) {
        lines[i] = start;
        start += bd_str_find_char(bd_str_skip(text, start), '\n') + 1;
    }
    r->lines = lines;
    r->line_count = count;
    r->first_line = (uint32_t)count_lines(bd_str_sub(text, 0, r->source->body));
}

/* The column of octet `at`, from 1. */
static uint32_t column_of(bd_str text, size_t at)
{
    uint32_t column = 1;

    while (at > 0 && text.ptr[at - 1] != '\n') {
        at--;
        column += ((unsigned char)text.ptr[at] & 0xc0) != 0x80;
    }
    return column;
}

/* cmark counts octets and lines of the Markdown, we characters and lines of
 * the file. Sets r->at and r->place. */
static void find_place(struct reader *r, cmark_node *node)
{
    int line = cmark_node_get_start_line(node);
    int column = cmark_node_get_start_column(node);
    uint32_t in_file = r->first_line + (uint32_t)(line > 0 ? line - 1 : 0);
    size_t skip = (size_t)(column > 0 ? column - 1 : 0);
    size_t start = 0;
    size_t want = 0;

    if (line < 1 || (size_t)line > r->line_count)
        return;
    if (line == 1)
        skip -= skip < r->lead ? skip : r->lead;
    start = r->lines[line - 1];
    want = start + skip;
    if (r->place.line != in_file || r->at > want) {
        r->at = start;
        r->place = (struct bd_place) { in_file,
                                       column_of(r->source->text, start) };
    }
    for (; r->at < want && r->at < r->source->text.len; r->at++) {
        unsigned char c = (unsigned char)r->source->text.ptr[r->at];

        if (c == '\n')
            break;
        r->place.column += (c & 0xc0) != 0x80;
    }
}

/* Octets of the control character that stands here, or 0. They can come in
 * as character references. */
static size_t control_at(const char *p)
{
    unsigned char c = (unsigned char)*p;

    if (c == 0xc2 && (unsigned char)p[1] >= 0x80 && (unsigned char)p[1] <= 0x9f)
        return 2;
    return c < ' ' || c == 0x7f ? 1 : 0;
}

enum cleaning {
    CLEAN_LINE, /* line breaks and tabs become spaces */
    CLEAN_URL,  /* all controls go, as in browsers */
    CLEAN_CODE  /* stays as it is; BD_ESCAPED is a backslash again */
};

/* What neither is nor begins a control character. */
static const bool is_clean[256] = { [' ' ... '~'] = true,
                                    [0x80 ... 0xc1] = true,
                                    [0xc3 ... 0xfe] = true };

/* A copy without control characters. */
static bd_str clean(struct bd_arena *arena, const char *text, enum cleaning how)
{
    size_t len = text ? strlen(text) : 0;
    char *copy = NULL;
    size_t used = 0;

    if (len == 0)
        return BD_STR("");
    used = bd_str_span((bd_str) { text, len }, is_clean);
    copy = bd_arena_alloc(arena, len + 1);
    memcpy(copy, text, used);
    for (size_t i = used; i < len;) {
        bool blank = text[i] == '\n' || text[i] == '\t';
        size_t bad = control_at(text + i);

        if (bad == 0)
            copy[used++] = text[i];
        else if (blank && how != CLEAN_URL)
            copy[used++] = how == CLEAN_CODE ? text[i] : ' ';
        if (how == CLEAN_CODE && used > 0 && copy[used - 1] == BD_ESCAPED)
            copy[used - 1] = '\\';
        i += bad ? bad : 1;
    }
    return (bd_str) { copy, used };
}

static const struct {
    cmark_node_type type;
    enum bd_node_kind kind;
} kinds[] = {
    { CMARK_NODE_DOCUMENT, BD_NODE_DOCUMENT },
    { CMARK_NODE_PARAGRAPH, BD_NODE_PARAGRAPH },
    { CMARK_NODE_HEADING, BD_NODE_HEADING },
    { CMARK_NODE_BLOCK_QUOTE, BD_NODE_QUOTE },
    { CMARK_NODE_LIST, BD_NODE_LIST },
    { CMARK_NODE_ITEM, BD_NODE_ITEM },
    { CMARK_NODE_CODE_BLOCK, BD_NODE_CODE_BLOCK },
    { CMARK_NODE_THEMATIC_BREAK, BD_NODE_RULE },
    { CMARK_NODE_HTML_BLOCK, BD_NODE_HTML_BLOCK },
    { CMARK_NODE_TEXT, BD_NODE_TEXT },
    { CMARK_NODE_SOFTBREAK, BD_NODE_SOFT_BREAK },
    { CMARK_NODE_LINEBREAK, BD_NODE_HARD_BREAK },
    { CMARK_NODE_CODE, BD_NODE_CODE },
    { CMARK_NODE_EMPH, BD_NODE_EMPHASIS },
    { CMARK_NODE_STRONG, BD_NODE_STRONG },
    { CMARK_NODE_LINK, BD_NODE_LINK },
    { CMARK_NODE_IMAGE, BD_NODE_IMAGE },
    { CMARK_NODE_HTML_INLINE, BD_NODE_HTML },
};

static enum bd_node_kind kind_of(cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].type == type)
            return kinds[i].kind;
    return BD_NODE_PARAGRAPH; /* custom nodes: the parser makes none */
}

static struct bd_node *convert(struct reader *r, cmark_node *from)
{
    struct bd_node *node = NULL;
    enum cleaning how = CLEAN_CODE;

    find_place(r, from);
    node = bd_node_new(r->arena, kind_of(from), r->place, r->at);
    if (node->kind == BD_NODE_TEXT)
        how = CLEAN_LINE;
    node->text = clean(r->arena, cmark_node_get_literal(from), how);
    node->info = clean(r->arena, cmark_node_get_fence_info(from), CLEAN_CODE);
    node->url = clean(r->arena, cmark_node_get_url(from), CLEAN_URL);
    node->title = clean(r->arena, cmark_node_get_title(from), CLEAN_LINE);
    node->level = (unsigned)cmark_node_get_heading_level(from);
    if (node->kind == BD_NODE_LIST) {
        node->ordered = cmark_node_get_list_type(from) == CMARK_ORDERED_LIST;
        node->tight = cmark_node_get_list_tight(from) != 0;
        node->start = (unsigned)cmark_node_get_list_start(from);
    }
    return node;
}

static enum bd_status too_deep(const struct reader *r,
                               const struct bd_node *node, struct bd_err *err)
{
    return bd_fail(err, BD_ELIMIT,
                   _("%s:%u:%u: lists and quotes stand more than %d levels "
                     "deep in each other; make the text flatter"),
                   r->source->path, (unsigned)node->place.line,
                   (unsigned)node->place.column, BD_MAX_MARKDOWN_DEPTH);
}

/* Leaves have no exit event. */
static bool is_leaf(enum bd_node_kind kind)
{
    return (kind >= BD_NODE_CODE_BLOCK && kind <= BD_NODE_CODE) ||
           kind == BD_NODE_HTML;
}

/* Without recursion: the depth of the source is not ours to choose. */
static enum bd_status convert_tree(struct reader *r, cmark_iter *iter,
                                   struct bd_node **out, struct bd_err *err)
{
    struct bd_node *open = NULL; /* the innermost node not yet ended */
    struct bd_node *root = NULL;
    int depth = 0;
    cmark_event_type event = CMARK_EVENT_NONE;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        struct bd_node *node = NULL;

        if (event == CMARK_EVENT_EXIT) {
            assert(open);
            open = open->parent;
            depth--;
            continue;
        }
        node = convert(r, cmark_iter_get_node(iter));
        if (open)
            bd_node_append(open, node);
        else
            root = node;
        if (depth > BD_MAX_MARKDOWN_DEPTH)
            return too_deep(r, node, err);
        if (!is_leaf(node->kind)) {
            open = node;
            depth++;
        }
    }
    *out = root;
    return BD_OK;
}

static enum bd_status parse(struct reader *r, bd_str text, struct bd_node **out,
                            struct bd_err *err)
{
    cmark_mem *memory = bd_cmark_memory_begin(r->arena);
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, memory);
    enum bd_status rc = BD_OK;

    cmark_parser_feed(parser, mark_escapes(r->arena, text), text.len);
    rc = convert_tree(r, cmark_iter_new(cmark_parser_finish(parser)), out, err);
    bd_cmark_memory_end();
    return rc;
}

enum bd_status bd_markdown_parse(struct bd_arena *arena,
                                 const struct bd_source *source,
                                 struct bd_node **out, struct bd_err *err)
{
    struct reader r = { .arena = arena, .source = source };

    find_lines(&r);
    return parse(&r, bd_str_skip(source->text, source->body), out, err);
}

enum bd_status bd_markdown_parse_stretch(struct bd_arena *arena,
                                         const struct bd_source *source,
                                         const struct bd_stretch *stretch,
                                         struct bd_node **out,
                                         struct bd_err *err)
{
    struct reader r = { .arena = arena,
                        .source = source,
                        .lines = stretch->lines,
                        .line_count = stretch->line_count,
                        .first_line = stretch->first_line,
                        .lead = stretch->lead };

    return parse(&r, stretch->text, out, err);
}

/*
 * Two or three columns of Markdown, with "---" between them. Blocks beside
 * each other as long as there is room, so that they stack on a phone without
 * a style sheet; Outlook, which knows no such blocks, gets a table.
 */
#include "block_private.h"
#include "brevduva/base/i18n.h"

#define MAX_COLUMNS 3
#define HALF_GAP    20 /* pixels between two columns, between three */
#define THIRD_GAP   21

static bool is_border(bd_str line)
{
    line = bd_str_trim(line);
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] != '-')
            return false;
    return line.len >= 3;
}

/* Columns within columns would be too narrow to read. */
static enum bd_status refuse_nested(const struct bd_block_reader *r,
                                    struct bd_err *err)
{
    const struct bd_node *n = r->node->parent;

    while (n && n->block != &bd_block_columns)
        n = n->parent;
    if (!n)
        return BD_OK;
    return bd_block_refuse(r, NULL, err,
                           _("columns cannot stand in columns; end the ones "
                             "around first"));
}

static enum bd_status read_column(struct bd_block_reader *r, size_t from,
                                  size_t to, struct bd_err *err)
{
    struct bd_line at = { .text = BD_STR_NONE };
    struct bd_node *part = NULL;
    enum bd_status rc = BD_OK;

    if (from < r->count)
        at = r->lines[from];
    part = bd_block_part(r, r->node, "column", at);
    if (to > from)
        rc = bd_block_markdown(r, part, from, to, err);
    if (rc == BD_OK && !part->first)
        return bd_block_refuse(r, &at, err,
                               _("this column is empty; write something "
                                 "in it, or take its \"---\" away"));
    return rc;
}

static enum bd_status read_columns(struct bd_block_reader *r,
                                   struct bd_err *err)
{
    size_t count = 0;
    size_t from = 0;
    enum bd_status rc = refuse_nested(r, err);

    for (size_t i = 0; i <= r->count && rc == BD_OK; i++) {
        if (i < r->count && !is_border(r->lines[i].text))
            continue;
        rc = read_column(r, from, i, err);
        from = i + 1;
        count++;
    }
    if (rc == BD_OK && (count < 2 || count > MAX_COLUMNS))
        return bd_block_refuse(r, NULL, err,
                               _("a letter has room for two or three columns "
                                 "beside each other; write a line \"---\" "
                                 "between them"));
    return rc;
}

static size_t count_of(const struct bd_node *block)
{
    size_t count = 0;

    for (const struct bd_node *n = block->first; n; n = n->next)
        count++;
    return count;
}

static unsigned gap_of(size_t count)
{
    return count == 2 ? HALF_GAP : THIRD_GAP;
}

unsigned bd_block_column_room(const struct bd_node *block, unsigned width)
{
    unsigned count = (unsigned)count_of(block);

    return (width - (count - 1) * gap_of(count)) / count;
}

/* Each gives of its width to the gaps beside it, so that the texts of all are
 * as wide, and the first and the last reach the letter's edges. */
static const char *role_of(size_t count, size_t at)
{
    static const char *const roles[][3] = {
        { "half", "half-last", NULL },
        { "third", "third-middle", "third-last" },
    };

    /* a block has two or three columns */
    /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn) */
    return roles[count - 2][at];
}

/* Outlook follows no padding but that of cells. */
static void open_cell(struct bd_html *h, size_t count, size_t at)
{
    unsigned share = gap_of(count) / (unsigned)count;

    bd_buf_printf(h->out,
                  "<!--[if mso]><td width=\"%u\" valign=\"top\" "
                  "style=\"padding:0 %upx 0 %upx\"><![endif]-->",
                  h->theme->text_width / (unsigned)count,
                  share * (unsigned)(count - 1 - at), share * (unsigned)at);
}

static void html(struct bd_html *h, const struct bd_node *block)
{
    size_t count = count_of(block);
    size_t at = 0;

    bd_html_open(h, "div", "columns");
    if (h->theme)
        bd_html_put(h, "<!--[if mso]><table role=\"presentation\" "
                       "width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
                       "border=\"0\"><tr><![endif]-->");
    for (const struct bd_node *n = block->first; n; n = n->next) {
        if (h->theme)
            open_cell(h, count, at);
        bd_html_open(h, "div", role_of(count, at++));
        bd_html_put(h, "\n");
        h->flush = true;
        bd_html_children(h, n);
        h->flush = false;
        bd_html_put(h, h->theme ? "</div><!--[if mso]></td><![endif]-->"
                                : "</div>");
    }
    if (h->theme)
        bd_html_put(h, "<!--[if mso]></tr></table><![endif]-->");
    bd_html_put(h, "</div>\n");
}

static void text(struct bd_text *t, const struct bd_node *block,
                 struct bd_margin margin)
{
    for (const struct bd_node *n = block->first; n; n = n->next) {
        bd_text_blocks(t, n, margin);
        margin.first = margin.rest;
        if (n->next)
            bd_text_blank(t, margin);
    }
}

const struct bd_block bd_block_columns = { "columns", read_columns, NULL, html,
                                           text };

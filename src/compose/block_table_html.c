/*
 * A table in HTML. On a phone, one that is too wide becomes lines "heading:
 * cell": by a style sheet, where the mail program follows it. In the letter the
 * headings stand hidden in the cells for that; on the web, in an attribute.
 */
#include "block_table_private.h"

#define TABLE " cellpadding=\"0\" cellspacing=\"0\" border=\"0\""
#define FIXED ";table-layout:fixed"

struct sheet {
    struct bd_html *html;
    const struct bd_table *table;
    const struct bd_node *header;
    struct bd_table_fit fit;
};

static bool is_empty(const struct bd_html *h, const struct bd_node *cell)
{
    for (const struct bd_node *n = cell; n; n = bd_node_walk(cell, n))
        if (n->kind == BD_NODE_IMAGE)
            return false;
    return bd_str_trim(bd_node_text(h->arena, cell)).len == 0;
}

/* ";padding-right:0"; what the theme says of ordinary cells is left out. */
static const char *cell_style(const struct sheet *s, bool header, size_t column)
{
    struct bd_arena *arena = s->html->arena;
    bool apart = bd_table_is_apart(s->table, column);
    const char *hyphens = header && s->fit.fixed ? ";hyphens:auto" : "";

    if (!s->html->theme)
        return "";
    if (column + 1 == s->table->columns)
        return bd_arena_printf(arena, ";padding-right:0%s", hyphens).ptr;
    if (s->fit.level == 0 && !apart)
        return hyphens;
    return bd_arena_printf(arena, ";padding-right:%upx%s",
                           s->fit.gap * (1 + apart), hyphens)
        .ptr;
}

static const char *cell_classes(const struct sheet *s, bool empty,
                                size_t column)
{
    const char *apart = bd_table_is_apart(s->table, column) ? " apart" : "";
    const char *any = !s->html->theme && s->fit.breaks[column] ? " any" : "";
    const char *near = s->fit.phone == BD_PHONE_CLOSE && !*apart &&
                               column + 1 < s->table->columns
                           ? " near"
                           : "";
    const char *none = empty && s->fit.phone == BD_PHONE_STACK ? " none" : "";

    return bd_arena_printf(s->html->arena, "%s%s%s%s", apart, near, any, none)
        .ptr;
}

static void write_heading(const struct sheet *s, const struct bd_node *heading)
{
    struct bd_html *h = s->html;
    bd_str text = bd_node_text(h->arena, heading);

    if (s->fit.phone != BD_PHONE_STACK || text.len == 0) {
        bd_html_put(h, ">");
    } else if (!h->theme) {
        bd_html_attribute(h, "data-heading", text);
        bd_html_put(h, ">");
    } else {
        bd_html_put(h, ">");
        bd_html_open(h, "span", "heading");
        bd_html_marked(text, h->out);
        bd_html_put(h, ": </span>");
    }
}

static void write_cell(const struct sheet *s, const struct bd_node *cell,
                       const struct bd_node *heading, size_t column)
{
    static const char *const roles[2][3] = {
        { "td", "td-right", "td-center" },
        { "th", "th-right", "th-center" },
    };
    struct bd_html *h = s->html;
    bool header = heading == cell;
    const char *name = header ? "th" : "td";

    bd_html_start_with(h, name, roles[header][s->table->align[column]],
                       cell_classes(s, is_empty(h, cell), column),
                       cell_style(s, header, column));
    if (header && s->fit.fixed && h->theme) /* Outlook knows no col */
        bd_buf_printf(h->out, " width=\"%u%%\"", s->fit.share[column] / 10);
    if (header)
        bd_html_put(h, " scope=\"col\">");
    else
        write_heading(s, heading);
    bd_html_children(h, cell);
    bd_buf_printf(h->out, "</%s>\n", name);
}

static void write_widths(const struct sheet *s)
{
    bd_html_put(s->html, "<colgroup>\n");
    for (size_t i = 0; i < s->table->columns; i++)
        bd_buf_printf(s->html->out, "<col style=\"width:%u.%u%%\">\n",
                      s->fit.share[i] / 10, s->fit.share[i] % 10);
    bd_html_put(s->html, "</colgroup>\n");
}

static void open_table(const struct sheet *s)
{
    static const char *const phones[] = {
        [BD_PHONE_SAME] = "",
        [BD_PHONE_CLOSE] = " close",
        [BD_PHONE_STACK] = " stack",
    };
    struct bd_html *h = s->html;
    struct bd_arena *arena = h->arena;
    const char *classes = phones[s->fit.phone];
    const char *style = "";

    if (!h->theme && s->fit.level > 0)
        classes =
            bd_arena_printf(arena, "%s small-%u", classes, s->fit.level).ptr;
    if (h->theme && s->fit.level > 0)
        style = bd_arena_printf(arena, ";font-size:%upx;line-height:%upx",
                                s->fit.size, s->fit.size * 3 / 2)
                    .ptr;
    if (h->theme && s->fit.fixed) {
        classes = bd_arena_printf(arena, "%s fixed", classes).ptr;
        style = bd_arena_printf(arena, "%s" FIXED, style).ptr;
    }
    bd_html_start_with(h, "table", "data", classes, style);
    if (h->theme)
        bd_html_put(h, TABLE);
    if (h->theme && s->fit.fixed)
        bd_html_put(h, " width=\"100%\"");
    bd_html_put(h, ">\n");
    if (h->theme && s->fit.fixed)
        write_widths(s);
    bd_html_put(h, "<thead>\n");
}

static void write_line(struct bd_html *h, const struct bd_node *heading,
                       const struct bd_node *cell, bool first, bool last)
{
    const char *style = last && h->theme ? ";padding-bottom:12px" : "";

    bool named = !is_empty(h, heading);

    bd_html_put(h, "<tr>\n");
    if (named) {
        bd_html_start_with(h, "th", first ? "record-first-th" : "record-th", "",
                           style);
        bd_html_put(h, " scope=\"row\">");
        bd_html_children(h, heading);
        bd_html_put(h, "</th>\n");
    }
    bd_html_start_with(h, "td", first ? "record-first-td" : "record-td", "",
                       style);
    bd_html_put(h, named ? ">" : " colspan=\"2\">");
    bd_html_children(h, cell);
    bd_html_put(h, "</td>\n</tr>\n");
}

static void write_record(const struct sheet *s, const struct bd_node *row)
{
    const struct bd_node *heading = s->header->first;
    const struct bd_node *last = NULL;
    bool first = true;

    for (const struct bd_node *n = row->first; n; n = n->next)
        last = is_empty(s->html, n) ? last : n;
    for (const struct bd_node *n = row->first; n; n = n->next) {
        if (!is_empty(s->html, n)) {
            write_line(s->html, heading, n, first, n == last);
            first = false;
        }
        heading = heading->next;
    }
}

static void write_records(const struct sheet *s)
{
    struct bd_html *h = s->html;

    bd_html_start_with(h, "table", "data",
                       h->theme ? " records fixed" : " records",
                       h->theme ? FIXED : "");
    bd_html_put(h, h->theme ? TABLE " width=\"100%\">\n" : ">\n");
    for (const struct bd_node *row = s->header->next; row; row = row->next) {
        bd_html_put(h, "<tbody>\n");
        write_record(s, row);
        bd_html_put(h, "</tbody>\n");
    }
    bd_html_put(h, "</table>\n");
}

void bd_table_html(struct bd_html *html, const struct bd_node *block)
{
    struct sheet s = { .html = html,
                       .table = block->data,
                       .header = block->first };

    bd_table_fit(html, block, &s.fit);
    if (s.fit.records) {
        write_records(&s);
        return;
    }
    open_table(&s);
    for (const struct bd_node *row = block->first; row; row = row->next) {
        const struct bd_node *heading = s.header->first;
        size_t column = 0;

        bd_html_put(html, "<tr>\n");
        for (const struct bd_node *n = row->first; n; n = n->next) {
            write_cell(&s, n, heading, column++);
            heading = heading->next;
        }
        bd_html_put(html,
                    row == s.header ? "</tr>\n</thead>\n<tbody>\n" : "</tr>\n");
    }
    bd_html_put(html, "</tbody>\n</table>\n");
}

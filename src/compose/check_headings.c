#include "check_private.h"

#include "fields_private.h"

#define BOLD_HEADING_MOST 60 /* columns: longer ones are sentences */

void bd_check_heading_duplicate(struct bd_check_run *run)
{
    const struct bd_node *a = NULL;

    while ((a = bd_check_next(run, a, BD_NODE_HEADING))) {
        bd_str text = bd_node_text(run->arena, a);
        const struct bd_node *b = NULL;

        while ((b = bd_check_next(run, b, BD_NODE_HEADING)) && b != a)
            if (bd_str_eq(bd_node_text(run->arena, b), text))
                break;
        if (b && b != a)
            bd_check_report(run, a->place,
                            _("the heading \"%.*s\" stands on line %u too; "
                              "say what is different"),
                            BD_ARG(bd_merge_show(run->arena, run->issue, text)),
                            (unsigned)b->place.line);
    }
}

void bd_check_heading_skipped(struct bd_check_run *run)
{
    const struct bd_node *node = NULL;
    unsigned before = 0;

    while ((node = bd_check_next(run, node, BD_NODE_HEADING))) {
        if (before > 0 && node->level > before + 1)
            bd_check_report(run, node->place,
                            _("this heading is on level %u, the one before "
                              "on %u; use %u number signs"),
                            node->level, before, before + 1);
        before = node->level;
    }
}

void bd_check_heading_empty(struct bd_check_run *run)
{
    const struct bd_node *node = NULL;

    while ((node = bd_check_next(run, node, BD_NODE_HEADING)))
        if (bd_str_trim(bd_node_text(run->arena, node)).len == 0)
            bd_check_report(run, node->place,
                            _("this heading is empty; write one, or take the "
                              "line away"));
}

/* "**Program**" alone, with more text below; ending as no sentence does. */
static bool is_bold_heading(struct bd_arena *arena, const struct bd_node *node)
{
    bd_str text = BD_STR_NONE;

    if (!node->first || node->first->next ||
        node->first->kind != BD_NODE_STRONG || !node->next ||
        node->next->kind == BD_NODE_HEADING ||
        node->parent->kind != BD_NODE_DOCUMENT)
        return false;
    text = bd_str_trim(bd_node_text(arena, node));
    return text.len > 0 && bd_str_width(text) <= BOLD_HEADING_MOST &&
           !bd_str_ends(text, BD_STR(".")) && !bd_str_ends(text, BD_STR("!"));
}

void bd_check_heading_bold(struct bd_check_run *run)
{
    const struct bd_node *node = NULL;

    while ((node = bd_check_next(run, node, BD_NODE_PARAGRAPH)))
        if (is_bold_heading(run->arena, node))
            bd_check_report(run, node->place,
                            _("this bold line looks like a heading but is "
                              "none; write \"## \" before it instead of the "
                              "asterisks"));
}

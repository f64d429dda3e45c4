#include "check_private.h"

#include "block_private.h"
#include "fields_private.h"

/* They come as a file, too. */
static bool has_events(const struct bd_node *document)
{
    for (const struct bd_node *n = document; n; n = bd_node_walk(document, n))
        if (n->kind == BD_NODE_BLOCK && n->block == &bd_block_events)
            return true;
    return false;
}

void bd_check_attachment_missing(struct bd_check_run *run)
{
    static const char *const words[] = {
        "bifogad", "bifogat", "bifogade", "bifogar",    "bilaga",
        "bilagan", "bilagd",  "attached", "attachment", "enclosed",
    };
    struct bd_flow flow = { .step = 0 };
    size_t at = 0;

    if (run->issue->attachment_count > 0 || has_events(run->issue->document))
        return;
    while (bd_check_next_flow(run, &flow))
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if ((at = bd_check_find_word(flow.text, 0, words[i], true)) !=
                SIZE_MAX)
                bd_check_report(run, bd_check_flow_place(run, &flow, at),
                                _("\"%s\", but nothing is attached; write "
                                  "\"attachments: [file.pdf]\" in the front "
                                  "matter, or link to the file on the web"),
                                words[i]);
}

void bd_check_leftover(struct bd_check_run *run)
{
    static const struct {
        const char *word; /* in two halves, or our own lint would find it */
        bool any_case;
    } words[] = {
        { "TO"
          "DO",
          false },
        { "TK", false },
        { "TBD", false },
        { "FIX"
          "ME",
          false },
        { "XX"
          "X",
          false },
        { "lorem ipsum", true },
    };
    struct bd_flow flow = { .step = 0 };
    size_t at = 0;

    while (bd_check_next_flow(run, &flow))
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if ((at = bd_check_find_word(flow.text, 0, words[i].word,
                                         words[i].any_case)) != SIZE_MAX)
                bd_check_report(run, bd_check_flow_place(run, &flow, at),
                                _("\"%s\" was left in; finish the text"),
                                words[i].word);
}

/* A picture, or code or running text that is more than white space. */
static bool is_seen(const struct bd_node *node)
{
    if (node->kind == BD_NODE_TEXT || node->kind == BD_NODE_CODE ||
        node->kind == BD_NODE_CODE_BLOCK)
        return bd_str_trim(node->text).len > 0;
    return node->kind == BD_NODE_IMAGE;
}

void bd_check_body_empty(struct bd_check_run *run)
{
    const struct bd_node *root = run->issue->document;
    const struct bd_node *node = root;

    while (node && !is_seen(node))
        node = bd_node_walk(root, node);
    if (!node)
        bd_check_report(run, BD_WHOLE_LETTER,
                        _("nothing stands below the front matter; write the "
                          "letter there"));
}

void bd_check_draft_untouched(struct bd_check_run *run)
{
    static const struct {
        const char *text; /* in templates/new/issue.*.md */
        bool whole;       /* may begin a text of one's own */
    } lines[] = {
        { "Skriv inledningen här", false },
        { "Första rubriken", true },
        { "Skriv i Markdown: ", false },
        { "tisdag 1 december kl. 18.00, föreningshuset", true },
        { "Write the introduction here", false },
        { "The first heading", true },
        { "Write in Markdown: ", false },
        { "Tuesday 1 December 18:00, the clubhouse", true },
    };
    const struct bd_node *node = NULL;

    while ((node = bd_check_next(run, node, BD_NODE_TEXT)))
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
            bd_str line = bd_str_from(lines[i].text);

            if (lines[i].whole ? bd_str_eq(node->text, line)
                               : bd_str_starts(node->text, line))
                bd_check_report(run, node->place,
                                _("\"%.*s\" stands there from `brevduva "
                                  "new`; write your own text, or take the "
                                  "line away"),
                                BD_ARG(bd_str_trim(line)));
        }
}

/* "[text] (https://...": where "]" stands, or SIZE_MAX. */
static size_t parted_link(bd_str text)
{
    static const bd_str begins[] = { BD_STR_INIT("] (http://"),
                                     BD_STR_INIT("] (https://"),
                                     BD_STR_INIT("] (www."),
                                     BD_STR_INIT("] (mailto:") };

    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        size_t at = bd_str_find(text, begins[i]);

        if (at != SIZE_MAX)
            return at;
    }
    return SIZE_MAX;
}

void bd_check_link_syntax(struct bd_check_run *run)
{
    struct bd_flow flow = { .step = 0 };
    size_t at = 0;

    while (bd_check_next_flow(run, &flow))
        if ((at = bd_str_find(flow.text, BD_STR("]("))) != SIZE_MAX)
            bd_check_report(run, bd_check_flow_place(run, &flow, at),
                            _("this link was not understood; write "
                              "[text](<address>) when the address has spaces "
                              "or brackets in it"));
        else if ((at = parted_link(flow.text)) != SIZE_MAX)
            bd_check_report(run, bd_check_flow_place(run, &flow, at),
                            _("this link was not understood; take the space "
                              "between ] and ( away"));
}

/* The line of the source that `place` names. */
static bd_str source_line(const struct bd_issue *issue, const char *from)
{
    const char *end = issue->source.ptr + issue->source.len;
    bd_str rest = { from, (size_t)(end - from) };

    return bd_str_cut_line(&rest);
}

/* A new sentence, and no hand-wrapped line of the item's own. */
static bool is_capital(bd_str line)
{
    unsigned char c = (unsigned char)line.ptr[0];

    return (c >= 'A' && c <= 'Z') ||
           (c == 0xc3 && line.len > 1 && (unsigned char)line.ptr[1] <= 0x9e);
}

/* The line after a soft break in an item begins at the margin. */
static bool is_lazy(const struct bd_check_run *run, const struct bd_node *after,
                    bd_str *out_line)
{
    const char *start = run->issue->source.ptr + after->at;

    while (start > run->issue->source.ptr && start[-1] != '\n')
        start--;
    *out_line = source_line(run->issue, start);
    return out_line->len > 0 && is_capital(*out_line);
}

void bd_check_list_lazy(struct bd_check_run *run)
{
    const struct bd_node *node = NULL;
    bd_str line = BD_STR_NONE;

    while ((node = bd_check_next(run, node, BD_NODE_SOFT_BREAK))) {
        const struct bd_node *item = node->parent->parent;

        if (node->parent->kind != BD_NODE_PARAGRAPH ||
            item->kind != BD_NODE_ITEM || !node->next ||
            !is_lazy(run, node->next, &line))
            continue;
        bd_check_report(run, (struct bd_place) { node->next->place.line, 1 },
                        _("the line \"%.*s\" became part of the list item "
                          "above it; put an empty line before it"),
                        BD_ARG(bd_str_cut_utf8(line, 40)));
    }
}

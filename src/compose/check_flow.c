/* Running text, as a reader meets it, and where it stands in the file. */
#include "check_private.h"

#include <string.h>

#include "brevduva/base/buf.h"
#include "fields_private.h"

static void add_part(struct bd_arena *arena, struct bd_flow *flow, size_t *cap,
                     struct bd_flow_part part)
{
    struct bd_flow_part *parts = (struct bd_flow_part *)(uintptr_t)flow->parts;

    if (flow->part_count == *cap) {
        *cap = *cap ? *cap * 2 : 8;
        parts = BD_NEW_ARRAY(arena, *cap, struct bd_flow_part);
        if (flow->part_count > 0)
            memcpy(parts, flow->parts, flow->part_count * sizeof *parts);
        flow->parts = parts;
    }
    parts[flow->part_count++] = part;
}

/* The block's text in one line. */
static void read_block(const struct bd_check_run *run,
                       const struct bd_node *block, struct bd_flow *flow)
{
    struct bd_buf buf = { 0 };
    size_t cap = 0;

    flow->place = block->place;
    for (const struct bd_node *n = block; n; n = bd_node_walk(block, n)) {
        const struct bd_flow_part part = { buf.len, n };

        if (n->kind == BD_NODE_TEXT)
            bd_buf_add(&buf, n->text);
        else if (n->kind == BD_NODE_CODE)
            bd_buf_add_char(&buf, '`');
        else if (n->kind == BD_NODE_SOFT_BREAK || n->kind == BD_NODE_HARD_BREAK)
            bd_buf_add_char(&buf, ' ');
        else
            continue;
        add_part(run->arena, flow, &cap, part);
    }
    flow->text = bd_buf_copy(&buf, run->arena);
    bd_buf_fini(&buf);
}

static bool is_block(const struct bd_node *node)
{
    return node->kind == BD_NODE_PARAGRAPH || node->kind == BD_NODE_HEADING;
}

bool bd_check_next_flow(const struct bd_check_run *run, struct bd_flow *flow)
{
    const struct bd_issue *issue = run->issue;
    const struct bd_node *node = flow->block;
    bool same = bd_str_eq(issue->subject, issue->title);
    const struct bd_flow front[] = {
        { .text = issue->title, .place = issue->title_place },
        { .text = same ? BD_STR_NONE : issue->subject,
          .place = issue->subject_place },
        { .text = issue->preheader, .place = issue->preheader_place },
    };

    if (flow->step < sizeof front / sizeof *front) {
        unsigned step = flow->step;

        *flow = front[step];
        flow->step = step + 1;
        return true;
    }
    node = bd_node_walk(issue->document, node ? node : issue->document);
    while (node && !is_block(node))
        node = bd_node_walk(issue->document, node);
    if (!node)
        return false;
    *flow = (struct bd_flow) { .block = node, .step = flow->step };
    read_block(run, node, flow);
    return true;
}

/* How many octets of the file, from where the node begins, come before octet
 * `ahead` of its text; merge tags are markers there. False: it cannot be told,
 * as character references and backslashes are longer in the file. */
static bool source_octets(const struct bd_check_run *run,
                          const struct bd_node *node, size_t ahead, size_t *out)
{
    bd_str source = bd_str_skip(run->issue->source, node->at);
    size_t in_file = 0;

    for (size_t i = 0; i < ahead;) {
        size_t marker = bd_marker_len(bd_str_skip(node->text, i));
        bd_str rest = bd_str_skip(source, in_file);

        if (marker > 0 && bd_str_starts(rest, BD_STR("{{"))) {
            in_file += bd_str_find(rest, BD_STR("}}")) + 2;
            i += marker;
        } else if (rest.len > 0 && rest.ptr[0] == node->text.ptr[i]) {
            in_file++;
            i++;
        } else {
            return false;
        }
    }
    *out = in_file;
    return true;
}

struct bd_place bd_check_flow_place(const struct bd_check_run *run,
                                    const struct bd_flow *flow, size_t at)
{
    const struct bd_flow_part *part = NULL;
    bd_str source = run->issue->source;
    size_t ahead = 0;

    for (size_t i = 0; i < flow->part_count && flow->parts[i].at <= at; i++)
        part = &flow->parts[i];
    if (!part)
        return flow->place;
    ahead = at - part->at;
    if (part->node->kind != BD_NODE_TEXT ||
        !source_octets(run, part->node, ahead, &ahead))
        return part->node->place;
    return (struct bd_place) {
        part->node->place.line,
        part->node->place.column +
            bd_str_place(bd_str_sub(source, part->node->at, ahead), ahead)
                .column -
            1
    };
}

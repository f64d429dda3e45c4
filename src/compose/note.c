#include "brevduva/compose/note.h"

#include <assert.h>

#include "body_private.h"
#include "brevduva/base/nearest.h"
#include "brevduva/compose/markdown.h"
#include "document_private.h"
#include "headers_private.h"
#include "note_private.h"

/* A note in the making. */
struct work {
    struct bd_arena *arena;
    struct bd_issue issue;
    struct bd_node *document; /* the issue's, to be changed */
    const struct bd_note_form *form;
    struct bd_err *err;
};

static enum bd_status fail_at(const struct work *w, struct bd_place place)
{
    return bd_fail_at(w->err, BD_EINVAL, w->issue.path, place);
}

/* "email, lists, …" */
static bd_str all_names(const struct work *w)
{
    bd_str all = BD_STR_NONE;

    for (const struct bd_note_field *f = w->form->fields; f->name; f++)
        all = bd_arena_printf(w->arena, "%.*s%s%s", BD_ARG(all),
                              all.len > 0 ? ", " : "", f->name);
    return all;
}

static const char *nearest_name(const struct work *w, bd_str name)
{
    const char **known = NULL;
    size_t count = 0;

    while (w->form->fields[count].name)
        count++;
    known = BD_NEW_ARRAY(w->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++)
        known[i] = w->form->fields[i].name;
    return bd_nearest(name, known);
}

static enum bd_status check_tags(const struct work *w)
{
    for (size_t i = 0; i < w->issue.merge_count; i++) {
        const struct bd_merge *m = &w->issue.merges[i];
        const char *near = NULL;

        if (bd_note_field_find(w->form, m->name))
            continue;
        near = nearest_name(w, m->name);
        if (near)
            (void)bd_fail(w->err, BD_EINVAL,
                          _("this mail has no field called \"%.*s\"; did you "
                            "mean {{%s}}?"),
                          BD_ARG(m->name), near);
        else
            (void)bd_fail(w->err, BD_EINVAL,
                          _("this mail has no field called \"%.*s\"; there "
                            "are %.*s"),
                          BD_ARG(m->name), BD_ARG(all_names(w)));
        return fail_at(w, m->place);
    }
    return BD_OK;
}

/* A label needs somewhere to lead to, and a button that is the sense of the
 * mail must be there. */
static enum bd_status check_labels(const struct work *w, bd_str base_url)
{
    const struct bd_issue *issue = &w->issue;

    if (w->form->off_web)
        return BD_OK;
    if (issue->action.len > 0 && !w->form->action) {
        (void)bd_fail(w->err, BD_EINVAL,
                      _("this mail has no button; take the line \"action:\" "
                        "away"));
        return fail_at(w, issue->action_place);
    }
    if (issue->stop.len > 0 && !w->form->stop) {
        (void)bd_fail(w->err, BD_EINVAL,
                      _("this mail has no link to stop it; take the line "
                        "\"stop:\" away"));
        return fail_at(w, issue->stop_place);
    }
    if (issue->action.len == 0 && w->form->action) {
        (void)bd_fail(w->err, BD_EINVAL,
                      _("this mail is of no use without its button; add a "
                        "line \"action: ...\" with what stands on it"));
        return fail_at(w, (struct bd_place) { 1, 1 });
    }
    if ((w->form->action || w->form->stop) && base_url.len == 0)
        return bd_fail(w->err, BD_EINVAL,
                       _("the setting web.base_url is missing: the links of "
                         "%s lead there"),
                       issue->path);
    return BD_OK;
}

/* The first merge tag in `text` that `wanted` says yes to, or NULL. */
static const struct bd_merge *find_tag(const struct work *w, bd_str text,
                                       bool (*wanted)(const struct work *,
                                                      bd_str name, bd_str arg),
                                       bd_str arg)
{
    struct bd_marker marker = { 0 };
    bd_str head = BD_STR_NONE;

    while (bd_marker_cut(&text, &head, &marker)) {
        const struct bd_merge *tag = &w->issue.merges[marker.row];

        if (wanted(w, tag->name, arg))
            return tag;
    }
    return NULL;
}

static bool is_called(const struct work *w, bd_str name, bd_str arg)
{
    (void)w;
    return bd_str_eq(name, arg);
}

static bool has_lines(const struct work *w, bd_str name, bd_str arg)
{
    (void)arg;
    return bd_note_field_find(w->form, name)->lines;
}

static bool names(const struct work *w, const struct bd_node *block,
                  bd_str field)
{
    for (const struct bd_node *n = block; n; n = bd_node_walk(block, n))
        if (find_tag(w, n->text, is_called, field) ||
            find_tag(w, n->url, is_called, field) ||
            find_tag(w, n->title, is_called, field))
            return true;
    return false;
}

static void leave_out(const struct work *w, struct bd_node *root, bd_str field)
{
    struct bd_node *kept = NULL;

    for (struct bd_node *n = root->first; n && field.len > 0; n = n->next) {
        if (!names(w, n, field)) {
            kept = n;
            continue;
        }
        if (kept)
            kept->next = n->next;
        else
            root->first = n->next;
        if (root->last == n)
            root->last = kept;
    }
}

/* The tag is all there is in its paragraph, which stands at the top or in a
 * quote there: what its lines have to look like, else BD_ESCAPE_NONE. */
static enum bd_escape block_escape(const struct bd_node *node)
{
    const struct bd_node *paragraph = node->parent;
    const struct bd_node *outer = paragraph->parent;

    if (bd_marker_len(node->text) != node->text.len ||
        paragraph->kind != BD_NODE_PARAGRAPH || paragraph->first != node ||
        node->next)
        return BD_ESCAPE_NONE;
    if (outer->kind == BD_NODE_DOCUMENT)
        return BD_ESCAPE_LINES;
    return outer->kind == BD_NODE_QUOTE &&
                   outer->parent->kind == BD_NODE_DOCUMENT
               ? BD_ESCAPE_QUOTED
               : BD_ESCAPE_NONE;
}

static enum bd_status fit_node(const struct work *w, struct bd_node *node)
{
    const struct bd_merge *tag = NULL;
    enum bd_escape escape = BD_ESCAPE_NONE;

    if (node->kind == BD_NODE_IMAGE) {
        (void)bd_fail(w->err, BD_EINVAL,
                      _("a single mail has no pictures (some programs would "
                        "take it for advertising); take it away"));
        return fail_at(w, node->place);
    }
    tag = find_tag(w, node->text, has_lines, BD_STR_NONE);
    if (node->kind != BD_NODE_TEXT || !tag)
        return BD_OK;
    escape = block_escape(node);
    if (escape == BD_ESCAPE_NONE) {
        (void)bd_fail(w->err, BD_EINVAL,
                      _("{{%.*s}} may have several lines: let it stand alone "
                        "in a paragraph, or in a quote (\"> {{%.*s}}\")"),
                      BD_ARG(tag->name), BD_ARG(tag->name));
        return fail_at(w, tag->place);
    }
    node->text = bd_marked_as(w->arena, node->text, escape);
    return BD_OK;
}

static enum bd_status fit_document(const struct work *w, bd_str without)
{
    struct bd_node *root = w->document;
    enum bd_status rc = BD_OK;

    assert(root);
    for (struct bd_node *n = root; n && rc == BD_OK;
         n = (struct bd_node *)(uintptr_t)bd_node_walk(root, n))
        rc = fit_node(w, n);
    leave_out(w, root, without);
    return rc;
}

static enum bd_status write_message(struct bd_draft *draft,
                                    struct bd_message *out, struct bd_err *err)
{
    struct bd_pieces pieces = { .arena = NULL };
    bd_str text = BD_STR_NONE;
    bd_str html = BD_STR_NONE;
    enum bd_status rc = bd_layout_text(draft, &text, err);

    if (rc == BD_OK)
        rc = bd_layout_html(draft, &html, err);
    if (rc != BD_OK)
        return rc;
    bd_pieces_init(&pieces, draft->arena, &draft->fields);
    bd_headers_write_note(draft, &pieces);
    if (draft->form->attachment)
        bd_body_with_json(draft, &pieces, text, html, draft->form->attachment);
    else
        bd_body_both(draft, &pieces, text, html);
    rc = bd_pieces_finish(&pieces, out, err);
    bd_pieces_fini(&pieces);
    return rc;
}

enum bd_status bd_note_compile(struct bd_arena *arena, const char *path,
                               bd_str text,
                               const struct bd_letter_options *options,
                               const struct bd_note_form *form, bd_str without,
                               struct bd_message *out, struct bd_err *err)
{
    struct work w = { .arena = arena, .form = form, .err = err };
    struct bd_draft draft = { .arena = NULL };
    enum bd_status rc = bd_note_read(arena, path, text, &w.issue, err);

    if (rc != BD_OK)
        return rc;
    if (form->off_web) {
        w.issue.action = BD_STR_NONE;
        w.issue.stop = BD_STR_NONE;
    }
    w.document = (struct bd_node *)(uintptr_t)w.issue.document;
    rc = bd_draft_begin(&draft, arena, &w.issue, options, err);
    if (rc == BD_OK)
        rc = check_tags(&w);
    if (rc == BD_OK)
        rc = check_labels(&w, options->base_url);
    if (rc == BD_OK)
        rc = fit_document(&w, without);
    if (rc != BD_OK)
        return rc;
    draft.frame = &bd_note_frame;
    draft.form = form;
    return write_message(&draft, out, err);
}

#include "brevduva/compose/issue.h"

#include <string.h>

#include "block_private.h"
#include "brevduva/base/limits.h"
#include "document_private.h"
#include "front_matter_private.h"

/* Invalid UTF-8 and controls never get further than this. */
static enum bd_status check_text(const char *path, bd_str text,
                                 struct bd_err *err)
{
    struct bd_place place = { 0, 0 };
    size_t bad = 0;

    if (text.len > BD_MAX_ISSUE_BYTES)
        return bd_fail(err, BD_ELIMIT,
                       _("%s: the issue is longer than %d kB; put pictures "
                         "beside it and less text in it"),
                       path, BD_MAX_ISSUE_BYTES / 1024);
    if (!bd_str_is_utf8(text, &bad)) {
        place = bd_str_place(text, bad);
        return bd_fail(err, BD_EPARSE,
                       _("%s:%u:%u: not UTF-8; save the file as UTF-8"), path,
                       (unsigned)place.line, (unsigned)place.column);
    }
    if (!bd_str_has_control(text))
        return BD_OK;
    for (bad = 0; bad < text.len; bad++) { /* C1 controls are two octets */
        size_t len = (unsigned char)text.ptr[bad] == 0xc2 ? 2 : 1;

        if (bd_str_has_control(bd_str_sub(text, bad, len)))
            break;
    }
    place = bd_str_place(text, bad);
    return bd_fail(err, BD_EPARSE,
                   _("%s:%u:%u: an invisible control character stands here; "
                     "delete it"),
                   path, (unsigned)place.line, (unsigned)place.column);
}

/* Merge tags in a text of the front matter. */
static enum bd_status mark(struct bd_fields *fields,
                           const struct bd_source *source, bd_str text,
                           struct bd_place place, bd_str *out,
                           struct bd_err *err)
{
    size_t first = fields->count;
    size_t bad = 0;

    if (bd_merge_mark(fields, text, out, &bad, err) != BD_OK)
        return bd_fail_at(err, BD_EPARSE, source->path, place);
    for (size_t i = first; i < fields->count; i++)
        fields->rows[i].place = place;
    return BD_OK;
}

static enum bd_status mark_front_matter(struct bd_fields *fields,
                                        const struct bd_source *source,
                                        struct bd_issue *issue,
                                        struct bd_err *err)
{
    const struct {
        bd_str text;
        struct bd_place place;
        bd_str *out;
    } rows[] = {
        { issue->title, issue->title_place, &issue->marked.title },
        { issue->subject, issue->subject_place, &issue->marked.subject },
        { issue->preheader, issue->preheader_place, &issue->marked.preheader },
        { issue->action, issue->action_place, &issue->marked.action },
        { issue->stop, issue->stop_place, &issue->marked.stop },
    };
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < sizeof rows / sizeof *rows && rc == BD_OK; i++)
        rc = mark(fields, source, rows[i].text, rows[i].place, rows[i].out,
                  err);
    return rc;
}

/* "issues/2016-1.md" -> "2016-1". */
static bd_str slug_of_path(struct bd_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    bd_str name = bd_str_from(slash ? slash + 1 : path);

    if (bd_str_ends(name, BD_STR(".md")))
        name.len -= 3;
    return bd_slug(arena, name);
}

static void fill_gaps(struct bd_arena *arena, struct bd_issue *issue)
{
    static const struct bd_silence none[] = { { NULL, { 0, 0 } } };

    if (issue->subject.len == 0) {
        issue->subject = issue->title;
        issue->subject_place = issue->title_place;
    }
    if (issue->slug.len == 0)
        issue->slug = slug_of_path(arena, issue->path);
    if (issue->slug.len == 0) /* standard input, or no Latin letter in it */
        issue->slug = bd_slug(arena, issue->title);
    if (issue->slug.len == 0)
        issue->slug = BD_STR("issue");
    if (!issue->silence)
        issue->silence = none;
}

static enum bd_status read_text(struct bd_arena *arena, enum bd_text_kind kind,
                                const char *path, bd_str text,
                                struct bd_issue *out, struct bd_err *err)
{
    struct bd_issue issue = { .path = path };
    struct bd_source source = { .path = path };
    struct bd_fields fields = { .arena = arena };
    struct bd_node *document = NULL;
    enum bd_status rc = check_text(path, text, err);

    if (rc != BD_OK)
        return rc;
    if (bd_str_starts(text, BD_STR("\xef\xbb\xbf"))) /* BOM */
        text = bd_str_skip(text, 3);
    source.text = issue.source = text;
    rc = bd_front_matter_read(arena, kind, &source, &issue, err);
    if (rc != BD_OK)
        return rc;
    fill_gaps(arena, &issue);
    rc = mark_front_matter(&fields, &source, &issue, err);
    if (rc == BD_OK)
        rc = bd_markdown_parse(arena, &source, &document, err);
    if (rc == BD_OK)
        rc = bd_blocks_read(arena, &source, document, err);
    if (rc == BD_OK)
        rc = bd_document_finish(&fields, &source, document, err);
    if (rc == BD_OK)
        rc = bd_blocks_finish(arena, &source, document, err);
    if (rc != BD_OK)
        return rc;
    issue.body = bd_str_skip(text, source.body);
    issue.body_line = bd_str_place(text, source.body).line;
    issue.document = document;
    issue.merges = fields.rows;
    issue.merge_count = fields.count;
    *out = issue;
    return BD_OK;
}

enum bd_status bd_issue_read(struct bd_arena *arena, const char *path,
                             bd_str text, struct bd_issue *out,
                             struct bd_err *err)
{
    return read_text(arena, BD_TEXT_ISSUE, path, text, out, err);
}

enum bd_status bd_note_read(struct bd_arena *arena, const char *path,
                            bd_str text, struct bd_issue *out,
                            struct bd_err *err)
{
    return read_text(arena, BD_TEXT_NOTE, path, text, out, err);
}

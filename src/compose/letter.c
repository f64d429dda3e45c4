#include "brevduva/compose/letter.h"

#include "attachments_private.h"
#include "body_private.h"
#include "brevduva/base/yaml.h"
#include "brevduva/compose/recipient.h"
#include "brevduva/mail/mime_write.h"
#include "document_private.h"
#include "events_private.h"
#include "headers_private.h"

#include <string.h>

/* NULL-terminated names of all merge tags that this letter may use. */
static const char *const *known_tags(struct bd_arena *arena,
                                     const struct bd_letter_options *options)
{
    size_t count = 0;
    const char **known = NULL;

    while (bd_merge_names[count])
        count++;
    known = BD_NEW_ARRAY(arena, count + options->attribute_count + 1,
                         const char *);
    memcpy(known, bd_merge_names, count * sizeof *known);
    for (size_t i = 0; i < options->attribute_count; i++)
        known[count + i] = bd_arena_cstr(arena, options->attributes[i]);
    return known;
}

static bool is_among(bd_str name, const char *const known[])
{
    for (size_t i = 0; known[i]; i++)
        if (bd_str_eq(name, bd_str_from(known[i])))
            return true;
    return false;
}

static enum bd_status check_tags(struct bd_arena *arena,
                                 const struct bd_issue *issue,
                                 const struct bd_letter_options *options,
                                 struct bd_err *err)
{
    const char *const *known = known_tags(arena, options);

    for (size_t i = 0; i < issue->merge_count; i++) {
        const struct bd_merge *m = &issue->merges[i];
        const char *near = NULL;

        if (is_among(m->name, known))
            continue;
        near = bd_nearest(m->name, known);
        (void)bd_fail(err, BD_EINVAL,
                      near ? _("no reader has a field called \"%.*s\"; did "
                               "you mean {{%s}}?")
                           : _("no reader has a field called \"%.*s\"; there "
                               "are email, name, first_name, language and the "
                               "extra columns you imported"),
                      BD_ARG(m->name), near);
        return bd_fail_at(err, BD_EINVAL, issue->path, m->place);
    }
    return BD_OK;
}

static enum bd_status begin(struct bd_draft *d, struct bd_arena *arena,
                            const struct bd_issue *issue,
                            const struct bd_letter_options *options,
                            struct bd_err *err)
{
    enum bd_status rc = bd_draft_begin(d, arena, issue, options, err);

    return rc == BD_OK ? check_tags(arena, issue, options, err) : rc;
}

/* Layout of both parts, HTML only if the format has it; and what comes with
 * them. */
static enum bd_status lay_out(struct bd_draft *d, enum bd_letter_format format,
                              bd_str *text, bd_str *html, struct bd_err *err)
{
    enum bd_status rc = bd_layout_text(d, text, err);

    if (rc == BD_OK && format == BD_LETTER_FULL)
        rc = bd_images_read(d->arena, d->issue, d->options,
                            bd_domain_of(d->options->from_email), &d->images,
                            err);
    if (rc == BD_OK && format == BD_LETTER_FULL)
        rc = bd_logo_add(d, bd_domain_of(d->options->from_email), err);
    if (rc == BD_OK && format == BD_LETTER_FULL)
        rc = bd_layout_html(d, html, err);
    if (rc == BD_OK)
        rc = bd_attachments_read(d->arena, d->issue, d->options,
                                 &d->attachments, err);
    return rc;
}

enum bd_status bd_letter_compile(struct bd_arena *arena,
                                 const struct bd_issue *issue,
                                 const struct bd_letter_options *options,
                                 enum bd_letter_format format,
                                 struct bd_message *out, struct bd_err *err)
{
    struct bd_draft draft = { .arena = NULL };
    struct bd_pieces pieces = { .arena = NULL };
    bd_str text = BD_STR_NONE;
    bd_str html = BD_STR_NONE;
    bd_str calendar = BD_STR_NONE;
    enum bd_status rc = begin(&draft, arena, issue, options, err);

    if (rc == BD_OK)
        rc = lay_out(&draft, format, &text, &html, err);
    if (rc != BD_OK)
        return rc;
    calendar = bd_calendar(&draft);
    bd_pieces_init(&pieces, arena, &draft.fields);
    bd_headers_write(&draft, &pieces);
    bd_body_whole(&draft, &pieces, text, html, calendar);
    rc = bd_pieces_finish(&pieces, out, err);
    bd_pieces_fini(&pieces);
    return rc;
}

static bd_str data_url(struct bd_arena *arena, const struct bd_image *image)
{
    struct bd_buf base64 = { 0 };
    struct bd_buf url = { 0 };
    bd_str rest = BD_STR_NONE;

    bd_base64_write(&base64, image->bytes);
    rest = bd_buf_str(&base64);
    bd_buf_printf(&url, "data:%s;base64,", image->type);
    while (rest.ptr)
        bd_buf_add(&url, bd_str_cut_line(&rest));
    rest = bd_buf_copy(&url, arena);
    bd_buf_fini(&base64);
    bd_buf_fini(&url);
    return rest;
}

/* Outside of a mail, "cid:" leads nowhere. */
static void inline_images(struct bd_draft *d)
{
    for (struct bd_image *i = d->images; i; i = i->next)
        i->src = data_url(d->arena, i);
}

enum bd_status bd_letter_files(struct bd_arena *arena,
                               const struct bd_issue *issue,
                               const struct bd_letter_options *options,
                               const struct bd_letter_file **out,
                               struct bd_err *err)
{
    struct bd_draft draft = { .arena = NULL };
    enum bd_status rc = BD_OK;

    *out = NULL;
    if (!bd_images_are_served(options))
        return BD_OK;
    rc = begin(&draft, arena, issue, options, err);
    if (rc == BD_OK)
        rc = bd_images_read(arena, issue, options, BD_STR("localhost"),
                            &draft.images, err);
    if (rc == BD_OK)
        rc = bd_logo_add(&draft, BD_STR("localhost"), err);
    for (const struct bd_image *i = draft.images; i; i = i->next) {
        struct bd_letter_file *file = BD_NEW(arena, struct bd_letter_file);

        *file = (struct bd_letter_file) { i->file, i->type, i->bytes, *out };
        *out = file;
    }
    return rc;
}

static enum bd_status lay_out_part(struct bd_draft *draft,
                                   enum bd_letter_part part, bd_str *out,
                                   struct bd_err *err)
{
    switch (part) {
    case BD_LETTER_HTML:
        return bd_layout_html(draft, out, err);
    case BD_LETTER_PLAIN:
        return bd_layout_text(draft, out, err);
    case BD_LETTER_SUBJECT:
        *out = bd_marked_as(draft->arena, draft->issue->marked.subject,
                            BD_ESCAPE_TEXT);
        return BD_OK;
    case BD_LETTER_PREHEADER:
        break;
    }
    *out = bd_marked_as(draft->arena, draft->issue->marked.preheader,
                        BD_ESCAPE_TEXT);
    return BD_OK;
}

enum bd_status bd_letter_compile_part(struct bd_arena *arena,
                                      const struct bd_issue *issue,
                                      const struct bd_letter_options *options,
                                      enum bd_letter_part part,
                                      struct bd_message *out,
                                      struct bd_err *err)
{
    struct bd_draft draft = { .arena = NULL };
    struct bd_pieces pieces = { .arena = NULL };
    bd_str text = BD_STR_NONE;
    enum bd_status rc = begin(&draft, arena, issue, options, err);

    if (rc == BD_OK && part == BD_LETTER_HTML)
        rc = bd_images_read(arena, issue, options, BD_STR("localhost"),
                            &draft.images, err);
    if (rc == BD_OK && part == BD_LETTER_HTML)
        rc = bd_logo_add(&draft, BD_STR("localhost"), err);
    if (rc != BD_OK)
        return rc;
    inline_images(&draft);
    rc = lay_out_part(&draft, part, &text, err);
    if (rc != BD_OK)
        return rc;
    bd_pieces_init(&pieces, arena, &draft.fields);
    bd_pieces_plain(&pieces, text);
    rc = bd_pieces_finish(&pieces, out, err);
    bd_pieces_fini(&pieces);
    return rc;
}

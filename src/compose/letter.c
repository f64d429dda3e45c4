#include "brevduva/compose/letter.h"

#include "brevduva/base/yaml.h"
#include "brevduva/compose/recipient.h"
#include "brevduva/mail/mime_write.h"
#include "document_private.h"
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

/* The settings stand in headers and URLs: they must have been checked. */
static enum bd_status check_options(const struct bd_letter_options *o,
                                    struct bd_err *err)
{
    bool web = bd_str_starts(o->base_url, BD_STR("https://")) ||
               bd_str_starts(o->base_url, BD_STR("http://"));

    if (bd_str_find_char(o->from_email, '@') == SIZE_MAX)
        return bd_fail(err, BD_EINVAL,
                       _("the setting from.email is no address; set the "
                         "address that the letter comes from"));
    if (o->base_url.len > 0 &&
        (!web || !bd_str_is_ascii(o->base_url) ||
         bd_str_has_control(o->base_url) ||
         bd_str_find_char(o->base_url, ' ') != SIZE_MAX ||
         bd_str_find_char(o->base_url, '>') != SIZE_MAX))
        return bd_fail(err, BD_EINVAL,
                       _("the setting web.base_url must be a plain https:// "
                         "URL; it is \"%.*s\""),
                       BD_ARG(o->base_url));
    return BD_OK;
}

static enum bd_status begin(struct bd_draft *d, struct bd_arena *arena,
                            const struct bd_issue *issue,
                            const struct bd_letter_options *options,
                            struct bd_err *err)
{
    enum bd_status rc = check_options(options, err);

    if (rc == BD_OK)
        rc = check_tags(arena, issue, options, err);
    if (rc != BD_OK)
        return rc;
    *d = (struct bd_draft) { .arena = arena,
                             .issue = issue,
                             .options = options,
                             .lang = bd_draft_lang(issue, options) };
    d->fields.arena = arena;
    for (size_t i = 0; i < issue->merge_count; i++)
        (void)bd_fields_add(&d->fields, issue->merges[i]);
    return BD_OK;
}

static void boundary(const struct bd_draft *d, const char *part,
                     char out[BD_BOUNDARY_LEN + 1])
{
    bd_str seed = bd_arena_printf(d->arena, "%s\n%.*s", part,
                                  BD_ARG(d->issue->source));

    bd_boundary(seed, out);
    out[BD_BOUNDARY_LEN] = '\0';
}

static void text_part(struct bd_pieces *pieces, const char *type, bd_str text)
{
    bd_buf_printf(&pieces->literal,
                  "Content-Type: text/%s; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                  type);
    bd_pieces_qp(pieces, text);
}

static void image_part(struct bd_pieces *pieces, const struct bd_image *image)
{
    bd_buf_printf(&pieces->literal, "Content-Type: %s", image->type);
    bd_mime_param(&pieces->literal, "name", image->name);
    bd_buf_add(&pieces->literal, BD_STR("\r\nContent-Disposition: inline"));
    bd_mime_param(&pieces->literal, "filename", image->name);
    bd_buf_printf(&pieces->literal,
                  "\r\nContent-ID: <%.*s>\r\n"
                  "Content-Transfer-Encoding: base64\r\n\r\n",
                  BD_ARG(image->id));
    bd_base64_write(&pieces->literal, image->bytes);
}

/* The HTML, with its pictures if it has any (RFC 2387). */
static void html_part(const struct bd_draft *d, struct bd_pieces *pieces,
                      bd_str html)
{
    char related[BD_BOUNDARY_LEN + 1];
    struct bd_buf *out = &pieces->literal;

    if (!d->images) {
        text_part(pieces, "html", html);
        return;
    }
    boundary(d, "related", related);
    bd_buf_printf(out,
                  "Content-Type: multipart/related; type=\"text/html\";\r\n"
                  " boundary=\"%s\"\r\n\r\n--%s\r\n",
                  related, related);
    text_part(pieces, "html", html);
    for (const struct bd_image *i = d->images; i; i = i->next) {
        bd_buf_printf(out, "\r\n--%s\r\n", related);
        image_part(pieces, i);
    }
    bd_buf_printf(out, "\r\n--%s--\r\n", related);
}

static void full_body(const struct bd_draft *d, struct bd_pieces *pieces,
                      bd_str text, bd_str html)
{
    char alternative[BD_BOUNDARY_LEN + 1];
    struct bd_buf *out = &pieces->literal;

    boundary(d, "alternative", alternative);
    bd_buf_printf(out,
                  "Content-Type: multipart/alternative;\r\n"
                  " boundary=\"%s\"\r\n\r\n--%s\r\n",
                  alternative, alternative);
    text_part(pieces, "plain", text);
    bd_buf_printf(out, "\r\n--%s\r\n", alternative);
    html_part(d, pieces, html);
    bd_buf_printf(out, "\r\n--%s--\r\n", alternative);
}

/* Layout of both parts; HTML only if the format has it. */
static enum bd_status lay_out(struct bd_draft *d, enum bd_letter_format format,
                              bd_str *text, bd_str *html, struct bd_err *err)
{
    enum bd_status rc = bd_layout_text(d, text, err);

    if (rc == BD_OK && format == BD_LETTER_FULL)
        rc = bd_images_read(d->arena, d->issue, d->options,
                            bd_domain_of(d->options->from_email), &d->images,
                            err);
    if (rc == BD_OK && format == BD_LETTER_FULL)
        rc = bd_layout_html(d, html, err);
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
    enum bd_status rc = begin(&draft, arena, issue, options, err);

    if (rc == BD_OK)
        rc = lay_out(&draft, format, &text, &html, err);
    if (rc != BD_OK)
        return rc;
    bd_pieces_init(&pieces, arena, &draft.fields);
    bd_headers_write(&draft, &pieces);
    if (format == BD_LETTER_FULL)
        full_body(&draft, &pieces, text, html);
    else
        text_part(&pieces, "plain", text);
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
        break;
    }
    *out = bd_marked_as(draft->arena, draft->issue->marked.subject,
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

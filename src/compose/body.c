/* The body of a letter: MIME (RFC 2045, 2046, 2387). */
#include "body_private.h"

#include "attachments_private.h"
#include "brevduva/mail/mime_write.h"

#define SEED_OCTETS 1000 /* the front matter: to hash all would take longer */

/* The same for the same letter. None of our encodings can have "=_" in it. */
static void boundary(const struct bd_draft *d, const char *part,
                     char out[BD_BOUNDARY_LEN + 1])
{
    bd_str source = d->issue->source;
    bd_str seed = bd_arena_printf(d->arena, "%s\n%zu\n%.*s", part, source.len,
                                  BD_ARG(bd_str_sub(source, 0, SEED_OCTETS)));

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

/* The same octets come once, whatever names they have. */
static bool is_twin(const struct bd_image *images, const struct bd_image *image)
{
    while (images != image && !bd_str_eq(images->id, image->id))
        images = images->next;
    return images != image;
}

/* The HTML, with its pictures if they come with it (RFC 2387). */
static void html_part(const struct bd_draft *d, struct bd_pieces *pieces,
                      bd_str html)
{
    char related[BD_BOUNDARY_LEN + 1];
    struct bd_buf *out = &pieces->literal;

    if (!d->images || bd_images_are_served(d->options)) {
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
        if (is_twin(d->images, i))
            continue;
        bd_buf_printf(out, "\r\n--%s\r\n", related);
        image_part(pieces, i);
    }
    bd_buf_printf(out, "\r\n--%s--\r\n", related);
}

#define CALENDAR "calendar; method=PUBLISH"

/* In increasing richness (P2); without a calendar if that is empty. */
static void alternative(const struct bd_draft *d, struct bd_pieces *pieces,
                        bd_str text, bd_str html, bd_str calendar)
{
    char between[BD_BOUNDARY_LEN + 1];
    struct bd_buf *out = &pieces->literal;

    boundary(d, "alternative", between);
    bd_buf_printf(out,
                  "Content-Type: multipart/alternative;\r\n"
                  " boundary=\"%s\"\r\n\r\n--%s\r\n",
                  between, between);
    text_part(pieces, "plain", text);
    bd_buf_printf(out, "\r\n--%s\r\n", between);
    html_part(d, pieces, html);
    if (calendar.len > 0) {
        bd_buf_printf(out, "\r\n--%s\r\n", between);
        text_part(pieces, CALENDAR, calendar);
    }
    bd_buf_printf(out, "\r\n--%s--\r\n", between);
}

void bd_body_both(const struct bd_draft *d, struct bd_pieces *pieces,
                  bd_str text, bd_str html)
{
    alternative(d, pieces, text, html, BD_STR_NONE);
}

static void calendar_part(const struct bd_draft *d, struct bd_pieces *pieces,
                          bd_str calendar)
{
    bd_str name = bd_arena_printf(d->arena, "%.*s.ics", BD_ARG(d->issue->slug));

    bd_buf_add_cstr(&pieces->literal, "Content-Disposition: attachment");
    bd_mime_param(&pieces->literal, "filename", name);
    bd_buf_add_cstr(&pieces->literal, "\r\n");
    text_part(pieces, CALENDAR, calendar);
}

/* The name stands in both fields: some programs look at one of them only. */
static void attachment_part(struct bd_pieces *pieces,
                            const struct bd_attachment *attachment)
{
    struct bd_buf *out = &pieces->literal;

    bd_buf_printf(out, "Content-Type: %s", attachment->type);
    if (bd_str_starts(bd_str_from(attachment->type), BD_STR("text/")) &&
        bd_str_is_utf8(attachment->bytes, NULL))
        bd_buf_add_cstr(out, "; charset=utf-8");
    bd_mime_param(out, "name", attachment->name);
    bd_buf_add_cstr(out, "\r\nContent-Disposition: attachment");
    bd_mime_param(out, "filename", attachment->name);
    bd_buf_add_cstr(out, "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    bd_base64_write(out, attachment->bytes);
}

static void message(const struct bd_draft *d, struct bd_pieces *pieces,
                    bd_str text, bd_str html, bd_str calendar)
{
    if (html.len > 0)
        alternative(d, pieces, text, html, calendar);
    else
        text_part(pieces, "plain", text);
}

void bd_body_whole(const struct bd_draft *d, struct bd_pieces *pieces,
                   bd_str text, bd_str html, bd_str calendar)
{
    char mixed[BD_BOUNDARY_LEN + 1];
    struct bd_buf *out = &pieces->literal;

    if (calendar.len == 0 && !d->attachments) {
        message(d, pieces, text, html, calendar);
        return;
    }
    boundary(d, "mixed", mixed);
    bd_buf_printf(out,
                  "Content-Type: multipart/mixed;\r\n"
                  " boundary=\"%s\"\r\n\r\n--%s\r\n",
                  mixed, mixed);
    message(d, pieces, text, html, calendar);
    if (calendar.len > 0) {
        bd_buf_printf(out, "\r\n--%s\r\n", mixed);
        calendar_part(d, pieces, calendar);
    }
    for (const struct bd_attachment *a = d->attachments; a; a = a->next) {
        bd_buf_printf(out, "\r\n--%s\r\n", mixed);
        attachment_part(pieces, a);
    }
    bd_buf_printf(out, "\r\n--%s--\r\n", mixed);
}

/* JSON is UTF-8 and has no charset (RFC 8259 8.1, 11). */
void bd_body_with_json(const struct bd_draft *d, struct bd_pieces *pieces,
                       bd_str text, bd_str html, const char *file_name)
{
    char mixed[BD_BOUNDARY_LEN + 1];
    struct bd_buf *out = &pieces->literal;

    boundary(d, "mixed", mixed);
    bd_buf_printf(out,
                  "Content-Type: multipart/mixed;\r\n"
                  " boundary=\"%s\"\r\n\r\n--%s\r\n",
                  mixed, mixed);
    bd_body_both(d, pieces, text, html);
    bd_buf_printf(out,
                  "\r\n--%s\r\nContent-Type: application/json\r\n"
                  "Content-Disposition: attachment",
                  mixed);
    bd_mime_param(out, "filename", bd_str_from(file_name));
    bd_buf_add_cstr(out, "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    bd_pieces_base64(pieces, "@attachment");
    bd_buf_printf(out, "\r\n--%s--\r\n", mixed);
}

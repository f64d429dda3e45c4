/* The two renderings of a letter's document. Merge tags stay markers, with
 * the escape context of where they stand. */
#ifndef COMPOSE_RENDER_PRIVATE_H
#define COMPOSE_RENDER_PRIVATE_H

#include "brevduva/base/i18n.h"
#include "brevduva/compose/letter.h"
#include "brevduva/compose/markdown.h"
#include "fields_private.h"
#include "theme_private.h"

/* A picture that comes with the letter. */
struct bd_image {
    bd_str url;       /* as the issue names it */
    bd_str src;       /* "cid:…" or "data:…" */
    bd_str id;        /* Content-ID without <> */
    const char *type; /* "image/png" */
    bd_str name;      /* file name, for programs that list attachments */
    bd_str bytes;
    unsigned width; /* in pixels; 0 unknown */
    struct bd_image *next;
};

/*
 * Read all pictures that the document names by relative URL, each once.
 *
 * domain   right side of the Content-IDs
 * returns  BD_OK; BD_ENOENT, BD_EINVAL "PATH:LINE:COLUMN: …"
 */
enum bd_status bd_images_read(struct bd_arena *arena,
                              const struct bd_issue *issue,
                              const struct bd_letter_options *options,
                              bd_str domain, struct bd_image **out,
                              struct bd_err *err) BD_MUST_USE;

/* "image/png" and the width by the file's first bytes; NULL for a kind that
 * mail programs do not all show. */
const char *bd_image_type(bd_str bytes, unsigned *out_width);

#define BD_LETTER_WIDTH 536 /* pixels of text in the letter */

/* theme    NULL: for the web, without styles
 * options  of the counting of clicks; NULL: none */
void bd_html_render(const struct bd_node *document,
                    const struct bd_theme *theme, const struct bd_image *images,
                    const struct bd_letter_options *options,
                    struct bd_arena *arena, struct bd_buf *out);

/* HTML-escape a text with markers. */
void bd_html_marked(bd_str text, struct bd_buf *out);

#define BD_TEXT_COLUMNS 72

void bd_text_render(const struct bd_node *document, enum bd_lang lang,
                    struct bd_arena *arena, struct bd_buf *out);

/*
 * Fill lines with the words of `text`. Its line breaks are kept; GLUE holds
 * two words together and becomes a space; words longer than a line stand
 * alone on one.
 *
 * first, rest  what the first and all other lines begin with
 */
#define BD_GLUE '\x03'
void bd_text_wrap(bd_str text, bd_str first, bd_str rest, struct bd_buf *out);

/* A line of `c` under what has just been wrapped, as wide as `text`. */
void bd_text_underline(bd_str text, char c, bd_str prefix, struct bd_buf *out);

#endif

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
    bd_str src;       /* "cid:…", "https:…" or "data:…" */
    bd_str id;        /* Content-ID without <> */
    const char *type; /* "image/png" */
    bd_str name;      /* file name, for programs that list attachments */
    bd_str bytes;
    bd_str file;            /* name by its bytes: "9f86…ec.png" */
    unsigned width, height; /* in pixels */
    bool moves;             /* an animation */
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

/* They are asked for at base_url, and do not come with the letter. */
bool bd_images_are_served(const struct bd_letter_options *options);
/* "jpg", "png", "gif" */
bd_str bd_image_ending(const struct bd_image *image);
/*
 * Fill all but url and next of an image whose name is set.
 *
 * returns  as bd_picture_make, whose messages name no file
 */
enum bd_status bd_image_make(struct bd_arena *arena,
                             const struct bd_letter_options *options,
                             bd_str domain, bd_str bytes, unsigned max_width,
                             struct bd_image *out,
                             struct bd_err *err) BD_MUST_USE;
/* As large as it is shown in a letter whose text is so wide, where `node`
 * stands (H10). */
void bd_image_shown(const struct bd_image *image, const struct bd_node *node,
                    unsigned width, unsigned *out_width, unsigned *out_height);

#define BD_LETTER_WIDTH 536 /* pixels of text in most letters */

struct bd_html {
    struct bd_arena *arena;
    struct bd_buf *out;
    const struct bd_theme *theme; /* NULL: for the web, without styles */
    const struct bd_image *images;
    const struct bd_letter_options *options; /* NULL: links are not counted */
    enum bd_lang lang;
    bool flush; /* the next element has no margin above it */
};

void bd_html_render(const struct bd_node *document, struct bd_html *html);

/* '<NAME class="ROLE" style="…"' with the theme's style of that role, left
 * open for attributes; the same with its ">". */
void bd_html_start(struct bd_html *html, const char *name, const char *role);
void bd_html_open(struct bd_html *html, const char *name, const char *role);
/* bd_html_start with more of both: " close", ";font-size:13px". */
void bd_html_start_with(struct bd_html *html, const char *name,
                        const char *role, const char *classes,
                        const char *style);
void bd_html_put(struct bd_html *html, const char *markup);
/* A node; all that stands in one. */
void bd_html_node(struct bd_html *html, const struct bd_node *node);
void bd_html_children(struct bd_html *html, const struct bd_node *node);
/* ' href="…"' of a link node, counted if the owner wants that. */
void bd_html_href(struct bd_html *html, const struct bd_node *link);

/* '<NAME style="…"' of a node of the body, left open; ' NAME="VALUE"', escaped;
 * the picture that an image node names. */
void bd_html_tag(struct bd_html *html, const struct bd_node *node,
                 const char *name);
void bd_html_attribute(struct bd_html *html, const char *name, bd_str value);
void bd_html_image(struct bd_html *html, const struct bd_node *node);
/* The pixels that it takes; 0: nobody knows. */
unsigned bd_html_image_width(const struct bd_html *html,
                             const struct bd_node *node);

/* HTML-escape a text with markers. */
void bd_html_marked(bd_str text, struct bd_buf *out);

#define BD_TEXT_COLUMNS 72

void bd_text_render(const struct bd_node *document, enum bd_lang lang,
                    struct bd_arena *arena, struct bd_buf *out);

/* What the lines of a block begin with. */
struct bd_margin {
    bd_str first;
    bd_str rest;
};

struct bd_text; /* text.c */
/* The blocks in a node; a node's words on one line, with the numbers of links,
 * and hard breaks as line breaks; words filled into lines; a line as it is; a
 * line without words. */
void bd_text_blocks(struct bd_text *text, const struct bd_node *node,
                    struct bd_margin margin);
bd_str bd_text_flow(struct bd_text *text, const struct bd_node *node);
void bd_text_words(struct bd_text *text, bd_str words, struct bd_margin margin);
/* " [2]" for a link whose address comes below the section. */
void bd_text_note(struct bd_text *text, bd_str url, struct bd_buf *line);
void bd_text_line(struct bd_text *text, bd_str prefix, bd_str line);
void bd_text_blank(struct bd_text *text, struct bd_margin margin);
struct bd_arena *bd_text_arena(struct bd_text *text);
enum bd_lang bd_text_lang(const struct bd_text *text);

/*
 * Fill lines with the words of `text`. Its line breaks are kept; GLUE holds
 * two words together and becomes a space; words longer than a line stand
 * alone on one.
 *
 * first, rest  what the first and all other lines begin with
 */
#define BD_GLUE '\x03'
void bd_text_wrap(bd_str text, bd_str first, bd_str rest, struct bd_buf *out);
/* The same in lines of so many columns. */
void bd_text_wrap_to(bd_str text, size_t columns, bd_str first, bd_str rest,
                     struct bd_buf *out);
/* The pieces of a line that stay whole, one by one: words, or parts of words in
 * scripts without blanks. Begin with the line alone set. */
struct bd_units {
    bd_str line, word; /* what is left of each */
    bool whole;        /* the word must not be broken */
    bool after_blank;  /* the piece that was given begins a word */
};
bool bd_text_next_unit(struct bd_units *units, bd_str *out);
/* Columns that the text takes, markers guessed. */
size_t bd_text_width(bd_str text);

/* "2" as it stands in 10², in H₂O; as it is where Unicode lacks a sign. */
void bd_text_raise(bd_str text, struct bd_buf *out);
void bd_text_lower(bd_str text, struct bd_buf *out);

/* A line of `c` under what has just been wrapped, as wide as `text`. */
void bd_text_underline(bd_str text, char c, bd_str prefix, struct bd_buf *out);

#endif

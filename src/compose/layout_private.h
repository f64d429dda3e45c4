/* The template around the body. */
#ifndef COMPOSE_LAYOUT_PRIVATE_H
#define COMPOSE_LAYOUT_PRIVATE_H

#include "brevduva/compose/letter.h"
#include "brevduva/compose/note.h"
#include "render_private.h"

struct bd_draft;

/* The page around the body: its templates, and the data that both see, as
 * docs/templates.md has it. */
struct bd_frame {
    const char *html, *text; /* files of the theme */
    struct bd_json *(*data)(struct bd_draft *draft, enum bd_escape escape);
};
extern const struct bd_frame bd_letter_frame;
extern const struct bd_frame bd_note_frame;

/* One letter in the making, or one note. */
struct bd_draft {
    struct bd_arena *arena;
    const struct bd_issue *issue;
    const struct bd_letter_options *options;
    const struct bd_frame *frame;
    const struct bd_note_form *form; /* NULL: a letter */
    enum bd_lang lang;
    struct bd_fields fields;     /* the issue's merge tags, then our own */
    struct bd_image *images;     /* of the document */
    const struct bd_image *logo; /* one of them; NULL: none */
    const struct bd_attachment *attachments;
};

/*
 * Begin a letter: its language, and the issue's merge tags as fields.
 *
 * returns  BD_OK; BD_EINVAL for settings that cannot stand in headers or URLs
 */
enum bd_status bd_draft_begin(struct bd_draft *draft, struct bd_arena *arena,
                              const struct bd_issue *issue,
                              const struct bd_letter_options *options,
                              struct bd_err *err) BD_MUST_USE;

/* The owner's logo becomes one of the draft's images, its width and height as
 * it is shown. Errors as bd_picture_make. */
enum bd_status bd_logo_add(struct bd_draft *draft, bd_str domain,
                           struct bd_err *err) BD_MUST_USE;

/*
 * The HTML or plain text of the whole letter, with markers.
 *
 * returns  BD_OK; BD_ENOENT (no such template), BD_EPARSE, BD_EINVAL
 *          "TEMPLATE:LINE:COLUMN: …"; BD_ELIMIT
 */
enum bd_status bd_layout_html(struct bd_draft *draft, bd_str *out,
                              struct bd_err *err) BD_MUST_USE;
enum bd_status bd_layout_text(struct bd_draft *draft, bd_str *out,
                              struct bd_err *err) BD_MUST_USE;

/* "mailto:" for an address, UTF-8 percent-encoded (RFC 6068). */
bd_str bd_mailto(struct bd_arena *arena, bd_str email, const char *subject);

/* The "mailto:" that unsubscribes its sender, in two: between them stands the
 * field @unsubscribe-mail, where the address has a place for it (L9). */
struct bd_unsubscribe_mailto {
    bd_str before, after;
    bool has_token;
};
struct bd_unsubscribe_mailto
bd_unsubscribe_mailto(struct bd_arena *arena,
                      const struct bd_letter_options *options);

/* Where mail to unsubscribe goes; may be a pattern (mail/return_path.h). */
bd_str bd_unsubscribe_email(const struct bd_letter_options *options);

/* Where mail about the newsletter goes. */
bd_str bd_contact_email(const struct bd_letter_options *options);

#endif

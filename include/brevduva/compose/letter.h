/*
 * From issue to message: the layout template around the body, as HTML and
 * as plain text, then headers and MIME: compiled once, for all recipients.
 * Pure: same values in, same bytes out.
 */
#ifndef BREVDUVA_COMPOSE_LETTER_H
#define BREVDUVA_COMPOSE_LETTER_H

#include "brevduva/compose/issue.h"
#include "brevduva/compose/message.h"
#include "brevduva/picture/picture.h"

/* How a letter looks (docs/templates.md); "" and 0: as the theme has it. All
 * are checked: colours "#1d5c63", fonts names between commas. */
struct bd_look {
    bd_str theme; /* a folder in templates/mail; "": brev */
    bd_str colour, background;
    bd_str font, heading_font;
    unsigned width; /* pixels, 400 or more */
    bd_str logo;    /* the picture's octets; "": none */
    bd_str logo_name, logo_alt;
    unsigned logo_width;                         /* pixels */
    const struct bd_named_link *links, *parties; /* of parties, URLs may be
                                                  * empty */
    size_t link_count, party_count;
};
struct bd_named_link {
    bd_str text, url;
};

/* The sender's side of a letter; all texts UTF-8, "" when not set. */
struct bd_letter_options {
    bd_str newsletter;     /* its name, in the masthead */
    enum bd_lang language; /* unless the issue says otherwise */
    bd_str from_name;
    bd_str from_email; /* local@domain; its domain is the Message-ID's */
    bd_str reply_to;
    bd_str list_title;
    bd_str list_id; /* "nyhetsbrev.example.org", RFC 2919 */
    uint32_t list_number;
    bd_str time_zone; /* of events that tell none: "Europe/Stockholm" */
    bd_str base_url;  /* "https://brev.example.org", no slash at the end */
    bool off_web;     /* no issue is in the archive unless it says so itself */
    bd_str unsubscribe_mailto; /* address for List-Unsubscribe, may be a pattern
                                * (mail/return_path.h) for a token of the
                                * reader's; "": beside one-click none, else
                                * reply_to or from_email */
    struct {
        bd_str name, postal_address, email, phone, website;
    } organisation;
    struct bd_look look;
    const bd_str *attributes; /* names of readers' attributes: merge tags */
    size_t attribute_count;
    /* Finds a template by its path under templates/: the owner's or ours.
     * Texts must live as long as the arena. */
    bool (*template)(void *self, bd_str path, bd_str *out_text);
    void *template_self;
    /* Reads a file beside the issue ("foto.jpg" in issues/SLUG/): pictures and
     * attachments. BD_ENOENT when missing. */
    enum bd_status (*file)(void *self, bd_str path, bd_str *out_bytes,
                           struct bd_err *err);
    void *file_self;
    /* Makes a picture fit for a letter, as bd_picture_make does, which is
     * called when this is NULL: for who has made it before. The result lives
     * as long as the arena. */
    enum bd_status (*picture)(void *self, bd_str bytes, unsigned max_width,
                              struct bd_picture *out, struct bd_err *err);
    void *picture_self;
    /* The letter asks base_url for its pictures; else, and without base_url,
     * they come with it. */
    bool serve_pictures;
    /* The counted address of a link of the HTML's body (C9): the same in all
     * copies. False: this one leads straight there. NULL: none is counted. */
    bool (*click)(void *self, bd_str url, bd_str *out);
    void *click_self;
};

enum bd_letter_format {
    BD_LETTER_FULL,     /* multipart/alternative: text and HTML */
    BD_LETTER_TEXT_ONLY /* text/plain */
};

/*
 * Compile the whole message with all headers.
 *
 * returns  BD_OK; BD_EINVAL or BD_EPARSE "FILE:LINE:COLUMN: what; what to
 *          do" (unknown merge tag, template error); BD_ELIMIT
 */
enum bd_status bd_letter_compile(struct bd_arena *arena,
                                 const struct bd_issue *issue,
                                 const struct bd_letter_options *options,
                                 enum bd_letter_format format,
                                 struct bd_message *out,
                                 struct bd_err *err) BD_MUST_USE;

/* A picture that the letter asks for at BASE_URL/i/NAME. */
struct bd_letter_file {
    bd_str name; /* "9f86…ec.jpg": of its bytes alone, nothing of a reader
                  * or issue in it */
    const char *type; /* "image/jpeg", "image/png", "image/gif" */
    bd_str bytes;
    const struct bd_letter_file *next;
};
#define BD_LETTER_FILES "/i/"

/* Those of the letter, each once: to be had there before it is sent. None when
 * they come with it. Errors as bd_letter_compile. */
enum bd_status bd_letter_files(struct bd_arena *arena,
                               const struct bd_issue *issue,
                               const struct bd_letter_options *options,
                               const struct bd_letter_file **out,
                               struct bd_err *err) BD_MUST_USE;

enum bd_letter_part {
    BD_LETTER_HTML,
    BD_LETTER_PLAIN,
    BD_LETTER_SUBJECT,
    BD_LETTER_PREHEADER
};

/* One part alone, not encoded for the wire: for preview and `render --as`. */
enum bd_status bd_letter_compile_part(struct bd_arena *arena,
                                      const struct bd_issue *issue,
                                      const struct bd_letter_options *options,
                                      enum bd_letter_part part,
                                      struct bd_message *out,
                                      struct bd_err *err) BD_MUST_USE;

#endif

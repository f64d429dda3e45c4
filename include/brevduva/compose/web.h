/*
 * An issue as it stands on the web: for everybody, so nothing of a reader's
 * is in it. Merge tags show their default text; one without goes, with the
 * blank before it ("Hej {{first_name}}," becomes "Hej,"), and what is left
 * empty by that goes too. Pure: same values in, same bytes out.
 */
#ifndef BREVDUVA_COMPOSE_WEB_H
#define BREVDUVA_COMPOSE_WEB_H

#include "brevduva/compose/letter.h"

/* A picture of the issue, or an attachment. */
struct bd_web_file {
    bd_str name;      /* "vagen-1f3a9c0b.jpg": a-z, 0-9 and "-"; changes with
                       * the bytes, so that it may be kept for ever */
    const char *type; /* "image/jpeg", "image/png", "image/gif"; attachments:
                       * of compose/attachment.h */
    bd_str bytes;
    bd_str shown; /* an attachment's own name; empty: a picture */
    const struct bd_web_file *next;
};

struct bd_web_page {
    enum bd_lang language;
    bd_str title, description; /* plain text; the description may be empty */
    /* HTML of the body alone: headings from h2, no styles, pictures as
     * BD_WEB_FILE_SRC and their name. Pictures of other sites are links to
     * them, for a page asks no third party. */
    bd_str body;
    bd_str words; /* title and text, folded (bd_fold), to be searched */
    const struct bd_web_file *files;
};

/* How the src of a picture begins; in no other place of a body. */
#define BD_WEB_FILE_SRC " src=\"files/"

/*
 * options  language and file() are used
 * returns  BD_OK; BD_ENOENT, BD_EINVAL "PATH:LINE:COLUMN: …" of a picture;
 *          BD_ELIMIT
 */
enum bd_status bd_web_page_make(struct bd_arena *arena,
                                const struct bd_issue *issue,
                                const struct bd_letter_options *options,
                                struct bd_web_page *out,
                                struct bd_err *err) BD_MUST_USE;

#endif

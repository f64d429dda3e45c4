/*
 * Notes: the single mails that the program writes to one person. Their text
 * is Markdown with front matter, as an issue's, in a plain frame of its own
 * (templates/mail/brev/note.html, note.txt): one button, one quiet link, no
 * list headers. Compiled once; a copy is made by splicing. Pure.
 */
#ifndef BREVDUVA_COMPOSE_NOTE_H
#define BREVDUVA_COMPOSE_NOTE_H

#include "brevduva/compose/letter.h"

/* A merge tag that the text may use. */
struct bd_note_field {
    const char *name; /* NULL ends a table */
    bool lines;       /* the value's line breaks are kept: the tag then stands
                       * alone in a paragraph, in a quote or not */
    bool stranger;    /* typed by one whom the reader may not know: links in
                       * the value are defused */
};

/* What one kind of note offers to the text about it. */
struct bd_note_form {
    /* The button leads to BASE_URL/action/TOKEN, the quiet link in the foot to
     * BASE_URL/stop/TOKEN. NULL: the kind has none, and no label may ask for
     * one. Each token is a value of the copy. A kind with a button must have
     * it. */
    const char *action, *stop;
    const struct bd_note_field *fields; /* all its merge tags */
    const char *attachment;             /* name of a JSON file; NULL: none */
    bool off_web; /* there are no pages: labels of the text are passed over,
                   * and the note has neither button nor quiet link */
};

/*
 * Compile a note.
 *
 * path     of the text, for messages: "templates/letters/tip.sv.md"
 * text     the Markdown; its front matter may have title, subject, action
 *          (label of the button) and stop (label of the quiet link)
 * options  list, attributes and file are not used
 * without  a field that has no value: paragraphs, quotes and lists at the top
 *          that name it are left out; empty: all stay
 * returns  BD_OK; BD_EINVAL or BD_EPARSE "FILE:LINE:COLUMN: what; what to
 *          do" (unknown merge tag, picture, label without link, template
 *          error, no base_url); BD_ELIMIT
 */
enum bd_status bd_note_compile(struct bd_arena *arena, const char *path,
                               bd_str text,
                               const struct bd_letter_options *options,
                               const struct bd_note_form *form, bd_str without,
                               struct bd_message *out,
                               struct bd_err *err) BD_MUST_USE;

struct bd_note_value {
    bd_str name, value; /* any content: bd_defuse_text makes it harmless */
};

/* What one copy needs. */
struct bd_note_copy {
    bd_str to;           /* address, checked */
    bd_str reply_to;     /* address, checked; empty: no such header. One that is
                          * not ASCII is left out, where `to` is ASCII */
    bd_str action, stop; /* tokens: one component of a URL */
    bd_str message_id;   /* left part, dot-atom */
    bool is_answer;      /* to a mail (RFC 3834 3.1.7) ... */
    bd_str in_reply_to;  /* ... with this Message-ID, without <>, as that mail
                          * has it; empty, or none that can stand in a header:
                          * it is not named */
    int64_t date;        /* seconds since 1970, UTC */
    int zone;            /* minutes east of UTC */
    bd_str attachment;   /* the file's octets */
    const struct bd_note_value *values;
    size_t value_count;
};

/*
 * The values for bd_message_splice, in the arena.
 *
 * returns  BD_OK, or BD_EINVAL when the text names a field or a link that the
 *          copy has no value for (an empty value is one; an empty token is
 *          none)
 */
enum bd_status
bd_note_values(struct bd_arena *arena, const struct bd_message *message,
               const struct bd_note_form *form, const struct bd_note_copy *copy,
               const bd_str **out, struct bd_err *err) BD_MUST_USE;

#endif

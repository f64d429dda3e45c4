/*
 * The mails that are written to one person, by way of the letter queue.
 * Their texts are templates/letters/KIND.LANGUAGE.md, the owner's or ours;
 * docs/templates.md says what each may name.
 */
#ifndef BREVDUVA_DESK_POST_H
#define BREVDUVA_DESK_POST_H

#include "brevduva/base/sys.h"
#include "brevduva/compose/note.h"
#include "brevduva/store/letter.h"

/* Beside each kind: the values that its text may name, and where its button
 * and its quiet link lead. */
enum bd_note_kind {
    BD_NOTE_CONFIRM,         /* lists, email; /c, /stop */
    BD_NOTE_WELCOME,         /* lists, email; /s, /u */
    BD_NOTE_FAREWELL,        /* lists, email, when; /s */
    BD_NOTE_TIP,             /* teller, title, note, email, subscribe (the
                              * form's URL); /archive (its
                              * "token" is the slug), /stop */
    BD_NOTE_ADDRESS,         /* email; /c, /stop */
    BD_NOTE_ADDRESS_CHANGED, /* email, masked, when */
    BD_NOTE_LINK,            /* email; /m */
    BD_NOTE_EXPORT,          /* email, data; an attachment */
    BD_NOTE_ERASE,           /* email; /c */
    BD_NOTE_ERASED,          /* email */
    BD_NOTE_CONTACT,         /* from_name, email, message, newsletter */
    BD_NOTE_HELP,            /* email, lists, newsletter, commands (address
                              * to write to), subscribe */
    BD_NOTE_TELL,            /* how to tell a friend; as HELP */
    BD_NOTE_NOT_SUBSCRIBED,  /* as HELP; email: what was looked for */
    BD_NOTE_KINDS
};
/* "confirm", "address-changed", "command-help" …: as in the names of the texts.
 */
extern const char *const bd_note_kind_names[BD_NOTE_KINDS];

struct bd_post_options {
    /* Who sends, and where templates are found. Borrowed, with all its texts,
     * until bd_post_free. Its language and list are not used. */
    const struct bd_letter_options *sender;
    bd_str return_path; /* as bd_letter_row.envelope_from; empty: the sender's
                         * address */
    bool off_web; /* there are no pages to lead to: kinds that are of no use
                   * without are left out */
};

/*
 * Compile every kind in every language. What is made is only read afterwards:
 * several threads may use it.
 *
 * returns  BD_OK; BD_EINVAL or BD_EPARSE "templates/letters/tip.sv.md:3:1:
 *          what; what to do"; BD_ELIMIT
 */
struct bd_post;
enum bd_status bd_post_new(const struct bd_post_options *options,
                           struct bd_post **out,
                           struct bd_err *err) BD_MUST_USE;
void bd_post_free(struct bd_post *post);

/* False: that kind was left out (off_web). */
bool bd_post_has(const struct bd_post *post, enum bd_note_kind kind);

/* Who sends; where bounces go. Borrowed until bd_post_free. */
const struct bd_letter_options *bd_post_sender(const struct bd_post *post);
bd_str bd_post_return_path(const struct bd_post *post);

/* "WORD.RANDOM@DOMAIN": not to be guessed, so that nobody can make up an answer
 * to it. */
bd_str bd_post_message_id(struct bd_arena *arena, const struct bd_post *post,
                          const char *word, const struct bd_sys *sys);

/* One mail; all borrowed for the call. Values may hold what strangers typed:
 * they cannot break headers, HTML or lines, nor turn the text's direction. In
 * tips nothing that they typed becomes a link. */
struct bd_note_mail {
    enum bd_note_kind kind;
    enum bd_lang language;
    bd_str to;             /* bd_address.email */
    int64_t subscriber_id; /* 0: no reader */
    bd_str reply_to;       /* bd_address.email; empty: the sender's */
    bd_str action, stop;   /* tokens; empty: none */
    const struct bd_note_value *values; /* all those of the kind; `note`,
                                         * teller, from_name, newsletter and,
                                         * in answers, subscribe may be empty;
                                         * note, data and message may have
                                         * several lines */
    size_t value_count;
    bd_str attachment;  /* export: the JSON, sent as brevduva.json */
    bool is_answer;     /* to a mail: the return path is null (RFC 3834 4) */
    bd_str in_reply_to; /* its Message-ID, without <>, any octets; empty: it
                         * had none */
    int64_t deadline;   /* not tried after it, seconds since 1970; 0: two days
                         * from now */
};

/*
 * The mail as it will be queued, in the arena.
 *
 * returns  BD_OK; BD_EINVAL when a value or token of the kind is missing;
 *          BD_ENOENT when the kind was left out; BD_ELIMIT when it would be
 *          larger than BD_MAX_MESSAGE_BYTES
 */
enum bd_status bd_post_write(struct bd_arena *arena, const struct bd_post *post,
                             const struct bd_note_mail *mail,
                             const struct bd_sys *sys,
                             struct bd_letter_row *out,
                             struct bd_err *err) BD_MUST_USE;

/* The same, put into the queue inside the caller's transaction; also what
 * bd_letter_add returns. */
enum bd_status bd_post_queue(const struct bd_post *post, struct bd_store *store,
                             const struct bd_note_mail *mail,
                             const struct bd_sys *sys,
                             struct bd_err *err) BD_MUST_USE;

#endif

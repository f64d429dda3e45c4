/*
 * What readers ask for, by page or by mail: to sign up, to leave, the link to
 * their own page; and the letters that answer. All inside the caller's
 * transaction; what became of it is told to nobody but the mailbox (W5).
 */
#ifndef BREVDUVA_DESK_DESK_H
#define BREVDUVA_DESK_DESK_H

#include "brevduva/base/token.h"
#include "brevduva/desk/post.h"
#include "brevduva/mail/address.h"
#include "brevduva/store/list.h"
#include "brevduva/store/quota.h"
#include "brevduva/store/subscriber.h"

enum bd_desk_answers {
    BD_ANSWERS_UNASKED, /* nobody has looked if one is allowed */
    BD_ANSWERS_ONE,
    BD_ANSWERS_NONE
};

/* One request at work: a form, or a mail. All is borrowed. */
struct bd_desk {
    const struct bd_post *post;
    struct bd_store *store;
    const struct bd_signer *signer; /* the one that signs today */
    const struct bd_sys *sys;
    struct bd_arena *arena;
    struct bd_actor actor; /* for the ledger: channel "web" or "mail" */
    bd_str asker;      /* whom limits count: a network; of a mail the key of the
                        * address that it came from */
    bd_str newsletter; /* its name */
    bd_str organisation;   /* who sends it */
    bd_str wording;        /* the owner's for who signs up; empty: ours */
    enum bd_lang language; /* for who has none of their own */
    bool farewell;         /* who leaves gets one */
    /* Of a mail: what is written answers it, at most one letter for each
     * sender and day. */
    bool is_mail;
    int64_t reader_id;  /* who wrote it; 0: no reader, whose address goes with
                         * the answer */
    bd_str in_reply_to; /* its Message-ID, without <>; empty: it had none */
    bd_str commands;    /* address that commands are written to */
    bd_str subscribe;   /* URL of the form to sign up; empty: there are no
                         * pages */
    enum bd_desk_answers answers; /* starts unasked; none: the mail is one that
                                   * must not be answered (L14) */
    bool answered;                /* it was */
    bool overrun; /* it was not, for others have asked too much */
    struct bd_err *err;
};

/* --- lists and readers --- */

/* All lists of the newsletter, and how a reader stands on them. */
struct bd_reader_lists {
    const struct bd_list *all;
    size_t count;
    const struct bd_subscription *own;
    size_t own_count;
};
enum bd_status bd_desk_lists(const struct bd_desk *desk, int64_t subscriber_id,
                             struct bd_reader_lists *out) BD_MUST_USE;
/* NULL when there is none. */
const struct bd_list *bd_lists_find(const struct bd_reader_lists *lists,
                                    int64_t id);
const struct bd_subscription *
bd_lists_standing(const struct bd_reader_lists *lists, int64_t list_id);
/* Can it be left? Then the reader gets, got or may get its letters. */
bool bd_standing_is_on(const struct bd_subscription *standing);

/* A list without a title is called as the newsletter is. */
bd_str bd_desk_title(const struct bd_desk *desk, const struct bd_list *list);
/* "Nyhetsbrevet, Kurserna" and "1 3". */
bd_str bd_desk_titles(const struct bd_desk *desk,
                      const struct bd_list *const lists[], size_t count);
bd_str bd_list_ids(struct bd_arena *arena, const struct bd_list *const lists[],
                   size_t count);

/* Must this address never be mailed, on any list? */
enum bd_status bd_desk_is_suppressed(const struct bd_desk *desk,
                                     bd_str email_key, bool *out) BD_MUST_USE;

/* Stands as the list in links to the reader's own page: those that went to an
 * address before it was changed are worth nothing. */
enum bd_status bd_desk_mark(const struct bd_desk *desk,
                            const struct bd_subscriber *reader,
                            uint32_t *out) BD_MUST_USE;

/* "2026-11-27", by the local calendar. */
bd_str bd_desk_date(struct bd_arena *arena, int64_t seconds);

/* One line as a person typed it: trimmed, without controls and what turns the
 * direction of the writing. */
bd_str bd_desk_line(struct bd_arena *arena, bd_str typed);

/* --- signing up --- */

/* Checked, but nobody knows yet if it is theirs. */
struct bd_sign_up {
    struct bd_address address;
    bd_str name;
    enum bd_lang language;
    const struct bd_list *const *lists;
    size_t list_count; /* at least one */
    bd_str wording;    /* what they agreed to: bd_desk_wording */
    bool foreign;      /* no person was seen to ask: tighter limits. Every mail
                        * is so */
};

/*
 * Mail a link to confirm it, or to the subscription that is there already, if
 * the limits allow it and nobody at that address said never again.
 *
 * returns  BD_OK; BD_ENOENT, without a message, when there are no pages for
 *          the link to lead to: a person has to see to it
 */
enum bd_status bd_desk_sign_up(struct bd_desk *desk,
                               const struct bd_sign_up *request) BD_MUST_USE;

/* What signing up means; several lists: those chosen in a form. */
bd_str bd_desk_wording(const struct bd_desk *desk, enum bd_lang lang,
                       const struct bd_list *lists, size_t list_count);

/* Mail the link to the reader's own page to the mailbox; within limits, and
 * not to who wants no mail at all. A reader with id 0 is nobody, and costs the
 * same. Returns as bd_desk_sign_up. */
enum bd_status
bd_desk_mail_link(struct bd_desk *desk,
                  const struct bd_subscriber *reader) BD_MUST_USE;

/* --- answers to mails --- */

/*
 * Say what a mail's sender should know: BD_NOTE_HELP (which commands there
 * are), BD_NOTE_TELL (how to tell a friend), BD_NOTE_NOT_SUBSCRIBED.
 *
 * to     where the mail came from; see desk->reader_id
 * about  the address that was looked for; empty: `to`
 */
enum bd_status bd_desk_answer(struct bd_desk *desk, enum bd_note_kind kind,
                              bd_str to, bd_str about) BD_MUST_USE;

#endif

/*
 * What a mail that came back is: bounce, complaint, command, person ... and
 * whom it is about. Pure: octets in, values out. It sees neither keys nor
 * store, so that it can run in a process that can do nothing else; what it
 * finds is a claim, to be checked against the ledger by who applies it.
 */
#ifndef BREVDUVA_INBOX_INCOMING_H
#define BREVDUVA_INBOX_INCOMING_H

#include "brevduva/base/i18n.h"
#include "brevduva/base/json.h"
#include "brevduva/mail/verdict.h"

#define BD_INCOMING_MAX_RECIPIENTS 100
#define BD_INCOMING_MAX_TOKENS     16
#define BD_INCOMING_MAX_EVIDENCE   500          /* octets */
#define BD_INCOMING_MAX_RECORD     (256 * 1024) /* as JSON */

enum bd_incoming_kind {
    BD_INCOMING_UNREADABLE,
    BD_INCOMING_BOUNCE,
    BD_INCOMING_DELAY,     /* still being tried */
    BD_INCOMING_DELIVERED, /* a report of success */
    BD_INCOMING_COMPLAINT, /* an abuse report; others of ARF too, with reason
                            * "not-spam", "auth-failure" ... and no verdict */
    BD_INCOMING_AUTO_REPLY,
    BD_INCOMING_CHALLENGE,
    BD_INCOMING_COMMAND,
    BD_INCOMING_HUMAN,
    BD_INCOMING_KINDS
};
extern const char *const bd_incoming_kind_names[]; /* "auto-reply" ... */

enum bd_incoming_command {
    BD_COMMAND_NONE,
    BD_COMMAND_SUBSCRIBE,
    BD_COMMAND_UNSUBSCRIBE,
    BD_COMMAND_HELP,
    BD_COMMAND_SUBSCRIPTION, /* the link to the reader's own page */
    BD_COMMAND_TIP,
    BD_COMMAND_KINDS
};
extern const char *const bd_incoming_command_names[]; /* "subscribe" ... */

/* A text of the form of a mail token (BD_TOKEN_MAIL_LEN) or link token
 * (BD_TOKEN_URL_LEN); whether it is ours only the keys can tell. */
struct bd_incoming_token {
    bd_str text;
    bool returned; /* stood in the returned message (Return-Path, Message-ID,
                    * List-Unsubscribe); else in our own address, to which
                    * this mail was sent */
};

struct bd_incoming_recipient {
    bd_str address;            /* who could not be reached, complains, or
                                * answers; not checked; may be empty */
    bd_str original;           /* where it was sent to, when that differs */
    struct bd_enhanced status; /* class 0: none */
    int reply_code;            /* 0: none */
    enum bd_verdict verdict;
    bd_str reason;   /* bd_verdict_of.reason, or of ARF the feedback type */
    bd_str evidence; /* the words that say so, one line, UTF-8, at most
                      * BD_INCOMING_MAX_EVIDENCE */
};

struct bd_incoming {
    enum bd_incoming_kind kind;
    const char *rule; /* which rule found it: "rfc3464", "qmail", "arf" ...;
                       * of an unreadable mail what is wrong with it */
    bd_str from, from_name; /* address and name of From; may be empty */
    bd_str return_path;     /* address of Return-Path; see null_sender */
    bool null_sender;       /* Return-Path: <> */
    bd_str reply_to;        /* address */
    bd_str subject;         /* UTF-8, one line */
    bd_str message_id;      /* without <> */
    int64_t date;           /* of Date, 0: none that can be read */
    int64_t came; /* when the last server took it (Received), else as Date says;
                   * 0: nobody says */
    bool answerable;       /* a person may be behind it: an answer is allowed
                            * (RFC 3834 2, L14) */
    bd_str authentication; /* topmost Authentication-Results; may be empty */
    struct bd_incoming_token tokens[BD_INCOMING_MAX_TOKENS];
    size_t token_count;
    bd_str about; /* Message-ID of the message it is about, without <>:
                   * returned, or named by In-Reply-To, then References */
    enum bd_incoming_command command;
    bool wordy;   /* it says more than the command: a person should read it */
    bool leaving; /* sent to the address that a reader leaves by, it asks for
                   * that: the command, or nothing at all */
    bd_str argument; /* what follows the command's word: a list, an address */
    enum bd_lang language; /* of the command's word or the mail; where not
                            * told apart, that of the list counts */
    bool language_known;
    const struct bd_incoming_recipient *recipients;
    size_t count; /* at least one: of mails from people and machines who it is
                   * from; none of unreadable ones */
};

/*
 * Find out what a mail is.
 *
 * bytes  borrowed as long as `out` is used; any octets; NUL, 8-bit, no end
 * out    all else in the arena. Always filled: what cannot be read is
 *        BD_INCOMING_UNREADABLE
 */
void bd_incoming_classify(struct bd_arena *arena, bd_str bytes,
                          struct bd_incoming *out);

/* The record of it, from the process that reads to the one that acts. What
 * comes back is checked: form, lengths, numbers, clean UTF-8. */
struct bd_json *bd_incoming_write(struct bd_arena *arena,
                                  const struct bd_incoming *incoming);
enum bd_status bd_incoming_read(struct bd_arena *arena, bd_str json,
                                struct bd_incoming *out,
                                struct bd_err *err) BD_MUST_USE;

/* What `--classify` prints: an array of one object for each recipient, at
 * least one: "file", "kind", "address" (to which it was sent), "status",
 * "reply_code", "verdict", "reason", "token_ok", "evidence"; null where there
 * is none. All is borrowed. */
struct bd_json *bd_incoming_lines(struct bd_arena *arena, bd_str file,
                                  const struct bd_incoming *incoming,
                                  bool token_ok);

#endif

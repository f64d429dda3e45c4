/* How classify.c and its rules speak to each other. */
#ifndef BREVDUVA_INBOX_CLASSIFY_PRIVATE_H
#define BREVDUVA_INBOX_CLASSIFY_PRIVATE_H

#include "brevduva/inbox/incoming.h"
#include "brevduva/mail/mime_read.h"
#include "brevduva/mail/phrase.h"

/* What is looked at of a text by rules that read it whole. */
#define CLASSIFY_MAX_TEXT (32 * 1024)

/* address_find.c */

/* The first address in a text, as it stands there; empty when there is none.
 * *out_end: where it ends. */
bd_str find_address(bd_str text, size_t *out_end);
/* The local part is that of a mail system, not of a reader. */
bool is_system_address(bd_str address);

/* evidence.c */

/* One line, blanks collapsed, at most BD_INCOMING_MAX_EVIDENCE octets. */
bd_str evidence_of(struct bd_arena *arena, bd_str text);
/* The first enhanced code and the first reply code that stand in a text; what
 * is not there is left as it is. */
void find_codes(bd_str text, struct bd_enhanced *code, int *reply);
/* Judge by the recipient's codes, filled up from `text`. */
void judge_recipient(struct bd_incoming_recipient *recipient, bd_str text);

/* The folded copy of a text, in the arena. */
bd_str fold_text(struct bd_arena *arena, bd_str text);

/* text_rules.c: bounces and delay notices that only speak to people. */
struct text_report {
    const char *rule;
    bool delay;
    struct bd_incoming_recipient *recipients;
    size_t count; /* at least one, whose address may be empty */
};
/* domain: of the mail system that writes, for lists of bare names. */
bool text_report_read(struct bd_arena *arena, bd_str text, bd_str domain,
                      struct text_report *out);

/* auto_reply.c */

/* The rule by which a machine answered for a person; NULL: none did. text: the
 * main one. */
const char *auto_reply_rule(struct bd_arena *arena, const struct bd_mail *mail,
                            const struct bd_incoming *incoming, bd_str text);
/* As Auto-Submitted (RFC 3834 5) or what came before it says. */
bool is_auto_submitted(const struct bd_mail_header *header);

/* challenge.c: "confirm that you are a person, then I shall read it". */
const char *challenge_rule(struct bd_arena *arena, const struct bd_mail *mail,
                           const struct bd_incoming *incoming, bd_str text);

/* own_text.c: a text without what it quotes, its greeting and its signature.
 * Lines are joined by LF. */
bd_str own_text(struct bd_arena *arena, bd_str text);

/* command.c */
struct command {
    enum bd_incoming_command command;
    bd_str argument;
    enum bd_lang language;
    bool language_known;
    bool wordy; /* more is written than the command */
};
/* text: the sender's own. False: no command. */
bool command_read(struct bd_arena *arena, bd_str subject, bd_str text,
                  struct command *out);
/* A subject that asks, answers, passes on or says "not": whoever wrote it did
 * not just press a button. */
bool is_no_wish(struct bd_arena *arena, bd_str subject);

/* leaving.c: fills `leaving`, and `wordy` of such a mail. */
void read_leaving(struct bd_arena *arena, const struct bd_mail *mail,
                  bd_str text, struct bd_incoming *out);

/* tokens.c */
void collect_tokens(const struct bd_mail_header *header,
                    const struct bd_mail_header *returned,
                    struct bd_incoming *out);
/* Of the returned message, as a report quotes it. */
void collect_envelope_from(bd_str address, struct bd_incoming *out);
/* The address with such a text only got a copy (Cc): others are written to. */
bool is_only_copied(const struct bd_mail_header *header);

/* sender.c */

/* A mail system wrote it: by who it is from, or how it came. */
bool is_from_system(struct bd_arena *arena, const struct bd_incoming *incoming);
/* The subject is that of a bounce or a delay. */
bool is_about_failure(struct bd_arena *arena, bd_str subject);
/* The same in words that people use, too. */
bool cannot_deliver(struct bd_arena *arena, bd_str subject);
/* It answers some mail, and nothing says that a machine wrote it. */
bool is_answer_of_person(const struct bd_mail *mail,
                         const struct bd_incoming *incoming);
/* RFC 3834 2, L14. */
bool may_be_answered(const struct bd_mail *mail,
                     const struct bd_incoming *incoming);

/* main_text.c */

/* The n-th text that is shown when the mail is opened, from 0: plain, and
 * HTML as plain. False: there are not so many. */
bool main_text(struct bd_arena *arena, const struct bd_mail *mail, size_t n,
               bd_str *out);

/* classify_report.c: RFC 3464 and ARF. False: it is none. They fill kind, rule
 * and recipients. returned: empty if there is none. */
bool classify_dsn(struct bd_arena *arena, const struct bd_mail *mail,
                  struct bd_incoming *out);
bool classify_arf(struct bd_arena *arena, const struct bd_mail *mail,
                  const struct bd_mail_header *returned,
                  struct bd_incoming *out);

#endif

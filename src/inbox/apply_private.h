/* What acting on a mail is made of. */
#ifndef APPLY_PRIVATE_H
#define APPLY_PRIVATE_H

#include "brevduva/desk/leave.h"
#include "brevduva/inbox/apply.h"

/* Whom a mail is about, and how sure that is. */
struct proof {
    enum bd_proof how;
    bool forged;           /* our address had a token that we did not sign */
    struct bd_copy copy;   /* with TOKEN and MESSAGE */
    int64_t subscriber_id; /* 0: nobody is known */
    int64_t mailing_id;
};

/* One mail at work, inside its transaction. */
struct apply {
    struct bd_arena *arena;
    const struct bd_inbox *inbox;
    const struct bd_inbox_mail *mail;
    const struct bd_incoming *in;
    int64_t incoming_id;
    struct proof proof; /* of reports */
    struct bd_inbox_result *out;
    struct bd_err *err;
};

/* --- apply.c --- */

/* What a person writes goes to the coordinator; it also proves that the letter
 * came which it answers. */
enum bd_status apply_person(struct apply *apply) BD_MUST_USE;

/* --- apply_age.c --- */

/* It lay in the mailbox before that was ours to read: nothing that it asks for
 * is done, and nobody is shown it. */
bool age_is_old(const struct apply *apply);
/* True: since it came, the reader has joined (again) all that they would
 * leave by it. */
enum bd_status age_precedes_consent(const struct apply *apply,
                                    const struct bd_leaving *leaving,
                                    bool *out) BD_MUST_USE;

/* --- proof.c --- */

/* By token, then Message-ID, then the addresses that are named. What nobody
 * can be found for is BD_OK, with subscriber 0. */
enum bd_status proof_find(struct apply *apply, struct proof *out) BD_MUST_USE;

/* The token in our own address that opens a door: of unsubscribing. BD_ENOENT
 * when there is none. */
enum bd_status proof_unsubscribe(const struct apply *apply,
                                 struct bd_token *out) BD_MUST_USE;

/* --- apply_command.c --- */

/* The desk for this mail, on behalf of who wrote it: an address's key. */
struct bd_desk apply_desk(const struct apply *apply, bd_str sender_key);

/* --- apply_report.c: bounces, delays, complaints, answers of machines --- */
enum bd_status apply_report(struct apply *apply) BD_MUST_USE;
/* A person's reply proves that the letter came. */
enum bd_status apply_arrival(struct apply *apply) BD_MUST_USE;

enum bd_status apply_leave(struct apply *apply,
                           const struct bd_token *token) BD_MUST_USE;
enum bd_status apply_command(struct apply *apply) BD_MUST_USE;

#endif

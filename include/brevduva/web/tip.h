/*
 * One mail of ours to a friend of a reader, because the reader asked for it
 * (T2, T3): the rules, the same for the page and the keyboard. Who tips, and
 * whom, is not told to anybody; the friend's address is kept only as a hash.
 */
#ifndef BREVDUVA_WEB_TIP_H
#define BREVDUVA_WEB_TIP_H

#include "brevduva/base/i18n.h"
#include "brevduva/mail/address.h"
#include "brevduva/store/key.h"
#include "brevduva/store/tip.h"
#include "brevduva/web/site.h"

#define BD_TIP_MAX_NOTE 300 /* characters */
#define BD_TIP_MAX_NAME 60

/* One tip; all borrowed. */
struct bd_tip_ask {
    const struct bd_tip_issue *issue;
    const struct bd_subscriber *teller;
    bd_str name;          /* of the teller, in the text; empty: "a reader" */
    bd_str note;          /* see bd_tip_note_read; may be empty */
    bool reply_to_teller; /* the friend's answer goes to the teller */
    struct bd_address friend;
    bd_str network; /* the teller's; empty: at our keyboard */
};

/*
 * What a teller typed, as it will stand in the mail: lines ended by LF, no
 * other controls, no blanks around it. A name is one line.
 *
 * returns  BD_OK; BD_EINVAL: not UTF-8; BD_ELIMIT: too long
 */
enum bd_status bd_tip_note_read(struct bd_arena *arena, bd_str typed,
                                bd_str *out) BD_MUST_USE;
enum bd_status bd_tip_name_read(struct bd_arena *arena, bd_str typed,
                                bd_str *out) BD_MUST_USE;

/* The mail as the friend will get it, but for the link "never again", which
 * is the friend's own. */
struct bd_tip_mail {
    bd_str from, to, reply_to, subject, text;
};
enum bd_status bd_tip_preview(struct bd_arena *arena,
                              const struct bd_site *site,
                              const struct bd_tip_ask *ask,
                              struct bd_tip_mail *out,
                              struct bd_err *err) BD_MUST_USE;

enum bd_tip_answer {
    BD_TIP_SENT,        /* it is in the queue */
    BD_TIP_NOT_SENT,    /* see `obstacle`: for us, not for the teller */
    BD_TIP_NOT_OFFERED, /* tip.by_server is off */
    BD_TIP_NO_READER,   /* the teller does not get this list */
    BD_TIP_TELLER_DAY,  /* the teller has used up the tips of today */
    BD_TIP_NETWORK_DAY,
    BD_TIP_ALL_DAY
};
struct bd_tip_outcome {
    enum bd_tip_answer answer;
    enum bd_tip_obstacle obstacle;
};

/* Has the teller a right to it? NO_READER or NOT_OFFERED; SENT: yes. */
enum bd_status bd_tip_allowed(const struct bd_site *site,
                              struct bd_store *store, int64_t teller,
                              int64_t list_id, enum bd_tip_answer *out,
                              struct bd_err *err) BD_MUST_USE;

/* Queue it if all rules allow. Inside the caller's transaction, which is to
 * be kept also when nothing was sent: it counts. */
enum bd_status bd_tip_send(struct bd_arena *arena, const struct bd_site *site,
                           struct bd_store *store,
                           const struct bd_keyring *keys,
                           const struct bd_tip_ask *ask,
                           struct bd_tip_outcome *out,
                           struct bd_err *err) BD_MUST_USE;

#endif

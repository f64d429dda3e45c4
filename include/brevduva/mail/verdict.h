/*
 * What a refusal says of the address: one table from enhanced code (RFC 3463,
 * IANA registry of RFC 5248), reply code and text to a verdict. The same for
 * replies while sending and for reports afterwards. Pure.
 */
#ifndef BREVDUVA_MAIL_VERDICT_H
#define BREVDUVA_MAIL_VERDICT_H

#include "brevduva/mail/enhanced.h"

enum bd_verdict {
    BD_VERDICT_NONE,      /* says nothing against the address */
    BD_VERDICT_DEAD,      /* there is no such mailbox, or no such domain */
    BD_VERDICT_FULL,      /* there is, and it takes nothing now */
    BD_VERDICT_TEMPORARY, /* trouble on the way, or of the message's size */
    BD_VERDICT_POLICY     /* we are refused, not the reader: x.7.x, 5.3.4 and
                           * the like; for the coordinator to mend */
};
extern const char *const bd_verdict_names[]; /* "none", "dead", "full" ... */
bool bd_verdict_parse(bd_str name, enum bd_verdict *out);

/* As --classify tells it: "none", "hard", "soft", "soft", "policy". */
const char *bd_verdict_class(enum bd_verdict verdict);

struct bd_verdict_of {
    enum bd_verdict verdict;
    const char *reason; /* lives for ever, a word to count by: "no-mailbox",
                         * "no-domain", "full", "size", "network", "moved",
                         * "disabled", "policy", "spam", "reputation",
                         * "authentication", "rate", "content", "temporary",
                         * "expired", "unknown" */
};

/*
 * Judge a final failure (a 4xx that is tried again is none).
 *
 * code  class 0: none was given
 * reply 0: none
 * text  the server's words, any bytes; beats a lying code only by patterns
 *       that are in the table
 */
struct bd_verdict_of bd_verdict_judge(struct bd_enhanced code, int reply,
                                      bd_str text);

#endif

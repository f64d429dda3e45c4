/* What a relay's refusal says of a reader's address: on record like what comes
 * back by mail. Apart from the other parts, as it knows nothing of them. */
#ifndef BREVDUVA_DELIVER_REFUSAL_PRIVATE_H
#define BREVDUVA_DELIVER_REFUSAL_PRIVATE_H

#include "brevduva/deliver/engine.h"

/*
 * Within the transaction that has stored the receipt. Does nothing unless the
 * copy is refused by a reply, and the options have rules.
 *
 * mailing_id  0: a letter
 */
enum bd_status refusal_note(const struct bd_engine_options *options,
                            int64_t mailing_id,
                            const struct bd_receipt *receipt,
                            struct bd_err *err) BD_MUST_USE;

#endif

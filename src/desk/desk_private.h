#ifndef DESK_PRIVATE_H
#define DESK_PRIVATE_H

#include "brevduva/desk/desk.h"

#define MINUTE ((int64_t)60)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Count one more; false: it was done too often. */
enum bd_status desk_allow(const struct bd_desk *desk,
                          const struct bd_quota *quota, bd_str subject,
                          bool *out) BD_MUST_USE;

/* The address without what one mailbox can be varied by. */
bd_str desk_mailbox(struct bd_arena *arena, bd_str email_key);

/* May this mail be answered? Of a form: always. It is counted once. */
enum bd_status desk_may_answer(struct bd_desk *desk, bool *out) BD_MUST_USE;

/* Queue it; `queue` false: only written, so that saying no takes as long as
 * saying yes. Not queued when the mail may not be answered. */
enum bd_status desk_send(struct bd_desk *desk, const struct bd_note_mail *mail,
                         bool queue) BD_MUST_USE;

/* A token for letters, as link. */
bd_str desk_token(const struct bd_desk *desk, const struct bd_token *token);

/* Of mails to the reader. */
enum bd_lang desk_language(const struct bd_desk *desk,
                           const struct bd_subscriber *reader);

#endif

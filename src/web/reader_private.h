/* What the pages of one reader share: who it is, in which language, and the
 * mails to the reader's own mailbox. */
#ifndef READER_PRIVATE_H
#define READER_PRIVATE_H

#include "brevduva/desk/desk.h"
#include "web_private.h"

#define MINUTE ((int64_t)60)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define WEEK   (7 * DAY)

/* How long the link to one's own page works; the letter says so too. */
#define LINK_LASTS DAY

/* The reader that a token names, and all that stands in the way of it.
 * BD_EINVAL when there is none any more; speaks the reader's language from
 * then on. */
enum bd_status reader_of(struct web_visit *visit, const struct bd_token *token,
                         struct bd_subscriber *out) BD_MUST_USE;

/* The desk for this visit: it speaks the page's language. */
struct bd_desk web_desk(struct web_visit *visit);

/* bd_desk_lists. */
enum bd_status reader_lists(struct web_visit *visit, int64_t subscriber_id,
                            struct bd_reader_lists *out) BD_MUST_USE;

/* The page speaks the language of the token's list, where the reader has no
 * own, unless ?lang= says another. */
void reader_speak(struct web_visit *visit, const struct bd_subscriber *reader,
                  const struct bd_list *list);
/* Of mails to the reader. */
enum bd_lang reader_language(const struct web_visit *visit,
                             const struct bd_subscriber *reader);

/* Count one more; false: it was done too often. */
enum bd_status reader_allow(struct web_visit *visit,
                            const struct bd_quota *quota, bd_str subject,
                            bool *out) BD_MUST_USE;
/* A reader's number as a quota's subject. */
bd_str reader_subject(const struct web_visit *visit, int64_t subscriber_id);

#endif

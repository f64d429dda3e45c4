/* What the pages of one reader share: who it is, in which language, and the
 * mails to the reader's own mailbox. */
#ifndef READER_PRIVATE_H
#define READER_PRIVATE_H

#include "brevduva/store/list.h"
#include "brevduva/store/quota.h"
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

/* All lists of the newsletter, and how the reader stands on them. */
struct reader_lists {
    const struct bd_list *all;
    size_t count;
    const struct bd_subscription *own;
    size_t own_count;
};
enum bd_status reader_lists(struct web_visit *visit, int64_t subscriber_id,
                            struct reader_lists *out) BD_MUST_USE;
/* NULL when there is none. */
const struct bd_list *reader_list(const struct reader_lists *lists, int64_t id);
const struct bd_subscription *reader_standing(const struct reader_lists *lists,
                                              int64_t list_id);
/* Can it be left? Then the reader gets, got or may get its letters. */
bool reader_is_on(const struct bd_subscription *standing);

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

/* Must this address never be mailed, on any list? */
enum bd_status reader_is_suppressed(struct web_visit *visit, bd_str email_key,
                                    bool *out) BD_MUST_USE;

/* Stands as the list in links to the reader's own page: those that went to an
 * address before it was changed are worth nothing. */
enum bd_status reader_mark(struct web_visit *visit,
                           const struct bd_subscriber *reader,
                           uint32_t *out) BD_MUST_USE;

/* Mail the link to the reader's own page to the mailbox; within limits, and
 * not to who wants no mail at all. What became of it is not told. */
enum bd_status reader_mail_link(struct web_visit *visit,
                                const struct bd_subscriber *reader) BD_MUST_USE;

/* The farewell, if the owner wants one; at most one a day. Titles of the lists
 * that were left. */
enum bd_status reader_mail_farewell(struct web_visit *visit,
                                    const struct bd_subscriber *reader,
                                    int64_t list_id, bd_str titles) BD_MUST_USE;

/* "2026-11-27", by the local calendar. */
bd_str reader_date(struct bd_arena *arena, int64_t seconds);

/* One line as a person typed it: trimmed, without controls and what turns the
 * direction of the writing. */
bd_str reader_line(struct bd_arena *arena, bd_str typed);

#endif

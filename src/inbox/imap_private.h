/* A mailbox on a server: its mails by UID, and what is known of them. */
#ifndef IMAP_PRIVATE_H
#define IMAP_PRIVATE_H

#include "brevduva/net/stream.h"
#include "fetcher_private.h"

/* UIDs that are done, where the mailbox keeps no mark: from..to, rising. */
struct uid_range {
    uint32_t from, to;
};
struct uid_ranges {
    struct uid_range *at;
    size_t count, room;
};
bool uid_is_in(const struct uid_ranges *ranges, uint32_t uid);
void uid_add(struct uid_ranges *ranges, uint32_t uid);
/* "1:5,7"; reading stops at what is none. */
void uid_read(struct uid_ranges *ranges, bd_str text);
void uid_write(const struct uid_ranges *ranges, struct bd_buf *out);
void uid_fini(struct uid_ranges *ranges);

#define IMAP_AHEAD       64 /* mails whose size is asked for at a time */
#define IMAP_BATCH       16 /* mails that are fetched at a time, */
#define IMAP_BATCH_BYTES (1024 * 1024) /* and so much of them */
#define IMAP_MISSING     256           /* mails; more are not counted */
#define IMAP_SLACK_S     30 /* the fetcher's own patience ends before ours */

struct imap_mail {
    uint32_t uid;
    uint32_t size;
    bool is_there; /* else somebody took it away meanwhile */
    bool feared;
    bd_str bytes; /* in `batch_arena` */
};

struct imap {
    struct fetcher fetcher;
    struct frame_opened box;
    char server[BD_MAX_RELAY_NAME];
    int64_t patience_s;
    uint32_t *uids; /* of this round */
    size_t count, at;
    struct imap_mail ahead[IMAP_AHEAD];
    size_t ahead_count, ahead_at;
    struct imap_mail batch[IMAP_BATCH];
    size_t batch_count, batch_at;
    struct bd_arena *batch_arena;
    struct imap_mail current;
    char current_name[300];
    uint32_t settled[IMAP_AHEAD]; /* and not told to the server yet, */
    size_t settled_count;
    enum bd_settle settled_how; /* all of them alike */
    struct uid_ranges done;
    bool has_list;
    uint32_t missing[IMAP_MISSING]; /* of this round: asked for, and no answer
                                     * named them */
    size_t missing_count;
    char missing_name[300]; /* the first that is still there */
};

bd_str imap_key(uint32_t uid, char out[16]);
struct source_tried *imap_find_tried(struct bd_source *source, uint32_t uid);
/* BD_ENOENT: cancelled. */
enum bd_status imap_ask(struct bd_source *source, enum frame_kind kind,
                        bd_str *out, struct bd_err *err) BD_MUST_USE;
enum bd_status imap_remember(struct bd_source *source,
                             struct bd_err *err) BD_MUST_USE;
/* What was known of another mailbox by this name is forgotten. */
enum bd_status imap_recall(struct bd_source *source,
                           struct bd_err *err) BD_MUST_USE;
/* Tried mails that are no longer in the list. */
void imap_forget_gone(struct bd_source *source);

/* The sizes of the next mails; BD_ENOENT: there are none. */
enum bd_status imap_look_ahead(struct bd_source *source,
                               struct bd_err *err) BD_MUST_USE;
enum bd_status imap_fetch_batch(struct bd_source *source,
                                struct bd_err *err) BD_MUST_USE;
/* At the end of a round: those that are missing were taken away by somebody
 * else, or the server keeps them to itself. */
enum bd_status imap_look_for_missing(struct bd_source *source,
                                     struct bd_err *err) BD_MUST_USE;
/* Tell the server what became of the mails that are settled: many at a time,
 * as moving one costs some servers as much as moving all. When we are killed
 * before, they come again. */
enum bd_status imap_flush(struct bd_source *source,
                          struct bd_err *err) BD_MUST_USE;
/* Those that were fetched and not given out were not tried. */
void imap_forgive(struct bd_source *source);

#endif

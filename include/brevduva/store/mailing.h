/*
 * Issues as sent, mailings, and the ledger of deliveries: what became of
 * every single copy.
 *
 *   queued -> handing-over -> accepted | deferred | refused | unknown
 *
 * "handing-over" is a copy inside a claim, durable before any byte of it leaves
 * us, that has no result yet.
 */
#ifndef BREVDUVA_STORE_MAILING_H
#define BREVDUVA_STORE_MAILING_H

#include "brevduva/store/page.h"
#include "brevduva/store/subscriber.h"

enum bd_delivery_state {
    BD_DELIVERY_QUEUED,
    BD_DELIVERY_HANDING_OVER, /* derived, see above */
    BD_DELIVERY_ACCEPTED,
    BD_DELIVERY_DEFERRED, /* 4yz or network: next_try_at says when again */
    BD_DELIVERY_REFUSED,  /* 5yz */
    BD_DELIVERY_UNKNOWN,  /* may have been accepted; nobody can tell */
    BD_DELIVERY_SKIPPED,  /* never handed over; `reason` says why */
    BD_DELIVERY_BOUNCED,  /* accepted, and came back */
    BD_DELIVERY_COMPLAINED,
    BD_DELIVERY_STATES
};
extern const char *const bd_delivery_state_names[];
bool bd_delivery_state_parse(bd_str name, enum bd_delivery_state *out);

enum bd_mailing_state {
    BD_MAILING_HELD,
    BD_MAILING_SCHEDULED,
    BD_MAILING_SENDING,
    BD_MAILING_PAUSED,
    BD_MAILING_DONE,
    BD_MAILING_CANCELLED
};
extern const char *const bd_mailing_state_names[];

/* An issue, frozen as it is sent. Same source_hash, same revision. */
struct bd_issue_row {
    int64_t id;
    bd_str slug;
    bd_str title;
    bd_str source;                    /* the Markdown file */
    bd_str source_hash;               /* SHA-256, hex */
    bd_str message;                   /* frozen multipart message */
    bd_str message_text;              /* frozen text-only message */
    const struct bd_page *page;       /* for the archive; NULL: none */
    bool page_decided;                /* by the issue itself, see bd_page_put */
    const struct bd_page_file *files; /* that the letter asks for, see
                                       * store/letter_file.h */
    size_t file_count;
};

struct bd_mailing {
    int64_t id;
    int64_t issue_id;
    int64_t list_id;
    bd_str slug; /* of the issue */
    bd_str title;
    bd_str list_slug;
    bd_str source_hash;
    bd_str message_id_salt; /* random, part of each Message-ID */
    bd_str message_id_domain;
    bd_str envelope_from; /* may be a pattern (mail/return_path.h) */
    enum bd_mailing_state state;
    bd_str state_reason; /* why paused or held: a saying (base/saying.h) */
    bd_str asked_by;
    bd_str filter;        /* --where as it was typed; empty: the whole list */
    int64_t approvals;    /* people who must agree: 1 or 2 */
    bd_str approved_by;   /* the second one; empty: not yet */
    int64_t scheduled_at; /* when to start; 0: at once */
    int64_t audience;     /* readers counted when it was started */
    int64_t to_enlist;    /* of them, those without a row yet: part of
                           * count[BD_DELIVERY_QUEUED] */
    int64_t created_at, started_at, ended_at; /* 0: not yet */
    int64_t tried_from; /* when trying it began, or began anew: after a pause,
                         * or for the missing */
    int64_t limit;      /* of bd_mailing_start only: as bd_mailing_set_limit */
    int64_t count[BD_DELIVERY_STATES]; /* filled by find and each */
    int64_t total;                     /* the audience: sum of count */
};

/*
 * Start one: freeze the issue and fix the audience, who are the readers that
 * are active on the list now and that the filter takes. They get their rows
 * when it is their turn (bd_queue_claim): until then they are counted as
 * queued, and whoever leaves meanwhile is skipped then, with the reason, as
 * suppressed ones are. Without a filter it takes no longer for a million
 * readers than for ten. One mailing of an issue to a list: BD_EEXIST when the
 * same issue (any revision) was already sent to it, unless that mailing was
 * cancelled before it reached anyone.
 *
 * Its page is put into the archive. When people have the issue already and
 * this mailing is only to begin later, the page stays as they know it.
 */
enum bd_status bd_mailing_start(struct bd_store *store,
                                const struct bd_issue_row *issue,
                                const struct bd_mailing *mailing,
                                const struct bd_actor *actor, int64_t *out_id,
                                struct bd_err *err) BD_MUST_USE;

/* The newest mailing of the issue; to that list unless list_id is 0. */
enum bd_status bd_mailing_find(struct bd_arena *arena, struct bd_store *store,
                               bd_str issue_slug, int64_t list_id,
                               struct bd_mailing *out,
                               struct bd_err *err) BD_MUST_USE;

/* By number. BD_ENOENT. */
enum bd_status bd_mailing_get(struct bd_arena *arena, struct bd_store *store,
                              int64_t id, struct bd_mailing *out,
                              struct bd_err *err) BD_MUST_USE;

/* The second person's word. BD_EINVAL when it is not waiting for one, or the
 * actor is who asked. It then starts at its time, or at once. */
enum bd_status bd_mailing_approve(struct bd_store *store, int64_t id,
                                  const struct bd_actor *actor,
                                  struct bd_err *err) BD_MUST_USE;

/* Copies for those, and only those, who did not get it: readers who are on
 * the list now and have no copy, and copies that were refused or skipped
 * whose reader is active now. Accepted, unknown and waiting ones are left
 * alone. A mailing that was done or cancelled begins again. */
struct bd_missing {
    int64_t joined, refused, skipped;
    int64_t cancelled; /* of those skipped: by cancelling the mailing */
};
/* `change` false only counts. */
enum bd_status bd_mailing_missing(struct bd_store *store, int64_t id,
                                  bool change, const struct bd_actor *actor,
                                  struct bd_missing *out,
                                  struct bd_err *err) BD_MUST_USE;

/* Has somebody a copy of it, or may have one? Refused and deferred copies
 * nobody has. */
enum bd_status bd_mailing_reached(struct bd_store *store, int64_t id, bool *out,
                                  struct bd_err *err) BD_MUST_USE;

/* All, newest first. */
enum bd_status bd_mailing_all(struct bd_arena *arena, struct bd_store *store,
                              const struct bd_mailing **out, size_t *out_count,
                              struct bd_err *err) BD_MUST_USE;

/* held -> scheduled -> sending <-> paused -> done | cancelled; BD_EINVAL for
 * other ways. Copies of a cancelled mailing that wait become skipped
 * ("cancelled"), those being handed over still get their results. One that is
 * cancelled before it reached anyone says so, and was never started. */
enum bd_status bd_mailing_set_state(struct bd_store *store, int64_t id,
                                    enum bd_mailing_state state, bd_str reason,
                                    const struct bd_actor *actor,
                                    struct bd_err *err) BD_MUST_USE;

/* Copies that wait for another try are due now; `*out`: so many. */
enum bd_status bd_mailing_try_now(struct bd_store *store, int64_t id,
                                  int64_t now, int64_t *out,
                                  struct bd_err *err) BD_MUST_USE;

/* Hand over so many copies more, and then pause it, whoever sends it: readers
 * whose copy is begun count, however often it is tried. 0: any number. It is
 * forgotten when the mailing ends. */
enum bd_status bd_mailing_set_limit(struct bd_store *store, int64_t id,
                                    int64_t limit,
                                    struct bd_err *err) BD_MUST_USE;

/* As it was set; 0: none. */
enum bd_status bd_mailing_limit(struct bd_store *store, int64_t id,
                                int64_t *out, struct bd_err *err) BD_MUST_USE;

/* Copies that may still be begun, 0 or less: none; INT64_MAX: any number. */
enum bd_status bd_mailing_limit_left(struct bd_store *store, int64_t id,
                                     int64_t *out,
                                     struct bd_err *err) BD_MUST_USE;

/* Why a mailing is paused that has had its limit: a saying. */
bd_str bd_mailing_limit_reason(struct bd_arena *arena, int64_t limit);

/* The two frozen messages of a mailing, in the arena. */
enum bd_status bd_mailing_message(struct bd_arena *arena,
                                  struct bd_store *store, int64_t mailing_id,
                                  bd_str *out_message, bd_str *out_message_text,
                                  struct bd_err *err) BD_MUST_USE;

/* The copies of all mailings, by state. */
enum bd_status bd_copies_count(struct bd_store *store,
                               int64_t out[BD_DELIVERY_STATES],
                               struct bd_err *err) BD_MUST_USE;

/* How many readers of a list would get a mailing now, and why others not. */
struct bd_audience {
    int64_t active; /* will get it; suppressed and paused ones not counted */
    int64_t suppressed;
    int64_t paused;   /* wanted a pause, and it is not over */
    int64_t filtered; /* active, but the filter leaves them out */
    int64_t pending, left, bounced, complained;
    int64_t without_name; /* of the active ones */
};
/* With a filter (see filter.h; empty: the whole list) each reader is looked
 * at: seconds for a million. BD_EINVAL, BD_ELIMIT: what is wrong with it. */
enum bd_status bd_audience_count(struct bd_store *store, int64_t list_id,
                                 bd_str filter, int64_t now,
                                 struct bd_audience *out,
                                 struct bd_err *err) BD_MUST_USE;

/* Active readers of the list who have the issue, or may have it, by another
 * list; and those on another list to which it is still to go, whether or not
 * a filter of that mailing leaves them out. */
enum bd_status bd_audience_have(struct bd_store *store, int64_t list_id,
                                bd_str slug, int64_t *out_have,
                                int64_t *out_await,
                                struct bd_err *err) BD_MUST_USE;

#endif

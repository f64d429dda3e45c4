/* A relay as the I/O thread sees it: its sessions, and when it may be used. */
#ifndef BREVDUVA_DELIVER_LANE_PRIVATE_H
#define BREVDUVA_DELIVER_LANE_PRIVATE_H

#include "engine_private.h"

struct session {
    struct lane *lane;
    struct bd_stream *stream;
    struct bd_smtp *smtp;
    int64_t number;      /* for receipts */
    int64_t deadline_ms; /* of what is awaited; 0: nothing is */
    int64_t moved_ms;    /* when octets left last, or a reply came */
    int64_t idle_since_ms;
    int64_t started;  /* copies */
    int64_t served;   /* of them, by a reply that did not turn us away */
    bool wants_write; /* the connection took only a part */
    bool heard;       /* octets came that nothing was said to yet */
    bool quitting;    /* no more copies, then QUIT */
    bool said_quit;
    bool broken; /* ended in the middle of a copy */
};

/* What a relay said no to, though others were open: see crowd.c. */
struct crowd {
    size_t most;           /* sessions that it took; 0: as many as we wanted */
    int64_t more_ms;       /* when one above that is tried */
    int64_t refill_ms;     /* and one below, after it failed, */
    unsigned refills;      /* so often in a row */
    unsigned times;        /* that one above failed */
    int64_t since_ms;      /* when it first said no, */
    char why[TROUBLE_MAX]; /* and what; empty: it takes all again */
};

struct lane {
    const struct bd_relay_options *options;
    struct bd_relay_patience patience; /* with RFC 5321's where none is set */
    char name[BD_MAX_RELAY_NAME];
    struct maildir *maildir; /* NULL: SMTP */
    pthread_mutex_t lock;    /* of the password */
    struct bd_arena *arena;  /* where renewed ones are */
    const char *password;
    struct bd_rate rate;
    struct bd_domains *domains;
    atomic_llong day_left; /* copies it may still take today: the writer's */
    struct parcels passed; /* copies that another had to hold back */
    double turn;           /* what it has taken, by weight: the least is next */
    struct session **sessions; /* options->sessions places; NULL: free */
    size_t open, connecting;
    size_t unwanted;  /* of these: asked for before it was left alone */
    int64_t asked_ms; /* when connecting began that is not answered; 0: none */
    bool mute;        /* it takes long, or no session of it moves */
    struct crowd crowd;
    bool heard; /* what it offers: as its last session said */
    struct bd_smtp_offers offers;
    int64_t moved_ms; /* when it last took a session, or answered to a copy */
    /* when it cannot be used: */
    int64_t away_until_ms; /* 0: it can */
    unsigned failures;     /* in a row, of connecting or of sessions */
    unsigned broken;       /* sessions in a row */
    unsigned put_off;      /* copies in a row, for its own reasons */
    bool opened;           /* in this run: it took a session, and our log-in */
    bool worked;           /* in this run: it took a copy, */
    int64_t worked_ms;     /* and when last */
    bool answered;         /* in this run: it replied to one */
    enum bd_status status; /* of the last failure */
    char trouble[TROUBLE_MAX];
};

/* --- lane.c --- */
/* Where its settings stand: "relay", "relays.2". */
const char *relay_key(const struct bd_relay_options *options);
enum bd_status lane_init(struct lane *lane,
                         const struct bd_relay_options *options,
                         struct bd_err *err);
void lane_fini(struct lane *lane);
/* By a connector's thread; touches nothing that changes but the password. */
enum bd_status lane_open_stream(struct engine *engine, struct lane *lane,
                                struct bd_stream **out, struct bd_err *err);
/* A session could not be opened, or broke: wait, longer each time. */
void lane_fail(struct lane *lane, enum bd_status status, const char *why,
               int64_t now_ms);
/* So too where sessions are open, or asked for: these take no more. */
void lane_leave(struct lane *lane, const char *why, int64_t now_ms);
/* A session could be opened. */
void lane_open(struct lane *lane);
/* A copy was accepted. */
void lane_succeed(struct lane *lane, int64_t now_ms);
/* It is not away, and has not had its day's share. */
bool lane_is_usable(const struct lane *lane, int64_t now_ms);
/* Another session had a copy taken: that one fails is no failure of all. */
bool lane_worked_lately(const struct lane *lane, int64_t now_ms);
/* Lanes of less priority need not help: it works, or has not failed yet. One
 * that is being tried again after a failure holds nobody up, until it has taken
 * a copy. */
bool lane_goes_first(const struct lane *lane, int64_t now_ms);
/* No session is open, and those that were asked for do not come. */
bool lane_is_mute(const struct lane *lane, int64_t now_ms, int64_t ms);
/* Nobody would wait for it: it failed for good, or for a minute. */
bool lane_is_hopeless(const struct lane *lane);
/* It failed for good, or has never answered to a copy: a person must look. */
bool lane_is_lost(const struct lane *lane);
/* It has not said that it cannot take such a copy. */
bool lane_takes(const struct lane *lane, const struct bd_outgoing *copy);
bool lane_takes_size(const struct lane *lane, const struct bd_outgoing *copy);
/* A copy may start on it now, as far as its rate goes. */
bool lane_may_start(const struct lane *lane, int64_t now_ms);
void lane_start(struct lane *lane, int64_t now_ms);
/* What it did not take does not count for its day. */
void lane_note_day(struct lane *lane, enum bd_smtp_verdict verdict);

/* --- crowd.c --- */
/* One more was turned away while so many work, which is not 0. */
void crowd_note_full(struct lane *lane, size_t works, const char *why,
                     int64_t now_ms);
/* It took one more: `open` counts it. */
void crowd_note_open(struct lane *lane);
/* What a person should know of it; false: nothing. */
bool crowd_tell(const struct lane *lane, int64_t now_ms, char out[TROUBLE_MAX]);
/* One more may be asked for. */
bool crowd_allows(const struct lane *lane, int64_t now_ms);

/* --- session.c --- */
/* Takes the stream; `spare` is the I/O thread's. */
struct session *session_new(struct lane *lane, struct bd_stream *stream,
                            struct bd_spare *spare, int64_t number);
void session_free(struct session *session);
/* Octets that came. */
void session_read(struct session *session, int64_t now_ms);
/* What is to be said. */
void session_write(struct session *session, struct bd_loop *loop,
                   int64_t now_ms);
void session_start(struct session *session, struct parcel *parcel,
                   int64_t now_ms);
/* It takes no more copies, ever. */
bool session_is_over(const struct session *session);
/* Begin no message of a mailing that was stopped. To be called before what the
 * relay says is read. */
void session_withhold(struct session *session);
/* How many copies it can start now. */
size_t session_room(const struct session *session);
/* It owes us something, and nothing has moved for so long. */
bool session_is_silent(const struct session *session, int64_t now_ms,
                       int64_t ms);
/* End what did not answer in time. */
void session_check_deadline(struct session *session, int64_t now_ms);

/* --- maildir.c --- */
enum bd_status maildir_open(const struct bd_relay_options *options, char *name,
                            struct maildir **out, struct bd_err *err);
void maildir_close(struct maildir *maildir);
/* BD_OK: `out` says where it is. Else nothing was saved. */
enum bd_status maildir_save(struct maildir *maildir, struct bd_arena *arena,
                            bd_str message_id, bd_str bytes, bd_str *out,
                            struct bd_err *err);

#endif

/*
 * In the fetcher: a mailbox on a server, by libetpan over a stream of
 * libcurl's. libetpan's parser is old and trusts servers: so this is a process
 * that has nothing to lose, and what a command may be answered with is
 * bounded.
 */
#ifndef SERVER_PRIVATE_H
#define SERVER_PRIVATE_H

#include <libetpan/libetpan.h>

#include "brevduva/net/stream.h"
#include "frame_private.h"

struct server {
    struct bd_stream *stream;
    struct bd_arena *arena; /* for as long as the connection */
    mailimap *imap;
    char name[BD_MAX_RELAY_NAME];
    int patience_ms;
    bool is_greeted; /* libcurl took the real greeting */
    size_t budget;   /* octets that this command may still be answered with */
    enum { WIRE_GOING, WIRE_SLOW, WIRE_FLOODED, WIRE_LOST } wire;
    char ahead[16384]; /* octets that came and were not asked for yet */
    size_t ahead_at, ahead_len;
    const char *handled, *unreadable; /* as the server writes them */
    bool made[2];                     /* we tried to make those folders */
    bool flag, can_mark;
};

/* libetpan's stream over ours. */
mailstream *server_wire(struct server *server);
/* Octets are there, or come within that time; `other_fd`, too, ends the wait
 * (-1: none). */
void server_await(struct server *server, int other_fd, int64_t ms);

enum bd_status server_open(struct server *server, const struct frame_open *open,
                           struct frame_opened *out,
                           struct bd_err *err) BD_MUST_USE;
enum bd_status server_list(struct server *server, struct bd_buf *out,
                           struct bd_err *err) BD_MUST_USE;
enum bd_status server_sizes(struct server *server, struct frame_rest *in,
                            struct bd_buf *out, struct bd_err *err) BD_MUST_USE;
enum bd_status server_fetch(struct server *server, struct frame_rest *in,
                            struct bd_buf *out, struct bd_err *err) BD_MUST_USE;
enum bd_status server_settle(struct server *server, struct frame_rest *in,
                             struct bd_err *err) BD_MUST_USE;
enum bd_status server_wait(struct server *server, struct frame_rest *in,
                           int other_fd, struct bd_err *err) BD_MUST_USE;
void server_close(struct server *server);

/* For libetpan, which frees it. */
char *server_copy(const char *text);
/* The UIDs that are left in the frame. */
struct mailimap_set *server_take_set(struct frame_rest *in, size_t *out_count);

/* Before each command: how much may come back. */
void server_allow(struct server *server, size_t octets);
/* BD_OK, or what a return code of libetpan's means. */
enum bd_status server_check(struct server *server, int code,
                            struct bd_err *err) BD_MUST_USE;
bool server_said_no(const struct server *server, int code);

/* The keyword of mails that are done. Without a $: libetpan would quote it in
 * a search, which RFC 3501 does not allow. */
#define SERVER_MARK  "BrevduvaDone"
#define SERVER_SMALL (8U * 1024 * 1024)  /* others' changes come, too */
#define SERVER_LIST  (32U * 1024 * 1024) /* UIDs */

#endif

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "brevduva/base/i18n.h"
#include "conns_private.h"

#define STEP_NS       250000000L
#define REQUEST_MS    10000 /* a request has so long to come */
#define CROWDED_MS    3000  /* when half of the room is taken */
#define ENDING_MS     2000
#define WRITE_MS      10000 /* an answer has so long to leave, */
#define SLOWEST_BPMS  16    /* and more when it is large: 16 kB/s */
#define NETWORK_SHARE 10    /* one network has a tenth of the room */

static int64_t clock_ms(const struct conns *conns)
{
    return conns->sys->monotonic_ms(conns->sys->self);
}

/* Never close(): the number would be another connection's by the time that
 * libmicrohttpd closes it. */
size_t conns_reap(struct conns *conns)
{
    int64_t now = clock_ms(conns);
    int64_t most = REQUEST_MS;
    size_t count = 0;

    (void)pthread_mutex_lock(&conns->lock);
    if (conns->count > conns->room / 2)
        most = CROWDED_MS;
    if (conns->ending)
        most = ENDING_MS;
    for (struct conn *c = conns->first; c; c = c->next) {
        if (now < (c->until_ms ? c->until_ms : c->since_ms + most))
            continue;
        (void)shutdown(c->fd, SHUT_RDWR);
        c->until_ms = INT64_MAX;
        count++;
    }
    (void)pthread_mutex_unlock(&conns->lock);
    return count;
}

static bool sleep_step(struct conns *conns)
{
    struct timespec until;
    bool over = false;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += STEP_NS;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    (void)pthread_mutex_lock(&conns->lock);
    if (!conns->over)
        (void)pthread_cond_timedwait(&conns->news, &conns->lock, &until);
    over = conns->over;
    (void)pthread_mutex_unlock(&conns->lock);
    return !over;
}

static void *reaper_main(void *self)
{
    struct conns *conns = self;

    (void)pthread_setname_np(pthread_self(), "brevduva-reap");
    while (sleep_step(conns))
        (void)conns_reap(conns);
    return NULL;
}

enum bd_status conns_start(struct conns *conns, const struct bd_sys *sys,
                           size_t room, struct bd_err *err)
{
    pthread_condattr_t attr;

    conns->sys = sys;
    conns->room = room;
    (void)pthread_mutex_init(&conns->lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&conns->news, &attr);
    (void)pthread_condattr_destroy(&attr);
    if (pthread_create(&conns->reaper, NULL, reaper_main, conns) != 0)
        return bd_fail(err, BD_EIO, _("cannot start a thread"));
    conns->begun = true;
    return BD_OK;
}

void conns_hurry(struct conns *conns)
{
    (void)pthread_mutex_lock(&conns->lock);
    conns->ending = true;
    (void)pthread_mutex_unlock(&conns->lock);
}

void conns_stop(struct conns *conns)
{
    if (!conns->begun)
        return;
    (void)pthread_mutex_lock(&conns->lock);
    conns->over = true;
    (void)pthread_cond_signal(&conns->news);
    (void)pthread_mutex_unlock(&conns->lock);
    (void)pthread_join(conns->reaper, NULL);
    (void)pthread_cond_destroy(&conns->news);
    (void)pthread_mutex_destroy(&conns->lock);
    conns->begun = false;
}

bool conns_admit(struct conns *conns, const struct bd_ip *ip, bool exempt)
{
    struct bd_ip network = bd_ip_network(ip);
    size_t count = 0;

    if (exempt)
        return true;
    (void)pthread_mutex_lock(&conns->lock);
    for (const struct conn *c = conns->first; c; c = c->next)
        count += memcmp(&c->network, &network, sizeof network) == 0;
    (void)pthread_mutex_unlock(&conns->lock);
    return count < conns->room / NETWORK_SHARE;
}

struct conn *conns_add(struct conns *conns, int fd, const struct bd_ip *ip)
{
    struct conn *conn = calloc(1, sizeof *conn);

    if (!conn)
        bd_out_of_memory();
    conn->fd = fd;
    conn->network = bd_ip_network(ip);
    conn->since_ms = clock_ms(conns);
    (void)pthread_mutex_lock(&conns->lock);
    conn->next = conns->first;
    if (conn->next)
        conn->next->prev = conn;
    conns->first = conn;
    conns->count++;
    (void)pthread_mutex_unlock(&conns->lock);
    return conn;
}

void conns_remove(struct conns *conns, struct conn *conn)
{
    (void)pthread_mutex_lock(&conns->lock);
    if (conn->prev)
        conn->prev->next = conn->next;
    else
        conns->first = conn->next;
    if (conn->next)
        conn->next->prev = conn->prev;
    conns->count--;
    (void)pthread_mutex_unlock(&conns->lock);
    free(conn);
}

size_t conns_count(struct conns *conns)
{
    size_t count = 0;

    (void)pthread_mutex_lock(&conns->lock);
    count = conns->count;
    (void)pthread_mutex_unlock(&conns->lock);
    return count;
}

static void set_times(struct conns *conns, struct conn *conn, int64_t since,
                      int64_t until)
{
    (void)pthread_mutex_lock(&conns->lock);
    conn->since_ms = since;
    conn->until_ms = until;
    (void)pthread_mutex_unlock(&conns->lock);
}

void conns_reads(struct conns *conns, struct conn *conn)
{
    set_times(conns, conn, clock_ms(conns), 0);
}

void conns_waits(struct conns *conns, struct conn *conn)
{
    set_times(conns, conn, clock_ms(conns), INT64_MAX);
}

void conns_writes(struct conns *conns, struct conn *conn, size_t octets)
{
    int64_t now = clock_ms(conns);

    set_times(conns, conn, now,
              now + WRITE_MS + (int64_t)(octets / SLOWEST_BPMS));
}

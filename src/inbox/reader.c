/* The parent's side: it trusts nothing that the child says. */
#include "brevduva/inbox/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "brevduva/base/sys.h"
#include "child_private.h"
#include "reader_private.h"

struct bd_reader {
    pid_t pid; /* 0: none */
    int fd;
    size_t mails; /* that this child has read */
    int64_t patience_ms;
};

/* How one mail's reading ended. */
enum ending { DONE, SLOW, GONE };

static int64_t now_ms(void)
{
    const struct bd_sys *sys = bd_sys_real();

    return sys->monotonic_ms(sys->self);
}

struct bd_reader *bd_reader_new(void)
{
    struct bd_reader *reader = calloc(1, sizeof *reader);

    if (!reader)
        bd_out_of_memory();
    reader->fd = -1;
    reader->patience_ms = READER_MAIL_MS;
    return reader;
}

void reader_set_patience(struct bd_reader *reader, int64_t ms)
{
    reader->patience_ms = ms;
}

/* The signal that ended it; 0: it ended itself. */
static int end_child(struct bd_reader *reader)
{
    int status = 0;

    if (reader->pid == 0)
        return 0;
    (void)close(reader->fd);
    (void)kill(reader->pid, SIGKILL);
    while (waitpid(reader->pid, &status, 0) < 0 && errno == EINTR)
        ;
    *reader = (struct bd_reader) { .fd = -1,
                                   .patience_ms = reader->patience_ms };
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

void bd_reader_free(struct bd_reader *reader)
{
    if (!reader)
        return;
    (void)end_child(reader);
    free(reader);
}

static bool is_only_busy(void)
{
    return errno == EAGAIN || errno == EINTR;
}

/* While it waited for a mail: killed from outside, or for want of memory. */
static bool is_dead(const struct bd_reader *reader)
{
    char byte = 0;
    ssize_t got = recv(reader->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

    return got >= 0 || !is_only_busy(); /* it has nothing to say now, either */
}

static enum bd_status begin_child(struct bd_reader *reader, struct bd_err *err)
{
    if (reader->pid != 0 && (reader->mails == READER_MAILS || is_dead(reader)))
        (void)end_child(reader);
    if (reader->pid != 0)
        return BD_OK;
    return child_start(BD_READER_NAME, &reader->pid, &reader->fd, err);
}

/* Wait until the pipe is ready, or the mail's time is over. */
static enum ending wait_for(const struct bd_reader *reader, short events,
                            int64_t until)
{
    struct pollfd pipe = { .fd = reader->fd, .events = events };

    for (;;) {
        int64_t left = until - now_ms();
        int ready = left > 0 ? poll(&pipe, 1, (int)left) : 0;

        if (ready > 0)
            return DONE;
        if (ready == 0)
            return SLOW;
        if (errno != EINTR)
            return GONE;
    }
}

static enum ending give(const struct bd_reader *reader, bd_str bytes,
                        int64_t until)
{
    while (bytes.len > 0) {
        ssize_t gone = send(reader->fd, bytes.ptr, bytes.len,
                            MSG_NOSIGNAL | MSG_DONTWAIT);
        enum ending ending = DONE;

        if (gone < 0 && is_only_busy())
            ending = wait_for(reader, POLLOUT, until);
        else if (gone <= 0)
            ending = GONE;
        else
            bytes = bd_str_skip(bytes, (size_t)gone);
        if (ending != DONE)
            return ending;
    }
    return DONE;
}

static enum ending take(const struct bd_reader *reader, void *into, size_t len,
                        int64_t until)
{
    char *at = into;

    while (len > 0) {
        ssize_t got = recv(reader->fd, at, len, MSG_DONTWAIT);
        enum ending ending = DONE;

        if (got < 0 && is_only_busy()) {
            ending = wait_for(reader, POLLIN, until);
        } else if (got <= 0) {
            ending = GONE;
        } else {
            at += got;
            len -= (size_t)got;
        }
        if (ending != DONE)
            return ending;
    }
    return DONE;
}

static enum ending converse(const struct bd_reader *reader,
                            struct bd_arena *arena, bd_str bytes,
                            bd_str *out_record)
{
    int64_t until = now_ms() + reader->patience_ms;
    struct reader_head head = { (uint32_t)bytes.len };
    enum ending ending = give(
        reader, (bd_str) { (const char *)&head, sizeof head }, until);
    char *record = NULL;

    if (ending == DONE)
        ending = give(reader, bytes, until);
    if (ending == DONE)
        ending = take(reader, &head, sizeof head, until);
    if (ending != DONE)
        return ending;
    if (head.len > BD_INCOMING_MAX_RECORD)
        return GONE;
    record = bd_arena_alloc(arena, head.len + 1);
    ending = take(reader, record, head.len, until);
    *out_record = (bd_str) { record, head.len };
    return ending;
}

/* What cannot be read says why. */
static void set_unreadable(struct bd_incoming *out, const char *why)
{
    *out = (struct bd_incoming) { .kind = BD_INCOMING_UNREADABLE, .rule = why };
}

/* False: the child is gone, and the record says how. */
static bool read_once(struct bd_reader *reader, struct bd_arena *arena,
                      bd_str bytes, struct bd_incoming *out)
{
    bd_str record = BD_STR_NONE;
    enum ending ending = DONE;

    reader->mails++;
    ending = converse(reader, arena, bd_str_sub(bytes, 0, READER_MAX_BYTES),
                      &record);
    if (ending == DONE && bd_incoming_read(arena, record, out, NULL) == BD_OK)
        return true;
    if (ending == SLOW)
        set_unreadable(out, "too-slow");
    else if (ending == DONE)
        set_unreadable(out, "nonsense");
    else
        set_unreadable(out, "reader-died");
    (void)end_child(reader);
    return false;
}

/* A child may also die of what it read before, or of the machine's troubles:
 * only what a fresh one dies of as well is the mail's fault. */
enum bd_status bd_reader_read(struct bd_reader *reader, struct bd_arena *arena,
                              bd_str bytes, struct bd_incoming *out,
                              struct bd_err *err)
{
    enum bd_status rc = begin_child(reader, err);

    if (rc != BD_OK || read_once(reader, arena, bytes, out))
        return rc;
    rc = begin_child(reader, err);
    if (rc == BD_OK)
        (void)read_once(reader, arena, bytes, out);
    return rc;
}

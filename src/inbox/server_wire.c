#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "server_private.h"

static const char greeting[] = "* PREAUTH ready\r\n";

char *server_copy(const char *text)
{
    char *copy = strdup(text);

    if (!copy)
        bd_out_of_memory();
    return copy;
}

void server_allow(struct server *server, size_t octets)
{
    server->budget = octets;
}

static bool wait_until_ready(struct server *server, short events)
{
    struct pollfd end = { .fd = bd_stream_fd(server->stream),
                          .events = events };

    if (poll(&end, 1, server->patience_ms) > 0)
        return true;
    server->wire = WIRE_SLOW;
    return false;
}

/* What there is, without waiting. */
static enum bd_status fill(struct server *server)
{
    enum bd_status rc = BD_OK;

    if (server->ahead_at < server->ahead_len)
        return BD_OK;
    server->ahead_at = 0;
    server->ahead_len = 0;
    rc = bd_stream_receive(server->stream, server->ahead, sizeof server->ahead,
                           &server->ahead_len, NULL);
    if (rc != BD_OK)
        server->ahead_len = 0;
    return rc;
}

static ssize_t wire_read(mailstream_low *low, void *into, size_t size)
{
    struct server *server = low->data;
    size_t n = 0;
    enum bd_status rc = BD_ETEMP;

    if (!server->is_greeted) {
        server->is_greeted = true;
        n = sizeof greeting - 1 < size ? sizeof greeting - 1 : size;
        memcpy(into, greeting, n);
        return (ssize_t)n;
    }
    if (server->wire == WIRE_GOING && server->budget == 0)
        server->wire = WIRE_FLOODED;
    if (server->wire != WIRE_GOING)
        return -1;
    while ((rc = fill(server)) == BD_ETEMP)
        if (!wait_until_ready(server, POLLIN))
            return -1;
    if (rc != BD_OK) {
        server->wire = WIRE_LOST;
        return -1;
    }
    n = server->ahead_len - server->ahead_at;
    n = n < size ? n : size;
    memcpy(into, server->ahead + server->ahead_at, n);
    server->ahead_at += n;
    server->budget -= n < server->budget ? n : server->budget;
    return (ssize_t)n;
}

static ssize_t wire_write(mailstream_low *low, const void *from, size_t size)
{
    struct server *server = low->data;
    bd_str bytes = { from, size };

    while (bytes.len > 0) {
        size_t n = 0;
        enum bd_status rc = server->wire == WIRE_GOING
                                ? bd_stream_send(server->stream, bytes, &n,
                                                 NULL)
                                : BD_EIO;

        if (rc == BD_ETEMP && wait_until_ready(server, POLLOUT))
            continue;
        if (rc != BD_OK) {
            if (server->wire == WIRE_GOING)
                server->wire = WIRE_LOST;
            return -1;
        }
        bytes = bd_str_skip(bytes, n);
    }
    return (ssize_t)size;
}

static int wire_close(mailstream_low *low)
{
    (void)low;
    return 0;
}

static int wire_fd(mailstream_low *low)
{
    const struct server *server = low->data;

    return bd_stream_fd(server->stream);
}

static void wire_free(mailstream_low *low)
{
    free(low);
}

static void wire_cancel(mailstream_low *low)
{
    (void)low;
}

/* libetpan's own type for it is not const. */
static mailstream_low_driver driver = {
    .mailstream_read = wire_read,
    .mailstream_write = wire_write,
    .mailstream_close = wire_close,
    .mailstream_get_fd = wire_fd,
    .mailstream_free = wire_free,
    .mailstream_cancel = wire_cancel,
};

mailstream *server_wire(struct server *server)
{
    mailstream_low *low = mailstream_low_new(server, &driver);
    mailstream *stream = low ? mailstream_new(low, 8192) : NULL;

    if (!stream)
        bd_out_of_memory();
    return stream;
}

void server_await(struct server *server, int other_fd, int64_t ms)
{
    struct pollfd ends[2] = {
        { .fd = bd_stream_fd(server->stream), .events = POLLIN },
        { .fd = other_fd, .events = POLLIN },
    };

    if (server->imap->imap_stream->read_buffer_len > 0 ||
        fill(server) != BD_ETEMP)
        return;
    (void)poll(ends, 2, ms > INT32_MAX ? INT32_MAX : (int)ms);
}

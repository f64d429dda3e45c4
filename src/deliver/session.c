#include <stdlib.h>

#include "brevduva/base/i18n.h"
#include "lane_private.h"

/* Nobody waits long for a goodbye. */
#define QUIT_MS 2000

struct session *session_new(struct lane *lane, struct bd_stream *stream,
                            struct bd_spare *spare, int64_t number)
{
    struct session *s = calloc(1, sizeof *s);
    struct bd_smtp_options options = { .window = lane->options->chunking,
                                       .spare = spare };

    if (!s)
        abort();
    s->lane = lane;
    s->stream = stream;
    s->number = number;
    s->smtp = bd_smtp_new(bd_stream_capabilities(stream), &options);
    return s;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    bd_smtp_free(s->smtp);
    bd_stream_close(s->stream);
    free(s);
}

static int64_t patience(const struct session *s)
{
    const struct bd_relay_patience *p = &s->lane->patience;

    if (bd_smtp_output(s->smtp).len > 0)
        return p->block;
    switch (bd_smtp_awaits(s->smtp)) {
    case BD_SMTP_DATA:
        return p->data;
    case BD_SMTP_DOT:
        return p->dot;
    case BD_SMTP_QUIT:
        return QUIT_MS;
    default:
        return p->envelope;
    }
}

/* From now on, whenever something has moved. */
static void set_deadline(struct session *s, int64_t now_ms)
{
    s->deadline_ms = 0;
    s->moved_ms = now_ms;
    if (bd_smtp_is_busy(s->smtp))
        s->deadline_ms = now_ms + patience(s);
    else
        s->idle_since_ms = now_ms;
}

/* What has come by now; false when the connection is gone: `why` says how. */
static bool drain(struct session *s, bool *out_moved, struct bd_err *why)
{
    char bytes[16 * 1024];
    enum bd_status rc = BD_OK;

    while (rc == BD_OK) {
        size_t len = 0;

        rc = bd_stream_receive(s->stream, bytes, sizeof bytes, &len, why);
        if (rc == BD_OK && bd_smtp_push(s->smtp, (bd_str) { bytes, len }))
            *out_moved = true;
        if (rc == BD_OK && len < sizeof bytes &&
            !bd_stream_is_buffered(s->stream))
            return true;
    }
    return rc == BD_ETEMP;
}

void session_withhold(struct session *s)
{
    const struct bd_outgoing *copy = NULL;

    for (size_t i = 0; (copy = bd_smtp_not_begun(s->smtp, i)); i++)
        if (atomic_load_explicit(&parcel_of(copy)->batch->job->halted,
                                 memory_order_relaxed)) {
            bd_smtp_withhold(s->smtp);
            return;
        }
}

void session_read(struct session *s, int64_t now_ms)
{
    struct bd_err why = { 0 };
    bool moved = false;

    s->heard = true;
    session_withhold(s);
    if (!drain(s, &moved, &why)) {
        bd_smtp_end(s->smtp, why.msg);
        moved = true;
    }
    if (moved)
        set_deadline(s, now_ms);
}

static void want_write(struct session *s, struct bd_loop *loop, bool want)
{
    if (s->wants_write == want)
        return;
    s->wants_write = want;
    bd_loop_want_write(loop, bd_stream_fd(s->stream), s, want);
}

/* A relay that hangs up has often said why. */
static void end_broken(struct session *s, const char *why)
{
    struct bd_err ignored = { 0 };
    bool moved = false;

    (void)drain(s, &moved, &ignored);
    bd_smtp_end(s->smtp, why);
}

void session_write(struct session *s, struct bd_loop *loop, int64_t now_ms)
{
    bd_str output = bd_smtp_output(s->smtp);
    bool moved = false;

    while (output.len > 0) {
        struct bd_err why = { 0 };
        size_t sent = 0;
        enum bd_status rc = bd_stream_send(s->stream, output, &sent, &why);

        if (rc == BD_ETEMP)
            break;
        if (rc != BD_OK) {
            end_broken(s, why.msg);
            return;
        }
        moved = true;
        bd_smtp_sent(s->smtp, sent);
        output = bd_smtp_output(s->smtp);
    }
    want_write(s, loop, output.len > 0);
    if (s->heard && !moved && s->lane->options->chunking > 0)
        bd_stream_acknowledge(s->stream); /* no octets of ours tell */
    s->heard = false;
    if (moved)
        set_deadline(s, now_ms);
}

void session_start(struct session *s, struct parcel *parcel, int64_t now_ms)
{
    s->started++;
    parcel->started_ms = now_ms;
    bd_smtp_start(s->smtp, &parcel->copy);
}

static bool is_full(const struct session *s)
{
    int64_t most = s->lane->options->messages_per_session;

    return s->quitting || (most > 0 && s->started >= most);
}

bool session_is_over(const struct session *s)
{
    return bd_smtp_is_worn(s->smtp) || is_full(s);
}

size_t session_room(const struct session *s)
{
    size_t room = is_full(s) ? 0 : bd_smtp_room(s->smtp);
    int64_t most = s->lane->options->messages_per_session;

    if (most > 0 && room > (size_t)(most - s->started))
        room = (size_t)(most - s->started);
    return room;
}

bool session_is_silent(const struct session *s, int64_t now_ms, int64_t ms)
{
    return bd_smtp_is_busy(s->smtp) && now_ms - s->moved_ms >= ms;
}

void session_check_deadline(struct session *s, int64_t now_ms)
{
    if (s->deadline_ms == 0 || now_ms < s->deadline_ms)
        return;
    s->deadline_ms = 0;
    bd_smtp_end(s->smtp, _("the relay did not answer in time"));
}

/* The process that speaks IMAP. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "brevduva/base/i18n.h"
#include "brevduva/inbox/source.h"
#include "child_private.h"
#include "fetcher_cage_private.h"
#include "server_private.h"

#define MEMORY (512UL * 1024 * 1024)

static bool limit(__rlimit_resource_t what, uint64_t value)
{
    const struct rlimit both = { value, value };

    return setrlimit(what, &both) == 0;
}

static bool limit_all(void)
{
#ifndef CHILD_MAPS_TERABYTES
    if (!limit(RLIMIT_AS, MEMORY))
        return false;
#endif
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0);
}

/* Those that end the parent: it says when we end. */
static bool ignore_signals(void)
{
    static const int signals[] = { SIGPIPE, SIGINT, SIGTERM, SIGHUP };

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (signal(signals[i], SIG_IGN) == SIG_ERR)
            return false;
    return true;
}

static bool take_all(void *into, size_t len)
{
    char *at = into;

    while (len > 0) {
        ssize_t got = read(CHILD_FD, at, len);

        if (got <= 0)
            return false;
        at += got;
        len -= (size_t)got;
    }
    return true;
}

static bool give_all(const void *from, size_t len)
{
    const char *at = from;

    while (len > 0) {
        ssize_t gone = write(CHILD_FD, at, len);

        if (gone <= 0)
            return false;
        at += gone;
        len -= (size_t)gone;
    }
    return true;
}

static enum bd_status open_server(struct server *server, bd_str in,
                                  struct bd_buf *out, struct bd_err *err)
{
    struct frame_open open = { 0 };
    struct frame_opened opened = { 0 };
    enum bd_status rc = BD_OK;

    if (server->arena || !frame_take_open(in, &open))
        _exit(1);
    bd_lang_set((enum bd_lang)open.language);
    server->arena = bd_arena_new();
    rc = server_open(server, &open, &opened, err);
    if (rc != BD_OK && server->imap) /* the stream's own words have it */
        bd_err_prefix(err, "%s", server->name);
    frame_put_u32(out, opened.validity);
    frame_put_u32(out, opened.can_mark);
    return rc;
}

static enum bd_status obey(struct server *server, enum frame_kind kind,
                           bd_str in, struct bd_buf *out, struct bd_err *err)
{
    struct frame_rest rest = { in, false };

    if (kind == FRAME_OPEN)
        return open_server(server, in, out, err);
    if (!server->imap)
        _exit(1);
    switch (kind) {
    case FRAME_LIST:
        return server_list(server, out, err);
    case FRAME_SIZES:
        return server_sizes(server, &rest, out, err);
    case FRAME_FETCH:
        return server_fetch(server, &rest, out, err);
    case FRAME_SETTLE:
        return server_settle(server, &rest, err);
    case FRAME_WAIT:
        return server_wait(server, &rest, CHILD_FD, err);
    default:
        _exit(1);
    }
}

static bool serve_one(struct server *server, struct bd_buf *in,
                      struct bd_buf *out)
{
    struct frame_head head = { 0 };
    struct bd_err err = { 0 };
    enum bd_status rc = BD_OK;

    bd_buf_clear(in);
    bd_buf_clear(out);
    if (!take_all(&head, sizeof head) || !frame_is_sane(&head) ||
        !bd_buf_reserve(in, head.len + 1) || !take_all(in->ptr, head.len))
        return false;
    in->len = head.len;
    rc = obey(server, (enum frame_kind)head.kind, bd_buf_str(in), out, &err);
    head.kind = rc == BD_OK ? FRAME_DONE : FRAME_FAILED;
    if (rc != BD_OK) {
        bd_buf_clear(out);
        frame_put_u32(out, rc);
        frame_put_text(out, bd_str_from(err.msg));
    }
    if (out->full)
        _exit(1);
    head.len = (uint32_t)out->len;
    return give_all(&head, sizeof head) && give_all(out->ptr, out->len);
}

_Noreturn void bd_fetcher_main(void)
{
    static struct server server; /* large, and the only one */
    struct bd_buf in;
    struct bd_buf out;

    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || !limit_all() ||
        !ignore_signals() || !cage_begin())
        _exit(1);
    bd_buf_init(&in, FRAME_MAX);
    bd_buf_init(&out, FRAME_MAX);
    while (serve_one(&server, &in, &out))
        ;
    server_close(&server);
    bd_buf_fini(&in);
    bd_buf_fini(&out);
    _exit(0);
}

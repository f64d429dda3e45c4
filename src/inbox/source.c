#include "brevduva/inbox/source.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "brevduva/base/i18n.h"
#include "source_private.h"

#define SLICE_MS 100 /* between looks at `cancelled` */

static const struct source_kind *kind_of(bd_str url)
{
    if (bd_str_eq(url, BD_STR("-")))
        return &source_stdin;
    if (bd_str_starts(url, BD_STR("maildir:")))
        return &source_maildir;
    if (bd_str_starts(url, BD_STR("mbox:")))
        return &source_mbox;
    if (bd_str_starts_nocase(url, BD_STR("imap:")) ||
        bd_str_starts_nocase(url, BD_STR("imaps:")))
        return &source_imap;
    return NULL;
}

static enum bd_status check_options(const struct bd_source_options *options,
                                    struct bd_err *err)
{
    const char *const texts[] = { options->url, options->username,
                                  options->folder, options->handled,
                                  options->unreadable };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (bd_str_has_line_break(bd_str_from(texts[i])))
            return bd_fail(err, BD_EINVAL,
                           _("no address, name or folder of a mailbox may hold "
                             "a line break"));
    if (!kind_of(bd_str_from(options->url)))
        return bd_fail(err, BD_EINVAL,
                       _("%s is no mailbox; write imaps://host, maildir:PATH "
                         "or mbox:PATH"),
                       bd_str_find(bd_str_from(options->url), BD_STR("@")) ==
                               SIZE_MAX
                           ? options->url
                           : "inbox.url");
    return BD_OK;
}

enum bd_status bd_source_open(const struct bd_source_options *options,
                              struct bd_source **out, struct bd_err *err)
{
    struct bd_source *source = NULL;
    enum bd_status rc = check_options(options, err);

    if (rc != BD_OK)
        return rc;
    source = calloc(1, sizeof *source);
    if (!source)
        bd_out_of_memory();
    source->kind = kind_of(bd_str_from(options->url));
    source->options = *options;
    source->arena = bd_arena_new();
    source->name = bd_str_from(options->url);
    bd_buf_init(&source->bytes, BD_FETCH_MAX_BYTES);
    rc = source->kind->open(source, err);
    if (rc == BD_OK)
        *out = source;
    else
        bd_source_close(source);
    return rc;
}

bd_str bd_source_name(const struct bd_source *source)
{
    return source->name;
}

enum bd_status bd_source_next(struct bd_source *source,
                              struct bd_source_mail *out, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    bd_buf_clear(&source->bytes);
    source->withheld = 0;
    source->is_out = false;
    *out = (struct bd_source_mail) { 0 };
    if (source_is_cancelled(source))
        return BD_ENOENT;
    rc = source->kind->next(source, out, err);
    source->is_out = rc == BD_OK;
    return rc;
}

size_t bd_source_withheld(const struct bd_source *source, bd_str *out_name)
{
    *out_name = source->withheld_name;
    return source->withheld;
}

enum bd_status bd_source_whole(struct bd_source *source, struct bd_arena *arena,
                               size_t max, bd_str *out, struct bd_err *err)
{
    assert(source->is_out);
    return source->kind->whole(source, arena, max, out, err);
}

enum bd_status bd_source_settle(struct bd_source *source, enum bd_settle how,
                                struct bd_err *err)
{
    assert(source->is_out);
    source->is_out = false;
    return source->kind->settle(source, how, err);
}

enum bd_status bd_source_wait(struct bd_source *source, int64_t poll_s,
                              int64_t max_s, struct bd_err *err)
{
    source->is_out = false;
    if (source_is_cancelled(source))
        return BD_OK;
    return source->kind->wait(source, poll_s > 0 ? poll_s : 1, max_s, err);
}

void bd_source_close(struct bd_source *source)
{
    if (!source)
        return;
    source->kind->close(source);
    bd_buf_fini(&source->bytes);
    bd_arena_free(source->arena);
    free(source);
}

bool source_is_cancelled(const struct bd_source *source)
{
    return source->options.cancelled && atomic_load(source->options.cancelled);
}

int64_t source_now_ms(const struct bd_source *source)
{
    return source->options.sys->monotonic_ms(source->options.sys->self);
}

void source_sleep(const struct bd_source *source, int64_t seconds)
{
    int64_t end = source_now_ms(source) + seconds * 1000;

    while (!source_is_cancelled(source) && source_now_ms(source) < end)
        (void)poll(NULL, 0, SLICE_MS);
}

static enum bd_status failed_to_read(const char *name, struct bd_err *err)
{
    return bd_fail(err, BD_EIO, _("%s: cannot be read: %s"), name,
                   bd_errno_text(errno));
}

enum bd_status source_read_file(struct bd_source *source, int fd,
                                const char *name, struct bd_err *err)
{
    struct bd_buf *bytes = &source->bytes;

    while (bytes->len < BD_FETCH_MAX_BYTES) {
        size_t room = BD_FETCH_MAX_BYTES - bytes->len;
        ssize_t n = 0;

        room = room < 65536 ? room : 65536;
        if (!bd_buf_reserve(bytes, room))
            return BD_OK;
        n = read(fd, bytes->ptr + bytes->len, room);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed_to_read(name, err);
        if (n == 0)
            return BD_OK;
        bytes->len += (size_t)n;
    }
    return BD_OK;
}

enum bd_status source_whole_file(struct bd_arena *arena, int fd, int64_t at,
                                 size_t len, const char *name, bd_str *out,
                                 struct bd_err *err)
{
    char *bytes = bd_arena_alloc(arena, len + 1);
    size_t got = 0;

    while (got < len) {
        ssize_t n = pread(fd, bytes + got, len - got, at + (int64_t)got);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed_to_read(name, err);
        if (n == 0)
            break;
        got += (size_t)n;
    }
    *out = (bd_str) { bytes, got };
    return BD_OK;
}

/*
 * An mbox: it is only read. What is remembered is how far, and how the last
 * mail before that began: if that is no longer so, somebody has rewritten the
 * file, and it is read from its beginning.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "brevduva/base/hash.h"
#include "brevduva/base/i18n.h"
#include "mbox_lock_private.h"
#include "mbox_private.h"

#define PIECE     65536
#define SETTLED_S 60   /* after its last change a mail is whole */
#define PROOF     4096 /* octets of a mail that tell it from others */

struct mbox {
    const char *path;
    int fd;
    uint64_t start, at;       /* the last mail that is done, and its end */
    char proof[65];           /* hash of its beginning; "": there is none */
    uint64_t begin, next;     /* the mail that is given out, and its end */
    uint64_t body, body_len;  /* what of that is mail */
    bool is_checked, is_over; /* in this round */
    char name[32];
    char piece[PIECE];
};

static enum bd_status cannot_read(const struct mbox *mbox, struct bd_err *err)
{
    return bd_fail(
        err, BD_ETEMP,
        _("%s: cannot be read (%s); check inbox.url, and that we may "
          "read it"),
        mbox->path, bd_errno_text(errno));
}

/* Mail servers make the file with the first mail, and some programs remove it
 * with the last one: when only it is missing, there is no mail. */
static bool is_only_missing(const struct mbox *mbox)
{
    const char *slash = strrchr(mbox->path, '/');
    char folder[4096] = ".";
    struct stat is = { 0 };

    if (errno != ENOENT)
        return false;
    if (slash &&
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - mbox->path) + 1,
                 mbox->path) >= (int)sizeof folder)
        return false;
    return stat(folder, &is) == 0;
}

/* mbox->fd is -1 when it is missing. */
static enum bd_status open_file(struct mbox *mbox, struct bd_err *err)
{
    struct stat is = { 0 };

    mbox->fd = open(mbox->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (mbox->fd < 0)
        return is_only_missing(mbox) ? BD_OK : cannot_read(mbox, err);
    if (fstat(mbox->fd, &is) != 0)
        return cannot_read(mbox, err);
    if (!S_ISREG(is.st_mode))
        return bd_fail(err, BD_EFINAL, _("%s: is no file"), mbox->path);
    return BD_OK;
}

static void read_memory(struct mbox *mbox, bd_str text)
{
    while (text.len > 0) {
        bd_str rest = bd_str_cut_line(&text);

        if (!bd_str_eq(bd_str_cut(&rest, ' '), BD_STR("at")))
            continue;
        if (bd_str_to_u64(bd_str_cut(&rest, ' '), &mbox->at) &&
            bd_str_to_u64(bd_str_cut(&rest, ' '), &mbox->start) &&
            mbox->start <= mbox->at && rest.len == 64)
            (void)snprintf(mbox->proof, sizeof mbox->proof, "%.*s",
                           BD_ARG(rest));
        else
            mbox->at = 0;
    }
}

static enum bd_status mbox_open(struct bd_source *source, struct bd_err *err)
{
    struct mbox *mbox = calloc(1, sizeof *mbox);
    bd_str own = BD_STR_NONE;
    enum bd_status rc = BD_OK;

    if (!mbox)
        bd_out_of_memory();
    source->state = mbox;
    mbox->path = source->options.url + strlen("mbox:");
    rc = open_file(mbox, err);
    if (rc == BD_OK)
        rc = source_recall(source, &own, err);
    read_memory(mbox, own);
    return rc;
}

static void prove(struct mbox *mbox, uint64_t begin, uint64_t end, char out[65])
{
    struct bd_arena *arena = bd_arena_new();
    size_t len = end - begin < PROOF ? (size_t)(end - begin) : PROOF;
    ssize_t got = pread(mbox->fd, mbox->piece, len, (off_t)begin);

    (void)snprintf(out, 65, "%s",
                   bd_sha256_hex(arena, (bd_str) { mbox->piece,
                                                   got > 0 ? (size_t)got : 0 })
                       .ptr);
    bd_arena_free(arena);
}

/* A new file may stand in the place of the old one. */
static enum bd_status check_place(struct bd_source *source, uint64_t *out_size,
                                  struct bd_err *err)
{
    struct mbox *mbox = source->state;
    struct stat is = { 0 };
    char proof[65] = "";

    if (fstat(mbox->fd, &is) != 0)
        return cannot_read(mbox, err);
    *out_size = (uint64_t)is.st_size;
    if (mbox->is_checked && *out_size >= mbox->at)
        return BD_OK;
    if (mbox->at > 0 && *out_size >= mbox->at)
        prove(mbox, mbox->start, mbox->at, proof);
    if (strcmp(proof, mbox->proof) != 0) {
        mbox->at = 0;
        mbox->proof[0] = '\0';
    }
    mbox->is_checked = true;
    return BD_OK;
}

/* Some write an empty line before a mail, not after it. */
static void skip_blank(struct mbox *mbox)
{
    ssize_t n = pread(mbox->fd, mbox->piece, PIECE, (off_t)mbox->at);
    ssize_t i = 0;

    while (i < n && (mbox->piece[i] == '\n' || mbox->piece[i] == '\r'))
        i++;
    mbox->begin = mbox->at + (uint64_t)i;
}

static void trim_end(struct mbox *mbox, uint64_t end)
{
    char last[2] = "";

    if (end >= mbox->body + 2 &&
        pread(mbox->fd, last, 2, (off_t)end - 2) == 2 && last[0] == '\n' &&
        last[1] == '\n')
        end--;
    mbox->body_len = end - mbox->body;
}

static bool begins_mail(struct mbox *mbox)
{
    return pread(mbox->fd, mbox->piece, 5, (off_t)mbox->begin) == 5 &&
           memcmp(mbox->piece, "From ", 5) == 0;
}

/* Where the next mail begins. A file that has changed behind us is read from
 * its beginning: what was seen has no effect again. */
static enum bd_status find_begin(struct mbox *mbox, uint64_t size,
                                 struct bd_err *err)
{
    skip_blank(mbox);
    if (mbox->at > 0 && mbox->begin < size && !begins_mail(mbox)) {
        mbox->at = 0;
        mbox->proof[0] = '\0';
        skip_blank(mbox);
    }
    if (mbox->begin >= size)
        return BD_ENOENT;
    if (!begins_mail(mbox))
        return bd_fail(err, BD_EFINAL,
                       _("%s: is no mbox: a mail in it begins with \"From \""),
                       mbox->path);
    return BD_OK;
}

/* The last mail may be half written by a program that locks nothing. */
static bool is_being_written(const struct mbox *mbox, uint64_t end)
{
    struct stat is = { 0 };
    char last = '\n';

    return fstat(mbox->fd, &is) == 0 && time(NULL) - is.st_mtime < SETTLED_S &&
           pread(mbox->fd, &last, 1, (off_t)end - 1) == 1 && last != '\n';
}

/* From mbox->begin on; BD_ENOENT: there is none. */
static enum bd_status find_mail(struct mbox *mbox, uint64_t size,
                                struct bd_err *err)
{
    struct mbox_scan scan = { 0 };
    uint64_t end = 0;
    enum bd_status rc = find_begin(mbox, size, err);

    if (rc != BD_OK)
        return rc;
    while (mbox->begin + scan.at < size) {
        ssize_t n = pread(mbox->fd, mbox->piece, PIECE,
                          (off_t)(mbox->begin + scan.at));

        if (n < 0)
            return cannot_read(mbox, err);
        if (n == 0)
            break;
        if (mbox_scan(&scan, (bd_str) { mbox->piece, (size_t)n }, &end))
            break;
    }
    if (end == 0 && is_being_written(mbox, mbox->begin + scan.at))
        return BD_ENOENT;
    mbox->next = mbox->begin + (end ? end : scan.at);
    mbox->body = mbox->begin + (scan.body ? scan.body : scan.at);
    trim_end(mbox, mbox->next);
    return BD_OK;
}

static enum bd_status give_out(struct bd_source *source,
                               struct bd_source_mail *out, struct bd_err *err)
{
    struct mbox *mbox = source->state;
    size_t len = mbox->body_len < BD_FETCH_MAX_BYTES ? (size_t)mbox->body_len
                                                     : BD_FETCH_MAX_BYTES;
    ssize_t got = 0;

    if (len > 0 && !bd_buf_reserve(&source->bytes, len))
        return BD_ELIMIT; /* never: that is its ceiling */
    got = len > 0 ? pread(mbox->fd, source->bytes.ptr, len, (off_t)mbox->body)
                  : 0;
    if (got < 0)
        return cannot_read(mbox, err);
    source->bytes.len = (size_t)got;
    out->bytes = bd_buf_str(&source->bytes);
    return BD_OK;
}

static enum bd_status remember(struct bd_source *source, struct bd_err *err)
{
    const struct mbox *mbox = source->state;
    char own[160] = "";

    if (mbox->proof[0])
        (void)snprintf(own, sizeof own, "at %llu %llu %s\n",
                       (unsigned long long)mbox->at,
                       (unsigned long long)mbox->start, mbox->proof);
    return source_remember(source, bd_str_from(own), err);
}

static enum bd_status next_unlocked(struct bd_source *source,
                                    struct bd_source_mail *out,
                                    struct bd_err *err)
{
    struct mbox *mbox = source->state;
    uint64_t size = 0;
    enum bd_status rc = check_place(source, &size, err);

    if (rc == BD_OK)
        rc = find_mail(mbox, size, err);
    if (rc != BD_OK)
        return rc;
    (void)snprintf(mbox->name, sizeof mbox->name, "%llu",
                   (unsigned long long)mbox->begin);
    out->name = bd_str_from(mbox->name);
    out->size = mbox->body_len;
    return give_out(source, out, err);
}

static enum bd_status mbox_next(struct bd_source *source,
                                struct bd_source_mail *out, struct bd_err *err)
{
    struct mbox *mbox = source->state;
    bool has_file = false;
    enum bd_status rc = BD_OK;

    if (mbox->is_over || mbox->fd < 0)
        return BD_ENOENT;
    rc = mbox_lock(source, mbox->path, mbox->fd, &has_file, err);
    if (rc != BD_OK)
        return rc;
    rc = next_unlocked(source, out, err);
    mbox_unlock(mbox->path, mbox->fd, has_file);
    return rc;
}

static enum bd_status mbox_whole(struct bd_source *source,
                                 struct bd_arena *arena, size_t max,
                                 bd_str *out, struct bd_err *err)
{
    const struct mbox *mbox = source->state;

    if (mbox->body_len > max)
        return bd_fail(err, BD_ELIMIT, _("%s: the mail is too large"),
                       mbox->name);
    return source_whole_file(arena, mbox->fd, (int64_t)mbox->body,
                             (size_t)mbox->body_len, mbox->path, out, err);
}

/* A mail for later ends the round: the place stays before it. */
static enum bd_status mbox_settle(struct bd_source *source, enum bd_settle how,
                                  struct bd_err *err)
{
    struct mbox *mbox = source->state;

    mbox->is_over = how == BD_SETTLE_LATER;
    if (how != BD_SETTLE_LATER) {
        mbox->start = mbox->begin;
        mbox->at = mbox->next;
        prove(mbox, mbox->start, mbox->at, mbox->proof);
    }
    return remember(source, err);
}

static enum bd_status mbox_wait(struct bd_source *source, int64_t poll_s,
                                int64_t max_s, struct bd_err *err)
{
    struct mbox *mbox = source->state;

    source_sleep(source, poll_s < max_s ? poll_s : max_s);
    if (mbox->fd >= 0)
        (void)close(mbox->fd);
    mbox->is_checked = false;
    mbox->is_over = false;
    return open_file(mbox, err);
}

static void mbox_close(struct bd_source *source)
{
    struct mbox *mbox = source->state;

    if (mbox->fd >= 0)
        (void)close(mbox->fd);
    free(mbox);
}

const struct source_kind source_mbox = { mbox_open,   mbox_next, mbox_whole,
                                         mbox_settle, mbox_wait, mbox_close };

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/i18n.h"
#include "store_sort.h"

#define CHUNK_BYTES  ((size_t)8 * 1024 * 1024)
#define WINDOW_BYTES ((size_t)64 * 1024)

/* In front of each record, in memory and in the file. */
struct head {
    uint32_t key_len;
    uint32_t record_len;
};

struct entry {
    uint64_t prefix; /* the key's first octets, most significant first */
    size_t at;       /* of the head in the chunk */
    const char *chunk;
};

/* A sorted part of the file, and the piece of it that is in memory. */
struct run {
    off_t at, end;     /* what is still to be read */
    struct bd_buf buf; /* read, from `used` on not given out yet */
    size_t used;
    bd_str key, record; /* the run's first; key.ptr NULL: none is left */
};

struct store_sort {
    const char *folder;
    int fd; /* -1: all fits in memory so far */
    off_t size;
    struct bd_buf chunk;
    struct entry *entries;
    size_t count, room;
    size_t next; /* of entries, when there is no file */
    struct run *runs;
    size_t run_count, run_room;
    size_t last; /* run whose first record was given out; SIZE_MAX: none */
};

static void *grow(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room ? 2 * *room : 64;
    array = realloc(array, *room * size);
    if (!array) {
        (void)fputs("brevduva: out of memory\n", stderr);
        abort();
    }
    return array;
}

struct store_sort *store_sort_new(const char *folder)
{
    struct store_sort *sort = calloc(1, sizeof *sort);

    if (!sort)
        abort();
    *sort =
        (struct store_sort) { .folder = folder, .fd = -1, .last = SIZE_MAX };
    bd_buf_init(&sort->chunk, 0);
    return sort;
}

void store_sort_free(struct store_sort *sort)
{
    if (!sort)
        return;
    if (sort->fd >= 0)
        (void)close(sort->fd);
    for (size_t i = 0; i < sort->run_count; i++)
        bd_buf_fini(&sort->runs[i].buf);
    free(sort->runs);
    free(sort->entries);
    bd_buf_fini(&sort->chunk);
    free(sort);
}

static enum bd_status fail(const struct store_sort *sort, struct bd_err *err)
{
    int cause = errno;

    if (cause == ENOSPC || cause == EDQUOT || cause == EFBIG)
        return bd_fail(err, BD_EIO,
                       _("%s: the disk is full; nothing was changed: free "
                         "some space and run the command again"),
                       sort->folder);
    return bd_fail(err, BD_EIO, _("%s: cannot write a temporary file: %s"),
                   sort->folder, bd_errno_text(cause));
}

static uint64_t prefix_of(bd_str key)
{
    uint64_t prefix = 0;

    for (size_t i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < key.len ? (unsigned char)key.ptr[i] : 0);
    return prefix;
}

static struct head head_at(const char *bytes)
{
    struct head head;

    memcpy(&head, bytes, sizeof head);
    return head;
}

static bd_str key_at(const char *bytes)
{
    return (bd_str) { bytes + sizeof(struct head), head_at(bytes).key_len };
}

static bd_str record_at(const char *bytes)
{
    struct head head = head_at(bytes);

    return (bd_str) { bytes + sizeof head + head.key_len, head.record_len };
}

static int compare(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    int order = 0;

    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    order = bd_str_cmp(key_at(a->chunk + a->at), key_at(b->chunk + b->at));
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

static void sort_chunk(struct store_sort *sort)
{
    for (size_t i = 0; i < sort->count; i++) /* it may have moved */
        sort->entries[i].chunk = sort->chunk.ptr;
    if (sort->count > 0)
        qsort(sort->entries, sort->count, sizeof *sort->entries, compare);
}

static bool write_all(int fd, bd_str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);

        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            bytes = bd_str_skip(bytes, (size_t)n);
    }
    return true;
}

static bool make_file(struct store_sort *sort)
{
    char path[4096];

    if (snprintf(path, sizeof path, "%s/.import-XXXXXX", sort->folder) >=
        (int)sizeof path) {
        errno = ENAMETOOLONG;
        return false;
    }
    sort->fd = mkostemp(path, O_CLOEXEC);
    return sort->fd >= 0 && unlink(path) == 0;
}

/* The chunk becomes a run in the file. */
static enum bd_status spill(struct store_sort *sort, struct bd_err *err)
{
    off_t start = sort->size;
    struct bd_buf out;
    bool ok = sort->fd >= 0 || make_file(sort);

    sort_chunk(sort);
    bd_buf_init(&out, 0);
    for (size_t i = 0; i < sort->count && ok; i++) {
        const char *bytes = sort->chunk.ptr + sort->entries[i].at;
        struct head head = head_at(bytes);

        bd_buf_add(&out, (bd_str) { bytes, sizeof head + head.key_len +
                                               head.record_len });
        if (out.len < WINDOW_BYTES && i + 1 < sort->count)
            continue;
        ok = write_all(sort->fd, bd_buf_str(&out));
        sort->size += (off_t)out.len;
        bd_buf_clear(&out);
    }
    bd_buf_fini(&out);
    if (!ok)
        return fail(sort, err);
    sort->runs = grow(sort->runs, sort->run_count, &sort->run_room,
                      sizeof *sort->runs);
    sort->runs[sort->run_count++] = (struct run) { .at = start,
                                                   .end = sort->size };
    bd_buf_clear(&sort->chunk);
    sort->count = 0;
    return BD_OK;
}

enum bd_status store_sort_add(struct store_sort *sort, bd_str key,
                              bd_str record, struct bd_err *err)
{
    struct head head = { (uint32_t)key.len, (uint32_t)record.len };
    size_t len = sizeof head + key.len + record.len;
    enum bd_status rc = BD_OK;

    if (sort->count > 0 && sort->chunk.len + len > CHUNK_BYTES)
        rc = spill(sort, err);
    if (rc != BD_OK)
        return rc;
    sort->entries = grow(sort->entries, sort->count, &sort->room,
                         sizeof *sort->entries);
    sort->entries[sort->count++] = (struct entry) { .prefix = prefix_of(key),
                                                    .at = sort->chunk.len };
    bd_buf_add(&sort->chunk, (bd_str) { (const char *)&head, sizeof head });
    bd_buf_add(&sort->chunk, key);
    bd_buf_add(&sort->chunk, record);
    return BD_OK;
}

/* At least `need` octets from run->used on, where the run has them. */
static bool fill(struct store_sort *sort, struct run *run, size_t need)
{
    size_t have = run->buf.len - run->used;

    if (have >= need)
        return true;
    if (run->used > 0) {
        memmove(run->buf.ptr, run->buf.ptr + run->used, have);
        run->buf.len = have;
        run->used = 0;
    }
    while (run->buf.len < need && run->at < run->end) {
        size_t want = need > WINDOW_BYTES ? need : WINDOW_BYTES;
        ssize_t n = 0;

        if ((off_t)want > run->end - run->at)
            want = (size_t)(run->end - run->at);
        if (!bd_buf_reserve(&run->buf, want))
            return false;
        n = pread(sort->fd, run->buf.ptr + run->buf.len, want, run->at);
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        run->buf.len += n > 0 ? (size_t)n : 0;
        run->at += n > 0 ? n : 0;
    }
    return run->buf.len >= need;
}

static enum bd_status advance(struct store_sort *sort, struct run *run,
                              struct bd_err *err)
{
    const char *bytes = NULL;
    struct head head = { 0 };
    size_t len = sizeof head;

    run->key = BD_STR_NONE;
    if (run->at == run->end && run->used == run->buf.len)
        return BD_OK;
    if (!fill(sort, run, len))
        return fail(sort, err);
    head = head_at(run->buf.ptr + run->used);
    len += (size_t)head.key_len + head.record_len;
    if (!fill(sort, run, len))
        return fail(sort, err);
    bytes = run->buf.ptr + run->used;
    run->key = key_at(bytes);
    run->record = record_at(bytes);
    run->used += len;
    return BD_OK;
}

enum bd_status store_sort_finish(struct store_sort *sort, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    if (sort->fd < 0) {
        sort_chunk(sort);
        return BD_OK;
    }
    if (sort->count > 0)
        rc = spill(sort, err);
    bd_buf_fini(&sort->chunk);
    bd_buf_init(&sort->chunk, 0);
    for (size_t i = 0; i < sort->run_count && rc == BD_OK; i++)
        rc = advance(sort, &sort->runs[i], err);
    return rc;
}

static void next_in_memory(struct store_sort *sort, bool *out_more,
                           bd_str *out_key, bd_str *out_record)
{
    const char *bytes = NULL;

    *out_more = sort->next < sort->count;
    if (!*out_more)
        return;
    bytes = sort->chunk.ptr + sort->entries[sort->next++].at;
    *out_key = key_at(bytes);
    *out_record = record_at(bytes);
}

/* Runs are few (one for each 8 MiB), so the smallest is found by looking at
 * all; of equal keys the earlier run's was added first. */
enum bd_status store_sort_next(struct store_sort *sort, bool *out_more,
                               bd_str *out_key, bd_str *out_record,
                               struct bd_err *err)
{
    struct run *least = NULL;

    if (sort->fd < 0) {
        next_in_memory(sort, out_more, out_key, out_record);
        return BD_OK;
    }
    if (sort->last != SIZE_MAX) {
        enum bd_status rc = advance(sort, &sort->runs[sort->last], err);

        if (rc != BD_OK)
            return rc;
    }
    for (size_t i = 0; i < sort->run_count; i++) {
        struct run *run = &sort->runs[i];

        if (run->key.ptr && (!least || bd_str_cmp(run->key, least->key) < 0))
            least = run;
    }
    *out_more = least != NULL;
    if (!least)
        return BD_OK;
    sort->last = (size_t)(least - sort->runs);
    *out_key = least->key;
    *out_record = least->record;
    return BD_OK;
}

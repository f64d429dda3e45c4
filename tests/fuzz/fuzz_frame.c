/* layer: inbox */
#include <assert.h>
#include <stdlib.h>

#include "frame_private.h"
#include "imap_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_texts(bd_str in)
{
    struct frame_rest rest = { in, false };

    while (rest.rest.len > 0 && !rest.is_bad) {
        (void)frame_take_u32(&rest);
        assert(frame_take_text(&rest).len <= in.len);
    }
}

static void check_open(bd_str in)
{
    struct frame_open open = { 0 };
    struct bd_buf out;

    if (!frame_take_open(in, &open))
        return;
    bd_buf_init(&out, 0);
    frame_put_open(&out, &open);
    assert(bd_str_eq(bd_buf_str(&out), in));
    bd_buf_fini(&out);
}

static void check_uids(bd_str in)
{
    uint32_t *uids = malloc(in.len / 4 * sizeof *uids + 1);
    struct uid_ranges ranges = { 0 };
    size_t count = 0;

    assert(uids);
    count = frame_take_uids(in, uids);
    for (size_t i = 0; i < count; i++) {
        assert(i == 0 || uids[i - 1] < uids[i]);
        uid_add(&ranges, uids[count - 1 - i]);
    }
    for (size_t i = 0; i < count; i++)
        assert(uid_is_in(&ranges, uids[i]));
    uid_fini(&ranges);
    free(uids);
}

/* "1:5,7": what is read and written is read as the same. */
static void check_ranges(bd_str in)
{
    struct uid_ranges ranges = { 0 };
    struct uid_ranges again = { 0 };
    struct bd_buf out;

    bd_buf_init(&out, 0);
    uid_read(&ranges, in);
    uid_write(&ranges, &out);
    uid_read(&again, bd_buf_str(&out));
    assert(again.count == ranges.count);
    bd_buf_fini(&out);
    uid_fini(&ranges);
    uid_fini(&again);
}

static void check_memory(bd_str in)
{
    static struct bd_source source; /* large */
    struct bd_buf own;

    bd_buf_init(&own, 0);
    source_read_tried(&source, &in, &own);
    assert(source.tried_count <= SOURCE_TRIED);
    bd_buf_fini(&own);
}

/* What the fetcher says, and what is remembered. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bd_str in = { (const char *)data, size };
    struct frame_opened opened = { 0 };
    struct bd_err err = { 0 };

    assert(frame_take_failure(in, &err) != BD_OK);
    assert(frame_take_opened(in, &opened) == (size == 8));
    check_texts(in);
    check_open(in);
    check_uids(in);
    check_ranges(in);
    check_memory(in);
    return 0;
}

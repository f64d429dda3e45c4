#include "t.h"

#include <stdio.h>

#include "frame_private.h"
#include "imap_private.h"

static void test_frame_open__comes_back(void **state)
{
    const struct frame_open open = {
        .url = BD_STR_INIT("imaps://a"),
        .password = BD_STR_INIT("x"),
        .folder = BD_STR_INIT("INBOX"),
        .starttls_off = 1,
        .patience_s = 60,
        .language = 1,
    };
    struct frame_open got = { 0 };
    struct bd_buf out;

    (void)state;
    bd_buf_init(&out, 0);
    frame_put_open(&out, &open);
    CHECK(frame_take_open(bd_buf_str(&out), &got));
    CHECK_STR(got.password, "x");
    CHECK_STR(got.unreadable, "");
    CHECK(got.starttls_off == 1 && got.patience_s == 60 && got.language == 1);
    for (size_t len = 0; len < out.len; len++) {
        bd_str part = t_heap_str(bd_str_sub(bd_buf_str(&out), 0, len));

        CHECK(!frame_take_open(part, &got));
        t_free(part);
    }
    bd_buf_add_char(&out, 'x');
    CHECK(!frame_take_open(bd_buf_str(&out), &got));
    bd_buf_fini(&out);
}

static void test_frame_text__is_not_longer_than_the_frame(void **state)
{
    static const uint32_t lengths[] = { 4, 100, UINT32_MAX };

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct frame_rest rest = { 0 };
        struct bd_buf out;

        bd_buf_init(&out, 0);
        frame_put_u32(&out, lengths[i]);
        bd_buf_add_cstr(&out, "abc");
        rest.rest = t_heap_str(bd_buf_str(&out));
        bd_buf_fini(&out);
        out.ptr = (char *)(uintptr_t)rest.rest.ptr;
        CHECK(frame_take_text(&rest).len == 0);
        CHECK(rest.is_bad);
        free(out.ptr);
    }
}

static void test_frame_uids__are_sorted_and_each_once(void **state)
{
    static const uint32_t in[] = { 7, 0, 5, 7, UINT32_MAX, 1 };
    uint32_t out[sizeof in / sizeof *in] = { 0 };
    bd_str bytes = t_heap_str((bd_str) { (const char *)in, sizeof in - 1 });

    (void)state;
    CHECK(frame_take_uids(bytes, out) == 3); /* the last one is not whole */
    CHECK(out[0] == 5 && out[1] == 7 && out[2] == UINT32_MAX);
    t_free(bytes);
    CHECK(frame_take_uids(BD_STR_NONE, out) == 0);
}

static void test_frame_failure__is_never_ok(void **state)
{
    static const struct {
        uint32_t code;
        const char *text;
        enum bd_status want;
    } rows[] = {
        { BD_EFINAL, "no", BD_EFINAL },
        { BD_OK, "no", BD_ETEMP },
        { 77, "no", BD_ETEMP },
        { BD_EFINAL, "", BD_ETEMP },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_err err = { 0 };
        struct bd_buf out;

        bd_buf_init(&out, 0);
        frame_put_u32(&out, rows[i].code);
        frame_put_text(&out, bd_str_from(rows[i].text));
        CHECK_ROW(rows[i].text,
                  frame_take_failure(bd_buf_str(&out), &err) == rows[i].want);
        CHECK(err.msg[0]);
        bd_buf_fini(&out);
    }
}

static void check_ranges(const struct uid_ranges *ranges, const char *want)
{
    struct bd_buf out;

    bd_buf_init(&out, 0);
    uid_write(ranges, &out);
    CHECK_STR(bd_buf_str(&out), want);
    bd_buf_fini(&out);
}

static void test_uid_ranges__grow_together(void **state)
{
    static const struct {
        uint32_t uid;
        const char *want;
    } rows[] = {
        { 5, "5" },
        { 5, "5" },
        { 7, "5,7" },
        { 6, "5:7" },
        { 1, "1,5:7" },
        { 8, "1,5:8" },
        { 4, "1,4:8" },
        { UINT32_MAX, "1,4:8,4294967295" },
        { UINT32_MAX - 1, "1,4:8,4294967294:4294967295" },
    };
    struct uid_ranges ranges = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uid_add(&ranges, rows[i].uid);
        check_ranges(&ranges, rows[i].want);
        CHECK(uid_is_in(&ranges, rows[i].uid));
    }
    CHECK(!uid_is_in(&ranges, 3) && !uid_is_in(&ranges, 9));
    uid_fini(&ranges);
}

static void test_uid_ranges__read_what_makes_sense(void **state)
{
    static const struct {
        const char *in, *want;
    } rows[] = {
        { "1:5,7", "1:5,7" }, { "", "" },           { "0", "" },
        { "5:1", "" },        { "1:5,3", "1:5" },   { "1,x,7", "1" },
        { "1:", "1" },        { "4294967296", "" }, { "3,1:9", "3" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);
        struct uid_ranges ranges = { 0 };

        uid_read(&ranges, in);
        check_ranges(&ranges, rows[i].want);
        uid_fini(&ranges);
        t_free(in);
    }
}

static void test_source_memory__keeps_the_tried(void **state)
{
    struct bd_source source = { 0 };
    bd_str text = BD_STR("tried 1 7\nvalidity 3\ntried 9 new/a b\n"
                         "tried x 8\ntried 1 \n");
    struct bd_buf own;
    struct bd_buf out;

    (void)state;
    bd_buf_init(&own, 0);
    bd_buf_init(&out, 0);
    source_read_tried(&source, &text, &own);
    CHECK_STR(bd_buf_str(&own), "validity 3\n");
    source_write_tried(&source, &out);
    CHECK_STR(bd_buf_str(&out), "tried 1 7\ntried 2 new/a b\n");
    CHECK(source_find_tried(&source, BD_STR("7"))->times == 1);
    for (unsigned i = 0; i < SOURCE_TRIED; i++) {
        char key[16];

        (void)snprintf(key, sizeof key, "k%u", i);
        source_set_tried(&source, bd_str_from(key), 1);
    }
    CHECK(source.tried_count == SOURCE_TRIED);
    CHECK(!source_find_tried(&source, BD_STR("7"))); /* the oldest went */
    source_forget_tried(&source, BD_STR("k5"));
    CHECK(!source_find_tried(&source, BD_STR("k5")));
    CHECK(source_find_tried(&source, BD_STR("k6")));
    bd_buf_fini(&own);
    bd_buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame_open__comes_back),
        cmocka_unit_test(test_frame_text__is_not_longer_than_the_frame),
        cmocka_unit_test(test_frame_uids__are_sorted_and_each_once),
        cmocka_unit_test(test_frame_failure__is_never_ok),
        cmocka_unit_test(test_uid_ranges__grow_together),
        cmocka_unit_test(test_uid_ranges__read_what_makes_sense),
        cmocka_unit_test(test_source_memory__keeps_the_tried),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

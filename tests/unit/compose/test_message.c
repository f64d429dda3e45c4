#include "t.h"

#include "brevduva/compose/message.h"

static const bd_str names[] = { BD_STR_INIT("@date"), BD_STR_INIT("name") };

/* One literal, one field. */
static bd_str splice_one(struct bd_arena *arena, enum bd_escape escape,
                         enum bd_transfer transfer, bd_str fallback,
                         bd_str value)
{
    struct bd_piece piece = {
        BD_STR("<"), true, 1, escape, transfer, fallback
    };
    struct bd_message message = { 2, names, 1, &piece, 1 };
    bd_str values[] = { BD_STR_NONE, value };
    struct bd_buf out = { 0 };
    bd_str copy = BD_STR_NONE;

    CHECK(bd_message_splice(&message, values, &out) == BD_OK);
    copy = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return copy;
}

static void test_message_splice__escapes_for_its_context(void **state)
{
    static const struct {
        const char *value;
        enum bd_escape escape;
        enum bd_transfer transfer;
        const char *want;
    } rows[] = {
        { "Anna", BD_ESCAPE_TEXT, BD_TRANSFER_NONE, "<Anna" },
        { "Anna", BD_ESCAPE_HTML, BD_TRANSFER_QP, "<Anna=\r\n" },
        { "a&b<c>\"'", BD_ESCAPE_HTML, BD_TRANSFER_NONE,
          "<a&amp;b&lt;c&gt;&quot;&#39;" },
        { "å b/?", BD_ESCAPE_URL, BD_TRANSFER_NONE, "<%C3%A5%20b%2F%3F" },
        { "a\r\nBcc: x", BD_ESCAPE_TEXT, BD_TRANSFER_NONE, "<a  Bcc: x" },
        { "a\x01\x7f\xc2\x85"
          "b",
          BD_ESCAPE_TEXT, BD_TRANSFER_NONE, "<ab" },
        { "=", BD_ESCAPE_TEXT, BD_TRANSFER_QP, "<=3D=\r\n" },
        { ".", BD_ESCAPE_TEXT, BD_TRANSFER_QP, "<=2E=\r\n" },
        { "", BD_ESCAPE_TEXT, BD_TRANSFER_QP, "<" },
        { "Åsa", BD_ESCAPE_WORD, BD_TRANSFER_NONE,
          "<\r\n =?utf-8?b?w4VzYQ==?=" },
        { "Anna", BD_ESCAPE_WORD, BD_TRANSFER_NONE, "<\r\n =?utf-8?q?Anna?=" },
        { "\xc3", BD_ESCAPE_URL, BD_TRANSFER_NONE, "<%C3" },
        { "å\xc2\x9f"
          "b",
          BD_ESCAPE_HTML, BD_TRANSFER_QP, "<=C3=A5b=\r\n" },
        { "\xc2\xa9 å", BD_ESCAPE_TEXT, BD_TRANSFER_NONE, "<\xc2\xa9 å" },
        { "Åsa O'Brien", BD_ESCAPE_HTML, BD_TRANSFER_NONE, "<Åsa O&#39;Brien" },
        { "Åsa O'Brien", BD_ESCAPE_TEXT, BD_TRANSFER_NONE, "<Åsa O'Brien" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str value = t_heap(rows[i].value);

        CHECK_STR(splice_one(arena, rows[i].escape, rows[i].transfer,
                             BD_STR_NONE, value),
                  rows[i].want);
        t_free(value);
    }
    bd_arena_free(arena);
}

/* What a person typed into a field of several lines. */
static void test_message_splice__keeps_lines_where_asked(void **state)
{
    static const struct {
        const char *value;
        const char *lines, *quoted, *breaks;
    } rows[] = {
        { "a\nb", "<a\nb", "<a\n> b", "<a<br>\nb" },
        { "a\r\nb", "<a\nb", "<a\n> b", "<a<br>\nb" },
        { "a\rb", "<a\nb", "<a\n> b", "<a<br>\nb" },
        { "a\n\r\nb", "<a\n\nb", "<a\n>\n> b", "<a<br>\n<br>\nb" },
        { "a\n", "<a\n", "<a\n>", "<a<br>\n" },
        { "<b>\t\x01\n&", "<<b> \n&", "<<b> \n> &", "<&lt;b&gt; <br>\n&amp;" },
        { "a\n.\nFrom x", "<a\n.\nFrom x", "<a\n> .\n> From x",
          "<a<br>\n.<br>\nFrom x" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str value = t_heap(rows[i].value);

        CHECK_STR(splice_one(arena, BD_ESCAPE_LINES, BD_TRANSFER_NONE,
                             BD_STR_NONE, value),
                  rows[i].lines);
        CHECK_STR(splice_one(arena, BD_ESCAPE_QUOTED, BD_TRANSFER_NONE,
                             BD_STR_NONE, value),
                  rows[i].quoted);
        CHECK_STR(splice_one(arena, BD_ESCAPE_BREAKS, BD_TRANSFER_NONE,
                             BD_STR_NONE, value),
                  rows[i].breaks);
        t_free(value);
    }
    CHECK_STR(splice_one(arena, BD_ESCAPE_LINES, BD_TRANSFER_QP, BD_STR_NONE,
                         BD_STR("a\n.\nFrom x")),
              "<a\r\n=2E\r\n=46rom x=\r\n");
    CHECK_STR(splice_one(arena, BD_ESCAPE_NONE, BD_TRANSFER_BASE64, BD_STR_NONE,
                         BD_STR("\x01\n\xff")),
              "<AQr/\r\n");
    bd_arena_free(arena);
}

static void test_message_splice__takes_the_fallback(void **state)
{
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    CHECK_STR(splice_one(arena, BD_ESCAPE_HTML, BD_TRANSFER_NONE,
                         BD_STR("läsare & vän"), BD_STR_NONE),
              "<läsare &amp; vän");
    bd_arena_free(arena);
}

/* Long values: each line keeps to its limit, no character is lost. */
static void test_message_splice__keeps_lines_short(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str value = BD_STR_NONE;
    bd_str copy = BD_STR_NONE;

    (void)state;
    for (int i = 0; i < 700; i++)
        value = bd_arena_printf(arena, "%.*så\"", BD_ARG(value));
    copy = splice_one(arena, BD_ESCAPE_HTML, BD_TRANSFER_QP, BD_STR_NONE,
                      value);
    while (copy.ptr)
        CHECK(bd_str_cut_line(&copy).len <= 77); /* "<" stands before */
    bd_arena_free(arena);
}

/* Long values are escaped piece by piece, of about 512 octets: wherever a piece
 * ends, no character is cut in two and no control slips through. */
static void test_message_splice__cuts_between_characters(void **state)
{
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (int len = 240; len < 262; len++) {
        bd_str long_name = BD_STR_NONE;
        bd_str want = BD_STR_NONE;
        bd_str words = BD_STR_NONE;

        for (int i = 0; i < len; i++)
            long_name = bd_arena_printf(arena, "%.*så", BD_ARG(long_name));
        want = bd_arena_printf(arena, "<x%.*så", BD_ARG(long_name));
        long_name = bd_arena_printf(arena, "x%.*s\xc2\x85å", BD_ARG(long_name));
        CHECK(bd_str_eq(splice_one(arena, BD_ESCAPE_HTML, BD_TRANSFER_NONE,
                                   BD_STR_NONE, long_name),
                        want));
        words = bd_arena_printf(arena, "%0*d%s", 2 * len, 0, "å and so on");
        words = splice_one(arena, BD_ESCAPE_WORD, BD_TRANSFER_NONE, BD_STR_NONE,
                           words);
        CHECK(bd_str_find(words, BD_STR("=C3=A5")) != SIZE_MAX);
        CHECK(bd_str_find(words, BD_STR("=EF=BF=BD")) == SIZE_MAX); /* U+FFFD */
        bd_arena_clear(arena);
    }
    bd_arena_free(arena);
}

static void test_message_splice__obeys_the_ceiling(void **state)
{
    struct bd_piece piece = { .literal = BD_STR("0123456789") };
    struct bd_message message = { 0, NULL, 1, &piece, 10 };
    struct bd_buf out = { 0 };

    (void)state;
    bd_buf_init(&out, 9);
    CHECK(bd_message_splice(&message, NULL, &out) == BD_ELIMIT);
    bd_buf_fini(&out);
}

static void freeze_sample(struct bd_buf *out)
{
    static const struct bd_piece pieces[] = {
        { BD_STR_INIT("Date: "),
          true,
          0,
          BD_ESCAPE_NONE,
          BD_TRANSFER_NONE,
          { NULL, 0 } },
        { BD_STR_INIT("\r\n\r\nHej "), true, 1, BD_ESCAPE_HTML, BD_TRANSFER_QP,
          BD_STR_INIT("du") },
        { BD_STR_INIT("!\r\n"),
          false,
          0,
          BD_ESCAPE_NONE,
          BD_TRANSFER_NONE,
          { NULL, 0 } },
    };
    struct bd_message message = { 2, names, 3, pieces, 18 };

    bd_message_freeze(&message, out);
}

static void test_message_thaw__gives_the_same_bytes(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf frozen = { 0 };
    struct bd_buf again = { 0 };
    struct bd_message message = { 0 };
    struct bd_err err = { 0 };

    (void)state;
    freeze_sample(&frozen);
    CHECK(bd_message_thaw(arena, bd_buf_str(&frozen), &message, &err) == BD_OK);
    CHECK(message.piece_count == 3 && message.literal_bytes == 17);
    CHECK_STR(message.pieces[1].fallback, "du");
    bd_message_freeze(&message, &again);
    CHECK(bd_str_eq(bd_buf_str(&frozen), bd_buf_str(&again)));
    bd_buf_fini(&again);
    bd_buf_fini(&frozen);
    bd_arena_free(arena);
}

static void test_message_thaw__refuses_every_prefix(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf frozen = { 0 };
    struct bd_message message = { 0 };

    (void)state;
    freeze_sample(&frozen);
    for (size_t len = 0; len < frozen.len; len++) {
        bd_str part = t_heap_str((bd_str) { frozen.ptr, len });

        CHECK(bd_message_thaw(arena, part, &message, NULL) == BD_EPARSE);
        t_free(part);
    }
    bd_buf_fini(&frozen);
    bd_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_message_splice__escapes_for_its_context),
        cmocka_unit_test(test_message_splice__keeps_lines_where_asked),
        cmocka_unit_test(test_message_splice__takes_the_fallback),
        cmocka_unit_test(test_message_splice__keeps_lines_short),
        cmocka_unit_test(test_message_splice__cuts_between_characters),
        cmocka_unit_test(test_message_splice__obeys_the_ceiling),
        cmocka_unit_test(test_message_thaw__gives_the_same_bytes),
        cmocka_unit_test(test_message_thaw__refuses_every_prefix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "t.h"

#include "maildir_private.h"
#include "source_private.h"

static void test_maildir_name__adds_flags_in_order(void **state)
{
    static const struct {
        const char *name, *flags;
        unsigned number;
        const char *want;
        bool is_done;
    } rows[] = {
        { "1.M1.h", "S", 0, "1.M1.h:2,S", false },
        { "1.M1.h:2,", "FS", 0, "1.M1.h:2,FS", false },
        { "1.M1.h:2,RT", "S", 0, "1.M1.h:2,RST", false },
        { "1.M1.h:2,S", "S", 0, "1.M1.h:2,S", false },
        { "1.M1.h:2,FS", "FS", 0, "1.M1.h:2,FS", true },
        { "1.M1.h:2,DFSab", "S", 0, "1.M1.h:2,DFSab", true },
        { "1.M1.h:1,FS", "S", 0, "1.M1.h:2,S", false },
        { "1.M1.h,S=7:2,S", "S", 3, "1.M1.h,S=7_3:2,S", false },
        { ":2,", "S", 0, ":2,S", false },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].name);
        bd_str got = maildir_name(arena, in, rows[i].flags, rows[i].number);

        CHECK_STR(got, rows[i].want);
        CHECK_ROW(rows[i].name, maildir_is_done(in) == rows[i].is_done);
        t_free(in);
    }
    bd_arena_free(arena);
}

static void test_folder_name__is_modified_utf7(void **state)
{
    static const struct {
        const char *name;
        char delimiter;
        const char *want;
    } rows[] = {
        { "Behandlat", '/', "Behandlat" },
        { "Svårläst", '.', "Sv&AOU-rl&AOQ-st" },
        { "Arkiv/Å", '.', "Arkiv.&AMU-" },
        { "A & B", '/', "A &- B" },
        { "~peter/mail/台北/日本語", '/',
          "~peter/mail/&U,BTFw-/&ZeVnLIqe-" }, /* RFC 3501 5.1.3 */
        { "\U0001F4EC", '/', "&2D3c7A-" },
        { "a\xff", '/', "a&,,0-" },
        { "a\xc3", '/', "a&,,0-" },
        { "", '/', "" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].name);

        CHECK_STR(bd_str_from(source_folder_name(arena, in, rows[i].delimiter)),
                  rows[i].want);
        t_free(in);
    }
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_maildir_name__adds_flags_in_order),
        cmocka_unit_test(test_folder_name__is_modified_utf7),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

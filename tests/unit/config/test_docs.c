/* docs/settings.md says what the table of settings says. */
#include "t.h"

#include "brevduva/base/buf.h"
#include "brevduva/base/file.h"
#include "config_private.h"

static bd_str read_docs(struct bd_arena *arena)
{
    bd_str docs = BD_STR_NONE;

    assert_int_equal(
        bd_file_read(arena, "docs/settings.md", 100000, &docs, NULL), BD_OK);
    return docs;
}

static void test_config_key__is_told_of_in_the_docs(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str docs = read_docs(arena);

    (void)state;
    for (size_t i = 0; bd_config_key(i); i++)
        CHECK_ROW(bd_config_key(i),
                  bd_str_find(docs, bd_arena_printf(arena, "\n| `%s` |",
                                                    bd_config_key(i))) !=
                      SIZE_MAX);
    CHECK(!bd_config_key(SIZE_MAX));
    bd_arena_free(arena);
}

static void test_docs__tell_of_settings_that_there_are(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str docs = read_docs(arena);
    size_t count = 0;

    (void)state;
    while (docs.ptr) {
        bd_str line = bd_str_cut_line(&docs);

        if (!bd_str_starts(line, BD_STR("| `")))
            continue;
        line = bd_str_skip(line, 3);
        line = bd_str_cut(&line, '`');
        CHECK_ROW(bd_arena_cstr(arena, line), setting_find(line));
        count++;
    }
    assert_int_equal(count, setting_count());
    bd_arena_free(arena);
}

/* The default that the docs give is the one that is taken. */
static void test_docs__give_the_defaults(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str docs = read_docs(arena);

    (void)state;
    for (const struct setting *s = config_settings; s->key; s++) {
        bd_str row = bd_str_skip(
            docs,
            bd_str_find(docs, bd_arena_printf(arena, "\n| `%s` |", s->key)) +
                1);
        bd_str line = bd_str_cut_line(&row);

        if (s->fallback)
            CHECK_ROW(s->key,
                      bd_str_ends(line, bd_arena_printf(arena, "| `%s` |",
                                                        s->fallback)));
    }
    bd_arena_free(arena);
}

static void test_docs__have_examples_that_work(void **state)
{
    static const bd_str fence = BD_STR_INIT("\n```yaml\n");
    struct bd_arena *arena = bd_arena_new();
    bd_str docs = read_docs(arena);
    size_t count = 0;

    (void)state;
    for (size_t at; (at = bd_str_find(docs, fence)) != SIZE_MAX; count++) {
        bd_str text = bd_str_skip(docs, at + fence.len);
        struct bd_err err = { 0 };
        struct bd_config config;

        text = bd_str_sub(text, 0, bd_str_find(text, BD_STR("\n```\n")));
        docs = bd_str_skip(docs, at + fence.len + text.len);
        if (bd_config_parse(arena, "docs", text, NULL, 0, &config, &err) !=
            BD_OK)
            fail_msg("%s", err.msg);
    }
    assert_int_equal(count, 5);
    bd_arena_free(arena);
}

/* "  #   rate: 14/s" -> "  rate: 14/s"; other comments stay as they are. */
static bd_str uncomment(struct bd_arena *arena, bd_str line)
{
    bd_str key = bd_str_trim(bd_str_skip(line, 3));
    bd_str rest = key;

    if (!bd_str_starts(line, BD_STR("  # ")))
        return line;
    key = bd_str_cut(&rest, ':');
    if (!rest.ptr || rest.len == 0 || !is_made_of(key, "_"))
        return line;
    return bd_arena_printf(arena, "  %.*s:%.*s", BD_ARG(key), BD_ARG(rest));
}

/* The settings that a new newsletter begins with, and those that stand there
 * as comments, to be used one day. */
static void test_new_settings__work_when_the_comments_are_gone(void **state)
{
    static const char *const files[] = { "templates/new/brevduva.en.yaml",
                                         "templates/new/brevduva.sv.yaml" };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct bd_arena *arena = bd_arena_new();
        bd_str text = BD_STR_NONE;
        struct bd_buf out;
        struct bd_err err = { 0 };
        struct bd_config config;

        bd_buf_init(&out, 0);
        assert_int_equal(bd_file_read(arena, files[i], 100000, &text, NULL),
                         BD_OK);
        while (text.ptr) {
            bd_str line = uncomment(arena, bd_str_cut_line(&text));

            if (bd_str_find(line, BD_STR("{{")) == SIZE_MAX &&
                !bd_str_eq(line, BD_STR("  url: maildir:outbox")))
                bd_buf_printf(&out, "%.*s\n", BD_ARG(line));
        }
        if (bd_config_parse(arena, files[i], bd_buf_str(&out), NULL, 0, &config,
                            &err) != BD_OK)
            fail_msg("%s", err.msg);
        assert_int_equal(config.relays[0].rate.count, 2);
        assert_int_equal(config.send.approvals, 2);
        bd_buf_fini(&out);
        bd_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_config_key__is_told_of_in_the_docs),
        cmocka_unit_test(test_docs__tell_of_settings_that_there_are),
        cmocka_unit_test(test_docs__give_the_defaults),
        cmocka_unit_test(test_docs__have_examples_that_work),
        cmocka_unit_test(test_new_settings__work_when_the_comments_are_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

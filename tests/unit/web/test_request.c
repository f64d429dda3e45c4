#include "t.h"

#include "request_private.h"

static void test_request_target__reads_each_form(void **state)
{
    static const struct {
        const char *target, *path, *lang; /* NULL: not there */
    } rows[] = {
        { "/u/abc", "/u/abc", NULL },
        { "/u/abc?lang=sv", "/u/abc", "sv" },
        { "/u/abc?", "/u/abc", NULL },
        { "/?a&lang=%73v&b=", "/", "sv" },
        { "/?lang=s+v", "/", "s v" },
        { "/a+b", "/a+b", NULL },
        { "http://brev.example/u/abc?lang=sv", "/u/abc", "sv" },
        { "HTTPS://brev.example:443/u/abc", "/u/abc", NULL },
        { "http://brev.example", "/", NULL },
        { "http://brev.example?lang=sv", "/", "sv" },
        { "http://", "/", NULL },
        { "*", "*", NULL },
        { "", "", NULL },
        { "/%C3%A5", "/\xc3\xa5", NULL },
        { "/%ff", "", NULL },
        { "/%00", "", NULL },
        { "/%4", "/%4", NULL },
        { "/%zz", "/%zz", NULL },
        { "/%2e%2e/%2e%2e/etc/passwd", "/../../etc/passwd", NULL },
        { "/?lang=%ff", "/", NULL },
        { "/?lang=%00", "/", NULL },
        { "/?=sv", "/", NULL },
        { "/?lang=sv&lang=en", "/", "sv" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_arena *arena = bd_arena_new();
        bd_str in = t_heap(rows[i].target);
        struct web_request r = { 0 };
        bd_str lang = BD_STR_NONE;

        request_target(arena, in, &r);
        for (const struct web_field *f = r.query; f; f = f->next)
            if (lang.len == 0 && bd_str_eq(f->name, BD_STR("lang")))
                lang = f->value;
        CHECK_ROW(rows[i].target, bd_str_eq(r.path, bd_str_from(rows[i].path)));
        CHECK_ROW(rows[i].target, bd_str_eq(lang, bd_str_from(rows[i].lang)));
        t_free(in);
        bd_arena_free(arena);
    }
}

static void test_request_target__takes_so_many_fields(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct web_request r = { 0 };
    char target[4096] = "/?";
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < 2 * WEB_MAX_FIELDS; i++)
        memcpy(target + 2 + 4 * i, "a=b&", 4);
    request_target(arena, (bd_str) { target, 2 + 8 * WEB_MAX_FIELDS }, &r);
    for (const struct web_field *f = r.query; f; f = f->next)
        count++;
    assert_int_equal(count, WEB_MAX_FIELDS);
    bd_arena_free(arena);
}

/* Only whom the settings name may say who asks. */
static void test_request_network__believes_proxies_alone(void **state)
{
    static const struct {
        const char *peer, *forwarded, *proxies, *want;
    } rows[] = {
        { "192.0.2.7", "", "", "192.0.2.0/24" },
        { "192.0.2.7", "203.0.113.9", "", "192.0.2.0/24" },
        { "127.0.0.1", "203.0.113.9", "", "127.0.0.0/24" },
        { "127.0.0.1", "203.0.113.9", "127.0.0.1", "203.0.113.0/24" },
        { "::1", "203.0.113.9", "127.0.0.1, ::1", "203.0.113.0/24" },
        { "::ffff:127.0.0.1", "203.0.113.9", "127.0.0.1", "203.0.113.0/24" },
        { "127.0.0.1", "::ffff:203.0.113.9", "127.0.0.1", "203.0.113.0/24" },
        { "127.0.0.1", "2001:db8:1:2::3", "127.0.0.1", "2001:db8:1::/48" },
        { "fd00::7", "203.0.113.9", "fd00::/8", "203.0.113.0/24" },
        /* what the visitor wrote stands to the left of what we believe */
        { "127.0.0.1", "198.51.100.1, 203.0.113.9", "127.0.0.1",
          "203.0.113.0/24" },
        { "127.0.0.1", "198.51.100.1, 203.0.113.9 , 10.0.0.5",
          "127.0.0.1, 10.0.0.0/8", "203.0.113.0/24" },
        { "127.0.0.1", "127.0.0.1, 127.0.0.1", "127.0.0.1", "127.0.0.0/24" },
        { "127.0.0.1", "garbage", "127.0.0.1", "" },
        { "127.0.0.1", "203.0.113.9, unknown", "127.0.0.1", "" },
        { "127.0.0.1", "[2001:db8::1]:99", "127.0.0.1", "2001:db8::/48" },
        { "127.0.0.1", "[", "127.0.0.1", "" },
        { "127.0.0.1", "203.0.113.9:4711", "127.0.0.1", "203.0.113.0/24" },
        { "127.0.0.1", ",,,", "127.0.0.1", "" },
        { "127.0.0.1", "203.0.113.9,", "127.0.0.1", "" },
        { "", "203.0.113.9", "127.0.0.1", "" },
        { "unix:", "203.0.113.9", "127.0.0.1", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_arena *arena = bd_arena_new();
        bd_str forwarded = t_heap(rows[i].forwarded);
        bd_str got = request_network(arena, bd_str_from(rows[i].peer),
                                     forwarded, bd_str_from(rows[i].proxies));

        if (!bd_str_eq(got, bd_str_from(rows[i].want)))
            fail_msg("row %zu: got %.*s, want %s", i, BD_ARG(got),
                     rows[i].want);
        t_free(forwarded);
        bd_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request_target__reads_each_form),
        cmocka_unit_test(test_request_target__takes_so_many_fields),
        cmocka_unit_test(test_request_network__believes_proxies_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

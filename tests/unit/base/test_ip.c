#include "t.h"

#include "brevduva/base/ip.h"

static struct bd_ip ip_of(const char *text)
{
    struct bd_ip ip = { { 0 } };
    bd_str in = t_heap(text);

    CHECK_ROW(text, bd_ip_parse(in, &ip));
    t_free(in);
    return ip;
}

static void test_ip_parse__takes_addresses_only(void **state)
{
    static const char *const bad[] = {
        "",
        "localhost",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "::1%lo",
        "10.0.0.0/8",
        " ::1",
        "1.2.3.4 ",
        ":::",
        "[::1]",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111:2222",
    };
    struct bd_ip ip;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        bd_str in = t_heap(bad[i]);

        CHECK_ROW(bad[i], !bd_ip_parse(in, &ip));
        t_free(in);
    }
    CHECK(!bd_ip_parse((bd_str) { "1.2.3.4\0", 8 }, &ip));
    CHECK(!bd_ip_parse(BD_STR_NONE, &ip));
}

static void test_ip_network_text__tells_no_single_machine(void **state)
{
    static const struct {
        const char *in, *want;
        bool loopback;
    } rows[] = {
        { "192.0.2.77", "192.0.2.0/24", false },
        { "::ffff:192.0.2.77", "192.0.2.0/24", false },
        { "127.3.2.1", "127.3.2.0/24", true },
        { "::1", "::/48", true },
        { "::ffff:127.0.0.1", "127.0.0.0/24", true },
        { "2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", false },
        { "0.0.0.0", "0.0.0.0/24", false },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_ip ip = ip_of(rows[i].in);

        CHECK_STR(bd_ip_network_text(arena, &ip), rows[i].want);
        CHECK_ROW(rows[i].in, bd_ip_is_loopback(&ip) == rows[i].loopback);
    }
    bd_arena_free(arena);
}

static void test_ip_is_among__compares_bits(void **state)
{
    static const struct {
        const char *ip, *list;
        bool want;
    } rows[] = {
        { "10.1.2.3", "10.0.0.0/8", true },
        { "11.1.2.3", "10.0.0.0/8", false },
        { "10.1.2.3", "127.0.0.1, 10.1.2.3", true },
        { "10.1.2.3", "10.1.2.2/31", true },
        { "10.1.2.4", "10.1.2.2/31", false },
        { "::ffff:10.1.2.3", "10.0.0.0/8", true },
        { "2001:db8::7", "2001:db8::/32", true },
        { "2001:db9::7", "2001:db8::/32", false },
        { "10.1.2.3", "::/0", true },
        { "2001:db8::7", "0.0.0.0/0", false },
        { "10.1.2.3", "", false },
        { "10.1.2.3", "garbage, 10.0.0.0/33, 10.1.2.3/x, /8", false },
        { "10.1.2.3", ",,10.1.2.3", true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_ip ip = ip_of(rows[i].ip);
        bd_str list = t_heap(rows[i].list);

        CHECK_ROW(rows[i].list, bd_ip_is_among(&ip, list) == rows[i].want);
        t_free(list);
    }
}

static void test_ip_bad_network__names_the_first(void **state)
{
    (void)state;
    CHECK_STR(bd_ip_bad_network(BD_STR("127.0.0.1, 10.0.0.0/8,fd00::/8")), "");
    CHECK_STR(bd_ip_bad_network(BD_STR("127.0.0.1, nginx, x")), "nginx");
    CHECK_STR(bd_ip_bad_network(BD_STR("10.0.0.0/33")), "10.0.0.0/33");
    CHECK_STR(bd_ip_bad_network(BD_STR("10.0.0.1,")), ",");
    CHECK_STR(bd_ip_bad_network(BD_STR("")), ",");
}

static void test_ip_parse_port__wants_both(void **state)
{
    static const struct {
        const char *in;
        int port; /* -1: refused */
    } rows[] = {
        { "127.0.0.1:8080", 8080 },
        { "[::1]:0", 0 },
        { "0.0.0.0:65535", 65535 },
        { "127.0.0.1:65536", -1 },
        { "127.0.0.1", -1 },
        { "127.0.0.1:", -1 },
        { ":8080", -1 },
        { "::1:8080", -1 },
        { "localhost:8080", -1 },
        { "[::1]", -1 },
        { "[]:80", -1 },
        { "8080", -1 },
        { "127.0.0.1:-1", -1 },
        { "127.0.0.1:000080", -1 },
        { "", -1 },
        { "[::]:80", 80 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);
        struct bd_ip ip;
        uint16_t port = 0;
        bool ok = bd_ip_parse_port(in, &ip, &port);

        CHECK_ROW(rows[i].in, ok == (rows[i].port >= 0));
        CHECK_ROW(rows[i].in, !ok || port == rows[i].port);
        t_free(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ip_parse__takes_addresses_only),
        cmocka_unit_test(test_ip_network_text__tells_no_single_machine),
        cmocka_unit_test(test_ip_is_among__compares_bits),
        cmocka_unit_test(test_ip_bad_network__names_the_first),
        cmocka_unit_test(test_ip_parse_port__wants_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <sys/socket.h>
#include <unistd.h>

#include "t.h"

#include "conns_private.h"

#define ROOM 100

static int64_t now_ms;

static int64_t clock_of_test(void *self)
{
    (void)self;
    return now_ms;
}

static const struct bd_sys test_sys = { .monotonic_ms = clock_of_test };

struct pair {
    int ours, theirs;
    struct conn *conn;
};

static struct bd_ip ip_of(const char *text)
{
    struct bd_ip ip = { { 0 } };

    CHECK_ROW(text, bd_ip_parse(bd_str_from(text), &ip));
    return ip;
}

/* The reaper's thread is left out: the test reaps. */
static void start(struct conns *c)
{
    now_ms = 1000;
    *c = (struct conns) { .sys = &test_sys, .room = ROOM };
    (void)pthread_mutex_init(&c->lock, NULL);
}

static struct pair connect_from(struct conns *c, const char *address)
{
    struct bd_ip ip = ip_of(address);
    struct pair p;
    int fds[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    p = (struct pair) { fds[0], fds[1], conns_add(c, fds[0], &ip) };
    return p;
}

static bool is_ended(const struct pair *p)
{
    char byte;

    return recv(p->theirs, &byte, 1, MSG_DONTWAIT) == 0;
}

static void hang_up(struct conns *c, struct pair *p)
{
    conns_remove(c, p->conn);
    (void)close(p->ours);
    (void)close(p->theirs);
}

static void test_conns_reap__ends_slow_requests_alone(void **state)
{
    struct conns c;
    struct pair slow, waits, writes, again;

    (void)state;
    start(&c);
    slow = connect_from(&c, "192.0.2.1");
    waits = connect_from(&c, "192.0.2.2");
    writes = connect_from(&c, "192.0.2.3");
    again = connect_from(&c, "192.0.2.4");
    conns_waits(&c, waits.conn);
    conns_writes(&c, writes.conn, 160 * 1000);
    now_ms += 9999;
    assert_int_equal(conns_reap(&c), 0);
    conns_reads(&c, again.conn);
    now_ms += 1;
    assert_int_equal(conns_reap(&c), 1);
    assert_int_equal(conns_reap(&c), 0); /* once */
    CHECK(is_ended(&slow) && !is_ended(&waits) && !is_ended(&writes) &&
          !is_ended(&again));
    now_ms += 10000; /* the large answer had ten seconds more */
    assert_int_equal(conns_reap(&c), 2);
    CHECK(is_ended(&writes) && is_ended(&again) && !is_ended(&waits));
    now_ms += 1000000;
    assert_int_equal(conns_reap(&c), 0);
    hang_up(&c, &waits);
    hang_up(&c, &slow);
    hang_up(&c, &again);
    hang_up(&c, &writes);
    assert_int_equal(conns_count(&c), 0);
    CHECK(!c.first);
}

static void test_conns_reap__is_stricter_in_a_crowd_and_at_the_end(void **state)
{
    struct conns c;
    struct pair p[ROOM / 2 + 1];

    (void)state;
    start(&c);
    for (size_t i = 0; i <= ROOM / 2; i++)
        p[i] = connect_from(&c, "192.0.2.1");
    now_ms += 3000;
    assert_int_equal(conns_reap(&c), ROOM / 2 + 1);
    for (size_t i = 1; i <= ROOM / 2; i++)
        hang_up(&c, &p[i]);
    conns_reads(&c, p[0].conn);
    now_ms += 3000;
    assert_int_equal(conns_reap(&c), 0);
    conns_hurry(&c);
    assert_int_equal(conns_reap(&c), 1);
    hang_up(&c, &p[0]);
}

static void test_conns_admit__gives_each_network_its_share(void **state)
{
    struct conns c;
    struct pair p[ROOM / 10];
    struct bd_ip same = ip_of("192.0.2.200");
    struct bd_ip other = ip_of("192.0.3.1");

    (void)state;
    start(&c);
    for (size_t i = 0; i < ROOM / 10; i++) {
        CHECK(conns_admit(&c, &same, false));
        p[i] = connect_from(&c, "::ffff:192.0.2.7");
    }
    CHECK(!conns_admit(&c, &same, false));
    CHECK(conns_admit(&c, &same, true));
    CHECK(conns_admit(&c, &other, false));
    hang_up(&c, &p[3]);
    CHECK(conns_admit(&c, &same, false));
    for (size_t i = 0; i < ROOM / 10; i++)
        if (i != 3)
            hang_up(&c, &p[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conns_reap__ends_slow_requests_alone),
        cmocka_unit_test(
            test_conns_reap__is_stricter_in_a_crowd_and_at_the_end),
        cmocka_unit_test(test_conns_admit__gives_each_network_its_share),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

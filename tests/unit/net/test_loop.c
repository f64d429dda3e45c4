#include "t.h"

#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "brevduva/net/loop.h"

static struct bd_loop *new_loop(void)
{
    struct bd_loop *loop = NULL;

    if (bd_loop_new(&loop, NULL) != BD_OK)
        fail_msg("no loop");
    return loop;
}

static int64_t now_ms(void)
{
    struct timespec t = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void test_loop_wait__names_the_ready_until_they_are_read(void **state)
{
    struct bd_loop *loop = new_loop();
    int a[2];
    int b[2];
    void *ready[4];
    char octet = 0;

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, a), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, b), 0);
    assert_int_equal(bd_loop_add(loop, a[0], a, NULL), BD_OK);
    assert_int_equal(bd_loop_add(loop, b[0], b, NULL), BD_OK);
    assert_int_equal(bd_loop_wait(loop, 0, ready, 4), 0);

    assert_int_equal(write(b[1], "x", 1), 1);
    for (int i = 0; i < 2; i++) { /* level-triggered */
        assert_int_equal(bd_loop_wait(loop, -1, ready, 4), 1);
        assert_ptr_equal(ready[0], b);
    }
    assert_int_equal(read(b[0], &octet, 1), 1);
    assert_int_equal(bd_loop_wait(loop, 0, ready, 4), 0);

    bd_loop_want_write(loop, a[0], a, true);
    assert_int_equal(bd_loop_wait(loop, -1, ready, 4), 1);
    assert_ptr_equal(ready[0], a);
    bd_loop_want_write(loop, a[0], a, false);
    assert_int_equal(bd_loop_wait(loop, 0, ready, 4), 0);

    (void)close(a[1]);
    assert_int_equal(bd_loop_wait(loop, -1, ready, 4), 1);
    assert_ptr_equal(ready[0], a);
    bd_loop_remove(loop, a[0]);
    assert_int_equal(bd_loop_wait(loop, 0, ready, 4), 0);
    (void)close(a[0]);
    (void)close(b[0]);
    (void)close(b[1]);
    bd_loop_free(loop);
}

static void test_loop_wait__gives_all_their_turn(void **state)
{
    struct bd_loop *loop = new_loop();
    int pairs[100][2];
    unsigned turns[100] = { 0 };
    void *ready[8];

    (void)state;
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]), 0);
        assert_int_equal(bd_loop_add(loop, pairs[i][0], pairs[i], NULL), BD_OK);
        assert_int_equal(write(pairs[i][1], "x", 1), 1);
    }
    for (size_t round = 0; round < 26; round++) {
        size_t n = bd_loop_wait(loop, 0, ready, 8);

        assert_in_range(n, 1, 8);
        for (size_t i = 0; i < n; i++)
            turns[((int(*)[2])ready[i]) - pairs]++;
    }
    for (size_t i = 0; i < 100; i++) {
        assert_in_range(turns[i], 1, 3);
        (void)close(pairs[i][0]);
        (void)close(pairs[i][1]);
    }
    bd_loop_free(loop);
}

static void *wake_soon(void *loop)
{
    const struct timespec soon = { 0, 20000000 };

    (void)nanosleep(&soon, NULL);
    bd_loop_wake(loop);
    return NULL;
}

static void test_loop_wake__ends_this_or_the_next_wait(void **state)
{
    struct bd_loop *loop = new_loop();
    void *ready[1];
    pthread_t thread;
    int64_t began = now_ms();

    (void)state;
    bd_loop_wake(loop);
    bd_loop_wake(loop);
    assert_int_equal(bd_loop_wait(loop, 60000, ready, 1), 0);
    assert_int_equal(pthread_create(&thread, NULL, wake_soon, loop), 0);
    assert_int_equal(bd_loop_wait(loop, 60000, ready, 1), 0);
    (void)pthread_join(thread, NULL);
    assert_true(now_ms() - began < 30000);

    began = now_ms(); /* the bell is silent again */
    assert_int_equal(bd_loop_wait(loop, 15, ready, 1), 0);
    assert_true(now_ms() - began >= 14);
    bd_loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loop_wait__names_the_ready_until_they_are_read),
        cmocka_unit_test(test_loop_wait__gives_all_their_turn),
        cmocka_unit_test(test_loop_wake__ends_this_or_the_next_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

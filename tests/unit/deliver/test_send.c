#include "t.h"

#include <unistd.h>

#include "brevduva/base/file.h"
#include "brevduva/store/event.h"
#include "relay_private.h"
#include "send_t.h"

#define CALLS   8
#define READERS 4

/* What a relay of the test answers, call after call; the last one stays. */
struct answer {
    enum bd_status rc;
    enum bd_delivery_state state;
    int code;
};

#define YES                                                                    \
    {                                                                          \
        BD_OK, BD_DELIVERY_ACCEPTED, 250                                       \
    }
#define LATER                                                                  \
    {                                                                          \
        BD_OK, BD_DELIVERY_DEFERRED, 450                                       \
    }
#define NO                                                                     \
    {                                                                          \
        BD_OK, BD_DELIVERY_REFUSED, 550                                        \
    }
#define BROKEN                                                                 \
    {                                                                          \
        BD_OK, BD_DELIVERY_DEFERRED, 0                                         \
    }
#define UNKNOWN                                                                \
    {                                                                          \
        BD_OK, BD_DELIVERY_UNKNOWN, 0                                          \
    }
#define BARRED                                                                 \
    {                                                                          \
        BD_EFINAL, BD_DELIVERY_DEFERRED, 550                                   \
    }
#define DOWN                                                                   \
    {                                                                          \
        BD_ETEMP, BD_DELIVERY_QUEUED, 0                                        \
    }
#define LOCKED                                                                 \
    {                                                                          \
        BD_EFINAL, BD_DELIVERY_QUEUED, 0                                       \
    }

struct script {
    const struct answer *answers;
    size_t calls;
    bd_str to[64];
    bd_str bytes[64];
    struct bd_arena *arena;
};

static bool is_end(const struct answer *a)
{
    return a->rc == BD_OK && a->state == BD_DELIVERY_QUEUED;
}

static enum bd_status answer(struct bd_arena *arena, void *self,
                             const struct bd_copy *copy, struct bd_receipt *out,
                             struct bd_err *err)
{
    struct script *script = self;
    const struct answer *a = script->answers;
    struct bd_buf bytes;

    (void)arena;
    for (size_t i = 0; i < script->calls && !is_end(a + 1); i++)
        a++;
    script->to[script->calls] = bd_arena_copy(script->arena, copy->envelope_to);
    bd_buf_init(&bytes, 0);
    CHECK(copy->write(copy->self, &bytes) == BD_OK);
    script->bytes[script->calls] = bd_buf_copy(&bytes, script->arena);
    bd_buf_fini(&bytes);
    script->calls++;
    out->state = a->state;
    out->reply_code = a->code;
    out->reply_text = BD_STR("so it says");
    return a->rc == BD_OK ? BD_OK : bd_fail(err, a->rc, "so it says");
}

static const struct relay_kind scripted = { .deliver = answer };

struct world {
    struct t_news news;
    struct script script;
    struct bd_relay relay;
    struct bd_sys sys;
    struct bd_send_options options;
    struct bd_send_result got;
    struct bd_mailing mailing; /* after the run */
    char folder[64];
};

static int64_t world_now(void *self)
{
    return ((struct world *)self)->news.now;
}

static void world_random(void *self, void *out, size_t len)
{
    (void)self;
    memset(out, 0, len);
}

static void start(struct world *w, const struct answer *answers)
{
    *w = (struct world) { .folder = "/tmp/bd-send-XXXXXX" };
    if (!mkdtemp(w->folder))
        abort();
    w->news.arena = w->script.arena = bd_arena_new();
    w->news.db = bd_path_join(w->news.arena, w->folder, "brevduva.db");
    w->news.lock = bd_path_join(w->news.arena, w->folder, "lock");
    w->news.now = T_START;
    t_make(&w->news, READERS);
    w->script.answers = answers;
    w->relay = (struct bd_relay) { .kind = &scripted,
                                   .self = &w->script,
                                   .name = "test:relay" };
    w->sys =
        (struct bd_sys) { .now = world_now, .random = world_random, .self = w };
    w->options = (struct bd_send_options) {
        .sys = &w->sys,
        .store = w->news.store,
        .relay = &w->relay,
        .lock_path = w->news.lock,
        .actor = { .channel = BD_STR("cli"), .name = BD_STR("eva") },
        .retry_first = 900,
    };
}

static void stop(struct world *w)
{
    static const char *const files[] = { "brevduva.db", "brevduva.db-wal",
                                         "brevduva.db-shm", "lock" };

    bd_store_close(w->news.store);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        (void)unlink(bd_path_join(w->news.arena, w->folder, files[i]));
    (void)rmdir(w->folder);
    bd_arena_free(w->news.arena);
}

static enum bd_status run(struct world *w)
{
    struct t_news *t = &w->news;
    enum bd_status rc = bd_send(&w->options, t->mailing, &w->got, &t->err);

    if (bd_mailing_find(t->arena, t->store, BD_STR("2016-1"), t->list,
                        &w->mailing, NULL) != BD_OK)
        abort();
    return rc;
}

/* clang-format off */
static const struct {
    const char *name;
    struct answer answers[CALLS];
    enum bd_status rc;
    size_t calls;
    int64_t accepted, deferred, refused, unknown;
    int64_t queued; /* left */
    enum bd_mailing_state state;
} ways[] = {
    { "all", { YES },
      BD_OK, 4, 4, 0, 0, 0, 0, BD_MAILING_DONE },
    { "some", { YES, NO, UNKNOWN, YES },
      BD_OK, 4, 2, 0, 1, 1, 0, BD_MAILING_DONE },
    { "some later", { YES, LATER, NO, LATER },
      BD_OK, 4, 1, 2, 1, 0, 0, BD_MAILING_SENDING },
    { "relay down", { DOWN },
      BD_ETEMP, 1, 0, 0, 0, 0, 4, BD_MAILING_SENDING },
    { "relay goes down", { YES, DOWN },
      BD_ETEMP, 2, 1, 0, 0, 0, 3, BD_MAILING_SENDING },
    { "wrong password", { LOCKED },
      BD_EFINAL, 1, 0, 0, 0, 0, 4, BD_MAILING_PAUSED },
    { "policy", { YES, BARRED },
      BD_EFINAL, 2, 1, 1, 0, 0, 2, BD_MAILING_PAUSED },
    { "breaks now and then", { BROKEN, BROKEN, YES, UNKNOWN },
      BD_OK, 4, 1, 2, 0, 1, 0, BD_MAILING_SENDING },
    { "breaks for ever", { BROKEN, UNKNOWN, BROKEN, YES },
      BD_ETEMP, 3, 0, 2, 0, 1, 1, BD_MAILING_SENDING },
};
/* clang-format on */

static void test_send__each_way_to_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const char *name = ways[i].name;
        struct world w;

        start(&w, ways[i].answers);
        CHECK_ROW(name, run(&w) == ways[i].rc);
        CHECK_ROW(name, w.script.calls == ways[i].calls);
        CHECK_ROW(name, w.got.accepted == ways[i].accepted);
        CHECK_ROW(name, w.got.deferred == ways[i].deferred);
        CHECK_ROW(name, w.got.refused == ways[i].refused);
        CHECK_ROW(name, w.got.unknown == ways[i].unknown);
        CHECK_ROW(name, w.mailing.count[BD_DELIVERY_QUEUED] == ways[i].queued);
        CHECK_ROW(name, w.mailing.state == ways[i].state);
        CHECK_ROW(name, w.mailing.total == READERS);
        CHECK_ROW(name, w.got.finished == (ways[i].state == BD_MAILING_DONE));
        stop(&w);
    }
}

static void test_send__a_copy_is_this_readers(void **state)
{
    static const struct answer yes[] = { YES, { 0 } };
    struct world w;

    (void)state;
    start(&w, yes);
    CHECK(run(&w) == BD_OK);
    CHECK_STR(w.script.to[0], "reader0@lasare.example");
    CHECK_STR(w.script.bytes[0], "To: reader0@lasare.example\r\n"
                                 "Message-ID: <1.1.salt@brev.example.org>\r\n"
                                 "\r\nfull\r\n");
    CHECK_STR(w.script.bytes[1], "To: reader1@lasare.example\r\n"
                                 "Message-ID: <1.2.salt@brev.example.org>\r\n"
                                 "\r\ntext\r\n");
    stop(&w);
}

static void test_send__again_sends_nothing(void **state)
{
    static const struct answer some[] = { YES, NO, UNKNOWN, YES, { 0 } };
    struct world w;

    (void)state;
    start(&w, some);
    CHECK(run(&w) == BD_OK && w.script.calls == READERS);
    CHECK(run(&w) == BD_OK && w.script.calls == READERS);
    CHECK(w.got.finished && w.got.accepted == 0);
    stop(&w);
}

static void test_send__policy_does_not_block_the_others(void **state)
{
    static const struct answer first_barred[] = { BARRED, YES, { 0 } };
    struct world w;

    (void)state;
    start(&w, first_barred);
    CHECK(run(&w) == BD_EFINAL);
    CHECK_STR(w.mailing.state_reason, "so it says");
    CHECK(run(&w) == BD_OK);
    CHECK(w.got.accepted == 3 && !w.got.finished);
    CHECK(w.got.next_due == T_START + 900);
    w.news.now = T_DEADLINE + 1; /* mended very late: still not given up */
    CHECK(run(&w) == BD_OK && w.got.accepted == 1 && w.got.finished);
    stop(&w);
}

static void test_send__deferred_until_the_deadline(void **state)
{
    static const struct answer later[] = { YES, YES, YES, LATER, { 0 } };
    static const int64_t tries[] = { 900,   2700,  6300,   13500,
                                     27900, 56700, 114300, 172800 };
    struct world w;

    (void)state;
    start(&w, later);
    CHECK(run(&w) == BD_OK);
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        CHECK(w.got.next_due == T_START + tries[i]);
        w.news.now = w.got.next_due - 1;
        CHECK(run(&w) == BD_OK && w.got.deferred == 0); /* not yet */
        w.news.now = w.got.next_due;
        CHECK(run(&w) == BD_OK);
    }
    CHECK(w.got.refused == 1 && w.got.finished);
    CHECK(w.mailing.state == BD_MAILING_DONE);
    stop(&w);
}

static void test_send__what_a_killed_run_left_is_unknown(void **state)
{
    static const struct answer yes[] = { YES, { 0 } };
    const struct bd_delivery *copies = NULL;
    struct world w;
    int64_t claim = 0;
    size_t count = 0;

    (void)state;
    start(&w, yes);
    t_must(&w.news,
           bd_queue_claim(w.news.arena, w.news.store, w.news.mailing, 1,
                          T_START, &claim, &copies, &count, &w.news.err));
    CHECK(run(&w) == BD_OK);
    CHECK(w.got.recovered == 1 && w.got.accepted == 3 && w.script.calls == 3);
    CHECK(w.mailing.count[BD_DELIVERY_UNKNOWN] == 1);
    CHECK(w.got.finished && w.mailing.state == BD_MAILING_DONE);
    stop(&w);
}

static void test_send__one_at_a_time(void **state)
{
    static const struct answer yes[] = { YES, { 0 } };
    struct world w;
    struct bd_lock_owner owner = { 0 };
    int fd = -1;

    (void)state;
    start(&w, yes);
    t_must(&w.news,
           bd_lock_take(w.news.lock, "send", &fd, &owner, &w.news.err));
    CHECK(run(&w) == BD_ETEMP && w.script.calls == 0);
    CHECK(bd_str_find(bd_str_from(w.news.err.msg),
                      bd_arena_printf(w.news.arena, "process %ld is sending",
                                      (long)getpid())) != SIZE_MAX);
    (void)close(fd);
    CHECK(run(&w) == BD_OK && w.script.calls == READERS);
    stop(&w);
}

static void test_send__nobody_who_left(void **state)
{
    static const struct answer yes[] = { YES, { 0 } };
    struct bd_actor actor = { .channel = BD_STR("cli"), .now = T_START };
    struct world w;
    int64_t changed = 0;

    (void)state;
    start(&w, yes);
    t_must(&w.news, bd_unsubscribe(w.news.store, 2, w.news.list, BD_STR("bye"),
                                   &actor, &changed, &w.news.err));
    CHECK(run(&w) == BD_OK);
    CHECK(w.got.accepted == 3 && w.got.skipped == 1 && w.got.finished);
    CHECK(w.mailing.count[BD_DELIVERY_SKIPPED] == 1);
    stop(&w);
}

static bool stop_after_two(void *self, const struct bd_mailing *mailing,
                           int64_t done, int64_t total)
{
    (void)self;
    CHECK(total == READERS && mailing->total == total);
    return done < 2;
}

static void test_send__stops_when_told(void **state)
{
    static const struct answer yes[] = { YES, { 0 } };
    struct world w;

    (void)state;
    start(&w, yes);
    w.options.progress = stop_after_two;
    CHECK(run(&w) == BD_OK && w.got.stopped && w.got.accepted == 2);
    CHECK(w.mailing.count[BD_DELIVERY_QUEUED] == 2 && !w.got.finished);
    CHECK(w.mailing.state == BD_MAILING_SENDING);
    stop(&w);
}

static void test_send__no_such_mailing_or_cancelled(void **state)
{
    static const struct answer yes[] = { YES, { 0 } };
    struct bd_actor actor = { .channel = BD_STR("cli"), .now = T_START };
    struct world w;

    (void)state;
    start(&w, yes);
    CHECK(bd_send(&w.options, 77, &w.got, NULL) == BD_ENOENT);
    t_must(&w.news, bd_mailing_set_state(w.news.store, w.news.mailing,
                                         BD_MAILING_CANCELLED, BD_STR_NONE,
                                         &actor, &w.news.err));
    CHECK(run(&w) == BD_EINVAL && w.script.calls == 0);
    stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_send__each_way_to_end),
        cmocka_unit_test(test_send__a_copy_is_this_readers),
        cmocka_unit_test(test_send__again_sends_nothing),
        cmocka_unit_test(test_send__policy_does_not_block_the_others),
        cmocka_unit_test(test_send__deferred_until_the_deadline),
        cmocka_unit_test(test_send__what_a_killed_run_left_is_unknown),
        cmocka_unit_test(test_send__one_at_a_time),
        cmocka_unit_test(test_send__nobody_who_left),
        cmocka_unit_test(test_send__stops_when_told),
        cmocka_unit_test(test_send__no_such_mailing_or_cancelled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

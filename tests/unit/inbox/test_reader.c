/* The process that reads mails: this test program is started again as it, with
 * a classifier that does what the mail says. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "brevduva/inbox/reader.h"
#include "reader_private.h"
#include "t.h"

#define SHORT_MS 1500 /* for what is to be too slow */

static void tell(struct bd_arena *arena, struct bd_incoming *out, int result)
{
    *out = (struct bd_incoming) {
        .kind = BD_INCOMING_HUMAN,
        .rule = "test",
        .subject = bd_arena_printf(arena, "%d", result),
        .recipients = BD_NEW(arena, struct bd_incoming_recipient),
        .count = 1,
    };
}

static void spin(void)
{
    volatile bool on = true;

    while (on)
        ;
}

/* Deeper than any stack. */
static int overflow(volatile char *above, unsigned depth)
{
    volatile char here[4096];

    here[0] = above ? above[0] : 1;
    return depth == 0 ? here[0] : overflow(here, depth - 1) + here[0];
}

static void do_what_it_says(struct bd_arena *arena, bd_str bytes,
                            struct bd_incoming *out)
{
    static bool poisoned;

    if (poisoned)
        __builtin_trap();
    poisoned = bd_str_eq(bytes, BD_STR("poison"));
    if (bd_str_eq(bytes, BD_STR("crash")))
        __builtin_trap(); /* raise() is not permitted */
    if (bd_str_eq(bytes, BD_STR("overflow")))
        (void)overflow(NULL, 1000000);
    if (bd_str_eq(bytes, BD_STR("spin")))
        spin();
    if (bd_str_eq(bytes, BD_STR("nonsense")))
        (void)!write(CHILD_FD, "\4\0\0\0what", 8);
    if (bd_str_eq(bytes, BD_STR("huge")))
        (void)!write(CHILD_FD, "\377\377\377\377", 4);
    if (bd_str_eq(bytes, BD_STR("exit")))
        _exit(0);
    errno = 0;
    if (bd_str_eq(bytes, BD_STR("open")))
        tell(arena, out, open("/etc/passwd", O_RDONLY) < 0 ? errno : 0);
    else if (bd_str_eq(bytes, BD_STR("socket")))
        tell(arena, out, socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0);
    else if (bd_str_eq(bytes, BD_STR("fork")))
        tell(arena, out, fork() < 0 ? errno : 0);
    else if (bd_str_eq(bytes, BD_STR("kill")))
        tell(arena, out, kill(1, 0) < 0 ? errno : 0);
    else if (bd_str_eq(bytes, BD_STR("environment")))
        tell(arena, out, getenv("PATH") ? 1 : 0);
    else if (bd_str_eq(bytes, BD_STR("descriptors")))
        tell(arena, out, write(7, "x", 1) < 0 ? errno : 0);
    else
        tell(arena, out, (int)bytes.len);
}

static struct bd_incoming read_one(struct bd_reader *reader,
                                   struct bd_arena *arena, bd_str bytes)
{
    struct bd_incoming incoming = { 0 };
    struct bd_err err = { 0 };

    if (bd_reader_read(reader, arena, bytes, &incoming, &err) != BD_OK)
        fail_msg("%s", err.msg);
    return incoming;
}

static void test_reader_read__has_no_rights(void **state)
{
    static const struct {
        const char *mail;
        int want;
    } rows[] = {
        { "open", EPERM }, { "socket", EPERM },  { "fork", EPERM },
        { "kill", EPERM }, { "environment", 0 }, { "descriptors", EBADF },
        { "hello", 5 },
    };
    struct bd_arena *arena = bd_arena_new();
    struct bd_reader *reader = bd_reader_new();
    int other = open("/dev/null", O_WRONLY);

    (void)state;
    CHECK(dup2(other, 7) == 7); /* not closed on exec */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char want[16];
        struct bd_incoming got = read_one(reader, arena,
                                          bd_str_from(rows[i].mail));

        (void)snprintf(want, sizeof want, "%d", rows[i].want);
        CHECK_ROW(rows[i].mail, bd_str_eq(got.subject, bd_str_from(want)));
    }
    (void)close(7);
    (void)close(other);
    bd_reader_free(reader);
    bd_arena_free(arena);
}

static void test_reader_read__outlives_what_kills_it(void **state)
{
    static const struct {
        const char *mail;
        const char *rule;
    } rows[] = {
        { "crash", "reader-died" },    { "exit", "reader-died" },
        { "overflow", "reader-died" }, { "nonsense", "nonsense" },
        { "huge", "reader-died" },     { "spin", "too-slow" },
    };
    struct bd_arena *arena = bd_arena_new();
    struct bd_reader *reader = bd_reader_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_incoming got = { 0 };

        reader_set_patience(reader, strcmp(rows[i].mail, "spin") == 0
                                        ? SHORT_MS
                                        : READER_MAIL_MS);
        got = read_one(reader, arena, bd_str_from(rows[i].mail));
        CHECK_ROW(rows[i].mail, got.kind == BD_INCOMING_UNREADABLE);
        CHECK_ROW(rows[i].mail, strcmp(got.rule, rows[i].rule) == 0);
        reader_set_patience(reader, READER_MAIL_MS);
        got = read_one(reader, arena, BD_STR("next"));
        CHECK_ROW(rows[i].mail, got.kind == BD_INCOMING_HUMAN);
        CHECK_STR(got.subject, "4");
    }
    bd_reader_free(reader);
    bd_arena_free(arena);
    CHECK(waitpid(-1, NULL, WNOHANG) < 0); /* none is left */
}

/* The child that waits for the next mail. */
static pid_t child_of(pid_t parent)
{
    char path[64];
    FILE *file = NULL;
    int pid = 0;

    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent,
                   (int)parent);
    file = fopen(path, "r");
    assert_non_null(file);
    CHECK(fscanf(file, "%d", &pid) == 1);
    (void)fclose(file);
    return pid;
}

/* It dies, or hangs, of something else than the mail that comes then. */
static void test_reader_read__blames_no_mail_for_its_own_death(void **state)
{
    static const int signals[] = { SIGKILL, SIGSTOP };
    struct bd_arena *arena = bd_arena_new();
    struct bd_reader *reader = bd_reader_new();

    (void)state;
    reader_set_patience(reader, 2 * SHORT_MS);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct bd_incoming got = read_one(reader, arena, BD_STR("first"));
        pid_t child = child_of(getpid());
        siginfo_t info;

        CHECK(got.kind == BD_INCOMING_HUMAN);
        CHECK(kill(child, signals[i]) == 0);
        CHECK(waitid(P_PID, (id_t)child, &info, WEXITED | WSTOPPED | WNOWAIT) ==
              0);
        got = read_one(reader, arena, BD_STR("innocent"));
        CHECK(got.kind == BD_INCOMING_HUMAN);
        CHECK_STR(got.subject, "8");
    }
    bd_reader_free(reader);
    bd_arena_free(arena);
}

/* A mail that comes after one that left its reader ill. */
static void test_reader_read__tries_again_with_another(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_reader *reader = bd_reader_new();
    struct bd_incoming got = read_one(reader, arena, BD_STR("poison"));

    (void)state;
    CHECK(got.kind == BD_INCOMING_HUMAN);
    got = read_one(reader, arena, BD_STR("innocent"));
    CHECK(got.kind == BD_INCOMING_HUMAN);
    CHECK_STR(got.subject, "8");
    bd_reader_free(reader);
    bd_arena_free(arena);
}

static void test_reader_read__cuts_large_mails_and_renews_itself(void **state)
{
    struct bd_reader *reader = bd_reader_new();
    bd_str large = { calloc(1, 3 * READER_MAX_BYTES), 3 * READER_MAX_BYTES };

    (void)state;
    for (int i = 0; i < READER_MAILS + 3; i++) {
        struct bd_arena *arena = bd_arena_new();
        struct bd_incoming got = read_one(reader, arena,
                                          i % 250 ? BD_STR("small") : large);

        CHECK_STR(got.subject, i % 250 ? "5" : "1048576");
        bd_arena_free(arena);
    }
    bd_reader_free(reader);
    t_free(large);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader_read__has_no_rights),
        cmocka_unit_test(test_reader_read__outlives_what_kills_it),
        cmocka_unit_test(test_reader_read__blames_no_mail_for_its_own_death),
        cmocka_unit_test(test_reader_read__tries_again_with_another),
        cmocka_unit_test(test_reader_read__cuts_large_mails_and_renews_itself),
    };

    if (argc == 1 && strcmp(argv[0], BD_READER_NAME) == 0)
        reader_serve(do_what_it_says);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

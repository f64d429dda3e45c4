#include "t.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "brevduva/base/file.h"

struct fixture {
    struct bd_arena *arena;
    char folder[64];
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->arena = bd_arena_new();
    (void)snprintf(f->folder, sizeof f->folder, "/tmp/brevduva-test-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    *state = f;
    return 0;
}

static const char *in_folder(const struct fixture *f, const char *name)
{
    return bd_path_join(f->arena, f->folder, name);
}

/* How many files are in the folder; they go. */
static int empty_folder(const struct fixture *f)
{
    DIR *dir = opendir(f->folder);
    const struct dirent *entry = NULL;
    int count = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        assert_int_equal(remove(in_folder(f, entry->d_name)), 0);
        count++;
    }
    (void)closedir(dir);
    return count;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    (void)empty_folder(f);
    (void)rmdir(f->folder);
    bd_arena_free(f->arena);
    free(f);
    return 0;
}

static void check_content(const struct fixture *f, const char *path,
                          const char *want)
{
    bd_str got = BD_STR_NONE;

    assert_int_equal(bd_file_read(f->arena, path, 100, &got, NULL), BD_OK);
    CHECK_STR(got, want);
}

static void test_file_replace__replaces_or_creates(void **state)
{
    const struct fixture *f = *state;
    const char *path = in_folder(f, "a");
    struct stat st;

    assert_int_equal(bd_file_replace(path, BD_STR("one"), 0640, NULL), BD_OK);
    check_content(f, path, "one");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    assert_int_equal(bd_file_replace(path, BD_STR_NONE, 0600, NULL), BD_OK);
    check_content(f, path, "");
    assert_int_equal(empty_folder(f), 1);
}

static void test_file_create__does_not_replace(void **state)
{
    const struct fixture *f = *state;
    const char *path = in_folder(f, "a");
    struct bd_err err = { 0 };

    assert_int_equal(bd_file_create(path, BD_STR("one"), 0644, NULL), BD_OK);
    assert_int_equal(bd_file_create(path, BD_STR("two"), 0644, &err),
                     BD_EEXIST);
    CHECK(bd_str_ends(bd_str_from(err.msg),
                      BD_STR("/a: cannot write: File exists")));
    check_content(f, path, "one");
    assert_int_equal(empty_folder(f), 1); /* nothing temporary is left */
}

static void test_file_replace__fails_without_a_trace(void **state)
{
    const struct fixture *f = *state;
    const char *path = in_folder(f, "a");
    static char large[100000];
    const struct rlimit tight = { 5000, RLIM_INFINITY };
    struct rlimit old;
    enum bd_status rc = BD_OK;
    struct bd_err err = { 0 };

    assert_int_equal(bd_file_replace(path, BD_STR("old"), 0644, NULL), BD_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    rc = bd_file_replace(path, (bd_str) { large, sizeof large }, 0644, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(rc, BD_EIO);
    CHECK(bd_str_ends(bd_str_from(err.msg),
                      BD_STR("/a: cannot write: File too large")));
    check_content(f, path, "old");
    assert_int_equal(empty_folder(f), 1);
    assert_int_equal(
        bd_file_replace(in_folder(f, "none/a"), BD_STR("x"), 0644, &err),
        BD_ENOENT);
}

static void test_file_read__has_a_ceiling(void **state)
{
    const struct fixture *f = *state;
    const char *path = in_folder(f, "a");
    static char large[70000];
    struct bd_err err = { 0 };
    bd_str got = BD_STR_NONE;

    memset(large, 'x', sizeof large);
    assert_int_equal(
        bd_file_replace(path, (bd_str) { large, sizeof large }, 0644, NULL),
        BD_OK);
    assert_int_equal(bd_file_read(f->arena, path, sizeof large, &got, &err),
                     BD_OK);
    CHECK(bd_str_eq(got, (bd_str) { large, sizeof large }));
    assert_int_equal(bd_file_read(f->arena, path, sizeof large - 1, &got, &err),
                     BD_ELIMIT);
    CHECK(bd_str_ends(bd_str_from(err.msg),
                      BD_STR("/a: larger than the limit of 68 kB")));
    assert_int_equal(bd_file_read(f->arena, path, 10, &got, &err), BD_ELIMIT);
    assert_int_equal(
        bd_file_read(f->arena, in_folder(f, "none"), 10, &got, &err),
        BD_ENOENT);
    assert_int_equal(bd_file_read(f->arena, f->folder, 10, &got, &err), BD_EIO);
    CHECK(bd_str_ends(bd_str_from(err.msg),
                      BD_STR(": cannot read: Is a directory")));
    (void)empty_folder(f);
}

static void test_file_read_start__leaves_the_rest(void **state)
{
    const struct fixture *f = *state;
    static const struct {
        size_t max;
        const char *got;
    } rows[] = { { 0, "" }, { 3, "abc" }, { 6, "abcdef" }, { 7, "abcdef" } };
    const char *path = in_folder(f, "start");

    assert_int_equal(bd_file_replace(path, BD_STR("abcdef"), 0644, NULL),
                     BD_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str got = BD_STR_NONE;

        CHECK(bd_file_read_start(f->arena, path, rows[i].max, &got, NULL) ==
              BD_OK);
        CHECK_STR(got, rows[i].got);
    }
    (void)empty_folder(f);
}

static void test_file_read__waits_for_no_fifo(void **state)
{
    const struct fixture *f = *state;
    const char *fifo = in_folder(f, "fifo");
    const char *paths[] = { fifo, "/dev/null", "/dev/zero" };
    struct bd_err err = { 0 };
    bd_str got = BD_STR_NONE;

    assert_int_equal(mkfifo(fifo, 0600), 0);
    (void)alarm(10); /* should it hang after all */
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        CHECK_ROW(paths[i],
                  bd_file_read(f->arena, paths[i], 10, &got, &err) == BD_EIO);
        CHECK(bd_str_starts(bd_str_from(err.msg), bd_str_from(paths[i])));
        CHECK(
            bd_str_ends(bd_str_from(err.msg), BD_STR(": not a regular file")));
    }
    (void)alarm(0);
    assert_int_equal(empty_folder(f), 1);
}

static void test_folder_create__tells_an_old_one(void **state)
{
    const struct fixture *f = *state;
    const char *path = in_folder(f, "sub");

    CHECK(!bd_file_exists(path));
    assert_int_equal(bd_folder_create(path, 0755, NULL), BD_OK);
    CHECK(bd_file_exists(path));
    assert_int_equal(bd_folder_create(path, 0755, NULL), BD_EEXIST);
    assert_int_equal(bd_folder_sync(path, NULL), BD_OK);
    assert_int_equal(bd_folder_sync(in_folder(f, "none"), NULL), BD_EIO);
    assert_string_equal(bd_path_join(f->arena, "a", "/b"), "/b");
    (void)empty_folder(f);
}

static void test_lock_take__is_held_once(void **state)
{
    const struct fixture *f = *state;
    const char *path = in_folder(f, "lock");
    struct bd_lock_owner owner = { 0 };
    struct bd_err err = { 0 };
    int one = -1;
    int two = -1;

    assert_int_equal(bd_lock_take(path, "watch", &one, &owner, NULL), BD_OK);
    assert_int_equal(bd_lock_take(path, "send", &two, &owner, &err), BD_ETEMP);
    assert_int_equal(owner.pid, getpid());
    assert_string_equal(owner.role, "watch");
    assert_int_equal(two, -1);
    assert_int_equal(close(one), 0);
    assert_int_equal(bd_lock_take(path, "send", &two, &owner, NULL), BD_OK);
    assert_int_equal(close(two), 0);
    assert_int_equal(
        bd_lock_take(in_folder(f, "none/lock"), "send", &two, &owner, &err),
        BD_ENOENT);
    (void)empty_folder(f);
}

/* What the file says while another holds it, from older versions and from
 * programs that are not ours. */
static void test_lock_take__reads_any_owner(void **state)
{
    static const struct {
        const char *text;
        int64_t pid;
        const char *role;
    } rows[] = {
        { "", 0, "" },
        { "4711\n", 4711, "" },
        { "4711 watch\n", 4711, "watch" },
        { "4711 a-b", 4711, "a" },
        { "4711 abcdefghijklmnopqrstuvwxyz", 4711, "abcdefghijklmno" },
        { "99999999999 watch", 0, "" },
        { "x watch", 0, "" },
    };
    const struct fixture *f = *state;
    const char *path = in_folder(f, "lock");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_lock_owner owner = { 0 };
        int fd = -1;
        int other = -1;

        assert_int_equal(bd_lock_take(path, "send", &fd, &owner, NULL), BD_OK);
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, rows[i].text, strlen(rows[i].text), 0),
                         (ssize_t)strlen(rows[i].text));
        assert_int_equal(bd_lock_take(path, "send", &other, &owner, NULL),
                         BD_ETEMP);
        CHECK_ROW(rows[i].text, owner.pid == rows[i].pid);
        assert_string_equal(owner.role, rows[i].role);
        assert_int_equal(close(fd), 0);
    }
    (void)empty_folder(f);
}

/* Who has just got the lock has not written yet who it is; what stands there is
 * nothing, or of one who had it before. */
static void test_lock_take__waits_for_the_owners_name(void **state)
{
    static const char *const before[] = { "", "2147483647 send\n" };
    const struct fixture *f = *state;
    const char *path = in_folder(f, "lock");

    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        struct bd_lock_owner owner = { 0 };
        char text[32];
        int fd = -1;
        int other = -1;
        pid_t child = 0;
        int len = snprintf(text, sizeof text, "%d watch\n", (int)getpid());

        assert_int_equal(bd_lock_take(path, "send", &fd, &owner, NULL), BD_OK);
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, before[i], strlen(before[i]), 0),
                         (ssize_t)strlen(before[i]));
        child = fork();
        if (child == 0) {
            (void)poll(NULL, 0, 30);
            _exit(ftruncate(fd, 0) != 0 ||
                  pwrite(fd, text, (size_t)len, 0) != len);
        }
        assert_int_equal(bd_lock_take(path, "send", &other, &owner, NULL),
                         BD_ETEMP);
        CHECK_ROW(before[i], owner.pid == getpid());
        assert_string_equal(owner.role, "watch");
        assert_int_equal(waitpid(child, NULL, 0), child);
        assert_int_equal(close(fd), 0);
    }
    (void)empty_folder(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_replace__replaces_or_creates),
        cmocka_unit_test(test_file_create__does_not_replace),
        cmocka_unit_test(test_file_replace__fails_without_a_trace),
        cmocka_unit_test(test_file_read__has_a_ceiling),
        cmocka_unit_test(test_file_read_start__leaves_the_rest),
        cmocka_unit_test(test_file_read__waits_for_no_fifo),
        cmocka_unit_test(test_folder_create__tells_an_old_one),
        cmocka_unit_test(test_lock_take__is_held_once),
        cmocka_unit_test(test_lock_take__reads_any_owner),
        cmocka_unit_test(test_lock_take__waits_for_the_owners_name),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

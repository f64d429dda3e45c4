#include "t.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "brevduva/base/file.h"
#include "brevduva/base/limits.h"
#include "config_private.h"

/* A folder of the test's own, with a file "secret" in it. */
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

static const char *secret_path(const struct fixture *f)
{
    return bd_path_join(f->arena, f->folder, "secret");
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    (void)unlink(secret_path(f));
    (void)rmdir(f->folder);
    bd_arena_free(f->arena);
    free(f);
    return 0;
}

static void check(const struct fixture *f, const struct bd_config_relay *relay,
                  enum bd_status want, const char *text)
{
    bd_str password = BD_STR_NONE;
    struct bd_err err = { 0 };

    assert_int_equal(
        bd_config_relay_password(f->arena, relay, f->folder, &password, &err),
        want);
    if (want == BD_OK)
        CHECK_STR(password, text);
    else
        assert_string_equal(err.msg, text);
    assert_null(strstr(err.msg, "hunter2"));
}

static void check_command(const struct fixture *f, const char *command,
                          enum bd_status want, const char *text)
{
    struct bd_config_relay c = { .key = BD_STR("relay") };

    c.password_command = bd_str_from(command);
    check(f, &c, want, text);
}

static void test_password__of_a_command(void **state)
{
    const struct fixture *f = *state;

    check_command(f, "printf 'hunter2 å\\r\\nmore\\n'", BD_OK, "hunter2 å");
    check_command(f, "printf hunter2; cat", BD_OK, "hunter2"); /* no stdin */
    check_command(f, "basename \"$PWD\"", BD_OK, f->folder + 5);
    check_command(f, "echo hunter2; exit 3", BD_EIO,
                  "relay.password_command: the command failed with exit "
                  "status 3; run it by hand to see why");
    check_command(f, "echo hunter2; kill -9 $$", BD_EIO,
                  "relay.password_command: the command was ended by signal 9");
    check_command(f, "true", BD_EINVAL,
                  "relay.password_command: the password is empty; its first "
                  "line should hold it");
    check_command(f, "printf 'hunter2\\a'", BD_EINVAL,
                  "relay.password_command: the password has a control "
                  "character in it");
    check_command(f, "printf 'hunter2\\0x'", BD_EINVAL,
                  "relay.password_command: the password has a control "
                  "character in it");
    check_command(f, "head -c 5000 /dev/zero | tr '\\0' x", BD_ELIMIT,
                  "relay.password_command: the command prints more than 4096 "
                  "bytes");
}

static void test_run_command__does_not_wait_for_ever(void **state)
{
    static const char *const rows[] = {
        "exec sleep 60",                 /* holds its output open */
        "exec >/dev/null; exec sleep 60" /* closes it and stays */
    };
    const struct fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str out = BD_STR_NONE;
        struct bd_err err = { 0 };

        CHECK_ROW(rows[i], run_command(f->arena, rows[i], f->folder, 200, &out,
                                       &err) == BD_EIO);
        assert_string_equal(err.msg,
                            "the command takes too long; run it by hand to "
                            "see what it waits for");
    }
}

static void test_run_command__leaves_no_children(void **state)
{
    const struct fixture *f = *state;
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC); /* no terminal */
    struct pollfd held = { .events = POLLIN };
    bd_str out = BD_STR_NONE;
    int ends[2];

    CHECK(nothing >= 0 && dup2(nothing, STDIN_FILENO) == STDIN_FILENO);
    CHECK(pipe(ends) == 0); /* the writing end is the children's as well */
    assert_int_equal(run_command(f->arena, "sleep 60 & sleep 60; true",
                                 f->folder, 200, &out, NULL),
                     BD_EIO);
    (void)close(ends[1]);
    held.fd = ends[0];
    assert_int_equal(poll(&held, 1, 5000), 1);
    CHECK(held.revents & POLLHUP);
    (void)close(ends[0]);
    (void)close(nothing);
}

static void test_run_command__needs_its_folder(void **state)
{
    const struct fixture *f = *state;
    bd_str out = BD_STR_NONE;

    assert_int_equal(
        run_command(f->arena, "echo x", "/nonexistent", 5000, &out, NULL),
        BD_EIO);
}

static void test_password__of_a_file(void **state)
{
    const struct fixture *f = *state;
    struct bd_config_relay c = { .key = BD_STR("relay") };
    char want[200];

    c.password_file = BD_STR("secret");
    (void)snprintf(want, sizeof want,
                   "relay.password_file: %s/secret: cannot open: No such file "
                   "or directory",
                   f->folder);
    check(f, &c, BD_ENOENT, want);
    assert_int_equal(
        bd_file_replace(secret_path(f), BD_STR("hunter2 \nx\n"), 0600, NULL),
        BD_OK);
    check(f, &c, BD_OK, "hunter2 ");
    c.password_file = bd_str_from(secret_path(f)); /* absolute */
    check(f, &c, BD_OK, "hunter2 ");
    assert_int_equal(
        bd_file_replace(secret_path(f), BD_STR("\nhunter2"), 0600, NULL),
        BD_OK);
    check(f, &c, BD_EINVAL,
          "relay.password_file: the password is empty; its first line should "
          "hold it");
}

static void test_password__of_a_variable(void **state)
{
    const struct fixture *f = *state;
    struct bd_config_relay c = { .key = BD_STR("relay") };

    c.password_env = BD_STR("BREVDUVA_TEST_PASSWORD");
    assert_int_equal(unsetenv("BREVDUVA_TEST_PASSWORD"), 0);
    check(f, &c, BD_EINVAL,
          "relay.password_env: there is no environment variable "
          "BREVDUVA_TEST_PASSWORD; set it, or name another");
    assert_int_equal(setenv("BREVDUVA_TEST_PASSWORD", "hunter2", 1), 0);
    check(f, &c, BD_OK, "hunter2");
    assert_int_equal(setenv("BREVDUVA_TEST_PASSWORD", "", 1), 0);
    check(f, &c, BD_EINVAL,
          "relay.password_env: the password is empty; its first line should "
          "hold it");
}

static void test_password__none(void **state)
{
    const struct fixture *f = *state;
    const struct bd_config_relay c = { .key = BD_STR("relay") };

    check(f, &c, BD_OK, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_password__of_a_command),
        cmocka_unit_test(test_run_command__does_not_wait_for_ever),
        cmocka_unit_test(test_run_command__leaves_no_children),
        cmocka_unit_test(test_run_command__needs_its_folder),
        cmocka_unit_test(test_password__of_a_file),
        cmocka_unit_test(test_password__of_a_variable),
        cmocka_unit_test(test_password__none),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

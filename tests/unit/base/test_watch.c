#include "brevduva/base/watch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"

static char root[64];

static const char *at(const char *path)
{
    static char whole[4][160];
    static unsigned next;

    next = (next + 1) % 4;
    (void)snprintf(whole[next], sizeof whole[next], "%s/%s", root, path);
    return whole[next];
}

static void save(const char *path)
{
    FILE *file = fopen(at(path), "w");

    assert_non_null(file);
    assert_true(fputs("x", file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(root, sizeof root, "/tmp/bd-watch-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int take_away(const char *path, const struct stat *is, int kind,
                     struct FTW *at)
{
    (void)is;
    (void)kind;
    (void)at;
    return remove(path);
}

static int tear_down(void **state)
{
    (void)state;
    return nftw(root, take_away, 8, FTW_DEPTH | FTW_PHYS);
}

static void test_watch_name__notices_it_alone(void **state)
{
    struct bd_watch *watch = NULL;

    (void)state;
    assert_int_equal(bd_watch_new(&watch, NULL), BD_OK);
    bd_watch_name(watch, root, "a.md");
    bd_watch_name(watch, root, "a.md");
    bd_watch_name(watch, at("missing"), "b.md");
    assert_false(bd_watch_changed(watch));
    save("b.md");
    save(".a.md.swp");
    assert_false(bd_watch_changed(watch));
    save("a.md");
    assert_true(bd_watch_changed(watch));
    assert_false(bd_watch_changed(watch));
    assert_int_equal(rename(at("b.md"), at("a.md")), 0);
    assert_true(bd_watch_changed(watch));
    assert_int_equal(unlink(at("a.md")), 0);
    assert_true(bd_watch_changed(watch));
    bd_watch_free(watch);
    bd_watch_free(NULL);
}

static void test_watch_tree__notices_what_comes_later(void **state)
{
    struct bd_watch *watch = NULL;

    (void)state;
    assert_int_equal(bd_watch_new(&watch, NULL), BD_OK);
    bd_watch_name(watch, root, "2026-1");
    bd_watch_tree(watch, at("2026-1")); /* not there yet */
    assert_int_equal(mkdir(at("2026-1"), 0755), 0);
    assert_true(bd_watch_changed(watch));
    bd_watch_tree(watch, at("2026-1"));
    save("2026-1/a.png");
    assert_true(bd_watch_changed(watch));
    assert_int_equal(mkdir(at("2026-1/more"), 0755), 0);
    assert_true(bd_watch_changed(watch));
    save("2026-1/more/b.png");
    assert_true(bd_watch_changed(watch));
    save("2026-2.md");
    assert_false(bd_watch_changed(watch));
    bd_watch_free(watch);
}

static void test_watch_tree__survives_that_it_goes(void **state)
{
    struct bd_watch *watch = NULL;

    (void)state;
    assert_int_equal(bd_watch_new(&watch, NULL), BD_OK);
    assert_int_equal(mkdir(at("gone"), 0755), 0);
    bd_watch_tree(watch, at("gone"));
    assert_int_equal(rmdir(at("gone")), 0);
    assert_true(bd_watch_changed(watch));
    assert_int_equal(mkdir(at("gone"), 0755), 0);
    assert_false(bd_watch_changed(watch));
    bd_watch_tree(watch, at("gone"));
    save("gone/c.png");
    assert_true(bd_watch_changed(watch));
    bd_watch_free(watch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_watch_name__notices_it_alone,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_watch_tree__notices_what_comes_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_watch_tree__survives_that_it_goes,
                                        set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "brevduva/store/begun.h"
#include "store_t.h"

/* These run in a child, so that the ceiling is its own. */
static int create_on_full_disk(struct t_store *t)
{
    const struct rlimit ceiling = { (rlim_t)16 * 1024, (rlim_t)16 * 1024 };
    const char *path = bd_arena_printf(t->arena, "%s/new.db", t->folder).ptr;

    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &ceiling) != 0)
        return 1;
    if (bd_store_create(path, &t->err) != BD_EIO ||
        !strstr(t->err.msg, "new.db: the disk is full"))
        return 2;
    return 0; /* t_stop finds what was left behind */
}

static int fill_up(struct t_store *t)
{
    const struct rlimit ceiling = { (rlim_t)512 * 1024, (rlim_t)512 * 1024 };
    struct bd_store *store = NULL;
    char kilobyte[1024];
    enum bd_status rc = BD_OK;

    memset(kilobyte, 'x', sizeof kilobyte);
    (void)signal(SIGXFSZ, SIG_IGN);
    if (bd_store_open(t->path, BD_STORE_WRITE, &store, &t->err) != BD_OK ||
        setrlimit(RLIMIT_FSIZE, &ceiling) != 0 ||
        bd_store_begin(store, &t->err) != BD_OK)
        return 1;
    for (unsigned i = 0; i < 100000 && rc == BD_OK; i++) {
        bd_str name = bd_arena_printf(t->arena, "%u", i);

        rc = bd_setting_set(store, name, (bd_str) { kilobyte, sizeof kilobyte },
                            &t->err);
    }
    rc = store_end(store, rc, &t->err);
    if (rc != BD_EIO || !strstr(t->err.msg, "disk is full"))
        return 2;
    if (bd_store_check(store, &t->err) != BD_OK)
        return 3;
    bd_store_close(store);
    return 0;
}

static void test_store__full_disk_changes_nothing(void **state)
{
    struct t_store t;
    bd_str value = BD_STR_NONE;

    (void)state;
    t_start(&t);
    bd_store_close(t.store);
    t.store = NULL;
    t_in_child(&t, create_on_full_disk);
    t_in_child(&t, fill_up);
    MUST(&t, bd_store_open(t.path, BD_STORE_WRITE, &t.store, &t.err));
    MUST(&t, bd_store_check(t.store, &t.err));
    CHECK(bd_setting_get(t.arena, t.store, BD_STR("0"), &value, &t.err) ==
          BD_ENOENT);
    t_stop(&t);
}

typedef ssize_t (*pwrite_fn)(int fd, const void *from, size_t len, off_t at);
static pwrite_fn real_pwrite;

/* A quota that leaves no room for the log. */
static ssize_t pwrite_past_quota(int fd, const void *from, size_t len, off_t at)
{
    char link[64];
    char path[256] = "";
    bd_str name = BD_STR_NONE;

    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    (void)!readlink(link, path, sizeof path - 1);
    name = bd_str_from(path);
    if (!bd_str_ends(name, BD_STR("-wal")))
        return real_pwrite(fd, from, len, at);
    errno = EDQUOT;
    return -1;
}

static void check_full(struct t_store *t, const char *words)
{
    CHECK(bd_setting_set(t->store, BD_STR("a"), BD_STR("b"), &t->err) ==
          BD_EIO);
    if (!strstr(t->err.msg, "disk is full") || !strstr(t->err.msg, words))
        fail_msg("it says: %s", t->err.msg);
}

static void test_store__quota_is_a_full_disk(void **state)
{
    static const char *const calls[] = { "pwrite", "pwrite64" };
    sqlite3_vfs *vfs = sqlite3_vfs_find("unix");
    struct t_store t;

    (void)state;
    t_start(&t);
    for (size_t i = 0; i < 2; i++) {
        sqlite3_syscall_ptr call = vfs->xGetSystemCall(vfs, calls[i]);

        if (!call)
            continue;
        real_pwrite = (pwrite_fn)call;
        (void)vfs->xSetSystemCall(vfs, calls[i],
                                  (sqlite3_syscall_ptr)pwrite_past_quota);
    }
    CHECK(real_pwrite);
    check_full(&t, "nothing was changed");
    bd_begun_start(t.store); /* from now on copies are handed over */
    check_full(&t, "goes on by itself");
    bd_begun_stop(t.store);
    check_full(&t, "goes on by itself");
    (void)vfs->xSetSystemCall(vfs, NULL, NULL);
    MUST(&t, bd_setting_set(t.store, BD_STR("a"), BD_STR("b"), &t.err));
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_store__full_disk_changes_nothing),
        cmocka_unit_test(test_store__quota_is_a_full_disk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

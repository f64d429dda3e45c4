#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "brevduva/base/assets.h"
#include "store_t.h"

static void test_store_create__whole_private_and_once(void **state)
{
    struct t_store t;
    struct stat info;

    (void)state;
    t_start(&t);
    CHECK(stat(t.path, &info) == 0);
    CHECK_NUM(info.st_mode & 0777, 0600);
    CHECK(bd_store_create(t.path, &t.err) == BD_EEXIST);
    CHECK(strstr(t.err.msg, t.path) && strstr(t.err.msg, "already"));
    CHECK(bd_store_check(t.store, &t.err) == BD_OK);
    t_stop(&t);
}

static void test_store_create__folder_is_missing(void **state)
{
    struct bd_err err;

    (void)state;
    CHECK(bd_store_create("/tmp/bd-no-such-folder/x.db", &err) == BD_EIO);
    CHECK(strstr(err.msg, "/tmp/bd-no-such-folder/x.db"));
}

static int64_t ask(struct t_store *t, const char *pragma)
{
    sqlite3_stmt *query = NULL;
    int64_t value = -1;

    CHECK(sqlite3_prepare_v2(t->store->db, pragma, -1, &query, NULL) == 0);
    CHECK(sqlite3_step(query) == SQLITE_ROW);
    value = sqlite3_column_type(query, 0) == SQLITE_TEXT
                ? strcmp((const char *)sqlite3_column_text(query, 0), "wal") ==
                      0
                : sqlite3_column_int64(query, 0);
    (void)sqlite3_finalize(query);
    return value;
}

static void test_store_open__sets_what_the_ledger_leans_on(void **state)
{
    static const struct {
        const char *pragma;
        int64_t want;
    } rows[] = {
        { "PRAGMA journal_mode", 1 },
        { "PRAGMA synchronous", 2 },
        { "PRAGMA foreign_keys", 1 },
        { "PRAGMA secure_delete", 1 },
        { "PRAGMA busy_timeout", 10000 },
        { "PRAGMA trusted_schema", 0 },
        { "PRAGMA application_id", 0x62647661 },
        { "PRAGMA user_version", 11 },
    };
    struct t_store t;

    (void)state;
    t_start(&t);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_ROW(rows[i].pragma, ask(&t, rows[i].pragma) == rows[i].want);
    /* a text in double quotes is a column that is missing, never a string */
    CHECK(sqlite3_exec(t.store->db, "SELECT \"nothing\"", NULL, NULL, NULL) ==
          SQLITE_ERROR);
    t_stop(&t);
}

static void test_sql__every_statement_prepares(void **state)
{
    struct t_store t;

    (void)state;
    t_start(&t);
    for (unsigned i = 0; i < STORE_SQL_COUNT; i++) {
        sqlite3_stmt *query = NULL;

        if (!!store_sql_readers[i] + !!store_sql_mailings[i] +
                !!store_sql_queue[i] + !!store_sql_story[i] +
                !!store_sql_web[i] + !!store_sql_inbox[i] !=
            1)
            fail_msg("statement %u has no text, or two", i);
        CHECK_ROW(store_sql(i), store_query(t.store, (enum store_sql)i, &query,
                                            &t.err) == BD_OK);
        /* $1 is the first, whatever the order in the text */
        CHECK_ROW(store_sql(i), sqlite3_bind_parameter_count(query) == 0 ||
                                    strchr(store_sql(i), '$'));
    }
    t_stop(&t);
}

/* What SQLite alone understands has no place in the shared text. */
static void test_sql__keeps_to_the_common_dialect(void **state)
{
    static const char *const banned[] = {
        "json_", "OR IGNORE", "OR REPLACE", "NOCASE", "last_insert",
        "GLOB",  "strftime",  "\"",         "?"
    };

    (void)state;
    for (unsigned i = 0; i < STORE_SQL_COUNT; i++)
        for (size_t k = 0; k < sizeof banned / sizeof *banned; k++)
            CHECK_ROW(store_sql(i), !strstr(store_sql(i), banned[k]));
}

/* Column lines of a migration say what they are. */
static void check_comments(bd_str text)
{
    bool in_table = false;
    bool comment_before = false;

    while (text.len > 0) {
        bd_str line = bd_str_cut_line(&text);
        bool column = in_table && bd_str_starts(line, BD_STR("    ")) &&
                      line.len > 4 && line.ptr[4] >= 'a' && line.ptr[4] <= 'z';

        if (bd_str_starts(line, BD_STR("CREATE TABLE"))) {
            in_table = true;
            if (!comment_before)
                fail_msg("no comment: %.*s", BD_ARG(line));
        }
        if (column && bd_str_find(line, BD_STR("-- ")) == SIZE_MAX)
            fail_msg("no comment: %.*s", BD_ARG(line));
        if (bd_str_starts(line, BD_STR(")")))
            in_table = false;
        comment_before = bd_str_starts(line, BD_STR("--"));
    }
}

static void test_migrations__tables_and_columns_have_comments(void **state)
{
    (void)state;
    for (const struct bd_asset *a = bd_assets; a->name; a++)
        if (bd_str_starts(bd_str_from(a->name), BD_STR("migrations/")))
            check_comments((bd_str) { (const char *)a->data, a->len });
}

static void change(const char *path, const char *sql)
{
    sqlite3 *db = NULL;

    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
    CHECK(sqlite3_close(db) == SQLITE_OK);
}

static void overwrite(const char *path, off_t at, size_t len)
{
    char junk[4096];
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    memset(junk, 0xa5, sizeof junk);
    CHECK(fd >= 0);
    for (size_t done = 0; done < len; done += sizeof junk)
        CHECK(pwrite(fd, junk, sizeof junk, at + (off_t)done) == sizeof junk);
    CHECK(close(fd) == 0);
}

static void refuses(struct t_store *t, enum bd_store_mode mode,
                    enum bd_status want, const char *word)
{
    struct bd_store *store = NULL;
    enum bd_status rc = bd_store_open(t->path, mode, &store, &t->err);

    if (rc != want || !strstr(t->err.msg, word) || store)
        fail_msg("status %d, message: %s", (int)rc, t->err.msg);
}

static void test_store_open__refuses_what_it_cannot_use(void **state)
{
    struct t_store t;
    struct bd_store *store = NULL;

    (void)state;
    t_start(&t);
    bd_store_close(t.store);
    t.store = NULL;
    change(t.path, "PRAGMA user_version = 12");
    refuses(&t, BD_STORE_WRITE, BD_EINVAL, "has version 12");
    refuses(&t, BD_STORE_WRITE, BD_EINVAL, "knows up to 11");
    change(t.path, "PRAGMA user_version = 0");
    refuses(&t, BD_STORE_READ, BD_ETEMP, "brought to 11");
    change(t.path, "PRAGMA user_version = 2; PRAGMA application_id = 1");
    refuses(&t, BD_STORE_WRITE, BD_EINVAL, "not a newsletter database");
    CHECK(truncate(t.path, 0) == 0);
    refuses(&t, BD_STORE_READ, BD_EINVAL, "not a newsletter database");
    overwrite(t.path, 0, 8192);
    refuses(&t, BD_STORE_WRITE, BD_EINVAL, "not a newsletter database");
    CHECK(unlink(t.path) == 0);
    refuses(&t, BD_STORE_WRITE, BD_ENOENT, "no database");
    CHECK(bd_store_open(t.folder, BD_STORE_WRITE, &store, &t.err) == BD_EIO);
    t_stop(&t);
}

static void test_store_check__finds_damage(void **state)
{
    struct t_store t;
    struct stat info;

    (void)state;
    t_start(&t);
    for (unsigned i = 0; i < 3000; i++)
        (void)t_subscribe(&t, i);
    CHECK(bd_store_check(t.store, &t.err) == BD_OK);
    bd_store_close(t.store);
    t.store = NULL;
    CHECK(stat(t.path, &info) == 0);
    overwrite(t.path, info.st_size / 8192 * 4096, 8192);
    MUST(&t, bd_store_open(t.path, BD_STORE_READ, &t.store, &t.err));
    CHECK(bd_store_check(t.store, &t.err) == BD_EPARSE);
    CHECK(strstr(t.err.msg, "damaged") && strstr(t.err.msg, "backup"));
    t_stop(&t);
}

static void test_store_check__finds_rows_that_point_nowhere(void **state)
{
    struct t_store t;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    change(t.path, "PRAGMA foreign_keys = OFF; DELETE FROM list");
    CHECK(bd_store_check(t.store, &t.err) == BD_EPARSE);
    CHECK(strstr(t.err.msg, "missing row of list"));
    t_stop(&t);
}

static void test_store_check__counts_what_is_kept(void **state)
{
    static const struct {
        const char *spoil;
        const char *word;
    } rows[] = {
        { "UPDATE list_count SET readers = 2", "\"nyhetsbrev\"" },
        { "UPDATE list_count SET nameless = 0", "\"nyhetsbrev\"" },
        { "DELETE FROM list_count", "\"nyhetsbrev\"" },
        { "INSERT INTO mailing_count VALUES (1, 'accepted', 1)", "\"2016-1\"" },
        { "INSERT INTO delivery (mailing_id, subscriber_id, state, attempts, "
          "reason, email) VALUES (1, 1, 'unknown', 1, '', 'a@b.example')",
          "\"2016-1\"" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct t_store t;

        t_start(&t);
        (void)t_subscribe(&t, 1);
        (void)t_send(&t);
        MUST(&t, bd_store_check(t.store, &t.err));
        MUST(&t, store_exec(t.store, rows[i].spoil, &t.err));
        CHECK_ROW(rows[i].spoil, bd_store_check(t.store, &t.err) == BD_EPARSE &&
                                     strstr(t.err.msg, rows[i].word) != NULL);
        t_stop(&t);
    }
}

static void test_store_begin__inner_ones_roll_back_alone(void **state)
{
    struct t_store t;
    bd_str value = BD_STR_NONE;

    (void)state;
    t_start(&t);
    MUST(&t, bd_store_begin(t.store, &t.err));
    MUST(&t, bd_setting_set(t.store, BD_STR("a"), BD_STR("1"), &t.err));
    MUST(&t, bd_store_begin(t.store, &t.err));
    MUST(&t, bd_setting_set(t.store, BD_STR("b"), BD_STR("2"), &t.err));
    bd_store_rollback(t.store);
    MUST(&t, bd_store_commit(t.store, &t.err));
    MUST(&t, bd_setting_get(t.arena, t.store, BD_STR("a"), &value, &t.err));
    CHECK_STR(value, "1");
    CHECK(bd_setting_get(t.arena, t.store, BD_STR("b"), &value, &t.err) ==
          BD_ENOENT);
    t_stop(&t);
}

static void test_store__two_connections(void **state)
{
    struct t_store t;
    struct bd_store *other = NULL;
    bd_str value = BD_STR_NONE;

    (void)state;
    t_start(&t);
    MUST(&t, bd_store_open(t.path, BD_STORE_WRITE, &other, &t.err));
    (void)sqlite3_busy_timeout(other->db, 20);
    MUST(&t, bd_store_begin(t.store, &t.err));
    MUST(&t, bd_setting_set(t.store, BD_STR("a"), BD_STR("1"), &t.err));
    /* readers see the state before, a second writer is told to wait */
    CHECK(bd_setting_get(t.arena, other, BD_STR("a"), &value, &t.err) ==
          BD_ENOENT);
    CHECK(bd_store_begin(other, &t.err) == BD_ETEMP);
    CHECK(strstr(t.err.msg, "try again"));
    MUST(&t, bd_store_commit(t.store, &t.err));
    MUST(&t, bd_setting_get(t.arena, other, BD_STR("a"), &value, &t.err));
    bd_store_close(other);
    MUST(&t, bd_store_open(t.path, BD_STORE_READ, &other, &t.err));
    CHECK(bd_setting_set(other, BD_STR("a"), BD_STR("2"), &t.err) == BD_EIO);
    CHECK(strstr(t.err.msg, "cannot be written"));
    bd_store_close(other);
    t_stop(&t);
}

/* As a full disk does it to the whole transaction, in the midst of it. */
static void test_store_begin__refuses_a_step_of_what_was_undone(void **state)
{
    struct t_store t;
    bd_str value = BD_STR_NONE;

    (void)state;
    t_start(&t);
    MUST(&t, bd_store_begin(t.store, &t.err));
    MUST(&t, bd_setting_set(t.store, BD_STR("a"), BD_STR("1"), &t.err));
    MUST(&t, store_exec(t.store, "ROLLBACK", &t.err));
    assert_int_equal(bd_store_begin(t.store, &t.err), BD_EIO);
    assert_int_equal(bd_store_commit(t.store, &t.err), BD_EIO);
    bd_store_rollback(t.store);
    MUST(&t, bd_store_begin(t.store, &t.err));
    MUST(&t, bd_store_begin(t.store, &t.err));
    MUST(&t, bd_setting_set(t.store, BD_STR("b"), BD_STR("2"), &t.err));
    MUST(&t, bd_store_commit(t.store, &t.err));
    MUST(&t, bd_store_commit(t.store, &t.err));
    assert_int_equal(
        bd_setting_get(t.arena, t.store, BD_STR("a"), &value, NULL), BD_ENOENT);
    MUST(&t, bd_setting_get(t.arena, t.store, BD_STR("b"), &value, &t.err));
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_store_create__whole_private_and_once),
        cmocka_unit_test(test_store_create__folder_is_missing),
        cmocka_unit_test(test_store_open__sets_what_the_ledger_leans_on),
        cmocka_unit_test(test_sql__every_statement_prepares),
        cmocka_unit_test(test_sql__keeps_to_the_common_dialect),
        cmocka_unit_test(test_migrations__tables_and_columns_have_comments),
        cmocka_unit_test(test_store_open__refuses_what_it_cannot_use),
        cmocka_unit_test(test_store_check__finds_damage),
        cmocka_unit_test(test_store_check__finds_rows_that_point_nowhere),
        cmocka_unit_test(test_store_check__counts_what_is_kept),
        cmocka_unit_test(test_store_begin__inner_ones_roll_back_alone),
        cmocka_unit_test(test_store__two_connections),
        cmocka_unit_test(test_store_begin__refuses_a_step_of_what_was_undone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

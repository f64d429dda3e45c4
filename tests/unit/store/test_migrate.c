#include "brevduva/base/assets.h"
#include "brevduva/base/buf.h"
#include "store_t.h"

/* A mailing of six readers as the first version left it: its sender was
 * killed with copies 4 and 5 in a claim, of which 4 had come back. */
static const char *const old_rows[] = {
    "INSERT INTO list VALUES (1, 'nyhetsbrev', 'Nyhetsbrevet', '', 'sv', 1)",
    "INSERT INTO subscriber (email, email_key, name, language, text_only, "
    "attributes, source, created_at) VALUES "
    "('a@x.example', 'a@x.example', 'Ada', '', 0, '', 'cli', 1), "
    "('b@x.example', 'b@x.example', '', '', 0, '', 'cli', 1), "
    "('c@x.example', 'c@x.example', '', '', 0, '', 'cli', 1), "
    "('d@x.example', 'd@x.example', '', '', 0, '', 'cli', 1), "
    "('e@x.example', 'e@x.example', '', '', 0, '', 'cli', 1), "
    "('f@x.example', 'f@x.example', '', '', 0, '', 'cli', 1)",
    "INSERT INTO subscription SELECT 1, id, "
    "CASE WHEN id = 6 THEN 'left' ELSE 'active' END, 1 FROM subscriber",
    "INSERT INTO issue VALUES (1, '2016-1', 'Nyheter', '#', 'abc', x'6d', "
    "x'74', 'def', 0, 1)",
    "INSERT INTO mailing VALUES (1, 1, 1, 'salt', 'brev.example', "
    "'studs@brev.example', 'sending', '', 'eva', '', 1000, NULL, 1000, NULL, "
    "200000)",
    "INSERT INTO delivery VALUES (1, 1, NULL, 1, 'a@x.example', 'accepted', "
    "'', 2, NULL, 1, 1100, 250, '2.0.0', 'Ok', 'Q1', 'smtp://relay.example', "
    "'1.1.salt@brev.example')",
    "INSERT INTO delivery VALUES (2, 1, NULL, 2, 'b@x.example', 'deferred', "
    "'', 1, 1900, 1, 1100, 450, '4.2.0', 'Later', '', "
    "'smtp://relay.example', '1.2.salt@brev.example')",
    "INSERT INTO delivery VALUES (3, 1, NULL, 3, 'c@x.example', 'queued', "
    "'', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    "INSERT INTO delivery VALUES (4, 1, NULL, 4, 'd@x.example', 'queued', "
    "'', 0, NULL, 8, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    "INSERT INTO delivery VALUES (5, 1, NULL, 5, 'e@x.example', 'queued', "
    "'', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    "INSERT INTO delivery VALUES (6, 1, NULL, 6, 'f@x.example', 'skipped', "
    "'left', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    "INSERT INTO attempt VALUES (1, 1, 'deferred', 1050, 421, '4.3.2', 'Busy',"
    " '', 'maildir:outbox', '1.1.salt@brev.example')",
    "INSERT INTO claim VALUES (8, 1, 4, 5, 1, 77, 'host', 1200)",
};

/* `change` is made to those rows, unless NULL. */
static void make_old(struct t_store *t, const char *change)
{
    sqlite3 *db = NULL;
    bd_str first = BD_STR_NONE;

    *t = (struct t_store) { .folder = "/tmp/bd-store-XXXXXX",
                            .actor = { .channel = BD_STR("cli"),
                                       .name = BD_STR("eva"),
                                       .now = 1000 },
                            .list = 1 };
    if (!mkdtemp(t->folder))
        abort();
    (void)snprintf(t->path, sizeof t->path, "%s/brevduva.db", t->folder);
    t->arena = bd_arena_new();
    CHECK(bd_asset_find(BD_STR("migrations/0001_ledger.sql"), &first));
    CHECK(sqlite3_open(t->path, &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, bd_arena_cstr(t->arena, first), NULL, NULL, NULL) ==
          SQLITE_OK);
    for (size_t i = 0; i < sizeof old_rows / sizeof *old_rows; i++)
        if (sqlite3_exec(db, old_rows[i], NULL, NULL, NULL) != SQLITE_OK)
            fail_msg("%s: %s", old_rows[i], sqlite3_errmsg(db));
    CHECK(!change || sqlite3_exec(db, change, NULL, NULL, NULL) == SQLITE_OK);
    CHECK(sqlite3_exec(db,
                       "PRAGMA application_id = 1650751073; "
                       "PRAGMA user_version = 1; PRAGMA journal_mode = WAL",
                       NULL, NULL, NULL) == SQLITE_OK);
    CHECK(sqlite3_close(db) == SQLITE_OK);
    MUST(t, bd_store_open(t->path, BD_STORE_WRITE, &t->store, &t->err));
}

static enum bd_status note_row(void *self, const struct bd_log_row *row,
                               struct bd_err *err)
{
    struct bd_buf *out = self;

    (void)err;
    bd_buf_printf(out, "%lld %s %d %d %.*s %.*s %lld\n",
                  (long long)row->delivery_id,
                  bd_delivery_state_names[row->state], (int)row->attempts,
                  row->reply_code, BD_ARG(row->relay), BD_ARG(row->message_id),
                  (long long)row->next_try_at);
    return BD_OK;
}

static void test_migrate__keeps_what_the_first_version_knew(void **state)
{
    const struct bd_log_filter all = { .mailing_id = 1 };
    struct bd_mailing mailing;
    struct bd_audience audience;
    struct bd_buf out;
    struct t_store t;

    (void)state;
    make_old(&t, NULL);
    MUST(&t, bd_store_check(t.store, &t.err));
    bd_buf_init(&out, 0);
    MUST(&t, bd_log_each(t.store, &all, note_row, &out, &t.err));
    CHECK_STR(bd_buf_str(&out),
              "1 accepted 2 250 smtp://relay.example 1.1.salt@brev.example 0\n"
              "2 deferred 1 450 smtp://relay.example "
              "1.2.salt@brev.example 1900\n"
              "3 queued 0 0   0\n"
              "4 queued 0 0   0\n"
              "5 handing-over 0 0   0\n"
              "6 skipped 0 0   0\n");
    bd_buf_clear(&out);
    MUST(&t, bd_story_each(t.store, 1, note_row, &out, &t.err));
    CHECK_STR(bd_buf_str(&out),
              "1 deferred 1 421 maildir:outbox 1.1.salt@brev.example 0\n"
              "1 accepted 2 250 smtp://relay.example 1.1.salt@brev.example "
              "0\n");
    bd_buf_fini(&out);
    mailing = t_mailing(&t);
    CHECK_NUM(mailing.total, 6);
    CHECK_NUM(mailing.audience, 6);
    CHECK_NUM(mailing.to_enlist, 0);
    CHECK_NUM(mailing.count[BD_DELIVERY_HANDING_OVER], 1);
    MUST(&t, bd_audience_count(t.store, 1, BD_STR_NONE, 0, &audience, &t.err));
    CHECK_NUM(audience.active, 5);
    CHECK_NUM(audience.without_name, 4);
    CHECK_NUM(audience.left, 1);
    t_stop(&t);
}

static void test_migrate__the_sending_goes_on(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct t_store t;
    size_t count = 0;
    int64_t unknown = 0;
    int64_t claim = 0;

    (void)state;
    make_old(&t, NULL);
    MUST(&t, bd_queue_recover(t.store, &t.actor, &unknown, &t.err));
    CHECK_NUM(unknown, 1);
    MUST(&t, bd_queue_claim(t.arena, t.store, 1, 9, 2000, &claim, &copies,
                            &count, &t.err));
    CHECK_NUM(count, 3);
    CHECK(claim > 8); /* ids are never used again */
    MUST(&t, bd_store_check(t.store, &t.err));
    t_stop(&t);
}

static enum bd_status note_late(void *self, const struct bd_log_row *row,
                                struct bd_err *err)
{
    (void)err;
    if (row->reason.len > 0 && row->state == BD_DELIVERY_REFUSED)
        bd_buf_printf(self, "%d %.*s %.*s\n", row->reply_code,
                      BD_ARG(row->reason), BD_ARG(row->reply_text));
    return BD_OK;
}

/* Older versions wrote it into the server's words. */
static void test_migrate__tells_what_was_given_up(void **state)
{
    const struct bd_log_filter all = { .mailing_id = 1 };
    struct bd_buf out;
    struct t_store t;

    (void)state;
    make_old(&t, "UPDATE delivery SET state = 'refused', next_try_at = NULL, "
                 "reply_code = 550, reply_text = 'uppgivet, eftersom tiden för "
                 "försök är slut; sista svaret: Policy' WHERE id = 2;"
                 "UPDATE delivery SET state = 'refused', reply_code = 450, "
                 "reply_text = '' WHERE id = 1");
    bd_buf_init(&out, 0);
    MUST(&t, bd_log_each(t.store, &all, note_late, &out, &t.err));
    CHECK_STR(bd_buf_str(&out), "450 deadline \n550 deadline Policy\n");
    bd_buf_fini(&out);
    t_stop(&t);
}

/* Indexes go with a table that is made anew. */
/* A deadline further off than two days after the start was one that a pause
 * had put off; one still further off was a long send.deadline. */
static void test_migrate__tells_when_trying_began(void **state)
{
    static const struct {
        const char *change;
        int64_t want;
    } rows[] = {
        { "UPDATE mailing SET deadline = 1000 + 172800", 1000 },
        { "UPDATE mailing SET deadline = 90000 + 172800", 90000 },
        { "UPDATE mailing SET deadline = 1000 + 86400", 1000 },
        { "UPDATE mailing SET deadline = 99999999999", 1000 },
        { "UPDATE mailing SET deadline = 3000, started_at = NULL", 1000 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct t_store t;

        make_old(&t, rows[i].change);
        CHECK_NUM(t_mailing(&t).tried_from, rows[i].want);
        t_stop(&t);
    }
}

static void test_migrate__keeps_its_indexes(void **state)
{
    static const char *const names[] = {
        "delivery_by_reader", "delivery_by_due",  "letter_by_message",
        "bounce_by_mailing",  "mailing_by_issue", "bounce_by_subscriber",
    };
    struct t_store t;
    sqlite3_stmt *query = NULL;

    (void)state;
    make_old(&t, NULL);
    CHECK(sqlite3_prepare_v2(t.store->db,
                             "SELECT 1 FROM sqlite_master WHERE name = ?1", -1,
                             &query, NULL) == SQLITE_OK);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)sqlite3_bind_text(query, 1, names[i], -1, SQLITE_STATIC);
        CHECK_ROW(names[i], sqlite3_step(query) == SQLITE_ROW);
        (void)sqlite3_reset(query);
    }
    (void)sqlite3_finalize(query);
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_migrate__keeps_what_the_first_version_knew),
        cmocka_unit_test(test_migrate__the_sending_goes_on),
        cmocka_unit_test(test_migrate__tells_what_was_given_up),
        cmocka_unit_test(test_migrate__tells_when_trying_began),
        cmocka_unit_test(test_migrate__keeps_its_indexes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

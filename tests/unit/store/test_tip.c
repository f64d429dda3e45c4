#include "brevduva/store/tip.h"

#include "brevduva/base/file.h"
#include "brevduva/store/letter.h"

#include "store_t.h"

static const bd_str maja = BD_STR_INIT("maja@viken.example");

static void add_page(struct t_store *t, const char *visibility)
{
    bd_str sql = bd_arena_printf(
        t->arena,
        "INSERT OR REPLACE INTO page (slug, list_id, title, language, "
        "description, body, words, visibility, published_at, changed_at) "
        "VALUES ('2016-1', %lld, 'Nyheter', 'sv', '', '', '', '%s', 1, 1)",
        (long long)t->list, visibility);

    CHECK(sqlite3_exec(t->store->db, bd_arena_cstr(t->arena, sql), NULL, NULL,
                       NULL) == SQLITE_OK);
}

static void test_tip_issue_find__knows_public_ones_that_were_sent(void **state)
{
    struct bd_tip_issue issue;
    struct t_store t;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    add_page(&t, "public");
    CHECK(bd_tip_issue_find(t.arena, t.store, BD_STR("2016-1"), &issue,
                            &t.err) == BD_ENOENT);
    (void)t_subscribe(&t, 1);
    mailing = t_send(&t);
    MUST(&t,
         bd_tip_issue_find(t.arena, t.store, BD_STR("2016-1"), &issue, &t.err));
    CHECK_STR(issue.title, "Nyheter");
    CHECK_STR(issue.list_title, "Nyhetsbrevet");
    CHECK_NUM(issue.list_id, t.list);
    MUST(&t, bd_tip_issue_of(t.arena, t.store, mailing, &issue, &t.err));
    CHECK_STR(issue.slug, "2016-1");
    CHECK(bd_tip_issue_of(t.arena, t.store, mailing + 1, &issue, &t.err) ==
          BD_ENOENT);
    add_page(&t, "unlisted");
    CHECK(bd_tip_issue_find(t.arena, t.store, BD_STR("2016-1"), &issue,
                            &t.err) == BD_ENOENT);
    CHECK(bd_tip_issue_of(t.arena, t.store, mailing, &issue, &t.err) ==
          BD_ENOENT);
    t_stop(&t);
}

static enum bd_tip_obstacle obstacle(struct t_store *t, bd_str key,
                                     int64_t since)
{
    enum bd_tip_obstacle found = BD_TIP_FREE;

    MUST(t,
         bd_tip_obstacle_find(t->store, key, t->list, since, &found, &t->err));
    return found;
}

static int64_t give(struct t_store *t, bd_str key, int64_t at)
{
    const struct bd_tip tip = { .slug = BD_STR("2016-1"),
                                .list_id = t->list,
                                .at = at };
    int64_t id = 0;

    MUST(t, bd_tip_add(t->store, &tip, key, &id, &t->err));
    return id;
}

static void test_tip_obstacle_find__knows_readers(void **state)
{
    struct t_store t;
    bd_str key = BD_STR_NONE;
    int64_t reader = 0;
    int64_t left = 0;

    (void)state;
    t_start(&t);
    reader = t_subscribe(&t, 1);
    key = t_reader(&t, 1).email_key;
    CHECK_NUM(obstacle(&t, maja, 0), BD_TIP_FREE);
    CHECK_NUM(obstacle(&t, key, 0), BD_TIP_READER);
    MUST(&t, bd_unsubscribe(t.store, reader, t.list, BD_STR_NONE, &t.actor,
                            &left, &t.err));
    CHECK_NUM(obstacle(&t, key, 0), BD_TIP_LEFT);
    t_stop(&t);
}

static void test_tip_obstacle_find__knows_who_wants_no_mail(void **state)
{
    struct t_store t;

    (void)state;
    t_start(&t);
    MUST(&t, bd_suppress(t.store, maja, 0, BD_STR("asked"), &t.actor, &t.err));
    CHECK_NUM(obstacle(&t, maja, 0), BD_TIP_SUPPRESSED);
    CHECK(sqlite3_exec(t.store->db,
                       "INSERT INTO suppression (domain, reason, since) "
                       "VALUES ('udden.example', 'asked', 1)",
                       NULL, NULL, NULL) == SQLITE_OK);
    CHECK_NUM(obstacle(&t, BD_STR("pelle@udden.example"), 0),
              BD_TIP_SUPPRESSED);
    CHECK_NUM(obstacle(&t, BD_STR("pelle@viken.example"), 0), BD_TIP_FREE);
    t_stop(&t);
}

static void test_tip_add__is_known_for_a_year(void **state)
{
    struct bd_tip tip;
    struct t_store t;
    int64_t id = 0;
    int64_t count = 0;

    (void)state;
    t_start(&t);
    id = give(&t, maja, 1000);
    CHECK_NUM(obstacle(&t, maja, 1000), BD_TIP_LATELY);
    CHECK_NUM(obstacle(&t, maja, 1001), BD_TIP_FREE);
    MUST(&t, bd_tip_find(t.arena, t.store, id, &tip, &t.err));
    CHECK_STR(tip.slug, "2016-1");
    CHECK_NUM(tip.subscriber_id, 0);
    CHECK(bd_tip_find(t.arena, t.store, id + 1, &tip, &t.err) == BD_ENOENT);
    (void)give(&t, BD_STR("olle@viken.example"), 1000);
    MUST(&t, bd_tip_count(t.store, BD_STR("2016-1"), &count, &t.err));
    CHECK_NUM(count, 2);
    MUST(&t, bd_tip_count(t.store, BD_STR("2016-2"), &count, &t.err));
    CHECK_NUM(count, 0);
    MUST(&t, bd_tip_count(t.store, BD_STR_NONE, &count, &t.err));
    CHECK_NUM(count, 2);
    t_stop(&t);
}

/* Is the address, or the mail, anywhere in the file? */
static bool file_has(struct t_store *t, const char *text)
{
    static const char *const ends[] = { "", "-wal" };
    bool found = false;

    CHECK(sqlite3_exec(t->store->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL,
                       NULL, NULL) == SQLITE_OK);
    for (size_t i = 0; i < 2; i++) {
        const char *path = bd_arena_cstr(
            t->arena, bd_arena_printf(t->arena, "%s%s", t->path, ends[i]));
        bd_str bytes = BD_STR_NONE;

        if (bd_file_exists(path)) {
            MUST(t, bd_file_read(t->arena, path, 64 << 20, &bytes, &t->err));
            found = found || bd_str_find(bytes, bd_str_from(text)) != SIZE_MAX;
        }
    }
    return found;
}

static void queue_letter(struct t_store *t)
{
    const struct bd_letter_row letter = {
        .kind = BD_LETTER_TIP,
        .to = maja,
        .envelope_from = BD_STR("blad@brev.example"),
        .message_id = BD_STR("tip.1@brev.example"),
        .bytes = BD_STR("To: maja@viken.example\r\n\r\nfrom Anna\r\n"),
        .deadline = 200000
    };
    int64_t delivery = 0;

    MUST(t, bd_letter_add(t->store, &letter, 1000, &delivery, &t->err));
}

/* Claim all letters and store the same result for them. */
static void settle(struct t_store *t, enum bd_delivery_state outcome)
{
    const struct bd_delivery *copies = NULL;
    const struct bd_letter_mail *mails = NULL;
    int64_t claim = 0;
    size_t count = 0;

    MUST(t, bd_queue_claim_letters(t->arena, t->store, 5, 1000, &claim, &copies,
                                   &mails, &count, &t->err));
    for (size_t i = 0; i < count; i++) {
        const struct bd_receipt receipt = {
            .copy = &copies[i],
            .state = outcome,
            .at = 1001,
            .next_try_at = outcome == BD_DELIVERY_DEFERRED ? 1000 : 0,
            .reply_text = BD_STR("<maja@viken.example>: hm")
        };

        CHECK(bd_str_find(mails[i].bytes, BD_STR("from Anna")) != SIZE_MAX);
        MUST(t, bd_queue_result(t->store, claim, &receipt, 1, &t->err));
    }
}

static void test_tip__leaves_no_address_when_its_letter_is_done(void **state)
{
    static const enum bd_delivery_state outcomes[] = { BD_DELIVERY_ACCEPTED,
                                                       BD_DELIVERY_REFUSED,
                                                       BD_DELIVERY_UNKNOWN };

    (void)state;
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        struct t_store t;

        t_start(&t);
        queue_letter(&t);
        settle(&t, BD_DELIVERY_DEFERRED);
        CHECK(file_has(&t, "maja@viken.example"));
        settle(&t, outcomes[i]);
        CHECK(!file_has(&t, "maja@viken.example"));
        CHECK(!file_has(&t, "from Anna"));
        t_stop(&t);
    }
}

/* A process that was killed settles nothing; the next one does. */
static void test_tip__leaves_no_address_after_a_kill(void **state)
{
    const struct bd_delivery *copies = NULL;
    const struct bd_letter_mail *mails = NULL;
    struct t_store t;
    int64_t claim = 0;
    int64_t unknown = 0;
    size_t count = 0;

    (void)state;
    t_start(&t);
    queue_letter(&t);
    MUST(&t, bd_queue_claim_letters(t.arena, t.store, 5, 1000, &claim, &copies,
                                    &mails, &count, &t.err));
    MUST(&t, bd_queue_recover(t.store, &t.actor, &unknown, &t.err));
    CHECK_NUM(unknown, 1);
    CHECK(!file_has(&t, "maja@viken.example"));
    CHECK(!file_has(&t, "from Anna"));
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tip_issue_find__knows_public_ones_that_were_sent),
        cmocka_unit_test(test_tip_obstacle_find__knows_readers),
        cmocka_unit_test(test_tip_obstacle_find__knows_who_wants_no_mail),
        cmocka_unit_test(test_tip_add__is_known_for_a_year),
        cmocka_unit_test(test_tip__leaves_no_address_when_its_letter_is_done),
        cmocka_unit_test(test_tip__leaves_no_address_after_a_kill),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

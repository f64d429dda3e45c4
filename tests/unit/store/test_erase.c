#include "brevduva/store/erase.h"

#include "brevduva/base/file.h"
#include "brevduva/store/confirmation.h"
#include "brevduva/store/letter.h"
#include "store_t.h"

#define ADDRESS "anna.unik@skogsvik.example"
#define NAME    "Anna Ursprung"

static int64_t number(struct t_store *t, const char *sql)
{
    sqlite3_stmt *query = NULL;
    int64_t value = -1;

    CHECK_NUM(sqlite3_prepare_v2(t->store->db, sql, -1, &query, NULL),
              SQLITE_OK);
    if (sqlite3_step(query) == SQLITE_ROW)
        value = sqlite3_column_int64(query, 0);
    (void)sqlite3_finalize(query);
    return value;
}

/* Is the text anywhere in the database's main file, whatever its case? */
static bool in_file(struct t_store *t, const char *text)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str bytes = BD_STR_NONE;
    bool found = false;

    (void)sqlite3_wal_checkpoint_v2(t->store->db, NULL,
                                    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    MUST(t, bd_file_read(arena, t->path, 64 * 1024 * 1024, &bytes, &t->err));
    found = bd_str_contains_nocase(bytes, bd_str_from(text));
    bd_arena_free(arena);
    return found;
}

static int64_t add_reader(struct t_store *t)
{
    struct bd_subscriber reader = { .email = BD_STR(ADDRESS),
                                    .email_key = BD_STR(ADDRESS),
                                    .name = BD_STR(NAME),
                                    .attributes = BD_STR(
                                        "{\"ort\":\"Pilkrog\"}"),
                                    .source = BD_STR("cli"),
                                    .created_at = 1000 };
    enum bd_subscription_state old;
    bool known = false;

    MUST(t, bd_subscribe(t->store, &reader, t->list, BD_STR("said yes"), false,
                         &t->actor, &known, &old, &t->err));
    MUST(t, bd_subscriber_find(t->arena, t->store, reader.email_key, &reader,
                               &t->err));
    return reader.id;
}

static void add_letter(struct t_store *t, int64_t reader)
{
    const struct bd_letter_row letter = {
        .kind = BD_LETTER_LINK,
        .to = BD_STR(ADDRESS),
        .subscriber_id = reader,
        .envelope_from = BD_STR("blad@brev.example"),
        .message_id = BD_STR("link.1@brev.example"),
        .bytes = BD_STR("To: " ADDRESS "\r\n\r\nDear " NAME),
        .deadline = 200000
    };
    int64_t delivery = 0;

    MUST(t, bd_letter_add(t->store, &letter, 1000, &delivery, &t->err));
}

static void add_request(struct t_store *t, int64_t reader)
{
    const struct bd_confirmation request = { .kind = BD_CONFIRM_ERASE,
                                             .email = BD_STR(ADDRESS),
                                             .email_key = BD_STR(ADDRESS),
                                             .subscriber_id = reader,
                                             .language = BD_STR("sv"),
                                             .created_at = 1000,
                                             .expires_at = 90000 };
    int64_t id = 0;

    MUST(t, bd_confirmation_add(t->store, &request, &id, &t->err));
}

static size_t claim(struct t_store *t, int64_t mailing, int64_t *out_claim,
                    const struct bd_delivery **out)
{
    size_t count = 0;

    MUST(t, bd_queue_claim(t->arena, t->store, mailing, 10, 2000, out_claim,
                           out, &count, &t->err));
    return count;
}

static void refuse(struct t_store *t, int64_t id,
                   const struct bd_delivery *copies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct bd_receipt receipt = {
            .copy = &copies[i],
            .state = BD_DELIVERY_REFUSED,
            .reply_code = 550,
            .at = 2000,
            .enhanced = BD_STR("5.1.1"),
            .reply_text = bd_arena_printf(t->arena, "<%.*s>: nobody here",
                                          BD_ARG(copies[i].email)),
            .queue_id = BD_STR("QUEUE77"),
        };

        MUST(t, bd_queue_result(t->store, id, &receipt, 1, &t->err));
    }
}

static void test_erase__leaves_nothing_of_the_person(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct t_store t;
    int64_t reader = 0;
    int64_t mailing = 0;
    int64_t id = 0;
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    reader = add_reader(&t);
    add_letter(&t, reader);
    add_request(&t, reader);
    mailing = t_send(&t);
    CHECK_NUM(claim(&t, mailing, &id, &copies), 2);
    refuse(&t, id, copies, 2);
    CHECK(in_file(&t, ADDRESS) && in_file(&t, NAME) && in_file(&t, "Pilkrog"));
    MUST(&t, bd_subscriber_erase(t.store, reader, &t.actor, &t.err));
    CHECK(!in_file(&t, ADDRESS));
    CHECK(!in_file(&t, "anna.unik"));
    CHECK(!in_file(&t, NAME));
    CHECK(!in_file(&t, "Pilkrog"));
    CHECK(in_file(&t, "reader1@lasare.example")); /* another one */
    /* what stays: the proof, the numbers, the hash */
    CHECK_NUM(t_mailing(&t).count[BD_DELIVERY_REFUSED], 2);
    CHECK_NUM(number(&t, "SELECT COUNT(*) FROM consent "
                         "WHERE subject_hash IS NOT NULL"),
              3); /* confirmed, objected, erased */
    CHECK_NUM(number(&t, "SELECT COUNT(*) FROM consent WHERE act = 'erased'"),
              1);
    MUST(&t, bd_suppression_find(t.arena, t.store, BD_STR(ADDRESS), t.list,
                                 &reason, &since, &t.err));
    CHECK_STR(reason, "erased");
    CHECK_NUM(number(&t, "SELECT COUNT(*) FROM audit WHERE what = 'forget'"),
              1);
    CHECK(bd_subscriber_erase(t.store, reader, &t.actor, &t.err) == BD_ENOENT);
    MUST(&t, bd_store_check(t.store, &t.err));
    t_stop(&t);
}

/* A copy that is just being handed over gets its result all the same. */
static void test_erase__waits_for_nobody(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct t_store t;
    int64_t reader = 0;
    int64_t mailing = 0;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    reader = add_reader(&t);
    (void)t_subscribe(&t, 1);
    mailing = t_send(&t);
    CHECK_NUM(claim(&t, mailing, &id, &copies), 2); /* folded: without rows */
    MUST(&t, bd_subscriber_erase(t.store, reader, &t.actor, &t.err));
    CHECK(!in_file(&t, ADDRESS));
    refuse(&t, id, copies, 2);
    CHECK_NUM(t_mailing(&t).count[BD_DELIVERY_REFUSED], 2);
    CHECK_NUM(number(&t, "SELECT COUNT(*) FROM delivery WHERE email = '' "
                         "AND subscriber_id IS NULL"),
              1);
    MUST(&t, bd_store_check(t.store, &t.err));
    t_stop(&t);
}

/* One that waits is skipped, and one whose turn has not come never comes. */
static void test_erase__takes_queue_entries(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct bd_receipt later = { .state = BD_DELIVERY_DEFERRED,
                                .reply_code = 451,
                                .at = 1500,
                                .next_try_at = 1600,
                                .reply_text = BD_STR("later, " ADDRESS) };
    struct t_store t;
    int64_t reader = 0;
    int64_t mailing = 0;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    reader = add_reader(&t);
    mailing = t_send(&t);
    CHECK_NUM(claim(&t, mailing, &id, &copies), 1);
    later.copy = copies;
    MUST(&t, bd_queue_result(t.store, id, &later, 1, &t.err));
    add_letter(&t, reader);
    MUST(&t, bd_subscriber_erase(t.store, reader, &t.actor, &t.err));
    CHECK_NUM(claim(&t, mailing, &id, &copies), 0);
    CHECK_NUM(number(&t, "SELECT COUNT(*) FROM delivery "
                         "WHERE state = 'skipped' AND reason = 'erased'"),
              2);
    CHECK(!in_file(&t, ADDRESS));
    MUST(&t, bd_store_check(t.store, &t.err));
    t_stop(&t);
}

/* The farewell itself has the address until it has left. */
static void test_erase__forgets_the_last_letter_when_it_is_out(void **state)
{
    const struct bd_letter_row letter = {
        .kind = BD_LETTER_ERASE,
        .to = BD_STR(ADDRESS),
        .envelope_from = BD_STR("blad@brev.example"),
        .message_id = BD_STR("erased.1@brev.example"),
        .bytes = BD_STR("To: " ADDRESS "\r\n\r\nFarewell"),
        .deadline = 200000
    };
    const struct bd_delivery *copies = NULL;
    const struct bd_letter_mail *mails = NULL;
    struct bd_receipt receipt = { .state = BD_DELIVERY_ACCEPTED,
                                  .at = 1001,
                                  .reply_code = 250,
                                  .reply_text = BD_STR("ok " ADDRESS) };
    struct t_store t;
    int64_t delivery = 0;
    int64_t id = 0;
    size_t count = 0;

    (void)state;
    t_start(&t);
    MUST(&t, bd_subscriber_erase(t.store, add_reader(&t), &t.actor, &t.err));
    MUST(&t, bd_letter_add(t.store, &letter, 1000, &delivery, &t.err));
    CHECK(in_file(&t, ADDRESS));
    MUST(&t, bd_queue_claim_letters(t.arena, t.store, 5, 1000, &id, &copies,
                                    &mails, &count, &t.err));
    CHECK_NUM(count, 1);
    CHECK_STR(mails[0].bytes, "To: " ADDRESS "\r\n\r\nFarewell");
    receipt.copy = copies;
    MUST(&t, bd_queue_result(t.store, id, &receipt, 1, &t.err));
    CHECK(!in_file(&t, ADDRESS));
    t_stop(&t);
}

static void test_dossier__tells_all(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct bd_json *dossier = NULL;
    struct bd_buf text;
    struct t_store t;
    int64_t reader = 0;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    reader = add_reader(&t);
    add_letter(&t, reader);
    add_request(&t, reader);
    CHECK_NUM(claim(&t, t_send(&t), &id, &copies), 1);
    refuse(&t, id, copies, 1);
    MUST(&t, bd_suppress(t.store, BD_STR(ADDRESS), t.list, BD_STR("by phone"),
                         &t.actor, &t.err));
    MUST(&t, bd_subscriber_dossier(t.arena, t.store, reader, 3000, &dossier,
                                   &t.err));
    bd_buf_init(&text, 0);
    bd_json_write(dossier, &text);
    CHECK(bd_str_contains_nocase(bd_buf_str(&text), BD_STR(NAME)));
    CHECK(bd_str_contains_nocase(bd_buf_str(&text), BD_STR("said yes")));
    CHECK(bd_str_contains_nocase(bd_buf_str(&text), BD_STR("nobody here")));
    CHECK(bd_str_contains_nocase(bd_buf_str(&text), BD_STR("by phone")));
    CHECK(bd_str_contains_nocase(bd_buf_str(&text),
                                 BD_STR("\"letter\":\"link\"")));
    CHECK(bd_str_contains_nocase(bd_buf_str(&text),
                                 BD_STR("\"request\":\"erase\"")));
    CHECK(!bd_str_contains_nocase(bd_buf_str(&text), BD_STR("eva")));
    bd_buf_fini(&text);
    CHECK(bd_subscriber_dossier(t.arena, t.store, reader + 1, 1, &dossier,
                                &t.err) == BD_ENOENT);
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_erase__leaves_nothing_of_the_person),
        cmocka_unit_test(test_erase__waits_for_nobody),
        cmocka_unit_test(test_erase__takes_queue_entries),
        cmocka_unit_test(test_erase__forgets_the_last_letter_when_it_is_out),
        cmocka_unit_test(test_dossier__tells_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

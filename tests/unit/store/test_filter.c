#include "brevduva/store/filter.h"

#include <time.h>

#include "brevduva/base/limits.h"
#include "store_t.h"

static const bd_str attributes[] = { BD_STR_INIT("ort"), BD_STR_INIT("medlem"),
                                     BD_STR_INIT("Första besök"),
                                     BD_STR_INIT("name"), BD_STR_INIT("has") };
static const struct bd_list lists[] = {
    { .id = 1, .slug = BD_STR_INIT("nyhetsbrev") },
    { .id = 2, .slug = BD_STR_INIT("vip") },
};
static const struct bd_filter_names names = { attributes, 5, lists, 2 };

static enum bd_status parse(struct bd_arena *arena, const char *text,
                            const struct bd_filter **out, struct bd_err *err)
{
    bd_str exact = t_heap(text);
    enum bd_status rc = bd_filter_parse(arena, exact, &names, out, err);

    t_free(exact);
    return rc;
}

/* 2026-06-15 12:00 in Stockholm */
#define NOON 1781517600

static const struct bd_subscriber anna = {
    .id = 7,
    .email = BD_STR_INIT("Anna.Ek@gmail.com"),
    .name = BD_STR_INIT("Anna Ek"),
    .language = BD_STR_INIT("sv"),
    .text_only = true,
    .attributes = BD_STR_INIT("{\"ort\":\"Örebro\",\"medlem\":\"112\","
                              "\"Första besök\":\"2026-03-01\","
                              "\"name\":\"A \\\"B\\\"\",\"has\":null}"),
    .created_at = NOON,
};

static void test_filter__finds_who_is_meant(void **state)
{
    static const struct {
        const char *text;
        bool want;
    } rows[] = {
        { "", true },
        { " \t", true },
        { "language = sv", true },
        { "language=SV", true },
        { "language != sv", false },
        { "language in (en, sv)", true },
        { "ort = örebro", true },
        { "ort = \"ÖREBRO\"", true },
        { "ort = 'O\xcc\x88rebro'", true },
        { "ort = Kumla", false },
        { "ort != Kumla", true },
        { "ort in (Kumla, \"Örebro\")", true },
        { "ort not in (Kumla, Hallsberg)", true },
        { "not ort in (Kumla, Hallsberg)", true },
        { "attribute:ort = örebro", true },
        { "\"Första besök\" = 2026-03-01", true },
        { "attribute:\"Första besök\" >= 2026-03-02", false },
        { "attribute:\"Första besök\" < 2026-12-01", true },
        { "name = \"anna ek\"", true },
        { "attribute:name = 'A \"B\"'", true },
        { "attribute:name = \"A \\\"B\\\"\"", true },
        { "has name", true },
        { "has ort", true },
        { "has attribute:has", false },
        { "\"has\" = ''", true },
        { "\"has\" = x", false },
        { "\"has\" != x", true },
        { "\"has\" < x", false },
        { "\"has\" > x", false },
        { "medlem = 112", true },
        { "medlem = 112.0", true },
        { "medlem = 0112", true },
        { "medlem = \"0112\"", false },
        { "medlem < 1000", true },
        { "medlem < \"20\"", true }, /* as text */
        { "medlem > 20", true },
        { "medlem >= 112", true },
        { "medlem <= 111.99", false },
        { "medlem > -5", true },
        { "ort < 5", false },
        { "ort > 5", false },
        { "text_only = yes", true },
        { "text_only = no", false },
        { "text_only != true", false },
        { "email = anna.ek@GMAIL.com", true },
        { "domain = gmail.com", true },
        { "domain = @gmail.com", true },
        { "domain in (hotmail.com, outlook.com)", false },
        { "created = 2026-06-15", true },
        { "created < 2026-06-15", false },
        { "created <= 2026-06-15", true },
        { "created > 2026-06-14", true },
        { "created > 2026-06-15", false },
        { "created >= 2026-06-15", true },
        { "created != 2026-06-15", false },
        { "created in (2026-06-14, 2026-06-15)", true },
        { "since < 2024-02-29", true },
        { "language = en or ort = örebro and medlem = 1", false },
        { "language = sv or ort = örebro and medlem = 1", true },
        { "(language = sv or ort = örebro) and medlem = 1", false },
        { "not language = en and not (medlem = 1 or medlem = 2)", true },
        { "not not language = sv", true },
        { "LANGUAGE", false }, /* refused, see below */
        { "language = sv\xc2\xa0"
          "and\xc2\xa0has ort",
          true },
        { "name = O'Brien", false },
        { "language = sv AND HAS ort", true },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_filter *filter = NULL;
        struct bd_err err = { 0 };
        bool got = false;

        if (parse(arena, rows[i].text, &filter, &err) != BD_OK) {
            CHECK_ROW(rows[i].text, !strcmp(rows[i].text, "LANGUAGE"));
            continue;
        }
        CHECK_ROW(rows[i].text, bd_filter_match(arena, NULL, filter, &anna, 100,
                                                &got, &err) == BD_OK);
        CHECK_ROW(rows[i].text, got == rows[i].want);
    }
    bd_arena_free(arena);
}

/* The ledger has the domain in A-labels; people write it as it is. */
static void test_filter__takes_a_domain_in_both_forms(void **state)
{
    static const struct bd_subscriber eva = {
        .email = BD_STR_INIT("Eva@xn--4cab6c.example"),
    };
    static const struct {
        const char *text;
        bool want;
    } rows[] = {
        { "domain = åäö.example", true },
        { "domain = @ÅÄÖ.example", true },
        { "domain = xn--4cab6c.example", true },
        { "domain = XN--4CAB6C.example", true },
        { "domain != åäö.example", false },
        { "domain != åä.example", true },
        { "domain in (gmail.com, åäö.example)", true },
        { "domain not in (gmail.com, åäö.example)", false },
        { "email = eva@åäö.example", true },
        { "email in (bo@åäö.example, EVA@xn--4cab6c.example)", true },
        { "email = bo@åäö.example", false },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_filter *filter = NULL;
        struct bd_err err = { 0 };
        bool got = false;

        CHECK_ROW(rows[i].text,
                  parse(arena, rows[i].text, &filter, &err) == BD_OK);
        CHECK_ROW(rows[i].text, bd_filter_match(arena, NULL, filter, &eva, 100,
                                                &got, &err) == BD_OK);
        CHECK_ROW(rows[i].text, got == rows[i].want);
    }
    bd_arena_free(arena);
}

static void test_filter__says_what_is_wrong_and_where(void **state)
{
    static const struct {
        const char *text;
        const char *column;
        const char *words;
    } rows[] = {
        { "langauge = sv", "column 1:", "did you mean \"language\"?" },
        { "language = sv and Ort = Kumla",
          "column 19:", "did you mean \"ort\"?" },
        { "attribute:language = x",
          "column 1:", "there is no attribute \"language\"" },
        { "skostorlek = 43", "column 1:", "no attribute \"skostorlek\"" },
        { "list = vipp", "column 8:", "did you mean \"vip\"?" },
        { "list = guld", "column 8:", "there is no list \"guld\"" },
        { "list < vip", "column 6:", "has no order" },
        { "has list", "column 5:", "every reader has list" },
        { "ort", "column 4:", "is missing at the end" },
        { "ort =", "column 6:", "a value is missing at the end" },
        { "ort = and", "column 7:", "in quotes" },
        { "ort = Stora Tuna", "column 13:", "needs quotes" },
        { "ort in Kumla", "column 8:", "expected \"(\"" },
        { "ort in (Kumla Tuna)", "column 15:", "expected \",\" or \")\"" },
        { "ort in ()", "column 9:", "a value" },
        { "ort in (a,", "column 11:", "a value is missing at the end" },
        { "(ort = a", "column 9:", "missing at the end" },
        { "ort = a)", "column 8:", "expected \"and\" or \"or\"" },
        { "ort not = a", "column 9:", "\"in\"" },
        { "ort == a", "column 6:", "a value" },
        { "ort ! a", "column 5:", "write \"not\"" },
        { "ort = \"Kumla", "column 7:", "has no end" },
        { "örebro = 'x", "column 1:", "no attribute \"örebro\"" },
        { "ort = ”Örebro”", "column 7:", "straight quotes" },
        { "created > 2026-02-29", "column 11:", "column" },
        { "created > yesterday", "column 11:", "column" },
        { "created > 2026-00-01", "column 11:", "column" },
        { "language = svenska", "column 12:", "sv or en" },
        { "text_only = perhaps", "column 13:", "yes or no" },
        { "domain = a@b", "column 10:", "not a domain" },
        { "domain = \"å ä.example\"", "column 10:", "not a domain" },
        { "email in (a@b.example, \"a@å ä.example\")",
          "column 24:", "not an address" },
        { "email = anna", "column 9:", "not an address" },
        { "attribute: ort = a", "column 12:", "the attribute's name" },
        { "and ort = a", "column 1:", "a name to look at" },
        { "not", "column 4:", "a name to look at" },
        { "ort = a\tand\xc2\x85", "--where", "no text" },
        { "ort = \xff", "--where", "no text" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_filter *filter = NULL;
        struct bd_err err = { 0 };

        CHECK_ROW(rows[i].text,
                  parse(arena, rows[i].text, &filter, &err) == BD_EINVAL);
        if (!strstr(err.msg, rows[i].column) || !strstr(err.msg, rows[i].words))
            fail_msg("row \"%s\": %s", rows[i].text, err.msg);
        CHECK_ROW(rows[i].text,
                  parse(arena, rows[i].text, &filter, NULL) == BD_EINVAL);
    }
    bd_arena_free(arena);
}

static void test_filter__has_limits(void **state)
{
    char text[BD_MAX_FILTER_BYTES + 2];
    const struct bd_filter *filter = NULL;
    struct bd_arena *arena = bd_arena_new();
    struct bd_err err = { 0 };

    (void)state;
    memset(text, '(', sizeof text);
    text[sizeof text - 1] = 0;
    CHECK(parse(arena, text, &filter, &err) == BD_ELIMIT);
    CHECK(strstr(err.msg, "longer than"));
    text[100] = 0;
    CHECK(parse(arena, text, &filter, &err) == BD_ELIMIT);
    CHECK(strstr(err.msg, "column 33: more than 32 parentheses"));
    bd_arena_free(arena);
}

static void test_filter__numbers_are_exact(void **state)
{
    static const struct {
        const char *value, *test;
        bool want;
    } rows[] = {
        { "12345678901234567891", "> 12345678901234567890", true },
        { "0.10", "= .1", false }, /* ".1" is text */
        { "0.10", "= 0.1", true },
        { "-0", "= 0", true },
        { "-2", "< -1.5", true },
        { "-2", "> -10", true },
        { "+3", "= 3", true },
        { "1e3", "= 1000", false },
        { "2.", "= 2", false },
        { "", "< 1", false },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_filter *filter = NULL;
        struct bd_err err = { 0 };
        struct bd_subscriber reader = { .attributes = bd_arena_printf(
                                            arena, "{\"ort\":\"%s\"}",
                                            rows[i].value) };
        bd_str text = bd_arena_printf(arena, "ort %s", rows[i].test);
        bool got = false;

        CHECK_ROW(rows[i].test, parse(arena, text.ptr, &filter, &err) == BD_OK);
        CHECK_ROW(rows[i].test, bd_filter_match(arena, NULL, filter, &reader, 0,
                                                &got, &err) == BD_OK);
        CHECK_ROW(rows[i].value, got == rows[i].want);
    }
    bd_arena_free(arena);
}

/* JSON numbers and words, as an import of JSON would store them. */
static void test_filter__reads_all_kinds_of_json(void **state)
{
    static const struct {
        const char *attributes, *text;
        bool want;
    } rows[] = {
        { "{\"ort\": 12.50}", "ort = 12.5", true },
        { "{\"ort\":true}", "ort = TRUE", true },
        { "{\"ort\":[\"a\",\"b\"]}", "has ort", true },
        { "{\"x\":\"}\\\"ort\\\":\",\"ort\":\"b\"}", "ort = b", true },
        { "{}", "has ort", false },
        { "", "has ort", false },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_filter *filter = NULL;
        struct bd_err err = { 0 };
        bd_str json = t_heap(rows[i].attributes);
        struct bd_subscriber reader = { .attributes = json };
        bool got = false;

        CHECK_ROW(rows[i].text,
                  parse(arena, rows[i].text, &filter, &err) == BD_OK);
        CHECK_ROW(rows[i].text, bd_filter_match(arena, NULL, filter, &reader, 0,
                                                &got, &err) == BD_OK);
        CHECK_ROW(rows[i].attributes, got == rows[i].want);
        t_free(json);
    }
    bd_arena_free(arena);
}

/* A day has 23 hours when summer time begins. */
static int days_follow_summer_time(struct t_store *t)
{
    const struct bd_filter *filter = NULL;
    struct bd_subscriber reader = { .created_at = 1774735200 };
    bool got = false;

    (void)setenv("TZ", "Europe/Stockholm", 1);
    tzset();
    MUST(t, parse(t->arena, "created = 2026-03-29", &filter, &t->err));
    reader.created_at = 1774738800 - 1; /* 00:00 +01:00, less a second */
    MUST(t, bd_filter_match(t->arena, NULL, filter, &reader, 0, &got, &t->err));
    CHECK(!got);
    reader.created_at = 1774821600 - 1; /* 00:00 +02:00 of the 30th, the same */
    MUST(t, bd_filter_match(t->arena, NULL, filter, &reader, 0, &got, &t->err));
    CHECK(got);
    reader.created_at++;
    MUST(t, bd_filter_match(t->arena, NULL, filter, &reader, 0, &got, &t->err));
    CHECK(!got);
    return 0;
}

static void test_filter__days_follow_summer_time(void **state)
{
    struct t_store t;

    (void)state;
    t_start(&t);
    t_in_child(&t, days_follow_summer_time);
    t_stop(&t);
}

static bool meant(struct t_store *t, const char *text, int64_t reader)
{
    const struct bd_filter *filter = NULL;
    struct bd_subscriber subscriber = { .id = reader };
    bool got = false;

    MUST(t, bd_filter_read(t->arena, t->store, bd_str_from(text), &filter,
                           &t->err));
    MUST(t, bd_filter_match(t->arena, t->store, filter, &subscriber, 0, &got,
                            &t->err));
    return got;
}

static void test_filter__knows_other_lists(void **state)
{
    struct bd_list vip = { .slug = BD_STR("vip"), .title = BD_STR("VIP") };
    struct t_store t;
    int64_t first = 0;
    int64_t reader = 0;
    int64_t changed = 0;

    (void)state;
    t_start(&t);
    first = t.list;
    reader = t_subscribe(&t, 1);
    CHECK(meant(&t, "list = nyhetsbrev", reader));
    MUST(&t, bd_list_add(t.store, &vip, &t.list, &t.err));
    CHECK(meant(&t, "list = nyhetsbrev and list != vip", reader));
    (void)t_subscribe(&t, 1);
    CHECK(meant(&t, "list in (vip)", reader));
    MUST(&t, bd_unsubscribe(t.store, reader, t.list, BD_STR_NONE, &t.actor,
                            &changed, &t.err));
    CHECK(meant(&t, "not list = vip", reader));
    t.list = first;
    t_stop(&t);
}

static void test_filter__counts_the_audience(void **state)
{
    struct bd_audience a = { 0 };
    struct t_store t;

    (void)state;
    t_start(&t);
    for (unsigned i = 0; i < 4; i++) {
        struct bd_subscriber reader = { .id = t_subscribe(&t, i) };

        MUST(&t, bd_subscriber_find(t.arena, t.store, t_reader(&t, i).email_key,
                                    &reader, &t.err));
        reader.name = i % 2 ? BD_STR("Bo") : BD_STR_NONE;
        reader.attributes = i < 3 ? BD_STR("{\"ort\":\"Kumla\"}") : BD_STR_NONE;
        MUST(&t, bd_subscriber_update(t.store, &reader, BD_STR("test"),
                                      &t.actor, &t.err));
    }
    MUST(&t, bd_suppress(t.store, BD_STR("reader0@lasare.example"), 0,
                         BD_STR("no"), &t.actor, &t.err));
    MUST(&t, bd_audience_count(t.store, t.list,
                               BD_STR("ort = kumla and language = sv"), 0, &a,
                               &t.err));
    CHECK_NUM(a.active, 2);
    CHECK_NUM(a.suppressed, 1);
    CHECK_NUM(a.filtered, 1);
    CHECK_NUM(a.without_name, 1);
    MUST(&t, bd_audience_count(t.store, t.list, BD_STR(" "), 0, &a, &t.err));
    CHECK_NUM(a.active, 3);
    CHECK_NUM(a.filtered, 0);
    CHECK(bd_audience_count(t.store, t.list, BD_STR("skor = 4"), 0, &a,
                            &t.err) == BD_EINVAL);
    CHECK(strstr(t.err.msg, "no attribute \"skor\""));
    t_stop(&t);
}

/* Only who is meant gets a copy, however sparse they are. */
static void test_filter__is_obeyed_while_sending(void **state)
{
    const struct bd_issue_row issue = { .slug = BD_STR("2016-1") };
    struct bd_mailing mailing = { .state = BD_MAILING_SENDING,
                                  .filter = BD_STR("email = "
                                                   "reader37@lasare.example") };
    const struct bd_delivery *copies = NULL;
    struct t_store t;
    int64_t id = 0;
    int64_t claim = 0;
    size_t count = 0;

    (void)state;
    t_start(&t);
    for (unsigned i = 0; i < 40; i++)
        (void)t_subscribe(&t, i);
    mailing.list_id = t.list;
    MUST(&t,
         bd_mailing_start(t.store, &issue, &mailing, &t.actor, &id, &t.err));
    CHECK_NUM(t_mailing(&t).total, 1);
    MUST(&t, bd_queue_claim(t.arena, t.store, id, 2, 1000, &claim, &copies,
                            &count, &t.err));
    CHECK_NUM(count, 1);
    CHECK_STR(copies[0].email, "reader37@lasare.example");
    MUST(&t, bd_queue_claim(t.arena, t.store, id, 2, 1000, &claim, &copies,
                            &count, &t.err));
    CHECK_NUM(count, 0);
    CHECK_NUM(t_mailing(&t).total, 1);
    MUST(&t, bd_store_check(t.store, &t.err));
    mailing.filter = BD_STR("nonsense = 1");
    CHECK(bd_mailing_start(t.store, &issue, &mailing, &t.actor, &id, &t.err) !=
          BD_OK);
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filter__finds_who_is_meant),
        cmocka_unit_test(test_filter__takes_a_domain_in_both_forms),
        cmocka_unit_test(test_filter__says_what_is_wrong_and_where),
        cmocka_unit_test(test_filter__has_limits),
        cmocka_unit_test(test_filter__numbers_are_exact),
        cmocka_unit_test(test_filter__reads_all_kinds_of_json),
        cmocka_unit_test(test_filter__days_follow_summer_time),
        cmocka_unit_test(test_filter__knows_other_lists),
        cmocka_unit_test(test_filter__counts_the_audience),
        cmocka_unit_test(test_filter__is_obeyed_while_sending),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

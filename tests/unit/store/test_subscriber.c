#include "store_t.h"

static enum bd_status put(struct t_store *t, const char *name,
                          const char *consent, bool force, bool *known,
                          enum bd_subscription_state *old)
{
    struct bd_subscriber reader = t_reader(t, 1);

    reader.name = bd_str_from(name);
    return bd_subscribe(t->store, &reader, t->list, bd_str_from(consent), force,
                        &t->actor, known, old, &t->err);
}

static enum bd_subscription_state state_of(struct t_store *t, int64_t id)
{
    const struct bd_subscription *all = NULL;
    size_t count = 0;

    MUST(t, bd_subscriber_subscriptions(t->arena, t->store, id, &all, &count,
                                        &t->err));
    CHECK_NUM(count, 1);
    return all[0].state;
}

static void set_state(struct t_store *t, int64_t id,
                      enum bd_subscription_state state)
{
    MUST(t, store_subscription_put(t->store, t->list, id, state, 1, &t->err));
}

/* The ledger tells when it was asked for, and then when it was confirmed. */
static void test_subscribe_confirmed__both_times(void **state)
{
    struct t_store t;
    struct bd_actor asked = { .channel = BD_STR("web"),
                              .network = BD_STR("192.0.2.0/24"),
                              .now = 500 };
    struct bd_subscriber reader;
    enum bd_subscription_state old = BD_SUB_PENDING;
    const struct bd_consent *ledger = NULL;
    size_t count = 0;
    bool known = true;

    (void)state;
    t_start(&t);
    reader = t_reader(&t, 1);
    MUST(&t, bd_subscribe_confirmed(t.store, &reader, t.list, BD_STR("yes"),
                                    &asked, &t.actor, &known, &old, &t.err));
    CHECK(!known);
    MUST(&t, bd_subscriber_find(t.arena, t.store, reader.email_key, &reader,
                                &t.err));
    CHECK(state_of(&t, reader.id) == BD_SUB_ACTIVE);
    MUST(&t, bd_subscriber_consents(t.arena, t.store, reader.id, &ledger,
                                    &count, &t.err));
    CHECK_NUM(count, 2);
    CHECK(ledger[0].act == BD_CONSENT_ASKED && ledger[0].at == 500);
    CHECK_STR(ledger[0].network, "192.0.2.0/24");
    CHECK_STR(ledger[0].wording, "yes");
    CHECK(ledger[1].act == BD_CONSENT_CONFIRMED && ledger[1].at == 1000);
    set_state(&t, reader.id, BD_SUB_COMPLAINED);
    CHECK(bd_subscribe_confirmed(t.store, &reader, t.list, BD_STR("yes"),
                                 &asked, &t.actor, &known, &old,
                                 &t.err) == BD_EINVAL);
    t_stop(&t);
}

static void test_subscribe__state_after_state(void **state)
{
    static const struct {
        const char *row;
        bool known;
        enum bd_subscription_state before;
        const char *consent;
        bool force;
        enum bd_status want;
        enum bd_subscription_state after;
    } rows[] = {
        { "new, asked", false, 0, "", false, BD_OK, BD_SUB_PENDING },
        { "new, consent", false, 0, "yes", false, BD_OK, BD_SUB_ACTIVE },
        { "asked again", true, BD_SUB_PENDING, "", false, BD_OK,
          BD_SUB_PENDING },
        { "confirmed", true, BD_SUB_PENDING, "yes", false, BD_OK,
          BD_SUB_ACTIVE },
        { "consent is kept", true, BD_SUB_ACTIVE, "", false, BD_OK,
          BD_SUB_ACTIVE },
        { "back with consent", true, BD_SUB_LEFT, "yes", false, BD_OK,
          BD_SUB_ACTIVE },
        { "back without", true, BD_SUB_LEFT, "", false, BD_OK, BD_SUB_PENDING },
        { "works again", true, BD_SUB_BOUNCED, "yes", false, BD_OK,
          BD_SUB_ACTIVE },
        { "complained", true, BD_SUB_COMPLAINED, "yes", false, BD_EINVAL,
          BD_SUB_COMPLAINED },
        { "forced", true, BD_SUB_COMPLAINED, "yes", true, BD_OK,
          BD_SUB_ACTIVE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct t_store t;
        enum bd_subscription_state old = BD_SUB_PENDING;
        bool known = true;
        int64_t id = 0;

        t_start(&t);
        if (rows[i].known) {
            id = t_subscribe(&t, 1);
            set_state(&t, id, rows[i].before);
        }
        CHECK_ROW(rows[i].row, put(&t, "", rows[i].consent, rows[i].force,
                                   &known, &old) == rows[i].want);
        if (!id) {
            struct bd_subscriber r = t_reader(&t, 1);

            MUST(&t,
                 bd_subscriber_find(t.arena, t.store, r.email_key, &r, &t.err));
            id = r.id;
        }
        CHECK_ROW(rows[i].row, state_of(&t, id) == rows[i].after);
        if (rows[i].want == BD_OK) {
            CHECK_ROW(rows[i].row, known == rows[i].known);
            CHECK_ROW(rows[i].row, !known || old == rows[i].before);
        }
        t_stop(&t);
    }
}

static void test_subscribe__ledger_tells_each_step(void **state)
{
    const struct bd_consent *ledger = NULL;
    enum bd_subscription_state old;
    struct t_store t;
    int64_t changed = 0;
    int64_t id = 0;
    size_t count = 0;
    bool known = false;

    (void)state;
    t_start(&t);
    MUST(&t, put(&t, "", "", false, &known, &old));
    id = t_subscribe(&t, 1);
    MUST(&t, bd_unsubscribe(t.store, id, 0, BD_STR("too much"), &t.actor,
                            &changed, &t.err));
    CHECK_NUM(changed, 1);
    MUST(&t, bd_unsubscribe(t.store, id, 0, BD_STR_NONE, &t.actor, &changed,
                            &t.err));
    CHECK_NUM(changed, 0);
    MUST(&t,
         bd_subscriber_consents(t.arena, t.store, id, &ledger, &count, &t.err));
    CHECK_NUM(count, 3);
    CHECK(ledger[0].act == BD_CONSENT_ASKED);
    CHECK(ledger[1].act == BD_CONSENT_CONFIRMED);
    CHECK_STR(ledger[1].wording, "said yes");
    CHECK_STR(ledger[1].list_slug, "nyhetsbrev");
    CHECK(ledger[2].act == BD_CONSENT_LEFT);
    CHECK_STR(ledger[2].note, "too much");
    CHECK_STR(ledger[2].actor, "eva");
    CHECK_NUM(ledger[2].at, 1000);
    t_stop(&t);
}

static void test_subscribe__known_reader_gains_and_loses_nothing(void **state)
{
    struct bd_subscriber reader;
    enum bd_subscription_state old;
    const bd_str *names = NULL;
    struct t_store t;
    size_t count = 0;
    bool known = false;

    (void)state;
    t_start(&t);
    reader = t_reader(&t, 1);
    reader.name = BD_STR("Åsa Öberg");
    reader.attributes = BD_STR("{\"ort\":\"Kumla\",\"roll\":\"kassör\"}");
    MUST(&t, bd_subscribe(t.store, &reader, t.list, BD_STR("yes"), false,
                          &t.actor, &known, &old, &t.err));
    reader.name = BD_STR_NONE;
    reader.text_only = true;
    reader.attributes = BD_STR("{\"ort\":\"Hallsberg\",\"ålder\":\"42\"}");
    MUST(&t, bd_subscribe(t.store, &reader, t.list, BD_STR("yes"), false,
                          &t.actor, &known, &old, &t.err));
    MUST(&t, bd_subscriber_find(t.arena, t.store, reader.email_key, &reader,
                                &t.err));
    CHECK_STR(reader.name, "Åsa Öberg");
    CHECK(reader.text_only);
    CHECK_STR(reader.attributes, "{\"ort\":\"Hallsberg\",\"roll\":\"kassör\","
                                 "\"ålder\":\"42\"}");
    MUST(&t, bd_attribute_names(t.arena, t.store, &names, &count, &t.err));
    CHECK_NUM(count, 3);
    CHECK_STR(names[0], "ort");
    CHECK_STR(names[2], "ålder");
    t_stop(&t);
}

static void test_subscriber_update__address_of_another(void **state)
{
    struct bd_subscriber reader;
    struct t_store t;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    (void)t_subscribe(&t, 2);
    MUST(&t,
         bd_subscriber_find(t.arena, t.store, BD_STR("reader1@lasare.example"),
                            &reader, &t.err));
    reader.email = reader.email_key = BD_STR("reader2@lasare.example");
    CHECK(bd_subscriber_update(t.store, &reader, BD_STR("address"), &t.actor,
                               &t.err) == BD_EEXIST);
    CHECK(strstr(t.err.msg, "reader2@lasare.example belongs to another"));
    reader.email = reader.email_key = BD_STR("new@lasare.example");
    MUST(&t, bd_subscriber_update(t.store, &reader, BD_STR("address"), &t.actor,
                                  &t.err));
    CHECK(bd_subscriber_find(t.arena, t.store, BD_STR("reader1@lasare.example"),
                             &reader, &t.err) == BD_ENOENT);
    t_stop(&t);
}

static void test_suppress__keeps_out_until_forced(void **state)
{
    enum bd_subscription_state old;
    bd_str reason = BD_STR_NONE;
    bd_str key = BD_STR("reader1@lasare.example");
    struct t_store t;
    int64_t since = 0;
    bool known = false;

    (void)state;
    t_start(&t);
    MUST(&t,
         bd_suppress(t.store, key, 0, BD_STR("never again"), &t.actor, &t.err));
    MUST(&t, bd_suppress(t.store, key, 0, BD_STR("twice"), &t.actor, &t.err));
    CHECK(put(&t, "", "yes", false, &known, &old) == BD_EINVAL);
    CHECK(strstr(t.err.msg, "1970-01-01") && strstr(t.err.msg, "never again"));
    MUST(&t, bd_suppression_find(t.arena, t.store, key, t.list, &reason, &since,
                                 &t.err));
    CHECK_STR(reason, "never again");
    CHECK_NUM(since, 1000);
    MUST(&t, put(&t, "", "yes", true, &known, &old));
    CHECK(bd_suppression_find(t.arena, t.store, key, t.list, &reason, &since,
                              &t.err) == BD_ENOENT);
    t_stop(&t);
}

/* Suppressed for one list before there was a reader: another list may mail
 * them, that one may not. */
static void test_suppress__for_one_list(void **state)
{
    struct bd_list other = { .slug = BD_STR("medlemmar"),
                             .language = BD_STR("sv") };
    struct bd_subscriber reader;
    enum bd_subscription_state old;
    struct bd_audience audience;
    struct t_store t;
    int64_t other_id = 0;
    bool known = false;

    (void)state;
    t_start(&t);
    reader = t_reader(&t, 1);
    MUST(&t, bd_list_add(t.store, &other, &other_id, &t.err));
    MUST(&t, bd_suppress(t.store, reader.email_key, t.list, BD_STR("no"),
                         &t.actor, &t.err));
    MUST(&t, bd_subscribe(t.store, &reader, other_id, BD_STR("yes"), false,
                          &t.actor, &known, &old, &t.err));
    MUST(&t, bd_subscriber_find(t.arena, t.store, reader.email_key, &reader,
                                &t.err));
    MUST(&t, store_subscription_put(t.store, t.list, reader.id, BD_SUB_ACTIVE,
                                    1, &t.err));
    MUST(&t,
         bd_audience_count(t.store, t.list, BD_STR_NONE, 0, &audience, &t.err));
    CHECK_NUM(audience.active, 0);
    CHECK_NUM(audience.suppressed, 1);
    MUST(&t, bd_audience_count(t.store, other_id, BD_STR_NONE, 0, &audience,
                               &t.err));
    CHECK_NUM(audience.active, 1);
    CHECK_NUM(audience.without_name, 1);
    t_stop(&t);
}

static void test_suppress__a_whole_domain(void **state)
{
    struct bd_subscriber reader;
    enum bd_subscription_state old;
    const struct bd_delivery *copies = NULL;
    struct bd_audience audience;
    struct t_store t;
    size_t count = 0;
    int64_t claim = 0;
    int64_t id = 0;
    bool known = false;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    MUST(&t, store_exec(t.store,
                        "INSERT INTO suppression (domain, reason, since) "
                        "VALUES ('lasare.example', 'trap', 1)",
                        &t.err));
    MUST(&t,
         bd_audience_count(t.store, t.list, BD_STR_NONE, 0, &audience, &t.err));
    CHECK_NUM(audience.suppressed, 1);
    reader = t_reader(&t, 2);
    CHECK(bd_subscribe(t.store, &reader, t.list, BD_STR("yes"), false, &t.actor,
                       &known, &old, &t.err) == BD_EINVAL);
    reader.email = reader.email_key = BD_STR("a@annan-lasare.example");
    MUST(&t, bd_subscribe(t.store, &reader, t.list, BD_STR("yes"), false,
                          &t.actor, &known, &old, &t.err));
    id = t_send(&t);
    MUST(&t, bd_queue_claim(t.arena, t.store, id, 9, 1000, &claim, &copies,
                            &count, &t.err));
    CHECK_NUM(count, 1);
    CHECK_STR(copies[0].email, "a@annan-lasare.example");
    CHECK_NUM(t_mailing(&t).count[BD_DELIVERY_SKIPPED], 1);
    t_stop(&t);
}

static enum bd_status count_row(void *self, const struct bd_subscriber *reader,
                                const struct bd_subscription *subscription,
                                struct bd_err *err)
{
    (void)reader;
    (void)subscription;
    (void)err;
    ++*(int *)self;
    return BD_OK;
}

static void test_subscriber_each__filters(void **state)
{
    static const struct {
        const char *text;
        bool by_state;
        enum bd_subscription_state state;
        int want;
    } rows[] = {
        { "", false, 0, 3 },          { "", true, BD_SUB_ACTIVE, 2 },
        { "", true, BD_SUB_LEFT, 1 }, { "READER2", false, 0, 1 },
        { "åsa ö", false, 0, 1 },     { "ÅSA", true, BD_SUB_LEFT, 0 },
        { "nobody", false, 0, 0 },
    };
    struct bd_subscriber named;
    enum bd_subscription_state old;
    struct t_store t;
    bool known = false;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    set_state(&t, t_subscribe(&t, 2), BD_SUB_LEFT);
    named = t_reader(&t, 3);
    named.name = BD_STR("Åsa Öberg");
    MUST(&t, bd_subscribe(t.store, &named, t.list, BD_STR("yes"), false,
                          &t.actor, &known, &old, &t.err));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_subscriber_filter filter = {
            .list_id = t.list,
            .by_state = rows[i].by_state,
            .state = rows[i].state,
            .text = bd_str_from(rows[i].text),
        };
        int count = 0;

        MUST(&t,
             bd_subscriber_each(t.store, &filter, count_row, &count, &t.err));
        CHECK_ROW(rows[i].text, count == rows[i].want);
    }
    t_stop(&t);
}

static void test_list__add_find_remove(void **state)
{
    struct bd_list list = { .slug = BD_STR("medlemmar"),
                            .title = BD_STR("Medlemmar"),
                            .language = BD_STR("sv") };
    struct bd_list found;
    struct t_store t;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    CHECK(bd_list_remove(t.store, t.list, &t.err) == BD_EINVAL);
    CHECK(strstr(t.err.msg, "only list"));
    MUST(&t, bd_list_add(t.store, &list, &id, &t.err));
    CHECK(bd_list_add(t.store, &list, &id, &t.err) == BD_EEXIST);
    CHECK(strstr(t.err.msg, "\"medlemmar\" already"));
    (void)t_subscribe(&t, 1);
    MUST(&t, bd_list_find(t.arena, t.store, BD_STR_NONE, &found, &t.err));
    CHECK_STR(found.slug, "nyhetsbrev");
    CHECK_NUM(found.active, 1);
    CHECK(bd_list_find(t.arena, t.store, BD_STR("nyheter"), &found, &t.err) ==
          BD_ENOENT);
    CHECK(strstr(t.err.msg, "nyhetsbrev, medlemmar"));
    CHECK(bd_list_remove(t.store, t.list, &t.err) == BD_EINVAL);
    CHECK(strstr(t.err.msg, "record is kept"));
    MUST(&t, bd_list_remove(t.store, id, &t.err));
    CHECK(bd_list_update(t.store, &(struct bd_list) { .id = id }, &t.err) ==
          BD_ENOENT);
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subscribe__state_after_state),
        cmocka_unit_test(test_subscribe_confirmed__both_times),
        cmocka_unit_test(test_subscribe__ledger_tells_each_step),
        cmocka_unit_test(test_subscribe__known_reader_gains_and_loses_nothing),
        cmocka_unit_test(test_subscriber_update__address_of_another),
        cmocka_unit_test(test_suppress__keeps_out_until_forced),
        cmocka_unit_test(test_suppress__for_one_list),
        cmocka_unit_test(test_suppress__a_whole_domain),
        cmocka_unit_test(test_subscriber_each__filters),
        cmocka_unit_test(test_list__add_find_remove),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

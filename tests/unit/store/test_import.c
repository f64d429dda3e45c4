#include <signal.h>
#include <sys/resource.h>

#include "brevduva/base/buf.h"
#include "store_import.h"
#include "store_sort.h"
#include "store_t.h"

struct rows {
    struct bd_buf skipped; /* "LINE:EMAIL " for each row not taken */
    struct bd_import_summary sum;
};

static void note_skip(void *self, uint32_t line, bd_str email,
                      const char *reason)
{
    struct rows *rows = self;

    CHECK(reason && *reason);
    bd_buf_printf(&rows->skipped, "%u:%.*s ", line, BD_ARG(email));
}

static struct bd_import *begin(struct t_store *t, struct rows *rows, bool dry)
{
    const struct bd_import_options options = { .list_id = t->list,
                                               .consent = BD_STR("a form"),
                                               .actor = t->actor,
                                               .dry_run = dry };
    struct bd_import *import = NULL;

    MUST(t, bd_import_begin(t->store, &options, note_skip, rows, &import,
                            &t->err));
    return import;
}

static void add(struct t_store *t, struct bd_import *import, uint32_t line,
                unsigned number, enum bd_subscription_state state,
                const char *attributes)
{
    struct bd_import_row row = { .line = line,
                                 .subscriber = t_reader(t, number),
                                 .state = state };

    row.subscriber.attributes = bd_str_from(attributes);
    MUST(t, bd_import_add(import, &row, &t->err));
}

static void finish(struct t_store *t, struct bd_import *import,
                   struct rows *rows, const char *skipped)
{
    MUST(t, bd_import_finish(import, &rows->sum, &t->err));
    CHECK_STR(bd_buf_str(&rows->skipped), skipped);
    bd_buf_fini(&rows->skipped);
}

static void numbers(const struct rows *rows, int added, int updated,
                    int unchanged, int kept_out, int duplicates)
{
    CHECK_NUM(rows->sum.added, added);
    CHECK_NUM(rows->sum.updated, updated);
    CHECK_NUM(rows->sum.unchanged, unchanged);
    CHECK_NUM(rows->sum.kept_out, kept_out);
    CHECK_NUM(rows->sum.duplicates, duplicates);
}

static struct bd_list list_of(struct t_store *t)
{
    struct bd_list list;

    MUST(t, bd_list_find(t->arena, t->store, BD_STR_NONE, &list, &t->err));
    return list;
}

static void test_import__each_kind_of_reader(void **state)
{
    struct rows rows = { 0 };
    struct bd_import *import = NULL;
    struct t_store t;
    struct bd_list list;

    (void)state;
    t_start(&t);
    for (unsigned i = 1; i <= 5; i++) {
        int64_t id = t_subscribe(&t, i);
        static const enum bd_subscription_state states[] = {
            [1] = BD_SUB_ACTIVE,  [2] = BD_SUB_LEFT,       [3] = BD_SUB_BOUNCED,
            [4] = BD_SUB_PENDING, [5] = BD_SUB_COMPLAINED,
        };

        MUST(&t,
             store_subscription_put(t.store, t.list, id, states[i], 1, &t.err));
    }
    MUST(&t, bd_suppress(t.store, BD_STR("reader6@lasare.example"), 0,
                         BD_STR("never"), &t.actor, &t.err));
    import = begin(&t, &rows, false);
    for (unsigned i = 1; i <= 7; i++)
        add(&t, import, i + 1, i, BD_SUB_ACTIVE, "");
    finish(&t, import, &rows,
           "3:reader2@lasare.example 4:reader3@lasare.example "
           "6:reader5@lasare.example 7:reader6@lasare.example ");
    numbers(&rows, 1, 1, 1, 4, 0);
    list = list_of(&t);
    CHECK_NUM(list.active, 3);
    CHECK_NUM(list.left, 1);
    CHECK_NUM(list.bounced, 1);
    CHECK_NUM(list.complained, 1);
    CHECK_NUM(list.pending, 0);
    MUST(&t, bd_store_check(t.store, &t.err));
    t_stop(&t);
}

static void test_import__first_of_the_same_address_wins(void **state)
{
    struct rows rows = { 0 };
    struct bd_import *import = NULL;
    struct bd_subscriber reader;
    struct t_store t;

    (void)state;
    t_start(&t);
    import = begin(&t, &rows, false);
    add(&t, import, 2, 1, BD_SUB_ACTIVE, "{\"ort\":\"Kumla\"}");
    add(&t, import, 3, 2, BD_SUB_ACTIVE, "");
    add(&t, import, 4, 1, BD_SUB_LEFT, "{\"ort\":\"Hallsberg\"}");
    finish(&t, import, &rows, "4:reader1@lasare.example ");
    numbers(&rows, 2, 0, 0, 0, 1);
    MUST(&t,
         bd_subscriber_find(t.arena, t.store, BD_STR("reader1@lasare.example"),
                            &reader, &t.err));
    CHECK_STR(reader.attributes, "{\"ort\":\"Kumla\"}");
    CHECK_STR(reader.source, "import");
    CHECK_NUM(list_of(&t).active, 2);
    t_stop(&t);
}

/* What was exported comes back as it was, also to a fresh database. */
static void test_import__states_of_an_export_return(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        struct rows rows = { 0 };
        struct rows again = { 0 };
        struct bd_import *import = NULL;
        struct bd_list list;
        struct t_store t;

        t_start(&t);
        import = begin(&t, &rows, false);
        for (unsigned i = 0; i < 5; i++)
            add(&t, import, i, i, (enum bd_subscription_state)i, "");
        finish(&t, import, &rows, "");
        numbers(&rows, 5, 0, 0, 0, 0);
        import = begin(&t, &again, false);
        for (unsigned i = 0; i < 5; i++)
            add(&t, import, i, i, (enum bd_subscription_state)i, "");
        finish(&t, import, &again, "");
        numbers(&again, 0, 0, 5, 0, 0);
        list = list_of(&t);
        CHECK(list.pending == 1 && list.active == 1 && list.left == 1 &&
              list.bounced == 1 && list.complained == 1);
        t_stop(&t);
    }
}

static void test_import__attributes_merge_and_name_themselves(void **state)
{
    struct rows rows = { 0 };
    struct rows again = { 0 };
    struct bd_import *import = NULL;
    struct bd_subscriber reader;
    const bd_str *names = NULL;
    struct t_store t;
    size_t count = 0;

    (void)state;
    t_start(&t);
    import = begin(&t, &rows, false);
    add(&t, import, 2, 2, BD_SUB_ACTIVE, "{\"ort\":\"Ku,m}\\\"la\",\"z\":1}");
    add(&t, import, 3, 1, BD_SUB_ACTIVE,
        "{\"ort\":\"x\", \"d\":{\"no\":[\"]\"]},\"a\\\"b\":\"y\"}");
    finish(&t, import, &rows, "");
    import = begin(&t, &again, false);
    add(&t, import, 2, 2, BD_SUB_ACTIVE, "{\"ort\":\"Hallsberg\",\"ny\":true}");
    add(&t, import, 3, 1, BD_SUB_ACTIVE, "{\"ort\":\"x\"}");
    finish(&t, import, &again, "");
    numbers(&again, 0, 1, 1, 0, 0);
    MUST(&t,
         bd_subscriber_find(t.arena, t.store, BD_STR("reader2@lasare.example"),
                            &reader, &t.err));
    CHECK_STR(reader.attributes, "{\"ort\":\"Hallsberg\",\"z\":1,\"ny\":true}");
    MUST(&t, bd_attribute_names(t.arena, t.store, &names, &count, &t.err));
    CHECK_NUM(count, 5);
    CHECK_STR(names[0], "ort");
    t_stop(&t);
}

static void test_import__dry_run_and_cancel_change_nothing(void **state)
{
    struct rows rows = { 0 };
    struct rows dry = { 0 };
    struct bd_import *import = NULL;
    const bd_str *names = NULL;
    struct t_store t;
    size_t count = 1;

    (void)state;
    t_start(&t);
    import = begin(&t, &dry, true);
    add(&t, import, 2, 1, BD_SUB_ACTIVE, "{\"a\\u0041\":1,\"b\":2}");
    finish(&t, import, &dry, "");
    numbers(&dry, 1, 0, 0, 0, 0);
    import = begin(&t, &rows, false);
    add(&t, import, 2, 1, BD_SUB_ACTIVE, "{\"a\\u0041\":1,\"b\":2}");
    bd_import_cancel(import);
    bd_import_cancel(NULL);
    bd_buf_fini(&rows.skipped);
    CHECK_NUM(list_of(&t).active, 0);
    MUST(&t, bd_attribute_names(t.arena, t.store, &names, &count, &t.err));
    CHECK_NUM(count, 0);
    t_stop(&t);
}

static void test_import__wants_the_consent_stated(void **state)
{
    const struct bd_import_options options = { .consent = BD_STR(" \t") };
    struct bd_import *import = NULL;
    struct t_store t;

    (void)state;
    t_start(&t);
    CHECK(bd_import_begin(t.store, &options, NULL, NULL, &import, &t.err) ==
          BD_EINVAL);
    CHECK(strstr(t.err.msg, "consent") && !import);
    t_stop(&t);
}

/* More than one chunk, with equal keys in different runs. */
static void test_sort__runs_are_merged_in_order(void **state)
{
    static char body[4000];
    struct store_sort *sort = NULL;
    struct t_store t;
    const uint32_t count = 8000; /* 32 MB */
    uint32_t last_key = 0;
    uint32_t last = 0;
    bool more = false;

    (void)state;
    t_start(&t);
    sort = store_sort_new(t.folder);
    for (uint32_t i = 0; i < count; i++) {
        char key[16];

        (void)snprintf(key, sizeof key, "%08u", i * 2654435761U % 1000);
        memcpy(body, &i, sizeof i);
        MUST(&t,
             store_sort_add(sort, bd_str_from(key),
                            (bd_str) { body, sizeof body - i % 7 }, &t.err));
    }
    MUST(&t, store_sort_finish(sort, &t.err));
    for (uint32_t i = 0; i < count; i++) {
        bd_str key = BD_STR_NONE;
        bd_str record = BD_STR_NONE;
        uint64_t number = 0;
        uint32_t n = 0;

        MUST(&t, store_sort_next(sort, &more, &key, &record, &t.err));
        CHECK(more);
        memcpy(&n, record.ptr, sizeof n);
        CHECK_NUM(record.len, sizeof body - n % 7);
        while (key.len > 1 && key.ptr[0] == '0')
            key = bd_str_skip(key, 1);
        CHECK(bd_str_to_u64(key, &number));
        CHECK_NUM(number, n * 2654435761U % 1000);
        CHECK(number > last_key ||
              (number == last_key && (i == 0 || n > last)));
        last_key = (uint32_t)number;
        last = n;
    }
    MUST(&t, store_sort_next(sort, &more, &(bd_str) { 0 }, &(bd_str) { 0 },
                             &t.err));
    CHECK(!more);
    store_sort_free(sort);
    t_stop(&t);
}

static int import_on_full_disk(struct t_store *t)
{
    const struct rlimit ceiling = { (rlim_t)1024 * 1024, (rlim_t)1024 * 1024 };
    static char name[4000];
    struct rows rows = { 0 };
    struct bd_import *import = begin(t, &rows, false);
    struct bd_import_row row = { .subscriber = t_reader(t, 1) };
    enum bd_status rc = BD_OK;

    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &ceiling) != 0)
        return 1;
    memset(name, 'x', sizeof name);
    row.subscriber.name = (bd_str) { name, sizeof name };
    for (unsigned i = 0; i < 10000 && rc == BD_OK; i++)
        rc = bd_import_add(import, &row, &t->err);
    bd_import_cancel(import);
    return rc == BD_EIO && strstr(t->err.msg, "disk is full") ? 0 : 2;
}

static int open_and_fill(struct t_store *t)
{
    if (bd_store_open(t->path, BD_STORE_WRITE, &t->store, &t->err) != BD_OK)
        return 3;
    return import_on_full_disk(t);
}

static void test_import__full_disk_is_said(void **state)
{
    struct t_store t;

    (void)state;
    t_start(&t);
    bd_store_close(t.store); /* a child has connections of its own */
    t.store = NULL;
    t_in_child(&t, open_and_fill);
    MUST(&t, bd_store_open(t.path, BD_STORE_WRITE, &t.store, &t.err));
    CHECK_NUM(list_of(&t).active, 0);
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_import__each_kind_of_reader),
        cmocka_unit_test(test_import__first_of_the_same_address_wins),
        cmocka_unit_test(test_import__states_of_an_export_return),
        cmocka_unit_test(test_import__attributes_merge_and_name_themselves),
        cmocka_unit_test(test_import__dry_run_and_cancel_change_nothing),
        cmocka_unit_test(test_import__wants_the_consent_stated),
        cmocka_unit_test(test_import__full_disk_is_said),
        cmocka_unit_test(test_sort__runs_are_merged_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

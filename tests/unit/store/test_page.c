#include "brevduva/store/click.h"
#include "brevduva/store/letter_file.h"
#include "brevduva/store/page.h"
#include "store_t.h"

static const struct bd_page_file files[] = {
    { .name = BD_STR_INIT("a-1.png"),
      .type = BD_STR_INIT("image/png"),
      .bytes = BD_STR_INIT("A\0B") },
    { .name = BD_STR_INIT("b-2.jpg"),
      .type = BD_STR_INIT("image/jpeg"),
      .bytes = BD_STR_INIT("B") },
};

static struct bd_page a_page(const struct t_store *t, const char *body)
{
    return (struct bd_page) {
        .slug = BD_STR("2016-1"),
        .list_id = t->list,
        .title = BD_STR("Ett"),
        .language = BD_STR("sv"),
        .body = bd_str_from(body),
        .words = BD_STR("ett"),
        .visibility = BD_PAGE_UNLISTED,
        .files = files,
        .file_count = 2,
    };
}

/* What a mailing that began leaves behind; t_send's slug is "2016-1". */
static void send(struct t_store *t)
{
    (void)t_subscribe(t, 1);
    (void)t_send(t);
}

static void test_page_put__shows_what_was_sent(void **state)
{
    struct t_store t;
    struct bd_page page;
    struct bd_page got;
    bool sent = true;

    (void)state;
    t_start(&t);
    page = a_page(&t, "<p>1</p>");
    MUST(&t, bd_page_put(t.store, &page, false, &t.actor, &t.err));
    MUST(&t, bd_page_is_sent(t.store, page.slug, &sent, &t.err));
    CHECK(!sent);
    CHECK(bd_page_get(t.arena, t.store, page.slug, &got, &t.err) == BD_ENOENT);
    send(&t);
    MUST(&t, bd_page_get(t.arena, t.store, page.slug, &got, &t.err));
    CHECK(bd_str_eq(got.body, page.body));
    CHECK(bd_str_eq(got.list_slug, BD_STR("nyhetsbrev")));
    CHECK_NUM(got.visibility, BD_PAGE_UNLISTED);
    MUST(&t, bd_page_set(t.store, page.slug, BD_PAGE_OFF, &t.actor, &t.err));
    CHECK(bd_page_get(t.arena, t.store, page.slug, &got, &t.err) == BD_ENOENT);
    CHECK(bd_page_set(t.store, BD_STR("x"), BD_PAGE_OFF, &t.actor, &t.err) ==
          BD_ENOENT);
    t_stop(&t);
}

static void test_page_put__keeps_what_was_decided(void **state)
{
    struct t_store t;
    struct bd_page page;
    struct bd_page got;

    (void)state;
    t_start(&t);
    page = a_page(&t, "<p>1</p>");
    MUST(&t, bd_page_put(t.store, &page, false, &t.actor, &t.err));
    send(&t);
    t.actor.now += 500;
    page.visibility = BD_PAGE_PUBLIC;
    MUST(&t, bd_page_put(t.store, &page, false, &t.actor, &t.err));
    MUST(&t, bd_page_get(t.arena, t.store, page.slug, &got, &t.err));
    CHECK_NUM(got.visibility, BD_PAGE_UNLISTED);
    CHECK_NUM(got.changed_at, got.sent_at); /* it says the same */
    page.body = BD_STR("<p>2</p>");
    MUST(&t, bd_page_put(t.store, &page, true, &t.actor, &t.err));
    MUST(&t, bd_page_get(t.arena, t.store, page.slug, &got, &t.err));
    CHECK_NUM(got.visibility, BD_PAGE_PUBLIC);
    CHECK_NUM(got.changed_at, t.actor.now);
    CHECK_NUM(got.sent_at, t.actor.now - 500);
    t_stop(&t);
}

static void test_page_files__are_those_of_the_page(void **state)
{
    const struct bd_page_file *names = NULL;
    struct bd_page_file file;
    struct bd_page page;
    struct t_store t;
    size_t count = 0;

    (void)state;
    t_start(&t);
    page = a_page(&t, "");
    MUST(&t, bd_page_put(t.store, &page, false, &t.actor, &t.err));
    CHECK(bd_page_file_get(t.arena, t.store, page.slug, files[0].name, &file,
                           &t.err) == BD_ENOENT); /* not sent yet */
    send(&t);
    MUST(&t, bd_page_file_get(t.arena, t.store, page.slug, files[0].name, &file,
                              &t.err));
    CHECK(bd_str_eq(file.bytes, files[0].bytes));
    CHECK(bd_str_eq(file.type, files[0].type));
    page.file_count = 1;
    MUST(&t, bd_page_put(t.store, &page, false, &t.actor, &t.err));
    MUST(&t,
         bd_page_files(t.arena, t.store, page.slug, &names, &count, &t.err));
    CHECK_NUM(count, 1);
    CHECK(bd_page_file_get(t.arena, t.store, page.slug, files[1].name, &file,
                           &t.err) == BD_ENOENT);
    t_stop(&t);
}

static void test_link__is_counted_by_day(void **state)
{
    struct bd_link link;
    const struct bd_link *links = NULL;
    struct t_store t;
    size_t count = 0;
    int64_t a = 0;
    int64_t b = 0;
    int64_t again = 0;
    bd_str slug = BD_STR("2016-1");
    bd_str url = BD_STR("https://a.example/");

    (void)state;
    t_start(&t);
    CHECK(bd_link_number(t.store, slug, url, false, &a, &t.err) == BD_ENOENT);
    MUST(&t, bd_link_number(t.store, slug, url, true, &a, &t.err));
    MUST(&t, bd_link_number(t.store, slug, BD_STR("https://b.example/"), true,
                            &b, &t.err));
    MUST(&t, bd_link_number(t.store, slug, url, true, &again, &t.err));
    CHECK_NUM(again, a);
    MUST(&t, bd_link_get(t.arena, t.store, a, t.list, &link, &t.err));
    CHECK(bd_str_eq(link.url, url));
    CHECK_NUM(link.begun_at, 0);
    send(&t);
    MUST(&t, bd_link_get(t.arena, t.store, a, t.list, &link, &t.err));
    CHECK_NUM(link.begun_at, t.actor.now);
    MUST(&t, bd_link_get(t.arena, t.store, a, t.list + 1, &link, &t.err));
    CHECK_NUM(link.begun_at, 0);
    CHECK(bd_link_get(t.arena, t.store, 99, t.list, &link, &t.err) ==
          BD_ENOENT);
    MUST(&t, bd_click_add(t.store, b, 20000, 2, &t.err));
    MUST(&t, bd_click_add(t.store, b, 20000, 3, &t.err));
    MUST(&t, bd_click_add(t.store, b, 20001, 1, &t.err));
    MUST(&t, bd_click_add(t.store, 99, 20001, 1, &t.err)); /* none */
    MUST(&t, bd_link_all(t.arena, t.store, slug, &links, &count, &t.err));
    CHECK_NUM(count, 2);
    CHECK_NUM(links[0].clicks, 6);
    CHECK(bd_str_eq(links[1].url, url));
    t_stop(&t);
}

/* Attachments: only of public pages. */
static void test_page_file_get__hides_attachments_of_unlisted(void **state)
{
    static const struct bd_page_file both[] = {
        { .name = BD_STR_INIT("a-1.png"), .type = BD_STR_INIT("image/png") },
        { .name = BD_STR_INIT("b-2.pdf"),
          .type = BD_STR_INIT("application/pdf"),
          .bytes = BD_STR_INIT("%PDF-"),
          .shown = BD_STR_INIT("Årsmötet.pdf") },
    };
    const struct bd_page_file *listed = NULL;
    size_t count = 0;
    struct t_store t;
    struct bd_page page;
    struct bd_page_file got;

    (void)state;
    t_start(&t);
    page = a_page(&t, "<p>1</p>");
    page.files = both;
    MUST(&t, bd_page_put(t.store, &page, false, &t.actor, &t.err));
    send(&t);
    MUST(&t, bd_page_file_get(t.arena, t.store, page.slug, both[0].name, &got,
                              &t.err));
    CHECK(bd_page_file_get(t.arena, t.store, page.slug, both[1].name, &got,
                           &t.err) == BD_ENOENT);
    MUST(&t, bd_page_set(t.store, page.slug, BD_PAGE_PUBLIC, &t.actor, &t.err));
    MUST(&t, bd_page_file_get(t.arena, t.store, page.slug, both[1].name, &got,
                              &t.err));
    CHECK_STR(got.shown, "Årsmötet.pdf");
    MUST(&t,
         bd_page_files(t.arena, t.store, page.slug, &listed, &count, &t.err));
    CHECK_NUM(count, 2);
    CHECK(listed[1].size == 5 && listed[0].shown.len == 0);
    t_stop(&t);
}

/* What has a name never changes. */
static void test_letter_files_put__keeps_the_first(void **state)
{
    const struct bd_page_file first = { .name = BD_STR("1f.png"),
                                        .type = BD_STR("image/png"),
                                        .bytes = BD_STR("A\0B") };
    const struct bd_page_file second = { .name = BD_STR("1f.png"),
                                         .type = BD_STR("image/gif"),
                                         .bytes = BD_STR("C") };
    struct t_store t;
    struct bd_page_file got;

    (void)state;
    t_start(&t);
    CHECK(bd_letter_file_get(t.arena, t.store, first.name, &got, &t.err) ==
          BD_ENOENT);
    MUST(&t, bd_letter_files_put(t.store, NULL, 0, 1, &t.err));
    MUST(&t, bd_letter_files_put(t.store, &first, 1, 1, &t.err));
    MUST(&t, bd_letter_files_put(t.store, &second, 1, 2, &t.err));
    MUST(&t, bd_letter_file_get(t.arena, t.store, first.name, &got, &t.err));
    CHECK(bd_str_eq(got.bytes, first.bytes));
    CHECK_STR(got.type, "image/png");
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page_put__shows_what_was_sent),
        cmocka_unit_test(test_page_put__keeps_what_was_decided),
        cmocka_unit_test(test_page_files__are_those_of_the_page),
        cmocka_unit_test(test_link__is_counted_by_day),
        cmocka_unit_test(test_page_file_get__hides_attachments_of_unlisted),
        cmocka_unit_test(test_letter_files_put__keeps_the_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

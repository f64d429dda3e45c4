#include "t.h"

#include "brevduva/base/buf.h"
#include "brevduva/mail/address.h"

static struct bd_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = bd_arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bd_arena_free(arena);
    return 0;
}

#define LOCAL_64                                                               \
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl"
#define LABEL_63                                                               \
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
#define AA_RING    "\xc3\xa5"  /* å */
#define AA_CAPITAL "\xc3\x85"  /* Å */
#define AA_PARTS   "a\xcc\x8a" /* å as two characters */

/* clang-format off */
static const struct {
    const char *text;
    const char *email;
    const char *key; /* NULL: as email */
} good_rows[] = {
    { "anna@klubben.example", "anna@klubben.example", NULL },
    { "  anna@klubben.example ", "anna@klubben.example", NULL },
    { "\xc2\xa0" "anna@klubben.example\xe2\x80\x8b ", "anna@klubben.example",
      NULL },
    { "Anna.Berg@Klubben.EXAMPLE", "Anna.Berg@klubben.example",
      "anna.berg@klubben.example" },
    { "anna+brev@klubben.example", "anna+brev@klubben.example", NULL },
    { "o'hara@klubben.example", "o'hara@klubben.example", NULL },
    { "!#$%&'*+-/=?^_`{|}~@x.example", "!#$%&'*+-/=?^_`{|}~@x.example", NULL },
    { "1@2.example", "1@2.example", NULL },
    { "a@x-y.example", "a@x-y.example", NULL },
    { "a@r3---x.example", "a@r3---x.example", NULL },
    { LOCAL_64 "@x.example", LOCAL_64 "@x.example", NULL },
    { "a@" LABEL_63 ".example", "a@" LABEL_63 ".example", NULL },
    /* quoted-string: kept, but equal to the same without quotes */
    { "\"a b\"@x.example", "\"a b\"@x.example", NULL },
    { "\"A.b\"@x.example", "\"A.b\"@x.example", "a.b@x.example" },
    { "\"a@b\"@x.example", "\"a@b\"@x.example", NULL },
    { "\"a\\\"b\"@x.example", "\"a\\\"b\"@x.example", NULL },
    /* IDN: one form (U1) */
    { "a@R\xc3\xa4ksm\xc3\xb6rg\xc3\xa5s.example",
      "a@xn--rksmrgs-5wao1o.example", NULL },
    { "a@ra\xcc\x88ksm\xc3\xb6rg\xc3\xa5s.example",
      "a@xn--rksmrgs-5wao1o.example", NULL },
    { "a@XN--RKSMRGS-5wao1o.example", "a@xn--rksmrgs-5wao1o.example", NULL },
    { "a@stra\xc3\x9f" "e.example", "a@xn--strae-oqa.example", NULL },
    { "a@x\xe3\x80\x82" "example", "a@x.example", NULL },
    { "xn--a@x.example", "xn--a@x.example", NULL }, /* U2: literal text */
    /* EAI (U2): as given, folded NFC for the key */
    { AA_RING "sa@x.example", AA_RING "sa@x.example", NULL },
    { AA_CAPITAL "SA@x.example", AA_CAPITAL "SA@x.example",
      AA_RING "sa@x.example" },
    { AA_PARTS "sa@x.example", AA_PARTS "sa@x.example",
      AA_RING "sa@x.example" },
};
/* clang-format on */

static void test_address_parse__accepts_and_normalizes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good_rows / sizeof *good_rows; i++) {
        bd_str text = t_heap(good_rows[i].text);
        struct bd_address got = { 0 };
        struct bd_err err = { 0 };
        const char *key = good_rows[i].key;

        if (bd_address_parse(arena, text, &got, &err))
            fail_msg("row \"%s\": %s", good_rows[i].text, err.msg);
        t_free(text); /* what we got must not point into it */
        CHECK_STR(got.email, good_rows[i].email);
        CHECK_STR(got.key, key ? key : good_rows[i].email);
        CHECK_ROW(
            good_rows[i].text,
            bd_str_eq(bd_arena_printf(arena, "%.*s@%.*s", BD_ARG(got.local),
                                      BD_ARG(got.domain)),
                      got.email));
        CHECK_ROW(good_rows[i].text,
                  got.smtputf8 == !bd_str_is_ascii(got.local));
    }
}

/* clang-format off */
static const struct {
    const char *text;
    const char *want;
} bad_rows[] = {
    { "", "the address is empty" },
    { "   ", "the address is empty" },
    { "a\xff@x.example", "\"a\xef\xbf\xbd@x.example\" is not UTF-8 text" },
    { "a@x.example\r\nBcc: b@x.example",
      "\"a@x.example Bcc: b@x.example\" has a line break or another control "
      "character" },
    { "a@x.example\n",
      "\"a@x.example \" has a line break or another control character" },
    { "a\tb@x.example",
      "\"a b@x.example\" has a line break or another control character" },
    { "\"a\tb\"@x.example",
      "\"\"a b\"@x.example\" has a line break or another control character" },
    { "a\xc2\x85@x.example",
      "\"a@x.example\" has a line break or another control character" },
    { "mailto:a@x.example",
      "\"mailto:a@x.example\": give only the address, without mailto:; did you "
      "mean \"a@x.example\"?" },
    { "MAILTO:a@x.example?subject=hej",
      "\"MAILTO:a@x.example?subject=hej\": give only the address, without "
      "mailto:; did you mean \"a@x.example\"?" },
    { "Anna Berg <a@x.example>",
      "\"Anna Berg <a@x.example>\": give only the address, without name or <>;"
      " did you mean \"a@x.example\"?" },
    { "\"Berg, Anna\" <a@x.example>",
      "\"\"Berg, Anna\" <a@x.example>\": give only the address, without name or"
      " <>; did you mean \"a@x.example\"?" },
    { "<a@x.example>",
      "\"<a@x.example>\": give only the address, without name or <>; did you "
      "mean \"a@x.example\"?" },
    { "anna", "\"anna\" has no @: an address looks like name@domain.example" },
    { "a@b@x.example",
      "\"a@b@x.example\" has more than one @: give one address" },
    { "a@x.example, b@x.example",
      "\"a@x.example, b@x.example\" has more than one @: give one address" },
    { "anna berg@x.example",
      "\"anna berg@x.example\" has a space or invisible character in it" },
    { "a@x .example",
      "\"a@x .example\" has a space or invisible character in it" },
    { "a\xe2\x80\xae" "b@x.example", /* turns the writing around */
      "\"a\xe2\x80\xae" "b@x.example\" has a space or invisible character in "
      "it" },
    { "a@x,example",
      "\"a@x,example\" has a comma in it; did you mean \"a@x.example\"?" },
    { "a@x.example,",
      "\"a@x.example,\" has a comma in it; did you mean \"a@x.example\"?" },
    { "@x.example", "\"@x.example\" has nothing before the @" },
    { "a@", "\"a@\" has nothing after the @" },
    { "a@[192.0.2.1]", "\"a@[192.0.2.1]\": a domain name must stand after the "
      "@, not [...]" },
    { "a..b@x.example", "\"a..b@x.example\" has two dots in a row" },
    { "a@x..example", "\"a@x..example\" has two dots in a row" },
    { ".a@x.example",
      "\".a@x.example\" has a dot at the start or just before the @; did you "
      "mean \"a@x.example\"?" },
    { "a.@x.example",
      "\"a.@x.example\" has a dot at the start or just before the @" },
    { "a@x.example.",
      "\"a@x.example.\" has a dot at the end or just after the @; did you mean "
      "\"a@x.example\"?" },
    { "a@.example", "\"a@.example\" has a dot at the end or just after the @" },
    { LOCAL_64 "x@x.example",
      "\"" LOCAL_64 "x@x.example\" has more than 64 octets before the @" },
    { "a(b)@x.example",
      "\"a(b)@x.example\" has ( before the @, which cannot stand there" },
    { "a@klubben",
      "\"a@klubben\": the domain \"klubben\" has no ending, such as .org" },
    { "a@192.0.2.1", "\"a@192.0.2.1\": \"192.0.2.1\" is not a domain name" },
    { "a@-x.example", "\"a@-x.example\": \"-x.example\" is not a domain name" },
    { "a@x-.example", "\"a@x-.example\": \"x-.example\" is not a domain name" },
    { "a@x_y.example",
      "\"a@x_y.example\": \"x_y.example\" is not a domain name" },
    { "a@x/y.example",
      "\"a@x/y.example\": \"x/y.example\" is not a domain name" },
    { "a@" LABEL_63 "l.example",
      "\"a@" LABEL_63 "l.example\": \"" LABEL_63 "l.example\" is not a domain "
      "name" },
    { "a@xn--zzzzzz99999999.example",
      "\"a@xn--zzzzzz99999999.example\": \"xn--zzzzzz99999999.example\" is not a"
      " domain name" },
    { "a@xn--rmksm.example", /* stands for signs that are not allowed */
      "\"a@xn--rmksm.example\": \"xn--rmksm.example\" is not a domain name" },
    /* UTS 46 makes these ASCII signs, which must not pass either */
    { "a@x\xef\xbc\xa0y.example",
      "\"a@x\xef\xbc\xa0y.example\": \"x\xef\xbc\xa0y.example\" is not a domain "
      "name" },
    { "\"a@x.example",
      "\"\"a@x.example\" has \" before the @, which cannot stand there; did you"
      " mean \"a@x.example\"?" },
};
/* clang-format on */

static void test_address_parse__says_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
        bd_str text = t_heap(bad_rows[i].text);
        struct bd_address got = { 0 };
        struct bd_err err = { 0 };

        CHECK_ROW(bad_rows[i].text,
                  bd_address_parse(arena, text, &got, &err) == BD_EINVAL);
        CHECK_STR(bd_str_from(err.msg), bad_rows[i].want);
        CHECK_ROW(bad_rows[i].text, got.email.ptr == NULL);
        CHECK(bd_address_parse(arena, text, &got, NULL) == BD_EINVAL);
        t_free(text);
    }
}

static void test_address_parse__refuses_nul(void **state)
{
    struct bd_address got;

    (void)state;
    CHECK(bd_address_parse(arena, BD_STR("a\0@x.example"), &got, NULL));
    CHECK(bd_address_parse(arena, BD_STR("a@x.example\0"), &got, NULL));
    CHECK(
        bd_address_parse(arena, BD_STR("a@x\0.\xc3\xa5.example"), &got, NULL));
    CHECK(bd_address_parse(arena, BD_STR("\"\0\"@x.example"), &got, NULL));
}

static bd_str long_address(size_t domain_len)
{
    struct bd_buf buf;
    bd_str text = BD_STR_NONE;

    bd_buf_init(&buf, 0);
    bd_buf_add_cstr(&buf, "a@");
    while (buf.len < 2 + domain_len)
        bd_buf_add_char(&buf, (buf.len - 2) % 50 == 49 ? '.' : 'x');
    text = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return text;
}

static void test_address_parse__takes_254_octets(void **state)
{
    struct bd_address got;
    struct bd_err err;

    (void)state;
    assert_int_equal(bd_address_parse(arena, long_address(252), &got, &err),
                     BD_OK);
    assert_int_equal(got.email.len, 254);
    assert_int_equal(bd_address_parse(arena, long_address(253), &got, &err),
                     BD_EINVAL);
    CHECK(strstr(err.msg, "is longer than 254 octets"));
}

static void test_address_is_plain__no_advertisement(void **state)
{
    static const struct {
        const char *text;
        bool plain;
    } rows[] = {
        { "anna.berg+www.x@klubben.example", true },
        { "o'hara@www.klubben.example", true },
        { "www@klubben.example", true },
        { "www.klubben@klubben.example", false },
        { "WwW.klubben@klubben.example", false },
        { "spam.example/buy@klubben.example", false },
        { "\"anna\"@klubben.example", false },
        { "\"http://spam.example/ !\"@klubben.example", false },
    };
    struct bd_address got;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(
            bd_address_parse(arena, bd_str_from(rows[i].text), &got, NULL),
            BD_OK);
        assert_int_equal(bd_address_is_plain(&got), rows[i].plain);
    }
}

static void test_address_display__shows_u_labels(void **state)
{
    (void)state;
    CHECK_STR(bd_address_display(arena, BD_STR("a@xn--rksmrgs-5wao1o.example")),
              "a@r\xc3\xa4ksm\xc3\xb6rg\xc3\xa5s.example");
    CHECK_STR(bd_address_display(arena, BD_STR("xn--a@x.example")),
              "xn--a@x.example");
    CHECK_STR(bd_address_display(arena, BD_STR("a@xn--zzzzzz99999999.example")),
              "a@xn--zzzzzz99999999.example");
    CHECK_STR(bd_address_display(arena, BD_STR("erased")), "erased");
    CHECK_STR(bd_address_display(arena, BD_STR_NONE), "");
}

static void test_domain_parse__takes_host_names(void **state)
{
    bd_str got = BD_STR_NONE;
    struct bd_err err;

    (void)state;
    assert_int_equal(
        bd_domain_parse(arena, BD_STR(" Klubben.Example "), &got, &err), BD_OK);
    CHECK_STR(got, "klubben.example");
    assert_int_equal(bd_domain_parse(arena, BD_STR("localhost"), &got, &err),
                     BD_OK);
    assert_int_equal(
        bd_domain_parse(arena, BD_STR("\xc3\xa5.example"), &got, &err), BD_OK);
    CHECK_STR(got, "xn--5ca.example");
    assert_int_equal(bd_domain_parse(arena, BD_STR(""), &got, &err), BD_EINVAL);
    CHECK_STR(bd_str_from(err.msg), "the host name is empty");
    assert_int_equal(bd_domain_parse(arena, BD_STR("a b"), &got, &err),
                     BD_EINVAL);
    CHECK_STR(bd_str_from(err.msg), "\"a b\" is not a host name");
    assert_int_equal(bd_domain_parse(arena, BD_STR("192.0.2.1"), &got, &err),
                     BD_EINVAL);
    assert_int_equal(
        bd_domain_parse(arena, BD_STR("a.example\r\nX"), &got, &err),
        BD_EINVAL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_address_parse__accepts_and_normalizes),
        TEST(test_address_parse__says_what_is_wrong),
        TEST(test_address_parse__refuses_nul),
        TEST(test_address_parse__takes_254_octets),
        TEST(test_address_is_plain__no_advertisement),
        TEST(test_address_display__shows_u_labels),
        TEST(test_domain_parse__takes_host_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

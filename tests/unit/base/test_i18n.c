#include "t.h"

#include "brevduva/base/assets.h"
#include "brevduva/base/i18n.h"

static void test_lang_parse__takes_locale_names(void **state)
{
    static const struct {
        bd_str in;
        int want; /* -1: not spoken */
    } rows[] = {
        { BD_STR_INIT("sv"), BD_LANG_SV },
        { BD_STR_INIT("sv_SE.UTF-8"), BD_LANG_SV },
        { BD_STR_INIT("sv-FI"), BD_LANG_SV },
        { BD_STR_INIT("SV@euro"), BD_LANG_SV },
        { BD_STR_INIT("en.UTF-8"), BD_LANG_EN },
        { BD_STR_INIT("svenska"), -1 },
        { BD_STR_INIT("sv\0x"), -1 },
        { BD_STR_INIT("s"), -1 },
        { BD_STR_INIT(""), -1 },
        { BD_STR_INIT("C.UTF-8"), -1 },
        { BD_STR_INIT("de"), -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap_str(rows[i].in);
        enum bd_lang lang = BD_LANG_COUNT;
        bool spoken = bd_lang_parse(in, &lang);

        CHECK_ROW(rows[i].in.ptr, spoken == (rows[i].want >= 0));
        if (spoken)
            CHECK_ROW(rows[i].in.ptr, (int)lang == rows[i].want);
        t_free(in);
    }
    assert_string_equal(bd_lang_tag(BD_LANG_SV), "sv");
    assert_string_equal(bd_lang_tag(BD_LANG_EN), "en");
}

static void test_lang_of_locale__follows_gettext(void **state)
{
    static const struct {
        bd_str locale, wanted;
        enum bd_lang want;
    } rows[] = {
        { BD_STR_NONE, BD_STR_NONE, BD_LANG_EN },
        { BD_STR_INIT("sv_SE.UTF-8"), BD_STR_NONE, BD_LANG_SV },
        { BD_STR_INIT("sv_SE.UTF-8"), BD_STR_INIT(""), BD_LANG_SV },
        { BD_STR_INIT("fr_FR.UTF-8"), BD_STR_NONE, BD_LANG_EN },
        { BD_STR_INIT("C.UTF-8"), BD_STR_INIT("sv"), BD_LANG_SV },
        { BD_STR_INIT("C.UTF-8"), BD_STR_INIT("de:sv"), BD_LANG_SV },
        { BD_STR_INIT("de_DE"), BD_STR_INIT("de::sv_FI:en"), BD_LANG_SV },
        { BD_STR_INIT("sv_SE"), BD_STR_INIT("en:sv"), BD_LANG_EN },
        { BD_STR_INIT("C.UTF-8"), BD_STR_INIT("sv:en"), BD_LANG_SV },
        { BD_STR_INIT("sv_SE"), BD_STR_INIT("de:fr"), BD_LANG_SV },
        { BD_STR_NONE, BD_STR_INIT("sv"), BD_LANG_SV },
        { BD_STR_INIT("C"), BD_STR_INIT("sv"), BD_LANG_EN },
        { BD_STR_INIT("POSIX"), BD_STR_INIT("sv"), BD_LANG_EN },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_ROW(rows[i].wanted.ptr ? rows[i].wanted.ptr : "none",
                  bd_lang_of_locale(rows[i].locale, rows[i].wanted) ==
                      rows[i].want);
}

static void test_tr__falls_back_to_the_msgid(void **state)
{
    const char *msgid = "There is no such text: %d";

    (void)state;
    for (int lang = 0; lang < BD_LANG_COUNT; lang++) {
        assert_ptr_equal(bd_tr((enum bd_lang)lang, msgid), msgid);
        assert_string_equal(bd_tr((enum bd_lang)lang, ""), "");
        assert_string_equal(bd_tr_n((enum bd_lang)lang, "1 nil", "nils", 1),
                            "1 nil");
        assert_string_equal(bd_tr_n((enum bd_lang)lang, "1 nil", "nils", 0),
                            "nils");
    }
}

static void test_tr_n__tells_senses_apart(void **state)
{
    (void)state;
    bd_lang_set(BD_LANG_EN);
    assert_string_equal(CP_("copy", "refused", "refused", 1), "refused");
    assert_string_equal(CP_("nil", "1 nil", "nils", 2), "nils");
    bd_lang_set(BD_LANG_SV);
    assert_string_equal(CP_("copy", "refused", "refused", 1), "avvisat");
    assert_string_equal(CP_("copy", "refused", "refused", 2), "avvisade");
    assert_string_equal(CP_("nil", "1 nil", "nils", 1), "1 nil");
    bd_lang_set(BD_LANG_EN);
}

static void test_tr__speaks_the_language_set(void **state)
{
    bd_str catalogue = BD_STR_NONE;

    (void)state;
    assert_int_equal(bd_lang_get(), BD_LANG_EN);
    if (!bd_asset_find(BD_STR("po/sv.mo"), &catalogue))
        skip();
    bd_lang_set(BD_LANG_SV);
    assert_string_equal(bd_tr(BD_LANG_SV, "cannot read"), _("cannot read"));
    assert_string_not_equal(_("cannot read"), "cannot read");
    assert_string_equal(L_(BD_LANG_EN, "cannot read"), "cannot read");
    bd_lang_set(BD_LANG_EN);
}

static void test_asset_find__knows_whole_names_only(void **state)
{
    bd_str out = BD_STR_NONE;

    (void)state;
    CHECK(!bd_asset_find(BD_STR(""), &out));
    CHECK(!bd_asset_find(BD_STR("templates"), &out));
    for (const struct bd_asset *a = bd_assets; a->name; a++) {
        CHECK_ROW(a->name, bd_asset_find(bd_str_from(a->name), &out));
        CHECK_ROW(a->name, out.len == a->len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lang_parse__takes_locale_names),
        cmocka_unit_test(test_lang_of_locale__follows_gettext),
        cmocka_unit_test(test_tr__falls_back_to_the_msgid),
        cmocka_unit_test(test_tr_n__tells_senses_apart),
        cmocka_unit_test(test_tr__speaks_the_language_set),
        cmocka_unit_test(test_asset_find__knows_whole_names_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

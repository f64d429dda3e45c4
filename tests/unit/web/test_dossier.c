#include "brevduva/web/dossier.h"

#include "t.h"

static bd_str text_of(struct bd_arena *arena, enum bd_lang lang,
                      const char *json)
{
    struct bd_json *parsed = NULL;
    struct bd_err err;

    CHECK(bd_json_parse(arena, bd_str_from(json), &parsed, &err) == BD_OK);
    return bd_dossier_text(arena, lang, parsed);
}

static void test_dossier__is_lines_under_headings(void **state)
{
    static const char json[] =
        "{\"made\":\"2026-11-27T08:00:00Z\","
        "\"reader\":{\"email\":\"anna@skogsvik.example\",\"name\":\"\","
        "\"text_only\":false,\"attributes\":{\"ort\":\"Kumla\"}},"
        "\"lists\":[{\"list\":\"blad\",\"state\":\"active\"},"
        "{\"list\":\"left\",\"state\":\"left\",\"attempts\":0}],"
        "\"tips\":[]}";
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    CHECK_STR(text_of(arena, BD_LANG_EN, json),
              "Written: 2026-11-27 08:00 UTC\n"
              "\nAbout you\n---------\n"
              "Address: anna@skogsvik.example\nPlain text only: no\n"
              "ort: Kumla\n"
              "\nYour lists\n----------\n"
              "List: blad\nState: active\n"
              "\nList: left\nState: left\n");
    CHECK_STR(text_of(arena, BD_LANG_SV,
                      "{\"consents\":[{\"act\":\"confirmed\","
                      "\"note\":\"confirmed\"}]}"),
              "\nVad du har gått med på, och vad som har ändrats\n"
              "-----------------------------------------------\n"
              "Vad: godkänt\nAnteckning: confirmed\n");
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dossier__is_lines_under_headings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

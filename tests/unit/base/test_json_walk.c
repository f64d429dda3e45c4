#include "brevduva/base/json.h"
#include "t.h"

static void test_json_walk__gives_members_as_they_stand(void **state)
{
    static const struct {
        const char *in;
        const char *want; /* key=value; for each member */
    } rows[] = {
        { "", "" },
        { "{}", "" },
        { "{\"a\":\"b\"}", "\"a\"=\"b\";" },
        { "{\"a\":\"b\",\"c\":1}", "\"a\"=\"b\";\"c\"=1;" },
        { "{ \"a\" : \"b\" , \"c\" : true }", "\"a\"=\"b\";\"c\"=true;" },
        { "{\"a\":{\"x\":[1,\"}\"]},\"b\":null}",
          "\"a\"={\"x\":[1,\"}\"]};\"b\"=null;" },
        { "{\"q\\\"\":\"\\\\\",\"e\":\"\"}", "\"q\\\"\"=\"\\\\\";\"e\"=\"\";" },
        { "{\"a\":\"b", "\"a\"=\"b;" }, /* damaged: ends, reads no further */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);
        bd_str rest = in;
        bd_str key;
        bd_str value;
        struct bd_buf got = { 0 };

        while (bd_json_walk(&rest, &key, &value))
            bd_buf_printf(&got, "%.*s=%.*s;", BD_ARG(key), BD_ARG(value));
        CHECK_STR(bd_buf_str(&got), rows[i].want);
        bd_buf_fini(&got);
        t_free(in);
    }
}

static void test_json_plain__takes_strings_without_escapes(void **state)
{
    bd_str out = BD_STR_NONE;

    (void)state;
    CHECK(bd_json_plain(BD_STR("\"Kumla\""), &out));
    CHECK_STR(out, "Kumla");
    CHECK(bd_json_plain(BD_STR("\"\""), &out));
    CHECK(out.len == 0);
    CHECK(!bd_json_plain(BD_STR("\"a\\nb\""), &out));
    CHECK(!bd_json_plain(BD_STR("12"), &out));
    CHECK(!bd_json_plain(BD_STR("\""), &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_walk__gives_members_as_they_stand),
        cmocka_unit_test(test_json_plain__takes_strings_without_escapes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

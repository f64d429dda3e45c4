#include "t.h"

#include <errno.h>
#include <stdio.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/status.h"

static void test_errno_text__says_what_the_system_says(void **state)
{
    char want[100];

    (void)state;
    for (int code = 0; code < 200; code++) {
        (void)snprintf(want, sizeof want, "%s", strerror(code));
        assert_string_equal(bd_errno_text(code), want);
    }
}

static void test_errno_text__speaks_swedish(void **state)
{
    (void)state;
    bd_lang_set(BD_LANG_SV);
    assert_string_equal(bd_errno_text(ENOSPC), "disken är full");
    bd_lang_set(BD_LANG_EN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errno_text__says_what_the_system_says),
        cmocka_unit_test(test_errno_text__speaks_swedish),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

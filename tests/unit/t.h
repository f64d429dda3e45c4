/* What the unit tests share: cmocka, row checks, exact-size inputs. */
#ifndef TESTS_UNIT_T_H
#define TESTS_UNIT_T_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "brevduva/base/str.h"

/* A failing row of a table names itself. */
#define CHECK_ROW(row, condition)                                              \
    do {                                                                       \
        if (!(condition))                                                      \
            fail_msg("row \"%s\": %s", (row), #condition);                     \
    } while (0)

#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition))                                                      \
            fail_msg("%s", #condition);                                        \
    } while (0)

/* `got` is exactly the C string `want`. */
#define CHECK_STR(got, want)                                                   \
    do {                                                                       \
        bd_str got_ = (got);                                                   \
        if (!bd_str_eq(got_, bd_str_from(want)))                               \
            fail_msg("got \"%.*s\", want \"%s\"", BD_ARG(got_), (want));       \
    } while (0)

/* A heap copy of exactly the text's size: ASan sees every overread. */
static inline bd_str t_heap_str(bd_str text)
{
    char *copy = malloc(text.len ? text.len : 1);

    if (!copy)
        abort();
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    return (bd_str) { copy, text.len };
}

static inline bd_str t_heap(const char *string)
{
    return t_heap_str(bd_str_from(string));
}

static inline void t_free(bd_str text)
{
    free((void *)(uintptr_t)text.ptr);
}

#endif

/* Raised and lowered signs, where Unicode has all of a text's. */
#include "render_private.h"

#include <string.h>

static const char signs[] = "0123456789+-=()n";

static const char *const raised[] = { "\u2070", "\u00b9", "\u00b2", "\u00b3",
                                      "\u2074", "\u2075", "\u2076", "\u2077",
                                      "\u2078", "\u2079", "\u207a", "\u207b",
                                      "\u207c", "\u207d", "\u207e", "\u207f" };
static const char *const lowered[] = { "\u2080", "\u2081", "\u2082", "\u2083",
                                       "\u2084", "\u2085", "\u2086", "\u2087",
                                       "\u2088", "\u2089", "\u208a", "\u208b",
                                       "\u208c", "\u208d", "\u208e", "\u2099" };

static size_t sign_of(char c)
{
    const char *at = c ? strchr(signs, c) : NULL;

    return at ? (size_t)(at - signs) : SIZE_MAX;
}

static bool has_all(bd_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (sign_of(text.ptr[i]) == SIZE_MAX)
            return false;
    return true;
}

static void put(bd_str text, const char *const forms[], struct bd_buf *out)
{
    if (!has_all(text)) {
        bd_buf_add(out, text);
        return;
    }
    for (size_t i = 0; i < text.len; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): has_all() */
        bd_buf_add_cstr(out, forms[sign_of(text.ptr[i])]);
}

void bd_text_raise(bd_str text, struct bd_buf *out)
{
    put(text, raised, out);
}

void bd_text_lower(bd_str text, struct bd_buf *out)
{
    put(text, lowered, out);
}

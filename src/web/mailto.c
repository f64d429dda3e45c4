/* Drafts for the visitor's own mail program (RFC 6068). */
#include "brevduva/base/buf.h"
#include "web_private.h"

/* All but "unreserved" of RFC 3986 2.3 is encoded: what "qchar" of RFC 6068
 * allows more is not worth a second table. Lines end in %0D%0A. */
static void add_encoded(struct bd_buf *out, bd_str text)
{
    static const bool plain[256] = {
        ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
        ['-'] = true,         ['.'] = true,         ['_'] = true,
        ['~'] = true,
    };

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c == '\n')
            bd_buf_add_cstr(out, "%0D%0A");
        else if (plain[c])
            bd_buf_add_char(out, (char)c);
        else if (c != '\r')
            bd_buf_printf(out, "%%%02X", c);
    }
}

bd_str web_mailto(struct bd_arena *arena, bd_str subject, bd_str body)
{
    struct bd_buf buf = { 0 };
    bd_str uri = BD_STR_NONE;

    bd_buf_add_cstr(&buf, "mailto:?subject=");
    add_encoded(&buf, subject);
    bd_buf_add_cstr(&buf, "&body=");
    add_encoded(&buf, body);
    uri = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return uri;
}

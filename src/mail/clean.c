#include <unistr.h>

#include "mail_private.h"

static bool is_control(ucs4_t c)
{
    return c < ' ' || (c >= 0x7f && c <= 0x9f);
}

static const bool printable[256] = { [' ' ... '~'] = true };

static bool is_clean(bd_str text)
{
    bd_str rest = bd_str_skip(text, bd_str_span(text, printable));

    if (rest.len == 0)
        return true;
    if ((unsigned char)rest.ptr[0] < 0x80)
        return false;
    return bd_str_is_utf8(rest, NULL) && !bd_str_has_control(rest) &&
           bd_str_find_char(rest, '\t') == SIZE_MAX &&
           !bd_str_has_line_break(rest);
}

bd_str bd_mail_clean(bd_str text, struct bd_buf *scratch)
{
    if (is_clean(text))
        return text;
    bd_buf_clear(scratch);
    while (text.len > 0) {
        size_t run = bd_str_span(text, printable);
        ucs4_t c = 0;
        bd_str as_is = { 0 };

        bd_buf_add(scratch, bd_str_sub(text, 0, run));
        text = bd_str_skip(text, run);
        if (text.len == 0)
            break;
        as_is.ptr = text.ptr;
        as_is.len = (size_t)u8_mbtouc(&c, (const uint8_t *)text.ptr, text.len);
        text = bd_str_skip(text, as_is.len);
        if (c == '\r' && text.len > 0 && text.ptr[0] == '\n')
            continue; /* CRLF is one line break */
        if (c == '\r' || c == '\n' || c == '\t')
            bd_buf_add_char(scratch, ' ');
        else if (c == 0xfffd)
            bd_buf_add(scratch, BD_STR("\xef\xbf\xbd"));
        else if (!is_control(c))
            bd_buf_add(scratch, as_is);
    }
    return bd_buf_str(scratch);
}

bool bd_mail_has_word_mark(bd_str text)
{
    for (;;) {
        size_t at = bd_str_find_char(text, '=');

        if (at == SIZE_MAX)
            return false;
        text = bd_str_skip(text, at + 1);
        if (text.len > 0 && text.ptr[0] == '?')
            return true;
    }
}

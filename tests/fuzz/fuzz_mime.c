/* layer: mail */
/* Bodies and parameters decode to what was written. */
#include "brevduva/mail/mime_write.h"

#include <stdio.h>

#include "decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One output line: printable, 76 at most, harmless to SMTP and mbox. */
static void check_body_line(bd_str line)
{
    assert(line.len <= 76 && !starts(line, ".") && !starts(line, "From "));
    for (size_t i = 0; i < line.len; i++)
        assert((line.ptr[i] >= ' ' && line.ptr[i] < 0x7f) ||
               line.ptr[i] == '\t');
    assert(!bd_str_ends(line, BD_STR(" ")) && !bd_str_ends(line, BD_STR("\t")));
}

static void decode_qp(bd_str text, struct bd_buf *out)
{
    while (text.len > 0) {
        bool ended = false;
        bd_str line = take_line(&text, &ended);
        bool soft = bd_str_ends(line, BD_STR("="));

        check_body_line(line);
        for (size_t i = 0; i < line.len - soft; i++) {
            if (line.ptr[i] != '=') {
                bd_buf_add_char(out, line.ptr[i]);
                continue;
            }
            bd_buf_add_char(out, hex_at(line, i + 1));
            i += 2;
        }
        if (ended && !soft)
            bd_buf_add(out, BD_STR("\r\n"));
    }
}

/* LF and CRLF become CRLF. */
static void add_lines(struct bd_buf *out, bd_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n' && (i == 0 || text.ptr[i - 1] != '\r'))
            bd_buf_add_char(out, '\r');
        bd_buf_add_char(out, text.ptr[i]);
    }
}

static void check_qp(bd_str one, bd_str two)
{
    struct texts t;

    texts_init(&t);
    bd_qp_write(&t.out, one);
    assert(t.out.len == 0 || bd_str_ends(bd_buf_str(&t.out), BD_STR("\r\n")));
    bd_qp_write_last(&t.out, two);
    assert(two.len == 0 || !bd_str_ends(bd_buf_str(&t.out), BD_STR("=\r\n")));
    decode_qp(bd_buf_str(&t.out), &t.got);
    add_lines(&t.want, one);
    add_lines(&t.want, two);
    assert(bd_str_eq(bd_buf_str(&t.got), bd_buf_str(&t.want)));
    texts_fini(&t);
}

static void check_base64(bd_str bytes)
{
    struct texts t;
    bd_str text = BD_STR_NONE;

    texts_init(&t);
    bd_base64_write(&t.out, bytes);
    text = bd_buf_str(&t.out);
    while (text.len > 0) {
        bool ended = false;
        bd_str line = take_line(&text, &ended);

        assert(ended && line.len <= 76 && line.len > 0);
        assert(text.len == 0 || line.len == 76);
        decode_base64(line, &t.got);
    }
    assert(bd_str_eq(bd_buf_str(&t.got), bytes));
    texts_fini(&t);
}

/* The value of "; NAME=..." with token, quoted-string or RFC 2231 form. */
static void decode_percent(bd_str text, struct bd_buf *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                                "UVWXYZ0123456789!#$&+-.^_`{|}~";

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '%') {
            bd_buf_add_char(out, hex_at(text, i + 1));
            i += 2;
        } else {
            assert(text.ptr[i] && strchr(plain, text.ptr[i]));
            bd_buf_add_char(out, text.ptr[i]);
        }
    }
}

static void decode_plain(bd_str text, struct bd_buf *out)
{
    bool quoted = starts(text, "\"");

    assert(bd_str_find(text, BD_STR("=?")) == SIZE_MAX);
    if (quoted)
        decode_quoted(text, out);
    else
        decode_percent(text, out); /* a token has no other characters */
    assert(quoted || bd_str_find_char(text, '%') == SIZE_MAX);
}

/* "name*0*=UTF-8''..." and so on, one for each line. */
static void decode_continued(bd_str text, struct bd_buf *out)
{
    for (unsigned n = 0; text.ptr; n++) {
        bd_str part = bd_str_cut(&text, ';');
        char prefix[32];

        part = bd_str_trim(part);
        (void)snprintf(prefix, sizeof prefix, "name*%u*=%s", n,
                       n ? "" : "UTF-8''");
        assert(starts(part, prefix));
        part = bd_str_skip(part, strlen(prefix));
        assert(part.len > 0);
        decode_percent(part, out);
    }
}

static void check_param(bd_str value, size_t column)
{
    struct texts t;
    bd_str text = BD_STR_NONE;

    texts_init(&t);
    bd_buf_add_cstr(&t.out, "X:");
    while (t.out.len < column)
        bd_buf_add_char(&t.out, 'x');
    bd_mime_param(&t.out, "name", value);
    unfold(bd_buf_str(&t.out), column, &t.line);
    text = bd_str_skip(bd_buf_str(&t.line), column > 2 ? column : 2);
    assert(starts(text, "; name"));
    text = bd_str_skip(text, 2);
    if (starts(text, "name="))
        decode_plain(bd_str_skip(text, 5), &t.got);
    else if (starts(text, "name*=UTF-8''"))
        decode_percent(bd_str_skip(text, 13), &t.got);
    else
        decode_continued(text, &t.got);
    check_shown(bd_buf_str(&t.got), value, false);
    texts_fini(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bd_str text = { (const char *)data, size };
    size_t column = size ? data[size - 1] % 70 : 0;
    bd_str one = bd_str_sub(text, 0, column);
    bd_str two = bd_str_skip(text, column);

    check_qp(one, two);
    check_qp(two, one);
    check_base64(text);
    check_param(text, column);
    return 0;
}

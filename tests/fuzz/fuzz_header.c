/* layer: mail */
/* Header fields read as the text that was written. */
#include "brevduva/mail/header.h"

#include "decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define EMAIL BD_STR("anna@klubben.example")

static void decode_word(bd_str word, bool phrase, struct bd_buf *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                                "UVWXYZ0123456789!*+-/";
    bd_str content = bd_str_sub(word, 10, word.len - 12);
    size_t before = out->len;

    assert(word.len > 12 && word.len <= 75 && content.len > 0);
    assert(bd_str_ends(word, BD_STR("?=")));
    if (starts(word, "=?utf-8?b?"))
        decode_base64(content, out);
    else
        assert(starts(word, "=?utf-8?q?"));
    for (size_t i = 0; i < content.len && word.ptr[8] == 'q'; i++) {
        char c = content.ptr[i];

        assert(c > ' ' && c < 0x7f && c != '?');
        if (c == '=') {
            bd_buf_add_char(out, hex_at(content, i + 1));
            i += 2;
        } else {
            assert(!phrase || c == '_' || strchr(plain, c));
            bd_buf_add_char(out, c == '_' ? ' ' : c);
        }
    }
    assert(bd_str_is_utf8(bd_str_skip((bd_str) { out->ptr, out->len }, before),
                          NULL));
}

/* Unfolded text of plain words or of encoded-words, which join. */
static void decode_text(bd_str text, bool phrase, struct bd_buf *out)
{
    if (!starts(text, "=?")) {
        assert(bd_str_find(text, BD_STR("=?")) == SIZE_MAX);
        bd_buf_add(out, text);
        return;
    }
    while (text.ptr)
        decode_word(bd_str_cut(&text, ' '), phrase, out);
}

static void check_text(bd_str text)
{
    struct texts t;

    texts_init(&t);
    bd_header_text(&t.out, "Subject", text);
    assert(bd_str_ends(bd_buf_str(&t.out), BD_STR("\r\n")));
    unfold(bd_buf_str(&t.out), 9, &t.line);
    assert(starts(bd_buf_str(&t.line), "Subject: "));
    decode_text(bd_str_skip(bd_buf_str(&t.line), 9), false, &t.got);
    check_shown(bd_buf_str(&t.got), text, true);
    texts_fini(&t);
}

static void check_words(bd_str one, bd_str two)
{
    struct texts t;

    texts_init(&t);
    bd_buf_add_char(&t.out, ':');
    bd_header_words(&t.out, one);
    bd_header_words(&t.out, two);
    unfold(bd_buf_str(&t.out), 1, &t.line);
    decode_text(bd_str_skip(bd_buf_str(&t.line), 2), false, &t.got);
    add_clean(&t.want, one);
    add_clean(&t.want, two);
    if (bd_str_is_utf8(one, NULL) && bd_str_is_utf8(two, NULL))
        assert(bd_str_eq(bd_buf_str(&t.got), bd_buf_str(&t.want)));
    texts_fini(&t);
}

static void check_mailbox(bd_str display)
{
    struct texts t;
    bd_str phrase = BD_STR_NONE;

    texts_init(&t);
    bd_header_mailbox(&t.out, "To", display, EMAIL);
    unfold(bd_buf_str(&t.out), 4, &t.line);
    phrase = bd_str_skip(bd_buf_str(&t.line), 4);
    if (bd_str_ends(phrase, BD_STR(">"))) {
        assert(bd_str_ends(phrase, BD_STR(" <anna@klubben.example>")));
        phrase.len -= EMAIL.len + 3;
    } else {
        assert(bd_str_eq(phrase, EMAIL));
        phrase.len = 0;
    }
    if (starts(phrase, "\""))
        decode_quoted(phrase, &t.got);
    else
        decode_text(phrase, true, &t.got);
    check_shown(bd_buf_str(&t.got), display, true);
    texts_fini(&t);
}

/* Blanks are kept and nothing is cut that fits. */
static void check_raw(bd_str value)
{
    struct texts t;

    if (!bd_str_is_ascii(value))
        return;
    texts_init(&t);
    bd_header_raw(&t.out, "List-X", value);
    unfold(bd_buf_str(&t.out), 8, &t.line);
    assert(starts(bd_buf_str(&t.line), "List-X: "));
    if (value.len < 900 && bd_str_find(value, BD_STR("  ")) == SIZE_MAX)
        check_shown(bd_str_skip(bd_buf_str(&t.line), 8), value, true);
    texts_fini(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bd_str text = { (const char *)data, size };
    size_t middle = size ? data[size - 1] : 0;

    check_text(text);
    check_words(bd_str_sub(text, 0, middle), bd_str_skip(text, middle));
    check_mailbox(text);
    check_raw(text);
    return 0;
}

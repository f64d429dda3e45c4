/* Encoded words (RFC 2047), also where they may not stand. */
#include "mail_private.h"
#include "mime_read_private.h"

#define MAX_WORD 1000 /* octets; RFC 2047 2 says 75 */

struct word {
    bd_str charset;
    bd_str encoding; /* a transfer encoding */
    bd_str text;
};

/* The words of one run: octets of a character may be parted by a border of
 * words, so they are joined before they are decoded. */
struct run {
    bd_str charset;
    struct bd_buf octets;
};

/* "utf-8*sv" (RFC 2231 5) */
static bd_str without_language(bd_str charset)
{
    size_t star = bd_str_find_char(charset, '*');

    return bd_str_sub(charset, 0, star);
}

/* "=?utf-8?q?…?=" at the start. */
static bool take_word(bd_str *text, struct word *out)
{
    bd_str rest = bd_str_sub(*text, 0, MAX_WORD);
    size_t end = 0;
    size_t mark = 0;

    if (!bd_str_starts(rest, BD_STR("=?")))
        return false;
    rest = bd_str_skip(rest, 2);
    mark = bd_str_find_char(bd_str_sub(rest, 0, MIME_MAX_CHARSET + 10), '?');
    if (mark == SIZE_MAX || mark == 0 || rest.len < mark + 3 ||
        rest.ptr[mark + 2] != '?')
        return false;
    out->charset = without_language(bd_str_sub(rest, 0, mark));
    if (!mime_is_charset_name(out->charset))
        return false;
    switch (rest.ptr[mark + 1]) {
    case 'q':
    case 'Q':
        out->encoding = BD_STR("quoted-printable");
        break;
    case 'b':
    case 'B':
        out->encoding = BD_STR("base64");
        break;
    default:
        return false;
    }
    rest = bd_str_skip(rest, mark + 3);
    end = bd_str_find(rest, BD_STR("?="));
    if (end == SIZE_MAX)
        return false;
    out->text = bd_str_sub(rest, 0, end);
    *text = bd_str_skip(*text, (size_t)(rest.ptr + end + 2 - text->ptr));
    return true;
}

static void add_quoted(struct bd_buf *out, bd_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            bd_buf_add_char(out, '\\');
        bd_buf_add_char(out, text.ptr[i]);
    }
}

static bool has_specials(bd_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (strchr("()<>[]:;@\\,\"", text.ptr[i]) && text.ptr[i])
            return true;
    return false;
}

static void flush(struct run *run, struct bd_buf *out, bool address,
                  bool in_quotes)
{
    struct bd_buf text = { 0 };

    mime_to_utf8(&text, run->charset, bd_buf_str(&run->octets));
    if (address && in_quotes) {
        add_quoted(out, bd_buf_str(&text));
    } else if (address && has_specials(bd_buf_str(&text))) {
        bd_buf_add_char(out, '"');
        add_quoted(out, bd_buf_str(&text));
        bd_buf_add_char(out, '"');
    } else {
        bd_buf_add(out, bd_buf_str(&text));
    }
    bd_buf_fini(&text);
    bd_buf_clear(&run->octets);
    run->charset = BD_STR_NONE;
}

/* In Q a blank is written "_" (RFC 2047 4.2). */
static void add_word(struct run *run, const struct word *word)
{
    struct bd_buf text = { 0 };

    if (word->encoding.ptr[0] == 'b') {
        mime_undo_to(&run->octets, word->encoding, word->text);
        return;
    }
    for (size_t i = 0; i < word->text.len; i++)
        if (word->text.ptr[i] == '_' || word->text.ptr[i] == ' ')
            bd_buf_add_cstr(&text, "=20");
        else
            bd_buf_add_char(&text, word->text.ptr[i]);
    mime_undo_to(&run->octets, word->encoding, bd_buf_str(&text));
    bd_buf_fini(&text);
}

static bd_str skip_blanks(bd_str text)
{
    while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
        text = bd_str_skip(text, 1);
    return text;
}

/* Word after word, without the blanks between (RFC 2047 6.2). */
static bool take_run(bd_str *text, struct run *run, struct bd_buf *out,
                     bool address, bool in_quotes)
{
    bd_str at = *text;
    struct word word = { 0 };

    if (!take_word(&at, &word))
        return false;
    do {
        if (run->charset.len > 0 &&
            !bd_str_eq_nocase(run->charset, word.charset))
            flush(run, out, address, in_quotes);
        run->charset = word.charset;
        add_word(run, &word);
        *text = at;
        at = skip_blanks(at);
    } while (take_word(&at, &word));
    flush(run, out, address, in_quotes);
    return true;
}

void mime_words(struct bd_buf *out, bd_str text, bool address)
{
    struct run run = { 0 };
    bool in_quotes = false;

    while (text.len > 0) {
        char c = text.ptr[0];

        if (c == '=' && take_run(&text, &run, out, address, in_quotes))
            continue;
        if (c == '"')
            in_quotes = !in_quotes;
        bd_buf_add_char(out, c);
        text = bd_str_skip(text, 1);
        if (c == '\\' && in_quotes && text.len > 0) {
            bd_buf_add_char(out, text.ptr[0]);
            text = bd_str_skip(text, 1);
        }
    }
    bd_buf_fini(&run.octets);
}

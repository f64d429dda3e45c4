/* Transfer encodings and charsets undone. */
#include <iconv.h>

#include <errno.h>
#include <unistr.h>

#include <libetpan/mailmime_content.h>
#include <libetpan/mmapstring.h>

#include "mail_private.h"
#include "mime_read_private.h"

#define PADDING     16 /* libetpan's decoders read past some ends */
#define REPLACEMENT BD_STR("\xef\xbf\xbd")

enum encoding { IDENTITY, QUOTED_PRINTABLE, BASE64 };

static enum encoding encoding_of(bd_str name)
{
    if (bd_str_eq_nocase(name, BD_STR("base64")))
        return BASE64;
    if (bd_str_eq_nocase(name, BD_STR("quoted-printable")))
        return QUOTED_PRINTABLE;
    return IDENTITY;
}

static void undo_base64(struct bd_buf *out, bd_str octets)
{
    struct bd_buf padded = { 0 };
    char *decoded = NULL;
    size_t len = 0;
    size_t at = 0;

    bd_buf_add(&padded, octets);
    bd_buf_add(&padded, (bd_str) { (const char[PADDING]) { 0 }, PADDING });
    if (mailmime_part_parse(padded.ptr, octets.len, &at,
                            MAILMIME_MECHANISM_BASE64, &decoded,
                            &len) == MAILIMF_NO_ERROR) {
        bd_buf_add(out, (bd_str) { decoded, len });
        mmap_string_unref(decoded);
    }
    bd_buf_fini(&padded);
}

/* How much of the text is a soft line break; blanks may have been added to
 * its end. 0: it is none. */
static size_t soft_break(bd_str text)
{
    size_t at = 1;
    size_t end = 0;

    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
        at++;
    end = at;
    while (end < text.len && text.ptr[end] == '\r')
        end++;
    if (end < text.len && text.ptr[end] == '\n')
        end++;
    return end > at || end == text.len ? end : 0;
}

/* RFC 2045 6.7. libetpan loses what follows an '=' that escapes nothing, and
 * that is common: in links of texts that only claim to be encoded. */
static void undo_quoted(struct bd_buf *out, bd_str text)
{
    while (text.len > 0) {
        size_t plain = bd_str_find_char(text, '=');
        size_t skip = 0;
        int octet = 0;

        bd_buf_add(out, bd_str_sub(text, 0, plain));
        text = bd_str_skip(text, plain < text.len ? plain : text.len);
        if (text.len == 0)
            return;
        octet = mime_hex(bd_str_skip(text, 1));
        skip = octet < 0 ? soft_break(text) : 3;
        if (skip == 0)
            bd_buf_add_char(out, '=');
        else if (octet >= 0)
            bd_buf_add_char(out, (char)octet);
        text = bd_str_skip(text, skip ? skip : 1);
    }
}

void mime_undo_to(struct bd_buf *out, bd_str encoding, bd_str octets)
{
    switch (encoding_of(encoding)) {
    case IDENTITY:
        bd_buf_add(out, octets);
        break;
    case QUOTED_PRINTABLE:
        undo_quoted(out, octets);
        break;
    case BASE64:
        undo_base64(out, octets);
        break;
    }
}

bd_str mime_undo(struct bd_arena *arena, bd_str encoding, bd_str octets)
{
    struct bd_buf out = { 0 };
    bd_str copy = BD_STR_NONE;

    if (encoding_of(encoding) == IDENTITY)
        return octets;
    mime_undo_to(&out, encoding, octets);
    copy = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return copy;
}

/* So much as there is room for. */
static void add_some(struct bd_buf *out, bd_str text)
{
    size_t room = out->max ? out->max - out->len : text.len;

    bd_buf_add(out, bd_str_cut_utf8(text, room));
    out->full = out->full || text.len > room;
}

static void add_utf8(struct bd_buf *out, bd_str octets)
{
    while (octets.len > 0 && !out->full) {
        size_t good = octets.len;
        ucs4_t c = 0;

        if (bd_str_is_utf8(octets, &good))
            good = octets.len;
        add_some(out, bd_str_sub(octets, 0, good));
        octets = bd_str_skip(octets, good);
        if (octets.len > 0) {
            bd_buf_add(out, REPLACEMENT);
            good = (size_t)u8_mbtouc(&c, (const uint8_t *)octets.ptr,
                                     octets.len);
            octets = bd_str_skip(octets, good);
        }
    }
}

/* Names that iconv does not know, or knows too narrowly. */
static const struct {
    const char *name;
    const char *known;
} aliases[] = {
    /* clang-format off */
    { "iso-8859-1", "WINDOWS-1252" },       /* as all browsers do */
    { "latin1", "WINDOWS-1252" },
    { "ansi_x3.110-1983", "WINDOWS-1252" }, /* so called by Lotus Notes */
    { "iso-8859-8-i", "ISO-8859-8" },
    { "gb2312", "GB18030" },
    { "gbk", "GB18030" },
    { "x-gbk", "GB18030" },
    { "cp936", "GB18030" },
    { "ks_c_5601-1987", "EUC-KR" },
    { "x-sjis", "SHIFT_JIS" },
    { "unicode-1-1-utf-7", "UTF-7" },
    { "x-mac-roman", "MACINTOSH" },
    /* clang-format on */
};

bool mime_is_charset_name(bd_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!bd_mail_is_alnum((unsigned char)text.ptr[i]) &&
            !(text.ptr[i] && strchr("-_.:+", text.ptr[i])))
            return false;
    return text.len > 0 && text.len <= MIME_MAX_CHARSET;
}

/* Only names: iconv reads more into others. */
static iconv_t open_charset(bd_str charset)
{
    char name[MIME_MAX_CHARSET + 1] = { 0 };

    if (!mime_is_charset_name(charset))
        return (iconv_t)-1;
    memcpy(name, charset.ptr, charset.len);
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (bd_str_eq_nocase(charset, bd_str_from(aliases[i].name)))
            return iconv_open("UTF-8", aliases[i].known);
    return iconv_open("UTF-8", name);
}

/* What some charsets hold back, as an accent may follow. */
static void add_last(struct bd_buf *out, iconv_t from)
{
    char part[64];
    char *end = part;
    size_t room = sizeof part;

    (void)iconv(from, NULL, NULL, &end, &room);
    add_some(out, (bd_str) { part, (size_t)(end - part) });
}

static void add_converted(struct bd_buf *out, iconv_t from, bd_str octets)
{
    char *in = (char *)(uintptr_t)octets.ptr;
    size_t left = octets.len;

    while (left > 0 && !out->full) {
        char part[4096];
        char *end = part;
        size_t room = sizeof part;
        size_t rc = iconv(from, &in, &left, &end, &room);
        int why = errno;

        add_some(out, (bd_str) { part, (size_t)(end - part) });
        if (rc == (size_t)-1 && why != E2BIG && left > 0) {
            bd_buf_add(out, REPLACEMENT);
            in++;
            left--;
        }
    }
    add_last(out, from);
}

static bool is_utf8_name(bd_str charset)
{
    return bd_str_eq_nocase(charset, BD_STR("utf-8")) ||
           bd_str_eq_nocase(charset, BD_STR("utf8"));
}

/* Says nothing, or what old programs say of everything. */
static bool is_no_name(bd_str charset)
{
    return charset.len == 0 || bd_str_eq_nocase(charset, BD_STR("us-ascii")) ||
           bd_str_eq_nocase(charset, BD_STR("ascii"));
}

/* Old programs send Latin-1 without a word. Where a character of UTF-8 stands
 * first, only something in it is broken, such as its end. */
static bool is_latin(bd_str octets)
{
    size_t bad = 0;

    return !bd_str_is_utf8(octets, &bad) &&
           bd_str_is_ascii(bd_str_sub(octets, 0, bad));
}

void mime_to_utf8(struct bd_buf *out, bd_str charset, bd_str octets)
{
    iconv_t from = (iconv_t)-1;

    if (is_utf8_name(charset)) {
        add_utf8(out, octets);
        return;
    }
    if (!is_no_name(charset))
        from = open_charset(charset);
    if (from == (iconv_t)-1 && is_latin(octets))
        from = iconv_open("UTF-8", "WINDOWS-1252");
    if (from == (iconv_t)-1) {
        add_utf8(out, octets);
        return;
    }
    add_converted(out, from, octets);
    (void)iconv_close(from);
}

#include "brevduva/compose/message.h"

#include <assert.h>
#include <string.h>

#include "brevduva/mail/header.h"
#include "brevduva/mail/mime_write.h"

#define CHUNK_OCTETS   512 /* of an escaped value, handled at a time */
#define ESCAPED_OCTETS 12  /* that a character takes at most */
#define CHUNK_INPUT    (CHUNK_OCTETS - ESCAPED_OCTETS)
#define FIELD_OCTETS   128 /* what a field is expected to take in the copy */
#define QP_LINE        75  /* octets before the soft break, RFC 2045 6.7 (5) */

/* Letters, digits, "-" and "_" are the same in every context and encoding:
 * all of a token, most names. */
static const bool plain[256] = {
    ['-'] = true,         ['_'] = true,         ['0' ... '9'] = true,
    ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
};

/* What needs no escape but in a URL: no control, no mark of HTML; and not the
 * octet that C1 controls (U+0080-9F) begin with. */
static const bool harmless[256] = {
    [' ' ... '!'] = true,   ['#' ... '%'] = true, ['(' ... ';'] = true,
    ['='] = true,           ['?' ... '~'] = true, [0x80 ... 0xc1] = true,
    [0xc3 ... 0xff] = true,
};

static bool holds_only(bd_str value, const bool set[256])
{
    return bd_str_span(value, set) == value.len;
}

/* Octets of the character at the start; 1 for what is not UTF-8. */
static size_t char_len(bd_str text)
{
    size_t len = 1;

    while (len < text.len && len < 4 &&
           ((unsigned char)text.ptr[len] & 0xc0) == 0x80)
        len++;
    return (unsigned char)text.ptr[0] < 0xc0 ? 1 : len;
}

static bd_str html_entity(char c)
{
    switch (c) {
    case '&':
        return BD_STR("&amp;");
    case '<':
        return BD_STR("&lt;");
    case '>':
        return BD_STR("&gt;");
    case '"':
        return BD_STR("&quot;");
    case '\'':
        return BD_STR("&#39;");
    default:
        return BD_STR_NONE;
    }
}

/* RFC 3986 2.3 */
static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c > ' ' && c < 0x7f && strchr("-._~", c));
}

static size_t escape_url(bd_str character, char *out)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t len = 0;

    for (size_t i = 0; i < character.len; i++) {
        unsigned char c = (unsigned char)character.ptr[i];

        if (is_unreserved(c)) {
            out[len++] = (char)c;
            continue;
        }
        out[len++] = '%';
        out[len++] = hex[c >> 4];
        out[len++] = hex[c & 15];
    }
    return len;
}

/* A line break where lines are kept; `rest` is the text after it. */
static bd_str kept_break(enum bd_escape escape, bd_str rest)
{
    if (escape == BD_ESCAPE_BREAKS)
        return BD_STR("<br>\n");
    if (escape == BD_ESCAPE_LINES)
        return BD_STR("\n");
    return rest.len == 0 || bd_str_has_line_break(bd_str_sub(rest, 0, 1))
               ? BD_STR("\n>")
               : BD_STR("\n> ");
}

/* A line break begins `text`: an LF, a CR or both. Its octets, if lines are
 * kept in this context; else 0. */
static size_t break_len(enum bd_escape escape, bd_str text)
{
    if (escape < BD_ESCAPE_LINES ||
        (text.ptr[0] != '\r' && text.ptr[0] != '\n'))
        return 0;
    return bd_str_starts(text, BD_STR("\r\n")) ? 2 : 1;
}

/* One character made harmless, at most ESCAPED_OCTETS; its length. */
static size_t escape_char(enum bd_escape escape, bd_str character, char *out)
{
    bd_str entity = BD_STR_NONE;

    if (bd_str_has_line_break(character) || character.ptr[0] == '\t')
        character = BD_STR(" ");
    else if (bd_str_has_control(character))
        return 0;
    if (escape == BD_ESCAPE_URL)
        return escape_url(character, out);
    if (escape == BD_ESCAPE_HTML || escape == BD_ESCAPE_BREAKS)
        entity = html_entity(character.ptr[0]);
    if (entity.len > 0)
        character = entity;
    memcpy(out, character.ptr, character.len);
    return character.len;
}

/* Escape as much of `*value` as fits into a chunk, whole characters. */
static bd_str escape_chunk(enum bd_escape escape, bd_str *value,
                           char chunk[CHUNK_OCTETS])
{
    size_t len = 0;

    while (value->len > 0 && len <= CHUNK_INPUT) {
        size_t eol = break_len(escape, *value);
        bd_str one = bd_str_sub(*value, 0, eol ? eol : char_len(*value));

        *value = bd_str_skip(*value, one.len);
        if (eol) {
            one = kept_break(escape, *value);
            memcpy(chunk + len, one.ptr, one.len);
            len += one.len;
        } else {
            len += escape_char(escape, one, chunk + len);
        }
    }
    return (bd_str) { chunk, len };
}

static void write_part(const struct bd_piece *piece, bd_str part,
                       struct bd_buf *out)
{
    if (piece->escape == BD_ESCAPE_WORD)
        bd_header_words(out, part);
    else if (piece->transfer == BD_TRANSFER_QP)
        bd_qp_write(out, part);
    else
        bd_buf_add(out, part);
}

static void write_escaped(const struct bd_piece *piece, bd_str value,
                          struct bd_buf *out)
{
    char chunk[CHUNK_OCTETS];

    if (piece->escape != BD_ESCAPE_URL && value.len <= CHUNK_INPUT &&
        holds_only(value, harmless)) {
        write_part(piece, value, out); /* nearly always */
        return;
    }
    while (value.len > 0)
        write_part(piece, escape_chunk(piece->escape, &value, chunk), out);
}

static void write_field(const struct bd_piece *piece, bd_str value,
                        struct bd_buf *out)
{
    if (value.len == 0)
        value = piece->fallback;
    if (piece->transfer == BD_TRANSFER_BASE64) {
        bd_base64_write(out, value);
    } else if (piece->escape == BD_ESCAPE_NONE &&
               piece->transfer == BD_TRANSFER_NONE) {
        bd_buf_add(out, value);
    } else if (piece->escape != BD_ESCAPE_WORD && value.len > 0 &&
               value.len <= QP_LINE && holds_only(value, plain)) {
        bd_buf_add(out, value);
        if (piece->transfer == BD_TRANSFER_QP)
            bd_buf_add(out, BD_STR("=\r\n"));
    } else {
        write_escaped(piece, value, out);
    }
}

enum bd_status bd_message_splice(const struct bd_message *message,
                                 const bd_str *values, struct bd_buf *out)
{
    size_t guess = message->literal_bytes + message->piece_count * FIELD_OCTETS;

    /* grow once; near the ceiling the adding itself finds out */
    if ((out->max == 0 || guess <= out->max - out->len) &&
        !bd_buf_reserve(out, guess))
        return BD_ELIMIT;
    for (size_t i = 0; i < message->piece_count; i++) {
        const struct bd_piece *piece = &message->pieces[i];

        bd_buf_add(out, piece->literal);
        if (piece->has_field) {
            assert(piece->name < message->name_count);
            write_field(piece, values[piece->name], out);
        }
    }
    return out->full ? BD_ELIMIT : BD_OK;
}

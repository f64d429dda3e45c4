#include "brevduva/mail/header.h"

#include <string.h>

#include <openssl/evp.h>

#include "mail_private.h"

#define WORD_START   "=?utf-8?"
#define WORD_FRAME   (sizeof WORD_START + 3) /* with "q?" and "?=" */
#define WORD_CONTENT (75 - WORD_FRAME)       /* RFC 2047 2 */
#define PLAIN_MAX    400 /* longer texts go as encoded-words, line by line */

/* Where an encoded-word stands (RFC 2047 5): what Q leaves as it is. */
enum place { IN_TEXT, IN_PHRASE };

static const bool q_literal[][256] = {
    [IN_TEXT] = { ['!' ... '<'] = true,
                  ['>'] = true,
                  ['@' ... '^'] = true,
                  ['`' ... '~'] = true },
    [IN_PHRASE] = { ['0' ... '9'] = true,
                    ['A' ... 'Z'] = true,
                    ['a' ... 'z'] = true,
                    ['!'] = true,
                    ['*'] = true,
                    ['+'] = true,
                    ['-'] = true,
                    ['/'] = true },
};

/* Octets that the text takes in Q. */
static size_t q_width(bd_str text, enum place place)
{
    size_t width = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        width += c == ' ' || q_literal[place][c] ? 1 : 3;
    }
    return width;
}

static size_t char_len(bd_str text)
{
    size_t len = 1;

    while (len < text.len && ((unsigned char)text.ptr[len] & 0xc0) == 0x80)
        len++;
    return len;
}

/* As many whole characters as fit into `room` in Q. */
static bd_str take_q(bd_str text, size_t room, enum place place)
{
    size_t len = 0;

    if (q_width(text, place) <= room)
        return text;
    while (len < text.len) {
        bd_str rest = bd_str_skip(text, len);
        bd_str character = bd_str_sub(rest, 0, char_len(rest));
        size_t width = q_width(character, place);

        if (width > room)
            break;
        room -= width;
        len += character.len;
    }
    return bd_str_sub(text, 0, len);
}

/* The same in base64: four characters for three octets. */
static bd_str take_b(bd_str text, size_t room)
{
    return bd_str_cut_utf8(text, room / 4 * 3);
}

static char *put_q(char *p, bd_str text, enum place place)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c == ' ') {
            *p++ = '_';
        } else if (q_literal[place][c]) {
            *p++ = (char)c;
        } else {
            *p++ = '=';
            *p++ = hex[c >> 4];
            *p++ = hex[c & 15];
        }
    }
    return p;
}

static void write_word(struct bd_buf *out, bd_str text, bool base64,
                       enum place place)
{
    char *p = NULL;

    if (!bd_buf_reserve(out, 75 + 1)) /* EVP_EncodeBlock adds a NUL */
        return;
    p = out->ptr + out->len;
    p = (char *)memcpy(p, WORD_START, strlen(WORD_START)) + strlen(WORD_START);
    *p++ = base64 ? 'b' : 'q';
    *p++ = '?';
    if (base64)
        p += EVP_EncodeBlock((unsigned char *)p,
                             (const unsigned char *)text.ptr, (int)text.len);
    else
        p = put_q(p, text, place);
    *p++ = '?';
    *p++ = '=';
    out->len = (size_t)(p - out->ptr);
}

/* Q can be read by eye; base64 where most of it would be escapes, which
 * makes Q the longer one. */
static bool is_shorter_in_base64(bd_str text, enum place place)
{
    return q_width(text, place) >= 2 * text.len;
}

/*
 * A clean text as encoded-words. `column` is where the first one would
 * start; it goes to a new line when no character fits there.
 *
 * returns  the column after the last one
 */
static size_t write_words(struct bd_buf *out, size_t column, bd_str text,
                          enum place place)
{
    bool base64 = is_shorter_in_base64(text, place);

    while (text.len > 0) {
        size_t used = column + WORD_FRAME;
        size_t room = used < MAIL_LINE_MAX ? MAIL_LINE_MAX - used : 0;
        bd_str part = BD_STR_NONE;
        size_t before = out->len;

        if (room > WORD_CONTENT)
            room = WORD_CONTENT;
        part = base64 ? take_b(text, room) : take_q(text, room, place);
        if (part.len > 0) {
            write_word(out, part, base64, place);
            column += out->len - before;
            text = bd_str_skip(text, part.len);
        }
        if (text.len > 0) {
            bd_buf_add(out, BD_STR("\r\n "));
            column = 1;
        }
    }
    return column;
}

/*
 * A clean text folded at its blanks; the first word stays where it is. What
 * would pass the hard limit of a line is cut.
 *
 * returns  the column after it
 */
static size_t write_folded(struct bd_buf *out, size_t column, bd_str text)
{
    while (text.len > 0) {
        size_t blanks = 0;
        size_t len = 0;

        while (blanks < text.len && text.ptr[blanks] == ' ')
            blanks++;
        len = blanks;
        while (len < text.len && text.ptr[len] != ' ')
            len++;
        if (len > MAIL_LINE_HARD && blanks > 1) { /* no line of blanks only */
            text = bd_str_skip(text, blanks - 1);
            continue;
        }
        if (blanks > 0 && column + len > MAIL_LINE_MAX) {
            bd_buf_add(out, BD_STR("\r\n"));
            column = 0;
        }
        if (column < MAIL_LINE_HARD) {
            bd_str part = bd_str_sub(text, 0, len);

            part = bd_str_cut_utf8(part, MAIL_LINE_HARD - column);
            bd_buf_add(out, part);
            column += part.len;
        }
        text = bd_str_skip(text, len);
    }
    return column;
}

/* Can stand unencoded and be read as it is. */
static bool is_plain(bd_str text)
{
    return text.len <= PLAIN_MAX && bd_str_is_ascii(text) &&
           !bd_mail_has_word_mark(text) &&
           bd_str_find(text, BD_STR("  ")) == SIZE_MAX;
}

static bool is_phrase_of_atoms(bd_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != ' ' && !bd_mail_is_atext((unsigned char)text.ptr[i]))
            return false;
    return true;
}

static size_t write_quoted(struct bd_buf *out, size_t column, bd_str text)
{
    struct bd_buf quoted;

    bd_buf_init(&quoted, 0);
    bd_buf_add_char(&quoted, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            bd_buf_add_char(&quoted, '\\');
        bd_buf_add_char(&quoted, text.ptr[i]);
    }
    bd_buf_add_char(&quoted, '"');
    column = write_folded(out, column, bd_buf_str(&quoted));
    bd_buf_fini(&quoted);
    return column;
}

static size_t write_phrase(struct bd_buf *out, size_t column, bd_str text)
{
    if (!is_plain(text))
        return write_words(out, column, text, IN_PHRASE);
    if (!is_phrase_of_atoms(text))
        return write_quoted(out, column, text);
    return write_folded(out, column, text);
}

static size_t write_name(struct bd_buf *out, const char *name)
{
    bd_buf_add_cstr(out, name);
    bd_buf_add(out, BD_STR(": "));
    return strlen(name) + 2;
}

void bd_header_text(struct bd_buf *out, const char *name, bd_str text)
{
    size_t column = write_name(out, name);
    struct bd_buf scratch;

    bd_buf_init(&scratch, 0);
    text = bd_str_trim(bd_mail_clean(text, &scratch));
    if (is_plain(text))
        (void)write_folded(out, column, text);
    else
        (void)write_words(out, column, text, IN_TEXT);
    bd_buf_add(out, BD_STR("\r\n"));
    bd_buf_fini(&scratch);
}

void bd_header_raw(struct bd_buf *out, const char *name, bd_str value)
{
    size_t column = write_name(out, name);
    struct bd_buf scratch;

    bd_buf_init(&scratch, 0);
    value = bd_str_trim(bd_mail_clean(value, &scratch));
    (void)write_folded(out, column, value);
    bd_buf_add(out, BD_STR("\r\n"));
    bd_buf_fini(&scratch);
}

void bd_header_mailbox(struct bd_buf *out, const char *name, bd_str display,
                       bd_str email)
{
    size_t column = write_name(out, name);

    bd_mailbox_write(out, column, display, email);
    bd_buf_add(out, BD_STR("\r\n"));
}

void bd_mailbox_write(struct bd_buf *out, size_t column, bd_str display,
                      bd_str email)
{
    struct bd_buf display_scratch;
    struct bd_buf email_scratch;

    bd_buf_init(&display_scratch, 0);
    bd_buf_init(&email_scratch, 0);
    display = bd_str_trim(bd_mail_clean(display, &display_scratch));
    email = bd_mail_clean(email, &email_scratch);
    if (display.len > 0) {
        column = write_phrase(out, column, display);
        bd_buf_add_cstr(out, column + email.len + strlen(" <>") > MAIL_LINE_MAX
                                 ? "\r\n <"
                                 : " <");
    }
    bd_buf_add(out, email);
    if (display.len > 0)
        bd_buf_add_char(out, '>');
    bd_buf_fini(&email_scratch);
    bd_buf_fini(&display_scratch);
}

void bd_header_words_from(struct bd_buf *out, size_t column, bd_str text)
{
    struct bd_buf scratch;

    bd_buf_init(&scratch, 0);
    text = bd_mail_clean(text, &scratch);
    (void)write_words(out, column, text, IN_TEXT);
    bd_buf_fini(&scratch);
}

void bd_header_words(struct bd_buf *out, bd_str text)
{
    /* from column 76 on, the first word too has to take a new line */
    bd_header_words_from(out, MAIL_LINE_MAX, text);
}

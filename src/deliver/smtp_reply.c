#include "brevduva/deliver/smtp_reply.h"

#include <string.h>

#include "brevduva/base/i18n.h"

bd_str bd_smtp_reply_text(const struct bd_smtp_reply *reply)
{
    return (bd_str) { reply->text, reply->text_len };
}

void bd_smtp_reader_init(struct bd_smtp_reader *reader)
{
    reader->reply.code = 0;
    reader->reply.has_enhanced = false;
    reader->reply.text_len = 0;
    reader->lines = 0;
    reader->line_len = 0;
    reader->broken = reader->whole = false;
}

static bool is_plain(bd_str text)
{
    bool plain = true;

    for (size_t i = 0; i < text.len; i++)
        plain &= text.ptr[i] >= ' ' && text.ptr[i] < 0x7f;
    return plain;
}

/* Text that may be shown and stored: a '?' for each octet that is not. */
static void tame(char *text, size_t len)
{
    size_t at = 0;
    size_t bad = 0;

    while (!bd_str_is_utf8((bd_str) { text + at, len - at }, &bad)) {
        at += bad;
        text[at++] = '?';
    }
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool c1 = c == 0xc2 && (unsigned char)text[i + 1] <= 0x9f;
        size_t hidden = bd_str_hidden_mark((bd_str) { text + i, len - i });

        if (c == '\t')
            text[i] = ' ';
        else if (c < ' ' || c == 0x7f)
            text[i] = '?';
        else if (c1)
            text[i] = text[i + 1] = '?';
        else if (hidden > 0)
            memset(text + i, '?', hidden);
    }
}

static void add_text(struct bd_smtp_reply *reply, bd_str text)
{
    size_t room = sizeof reply->text - reply->text_len;
    char *to = reply->text + reply->text_len;

    text = bd_str_trim(text);
    if (text.len == 0 || room < 2)
        return;
    if (reply->text_len > 0) {
        *to++ = ' ';
        reply->text_len++;
        room--;
    }
    text = bd_str_cut_utf8(text, room);
    memcpy(to, text.ptr, text.len);
    reply->text_len += text.len;
    if (!is_plain(text))
        tame(to, text.len);
}

/*
 * RFC 2034 4: the enhanced code leads each line and agrees with the reply
 * code. One that does not agree is only text.
 */
static size_t enhanced_len(struct bd_smtp_reader *reader, bd_str text)
{
    struct bd_smtp_reply *reply = &reader->reply;
    struct bd_enhanced code = { 0 };
    size_t end = bd_str_find_char(text, ' ');

    if (bd_enhanced_parse(text, &code) != BD_OK ||
        code.class != reply->code / 100)
        return 0;
    if (reader->lines == 0) {
        reply->has_enhanced = true;
        reply->enhanced = code;
    } else if (!reply->has_enhanced || code.class != reply->enhanced.class ||
               code.subject != reply->enhanced.subject ||
               code.detail != reply->enhanced.detail) {
        return 0;
    }
    return end == SIZE_MAX ? text.len : end;
}

/* "250", "250 text" or "250-text". */
static int line_code(bd_str line)
{
    int code = 0;

    if (line.len < 3 ||
        (line.len > 3 && line.ptr[3] != ' ' && line.ptr[3] != '-'))
        return 0;
    for (size_t i = 0; i < 3; i++) {
        if (line.ptr[i] < '0' || line.ptr[i] > '9')
            return 0;
        code = code * 10 + (line.ptr[i] - '0');
    }
    return code >= 200 && code <= 599 ? code : 0;
}

static const char *take_line(struct bd_smtp_reader *reader, bd_str line)
{
    struct bd_smtp_reply *reply = &reader->reply;
    int code = 0;
    size_t skip = 4;

    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    code = line_code(line);
    if (!code)
        return _("the relay sent a line that is no SMTP reply");
    /* Lines must agree (RFC 5321 4.2.1); some servers only nearly do. */
    if (reader->lines > 0 && code / 100 != reply->code / 100)
        return _("the relay sent a reply that contradicts itself");
    if (reader->lines >= BD_SMTP_LINES_MAX)
        return _("the relay sent a reply that does not end");
    reply->code = code;
    reader->whole = line.len == 3 || line.ptr[3] == ' ';
    skip += enhanced_len(reader, bd_str_skip(line, 4));
    add_text(reply, bd_str_skip(line, skip));
    reader->lines++;
    return NULL;
}

static enum bd_smtp_progress broken(struct bd_smtp_reader *reader,
                                    const char *why, const char **out_why)
{
    reader->broken = true;
    *out_why = why;
    return BD_SMTP_BROKEN;
}

/* The line so far, when it comes in pieces. */
static bd_str keep(struct bd_smtp_reader *reader, bd_str piece)
{
    size_t kept = reader->line_len < BD_SMTP_LINE_KEPT ? reader->line_len
                                                       : BD_SMTP_LINE_KEPT;

    reader->line_len += piece.len;
    piece = bd_str_sub(piece, 0, BD_SMTP_LINE_KEPT - kept);
    if (piece.len > 0)
        memcpy(reader->line + kept, piece.ptr, piece.len);
    return (bd_str) { reader->line, kept + piece.len };
}

enum bd_smtp_progress bd_smtp_reader_take(struct bd_smtp_reader *reader,
                                          bd_str *bytes, const char **out_why)
{
    if (reader->whole)
        bd_smtp_reader_init(reader);
    while (bytes->len > 0 && !reader->broken) {
        size_t end = bd_str_find_char(*bytes, '\n');
        size_t len = end == SIZE_MAX ? bytes->len : end;
        const char *why = NULL;
        bd_str line;

        if (len > BD_SMTP_LINE_MAX - reader->line_len)
            return broken(reader, _("the relay sent a line without end"),
                          out_why);
        line = bd_str_sub(*bytes, 0, len);
        *bytes = bd_str_skip(*bytes, end == SIZE_MAX ? len : len + 1);
        if (end == SIZE_MAX || reader->line_len > 0)
            line = keep(reader, line);
        if (end == SIZE_MAX)
            return BD_SMTP_MORE;
        reader->line_len = 0;
        why = take_line(reader, bd_str_sub(line, 0, BD_SMTP_LINE_KEPT));
        if (why)
            return broken(reader, why, out_why);
        if (reader->whole)
            return BD_SMTP_WHOLE;
    }
    if (reader->broken)
        return broken(reader, _("the relay sent no SMTP reply"), out_why);
    return BD_SMTP_MORE;
}

/* Where `needle` stands in `text`, in any case, or SIZE_MAX. */
static size_t find_nocase(bd_str text, bd_str needle)
{
    char first = (char)(needle.ptr[0] | 0x20); /* a space or a small letter */

    for (size_t i = 0; i + needle.len <= text.len; i++)
        if ((text.ptr[i] | 0x20) == first &&
            bd_str_starts_nocase(bd_str_skip(text, i), needle))
            return i;
    return SIZE_MAX;
}

static bd_str first_word(bd_str text)
{
    bd_str rest = bd_str_trim(text);

    return bd_str_cut(&rest, ' ');
}

static bd_str last_word(bd_str text)
{
    text = bd_str_trim(text);
    for (size_t i = text.len; i > 0; i--)
        if (text.ptr[i - 1] == ' ')
            return bd_str_skip(text, i);
    return text;
}

/* Brackets, quotes and the sentence's full stop are not part of an id. */
static bd_str bare(bd_str id)
{
    while (id.len > 0 && strchr("<\"'([", id.ptr[0]))
        id = bd_str_skip(id, 1);
    while (id.len > 0 && strchr(">\"')],;.", id.ptr[id.len - 1]))
        id.len--;
    return id;
}

bd_str bd_smtp_queue_id(bd_str text)
{
    static const struct {
        bd_str mark;
        bool before; /* the id stands before the mark, else behind it */
    } rows[] = {
        { BD_STR_INIT("queued as "), false }, /* Postfix, aiosmtpd, … */
        { BD_STR_INIT("OK id="), false },     /* Exim */
        { BD_STR_INIT(" - gsmtp"), true },    /* "OK  1448 a1-2.3 - gsmtp" */
        { BD_STR_INIT(" message accepted"), true }, /* Sendmail, OpenSMTPD */
        { BD_STR_INIT(" queued mail for "), true }, /* Exchange, see below */
        { BD_STR_INIT(" qp "), false },             /* qmail: "ok 1448 qp 77" */
    };
    bd_str rest = text;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t at = find_nocase(text, rows[i].mark);

        if (at == SIZE_MAX)
            continue;
        /* "<id@host> [InternalId=7, …] Queued mail for delivery" */
        if (bd_str_starts(text, BD_STR("<")))
            return bare(first_word(text));
        if (rows[i].before)
            return bare(last_word(bd_str_sub(text, 0, at)));
        return bare(first_word(bd_str_skip(text, at + rows[i].mark.len)));
    }
    /* Amazon: "Ok 010001234-…" and nothing more */
    if (bd_str_eq_nocase(bd_str_cut(&rest, ' '), BD_STR("Ok")) &&
        bd_str_find_char(rest, ' ') == SIZE_MAX)
        return bare(rest);
    return BD_STR_NONE;
}

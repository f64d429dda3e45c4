/* The header of the message that a report is about. */
#include "brevduva/mail/phrase.h"
#include "mail_private.h"
#include "report_private.h"

#define MAX_TRIES 20  /* lines that may stand before a returned header */
#define MAX_LINE  200 /* of such a line */

bd_str report_skip_blank(bd_str text)
{
    while (text.len > 0) {
        bd_str after = text;

        if (bd_str_trim(mime_cut_line(&after)).len > 0)
            break;
        text = after;
    }
    return text;
}

static bool is_returned(bd_str type)
{
    static const char *const types[] = {
        "message/rfc822",         "message/global", "text/rfc822-headers",
        "text/rfc822-header",     "text/rfc822",    "message/rfc822-headers",
        "message/global-headers",
    };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (bd_str_eq(type, bd_str_from(types[i])))
            return true;
    return false;
}

/* Fields that a message has on its way, and a text about it hardly. */
static bool is_telling(bd_str name)
{
    static const char *const names[] = {
        "Message-ID", "Received",     "Return-Path", "Date",
        "From",       "MIME-Version", "To",          "Subject",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bd_str_eq_nocase(name, bd_str_from(names[i])))
            return true;
    return false;
}

static bool is_header(const struct bd_mail_header *header)
{
    size_t telling = 0;

    for (size_t i = 0; i < header->count; i++)
        telling += is_telling(header->fields[i].name);
    return telling >= 2;
}

/* The words of a line that says that the message follows. It has to have one
 * of each. */
static const char *const which[] = {
    "original",    "returned", "unsent",  "your message", "copy of",
    "undelivered", "rejected", "message", "header",       "mail",
};
static struct bd_phrases which_phrases = BD_PHRASES(which);
static const char *const where[] = {
    "follow",  "below",    "copy of", "original message", "returned message",
    "headers", "attached", "text of", "unsent message",   "header:",
};
static struct bd_phrases where_phrases = BD_PHRASES(where);

/* The end of the line in which `at` stands. */
static size_t line_end(bd_str text, size_t at)
{
    size_t len = bd_str_find_char(bd_str_skip(text, at), '\n');

    return len == SIZE_MAX ? text.len : at + len;
}

/* The line with what stands from `at` to `end` says that the message
 * follows. */
static bool announces(bd_str folded, bd_str text, size_t at, size_t end)
{
    size_t begin = at, last = line_end(text, at);

    while (begin > 0 && text.ptr[begin - 1] != '\n')
        begin--;
    return end <= last && last - begin <= MAX_LINE &&
           bd_phrases_best(&which_phrases,
                           bd_str_sub(folded, begin, last - begin)) != SIZE_MAX;
}

static bool find_in_text(struct bd_arena *arena, bd_str text,
                         struct bd_mail_header *out)
{
    char *copy = bd_arena_alloc(arena, text.len);
    bd_str folded = { copy, text.len };
    size_t at = 0, end = 0;

    bd_phrase_fold(text, copy);
    for (int tries = 0; tries < MAX_TRIES;) {
        struct bd_mail_header header = { 0 };
        size_t begin = 0;

        if (bd_phrases_next(&where_phrases, folded, &at, &end) == SIZE_MAX)
            return false;
        begin = at++;
        if (!announces(folded, text, begin, end))
            continue;
        tries++;
        at = line_end(text, begin);
        bd_mail_read_header(arena, report_skip_blank(bd_str_skip(text, at)),
                            &header, NULL);
        if (is_header(&header)) {
            *out = header;
            return true;
        }
    }
    return false;
}

static bool is_searched(const struct bd_mail_part *part)
{
    return part->text.len > 0 &&
           !bd_str_starts(part->type, BD_STR("message/")) &&
           !bd_str_eq(part->type, BD_STR("text/html"));
}

enum bd_status bd_returned_header(struct bd_arena *arena,
                                  const struct bd_mail *mail,
                                  struct bd_mail_header *out)
{
    for (size_t i = 0; i < mail->part_count; i++) {
        const struct bd_mail_part *part = &mail->parts[i];
        struct bd_mail_header header = { 0 };

        if (!is_returned(part->type))
            continue;
        bd_mail_read_header(arena, report_skip_blank(part->bytes), &header,
                            NULL);
        if (header.count > 0) {
            *out = header;
            return BD_OK;
        }
    }
    for (size_t i = 0; i < mail->part_count; i++)
        if (is_searched(&mail->parts[i]) &&
            find_in_text(arena, mail->parts[i].text, out))
            return BD_OK;
    return BD_ENOENT;
}

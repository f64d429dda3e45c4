/* The header of the message that a report is about. */
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

/* The words of a line that says that the message follows. A line has to
 * have one of each row. */
static const char *const which[] = {
    "original",    "returned", "unsent",  "your message", "copy of",
    "undelivered", "rejected", "message", "header",       "mail",
};
static const char *const where[] = {
    "follow",  "below",    "copy of", "original message", "returned message",
    "headers", "attached", "text of", "unsent message",   "header:",
};

static bool has_one(bd_str line, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bd_str_find(line, bd_str_from(words[i])) != SIZE_MAX)
            return true;
    return false;
}

static bool announces(bd_str line)
{
    char lower[MAX_LINE];

    if (line.len == 0 || line.len > sizeof lower)
        return false;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];

        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    line.ptr = lower;
    return has_one(line, which, sizeof which / sizeof *which) &&
           has_one(line, where, sizeof where / sizeof *where);
}

static bool find_in_text(struct bd_arena *arena, bd_str text,
                         struct bd_mail_header *out)
{
    int tries = 0;

    while (text.ptr && tries < MAX_TRIES) {
        struct bd_mail_header header = { 0 };

        if (!announces(bd_str_trim(bd_str_cut_line(&text))))
            continue;
        tries++;
        bd_mail_read_header(arena, report_skip_blank(text), &header, NULL);
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

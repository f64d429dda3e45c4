#include "brevduva/mail/relay_log.h"

/* A line of Postfix after the time stamp, taken apart. */
struct postfix {
    bd_str program; /* "cleanup", "submission/smtpd" */
    bd_str queue_id;
    bd_str text;
};

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
}

/* The letters and digits that `text` starts with. */
static bd_str word(bd_str text)
{
    size_t len = 0;

    while (len < text.len && is_alnum(text.ptr[len]))
        len++;
    return bd_str_sub(text, 0, len);
}

/* "postfix/cleanup[12]: 4Sx1Yz0abcz1Q: text": instances have other names than
 * "postfix", services may stand between. */
static bool split_postfix(bd_str line, struct postfix *out)
{
    size_t end = bd_str_find(line, BD_STR("]: "));
    bd_str head = bd_str_sub(line, 0, end == SIZE_MAX ? 0 : end);
    size_t slash = bd_str_find_char(head, '/');

    if (slash == SIZE_MAX)
        return false;
    head = bd_str_skip(head, slash + 1);
    out->program = bd_str_cut(&head, '[');
    out->text = bd_str_skip(line, end + 3);
    out->queue_id = word(out->text);
    if (head.len == 0 || out->queue_id.len < 5 ||
        !bd_str_starts(bd_str_skip(out->text, out->queue_id.len), BD_STR(": ")))
        return false;
    out->text = bd_str_skip(out->text, out->queue_id.len + 2);
    return true;
}

static bd_str without_brackets(bd_str id)
{
    id = bd_str_trim(id);
    if (bd_str_starts(id, BD_STR("<")) && bd_str_ends(id, BD_STR(">")))
        id = bd_str_sub(id, 1, id.len - 2);
    return id;
}

static bool read_postfix(bd_str line, struct bd_log_line *out)
{
    static const bd_str name = BD_STR_INIT("message-id=");
    struct postfix p;
    size_t status = 0;

    if (!split_postfix(line, &p))
        return false;
    out->queue_id = p.queue_id;
    if (bd_str_ends(p.program, BD_STR("cleanup"))) {
        if (!bd_str_starts(p.text, name))
            return false; /* a rejection by a milter or header_checks */
        out->kind = BD_LOG_LINE_NAMED;
        out->message_id = without_brackets(bd_str_skip(p.text, name.len));
        return true;
    }
    if (bd_str_ends(p.program, BD_STR("qmgr"))) {
        out->kind = BD_LOG_LINE_TAKEN;
        return true;
    }
    status = bd_str_find(p.text, BD_STR(" status="));
    if (status == SIZE_MAX || !bd_str_starts(p.text, BD_STR("to=<")))
        return false;
    out->kind = BD_LOG_LINE_FATE;
    out->fate = bd_str_skip(p.text, status + 1);
    return true;
}

/* "1sKabc-0000xy-2a", or since 4.97 "1sKabc-0000000abcd-2aBc". */
static bool is_exim_id(bd_str text)
{
    bd_str rest = text;
    bd_str first = bd_str_cut(&rest, '-');
    bd_str second = bd_str_cut(&rest, '-');

    if (word(first).len != 6 || first.len != 6 ||
        word(second).len != second.len || word(rest).len != rest.len)
        return false;
    return (second.len == 6 && rest.len == 2) ||
           (second.len == 11 && rest.len == 4);
}

/* " id=1.2.ab@example.org " among the fields of a "<=" line. */
static bd_str exim_message_id(bd_str fields)
{
    size_t at = bd_str_find(fields, BD_STR(" id="));
    bd_str rest = bd_str_skip(fields, at == SIZE_MAX ? fields.len : at + 4);

    return without_brackets(bd_str_cut(&rest, ' '));
}

/* Time, zone, process and host may stand before the queue id. */
#define EXIM_WORDS_BEFORE 8

static bool read_exim(bd_str line, struct bd_log_line *out)
{
    static const bd_str fates[] = { BD_STR_INIT("=> "), BD_STR_INIT("-> "),
                                    BD_STR_INIT("== "), BD_STR_INIT("** "),
                                    BD_STR_INIT("Completed") };
    bd_str rest = line;
    bd_str id = BD_STR_NONE;

    for (int i = 0; i < EXIM_WORDS_BEFORE && !is_exim_id(id); i++)
        id = bd_str_cut(&rest, ' ');
    if (!is_exim_id(id))
        return false;
    out->queue_id = id;
    if (bd_str_starts(rest, BD_STR("<= "))) {
        out->kind = BD_LOG_LINE_TAKEN;
        out->message_id = exim_message_id(rest);
        return true;
    }
    for (size_t i = 0; i < sizeof fates / sizeof *fates; i++) {
        if (bd_str_starts(rest, fates[i])) {
            out->kind = BD_LOG_LINE_FATE;
            out->fate = rest;
            return true;
        }
    }
    return false;
}

void bd_log_line_read(bd_str line, struct bd_log_line *out)
{
    *out = (struct bd_log_line) { .kind = BD_LOG_LINE_OTHER };
    if (!read_postfix(line, out) && !read_exim(line, out))
        *out = (struct bd_log_line) { .kind = BD_LOG_LINE_OTHER };
}

#include "classify_private.h"

#define CODES_MAX 2000 /* octets of a text in which codes are looked for */

static bool is_digit(bd_str text, size_t at)
{
    return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

bd_str evidence_of(struct bd_arena *arena, bd_str text)
{
    char *line = bd_arena_alloc(arena, BD_INCOMING_MAX_EVIDENCE + 1);
    size_t len = 0;

    for (size_t i = 0; i < text.len && len < BD_INCOMING_MAX_EVIDENCE; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool blank = c <= ' ' || c == 0x7F;

        if (!blank)
            line[len++] = (char)c;
        else if (len > 0 && line[len - 1] != ' ')
            line[len++] = ' ';
    }
    return bd_str_trim(
        bd_str_cut_utf8((bd_str) { line, len }, BD_INCOMING_MAX_EVIDENCE));
}

/* "5.1.1" that stands alone. */
static bool read_code(bd_str text, size_t at, struct bd_enhanced *out)
{
    size_t end = at;

    if (at > 0 && (is_digit(text, at - 1) || text.ptr[at - 1] == '.'))
        return false;
    while (is_digit(text, end) ||
           (end < text.len && text.ptr[end] == '.' && is_digit(text, end + 1)))
        end++;
    return bd_enhanced_parse(bd_str_sub(text, at, end - at), out) == BD_OK;
}

/* "550 " or "550-" at the start of a line, or after a blank or a colon. */
static int read_reply(bd_str text, size_t at)
{
    char before = at > 0 ? text.ptr[at - 1] : '\n';
    char after = at + 3 < text.len ? text.ptr[at + 3] : ' ';

    if ((text.ptr[at] != '4' && text.ptr[at] != '5') ||
        !is_digit(text, at + 1) || !is_digit(text, at + 2) ||
        text.ptr[at + 1] > '5')
        return 0;
    if (before != '\n' && before != ' ' && before != ':' && before != ';' &&
        before != '"' && before != '\'' && before != '#')
        return 0;
    if (after != ' ' && after != '-' && after != '\n' && after != ']' &&
        after != ':')
        return 0;
    if (after == '-' && is_digit(text, at + 4) && is_digit(text, at + 5))
        return 0; /* a telephone number */
    return (text.ptr[at] - '0') * 100 + (text.ptr[at + 1] - '0') * 10 +
           text.ptr[at + 2] - '0';
}

void find_codes(bd_str text, struct bd_enhanced *code, int *reply)
{
    if (text.len > CODES_MAX)
        text.len = CODES_MAX;
    for (size_t at = 0; at < text.len; at++) {
        if (!is_digit(text, at))
            continue;
        if (*reply == 0)
            *reply = read_reply(text, at);
        if (code->class == 0)
            (void)read_code(text, at, code);
        if (code->class != 0 && *reply != 0)
            return;
    }
}

void judge_recipient(struct bd_incoming_recipient *recipient, bd_str text)
{
    struct bd_verdict_of got = { 0 };

    find_codes(text, &recipient->status, &recipient->reply_code);
    if (recipient->status.class == 2) /* what went well is none of it */
        recipient->status = (struct bd_enhanced) { 0 };
    got = bd_verdict_judge(recipient->status, recipient->reply_code, text);
    recipient->verdict = got.verdict;
    recipient->reason = bd_str_from(got.reason);
}

bd_str fold_text(struct bd_arena *arena, bd_str text)
{
    char *folded = bd_arena_alloc(arena, text.len + 1);

    bd_phrase_fold(text, folded);
    return (bd_str) { folded, text.len };
}

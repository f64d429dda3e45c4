/* Runs the table of text_rules.c over a text, line by line and once. */
#include <string.h>

#include "text_private.h"

#define MAX_OWN    1000 /* octets of what is said of one recipient */
#define MAX_SHARED 2000 /* octets of what is said of all */

/* Offsets in the text. */
struct range {
    size_t begin, end;
};

struct scan {
    bd_str text, folded, domain;
    size_t hit, hit_end, row; /* the next phrase; SIZE_MAX: none */
    enum { OUTSIDE, LIST, NAMES, REASON, OVER } state;
    const char *rule;
    bool delay;
    struct range *own; /* what is said of each recipient */
    bd_str *addresses;
    size_t count;
    struct range shared; /* since the first phrase */
    struct range reason;
};

static void next_hit(struct scan *s, size_t from)
{
    s->hit = from;
    s->row = bd_phrases_next(&text_phrases, s->folded, &s->hit, &s->hit_end);
}

static void add(struct scan *s, bd_str address, struct range own)
{
    if (address.len == 0 || is_system_address(address) ||
        s->count == BD_INCOMING_MAX_RECIPIENTS)
        return;
    for (size_t i = s->count; i-- > 0;)
        if (bd_str_eq_nocase(s->addresses[i], address))
            return;
    s->addresses[s->count] = address;
    s->own[s->count++] = own;
}

static void begin(struct scan *s, const struct text_rule *rule, size_t at)
{
    if (!s->rule) {
        s->rule = rule->name;
        s->shared = (struct range) { at, at };
    }
    if (rule->what == TEXT_DELAY)
        s->delay = true;
    s->state = rule->what == TEXT_NAMES ? NAMES : LIST;
}

/* A phrase does not go on over an empty line, nor into a field of a header
 * ("Your message", "To: ..."). */
static bool is_torn(const struct scan *s)
{
    bool field = s->hit_end < s->text.len && s->text.ptr[s->hit_end] == ':';
    bool broken = false;

    for (size_t i = s->hit; i < s->hit_end; i++) {
        if (s->text.ptr[i] == '\n' && (broken || field))
            return true;
        if (s->text.ptr[i] == '\n')
            broken = true;
        else if (s->folded.ptr[i] != ' ')
            broken = false;
    }
    return false;
}

/* The address that follows a phrase, up to the next one. */
static bd_str follower(const struct scan *s, size_t from, size_t to)
{
    size_t end = 0;

    if (s->row != SIZE_MAX && s->hit < to)
        to = s->hit;
    return find_address(bd_str_sub(s->text, from, to - from), &end);
}

/* A phrase begins in the line. Returns the end of the line in which it ends,
 * with the next phrase looked for. */
static size_t obey(struct scan *s, struct range line)
{
    const struct text_rule *rule = &text_rules[s->row];
    bool torn = is_torn(s);
    size_t phrase_end = s->hit_end;

    next_hit(s, phrase_end);
    if (torn)
        return line.end;
    if (phrase_end > line.end) {
        bd_str rest = bd_str_skip(s->text, phrase_end);

        line.end = phrase_end + bd_str_cut_line(&rest).len;
    }
    if (rule->what == TEXT_END) {
        s->state = s->rule ? OVER : s->state;
    } else if (rule->what == TEXT_REASON) {
        if (s->state == LIST || s->state == NAMES) {
            s->state = REASON;
            s->reason = line;
        }
    } else if (s->state != REASON) {
        begin(s, rule, line.begin);
        if (rule->what != TEXT_NAMES)
            add(s, follower(s, phrase_end, line.end), line);
    }
    return line.end;
}

/* "screenname": one of the writer's own. */
static bd_str name_item(struct bd_arena *arena, const struct scan *s,
                        bd_str line)
{
    bd_str name = bd_str_trim(line);

    if (name.len == 0 || s->domain.len == 0 || line.ptr[0] > ' ')
        return BD_STR_NONE;
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] <= ' ' ||
            strchr("<>()[],;:\"\\@", name.ptr[i]))
            return BD_STR_NONE;
    return bd_arena_printf(arena, "%.*s@%.*s", BD_ARG(name),
                           BD_ARG(fold_text(arena, s->domain)));
}

/* qmail and those who write like it: "<eva@y.example>:", with whatever words
 * of whatever language before. */
static bool is_qmail_item(bd_str line)
{
    line = bd_str_trim(line);
    return bd_str_starts(line, BD_STR("<")) &&
           bd_str_ends(line, BD_STR(">:")) &&
           bd_str_find_char(line, ' ') == SIZE_MAX;
}

static void read_line(struct bd_arena *arena, struct scan *s, struct range at)
{
    bd_str line = bd_str_sub(s->text, at.begin, at.end - at.begin);
    size_t before = s->count;

    if (s->state == OUTSIDE && is_qmail_item(line))
        begin(s, &(struct text_rule) { NULL, TEXT_LIST, "qmail" }, at.begin);
    if (s->state == LIST)
        add(s, text_item(line), at);
    else if (s->state == NAMES)
        add(s, name_item(arena, s, line), at);
    if (s->state == REASON && at.end - s->reason.begin < MAX_SHARED)
        s->reason.end = at.end;
    else if (before == s->count && s->count > 0 && line.len > 0 &&
             s->state == LIST && at.end - s->own[s->count - 1].begin < MAX_OWN)
        s->own[s->count - 1].end = at.end;
    if (s->rule && at.end - s->shared.begin < MAX_SHARED)
        s->shared.end = at.end;
}

static void read_lines(struct bd_arena *arena, struct scan *s)
{
    bd_str rest = s->text;

    while (rest.ptr && s->state != OVER) {
        struct range line = { (size_t)(rest.ptr - s->text.ptr), 0 };
        size_t hits_end = 0;

        line.end = line.begin + bd_str_cut_line(&rest).len;
        while (s->row != SIZE_MAX && s->hit < line.end && s->state != OVER)
            hits_end = obey(s, line);
        if (s->state == OVER)
            break;
        read_line(arena, s, line);
        if (hits_end > line.end) { /* the phrase went on to another line */
            rest = bd_str_skip(s->text, hits_end);
            (void)bd_str_cut_line(&rest);
        }
    }
}

static bd_str text_in(const struct scan *s, struct range range)
{
    return bd_str_sub(s->text, range.begin, range.end - range.begin);
}

/* Of a reason that speaks of several, the lines about one of them. */
static bd_str lines_about(bd_str text, bd_str address)
{
    bd_str rest = text, out = { 0 };

    while (rest.ptr) {
        bd_str line = bd_str_cut_line(&rest);

        if (bd_str_find(line, address) == SIZE_MAX)
            continue;
        if (!out.ptr)
            out = line;
        out.len = (size_t)(line.ptr + line.len - out.ptr);
    }
    return out;
}

static bool is_judged(const struct bd_incoming_recipient *recipient)
{
    return !bd_str_eq(recipient->reason, BD_STR("unknown"));
}

/* Judge by one text; codes may stand beside it. */
static void judge_by(bd_str text, bd_str beside,
                     struct bd_incoming_recipient *out)
{
    judge_recipient(out, text);
    if (out->status.class != 0 || out->reply_code != 0)
        return;
    find_codes(beside, &out->status, &out->reply_code);
    if (out->status.class != 0 || out->reply_code != 0)
        judge_recipient(out, text);
}

/* What is said of this one; of all, when there is but one. */
static void judge(struct bd_arena *arena, const struct scan *s, size_t i,
                  struct bd_incoming_recipient *out)
{
    bd_str texts[3] = { 0 };

    if (i < s->count) {
        out->address = s->addresses[i];
        texts[0] = text_in(s, s->own[i]);
        texts[1] = text_in(s, s->reason);
        if (s->count > 1)
            texts[1] = lines_about(texts[1], out->address);
    }
    if (s->count <= 1)
        texts[2] = text_in(s, s->shared);
    for (size_t t = 0; t < 3; t++) {
        if (texts[t].len == 0)
            continue;
        judge_by(texts[t], texts[1], out);
        out->evidence = evidence_of(arena, texts[t]);
        if (is_judged(out))
            return;
    }
    judge_recipient(out, BD_STR_NONE);
    if (texts[0].len > 0)
        out->evidence = evidence_of(arena, texts[0]);
}

bool text_report_read(struct bd_arena *arena, bd_str text, bd_str domain,
                      struct text_report *out)
{
    struct scan s = { .domain = domain };

    s.text = bd_str_cut_utf8(text, CLASSIFY_MAX_TEXT);
    s.folded = fold_text(arena, s.text);
    s.own = BD_NEW_ARRAY(arena, BD_INCOMING_MAX_RECIPIENTS, struct range);
    s.addresses = BD_NEW_ARRAY(arena, BD_INCOMING_MAX_RECIPIENTS, bd_str);
    next_hit(&s, 0);
    read_lines(arena, &s);
    if (!s.rule)
        return false;
    *out = (struct text_report) { .rule = s.rule, .delay = s.delay };
    out->count = s.count > 0 ? s.count : 1;
    out->recipients = BD_NEW_ARRAY(arena, out->count,
                                   struct bd_incoming_recipient);
    for (size_t i = 0; i < out->count; i++)
        judge(arena, &s, i, &out->recipients[i]);
    return true;
}

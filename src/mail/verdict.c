#include "brevduva/mail/verdict.h"

#include "brevduva/mail/phrase.h"
#include "verdict_private.h"

#define TEXT_MAX 1024 /* octets of a text that are looked at */
#define ANY      UINT16_MAX

const char *const bd_verdict_names[] = { "none", "dead", "full", "temporary",
                                         "policy" };

bool bd_verdict_parse(bd_str name, enum bd_verdict *out)
{
    for (size_t i = 0; i < sizeof bd_verdict_names / sizeof *bd_verdict_names;
         i++)
        if (bd_str_eq(name, bd_str_from(bd_verdict_names[i]))) {
            *out = (enum bd_verdict)i;
            return true;
        }
    return false;
}

const char *bd_verdict_class(enum bd_verdict verdict)
{
    static const char *const classes[] = { "none", "hard", "soft", "soft",
                                           "policy" };

    return classes[verdict];
}

/* By the last two numbers of a code; B3. The first row decides. */
/* clang-format off */
static const struct {
    uint16_t subject, detail;
    enum bd_verdict verdict;
    const char *reason;
} codes[] = {
    { 1, 1, BD_VERDICT_DEAD, "no-mailbox" },
    { 1, 2, BD_VERDICT_DEAD, "no-domain" },
    { 1, 3, BD_VERDICT_DEAD, "no-mailbox" }, /* not the form of an address */
    { 1, 5, BD_VERDICT_NONE, "unknown" },    /* the address is valid */
    { 1, 6, BD_VERDICT_DEAD, "moved" },
    { 1, 7, BD_VERDICT_POLICY, "policy" },   /* our address */
    { 1, 8, BD_VERDICT_POLICY, "policy" },
    { 1, 10, BD_VERDICT_DEAD, "no-domain" }, /* null MX, RFC 7505 */
    { 2, 1, BD_VERDICT_DEAD, "disabled" },
    { 2, 2, BD_VERDICT_FULL, "full" },
    { 2, 3, BD_VERDICT_POLICY, "size" }, /* of our letter, as 3.4 */
    { 3, 4, BD_VERDICT_POLICY, "size" },
    { 4, 7, BD_VERDICT_TEMPORARY, "expired" },
    { 4, ANY, BD_VERDICT_TEMPORARY, "network" },
    { 6, ANY, BD_VERDICT_POLICY, "content" },
    { 7, 20, BD_VERDICT_POLICY, "authentication" }, /* RFC 7372 */
    { 7, 21, BD_VERDICT_POLICY, "authentication" },
    { 7, 22, BD_VERDICT_POLICY, "authentication" },
    { 7, 23, BD_VERDICT_POLICY, "authentication" },
    { 7, 24, BD_VERDICT_POLICY, "authentication" },
    { 7, 26, BD_VERDICT_POLICY, "authentication" },
    { 7, 515, BD_VERDICT_POLICY, "authentication" }, /* Microsoft */
    { 7, 28, BD_VERDICT_POLICY, "rate" },            /* Gmail */
    { 7, ANY, BD_VERDICT_POLICY, "policy" },
};

/* Replies that say more than "no": RFC 5321 4.2.3, RFC 7504. */
static const struct {
    int reply;
    enum bd_verdict verdict;
    const char *reason;
} replies[] = {
    { 521, BD_VERDICT_DEAD, "no-domain" },
    { 552, BD_VERDICT_FULL, "full" },
    { 556, BD_VERDICT_DEAD, "no-domain" },
};
/* clang-format on */

static const struct bd_verdict_of unknown = { BD_VERDICT_TEMPORARY, "unknown" };

static struct bd_verdict_of of_code(struct bd_enhanced code)
{
    for (size_t i = 0; code.class != 0 && i < sizeof codes / sizeof *codes; i++)
        if (codes[i].subject == code.subject &&
            (codes[i].detail == ANY || codes[i].detail == code.detail))
            return (struct bd_verdict_of) { codes[i].verdict, codes[i].reason };
    return unknown;
}

static struct bd_verdict_of of_reply(int reply)
{
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        if (replies[i].reply == reply)
            return (struct bd_verdict_of) { replies[i].verdict,
                                            replies[i].reason };
    return unknown;
}

static bool is_temporary(struct bd_enhanced code, int reply)
{
    return code.class == 4 || (reply >= 400 && reply < 500);
}

static bool is_digit(bd_str text, size_t at)
{
    return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

static bool is_in(bd_str set, char c)
{
    return bd_str_find_char(set, c) != SIZE_MAX;
}

/* "5.1.1" that stands alone: "5.1.1.9" is none. */
static bool code_at(bd_str text, size_t at, struct bd_enhanced *out)
{
    size_t end = at;

    if (at > 0 && !is_in(BD_STR(" -#([:;\n"), text.ptr[at - 1]))
        return false;
    while (is_digit(text, end) ||
           (end > at && text.ptr[end - 1] != '.' && is_digit(text, end + 1) &&
            text.ptr[end] == '.'))
        end++;
    return bd_enhanced_parse(bd_str_sub(text, at, end - at), out) == BD_OK &&
           out->class > 2;
}

/* What precedes it marks it as a code, not as a version or the like: a reply
 * ("550-5.7.1"), a bracket or "#". */
static bool is_marked(bd_str text, size_t at)
{
    if (at == 0 || is_in(BD_STR("#(["), text.ptr[at - 1]))
        return true;
    return at >= 4 && is_digit(text, at - 2) && is_digit(text, at - 3) &&
           (text.ptr[at - 4] == '4' || text.ptr[at - 4] == '5') &&
           (at == 4 || is_in(BD_STR(" -:;\n"), text.ptr[at - 5]));
}

/* The enhanced code in the words themselves: the one that tells that we are
 * refused, else the first. Class 0: there is none. */
static struct bd_enhanced code_in(bd_str text)
{
    struct bd_enhanced first = { 0 }, found = { 0 };

    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text, i) || !code_at(text, i, &found))
            continue;
        if (found.subject == 7 && is_marked(text, i))
            return found;
        if (first.class == 0)
            first = found;
    }
    return first;
}

/* "Status: 5.0.0" says nothing, and 5.7.x in the words tells that it is we who
 * are refused, whatever the field says. What the field calls temporary is. */
static struct bd_enhanced refine(struct bd_enhanced code, bd_str text)
{
    struct bd_enhanced said = code_in(text);
    bool is_vague = code.class == 0 || (code.subject == 0 && code.detail == 0);

    if (said.class == 0 || !(is_vague || said.subject == 7))
        return code;
    if (code.class == 4)
        said.class = 4;
    return said;
}

/* Microsoft's way to say "no such user" (DBEB), whose code is of routing. */
static bool is_edge_blocked(struct bd_enhanced code, bd_str folded)
{
    return code.class == 5 && code.subject == 4 && code.detail == 1 &&
           bd_str_find(folded, BD_STR("recipient address rejected: access "
                                      "denied")) != SIZE_MAX;
}

/* Codes that say more exactly what is wrong than any text that speaks of a
 * missing mailbox. */
static bool may_beat(struct bd_enhanced code, struct bd_verdict_of text)
{
    struct bd_verdict_of by_code = of_code(code);

    if (by_code.verdict == BD_VERDICT_POLICY)
        return text.verdict == BD_VERDICT_POLICY;
    if (text.verdict != BD_VERDICT_DEAD)
        return true;
    if (code.subject == 4)
        return bd_str_eq(bd_str_from(text.reason), BD_STR("no-domain"));
    return by_code.verdict == BD_VERDICT_DEAD ||
           bd_str_eq(bd_str_from(by_code.reason), BD_STR("unknown"));
}

struct bd_verdict_of bd_verdict_judge(struct bd_enhanced code, int reply,
                                      bd_str text)
{
    char buffer[TEXT_MAX];
    bd_str folded = { buffer, text.len < TEXT_MAX ? text.len : TEXT_MAX };
    struct bd_verdict_of out = unknown;
    size_t row = SIZE_MAX;

    text.len = folded.len;
    code = refine(code, text);
    out = code.class != 0 ? of_code(code) : of_reply(reply);
    bd_phrase_fold(text, buffer);
    row = bd_phrases_best(&verdict_phrases, folded);
    if (row != SIZE_MAX) {
        struct bd_verdict_of said = { verdict_texts[row].verdict,
                                      verdict_texts[row].reason };

        if (may_beat(code, said))
            out = said;
    }
    if (is_edge_blocked(code, folded))
        out = (struct bd_verdict_of) { BD_VERDICT_DEAD, "no-mailbox" };
    if (out.verdict == BD_VERDICT_DEAD && is_temporary(code, reply))
        out = (struct bd_verdict_of) { BD_VERDICT_TEMPORARY, "temporary" };
    return out;
}

/* What the words themselves give away. */
#include "check_private.h"

#include <string.h>

#define LEAST_WORDS  6 /* small words of the other language */
#define MUCH_MORE    3 /* so many times as of the letter's own */
#define MAX_BRACKETS 64

/* The next word from *at on, empty at the end; *at is then after it. */
static bd_str next_word(bd_str text, size_t *at)
{
    size_t start = *at;
    size_t end = 0;

    while (start < text.len && !bd_check_is_letter(text, start))
        start++;
    end = start;
    while (end < text.len && bd_check_is_letter(text, end))
        end++;
    *at = end;
    return bd_str_sub(text, start, end - start);
}

static bool is_one_of(bd_str word, const char *const words[])
{
    for (size_t i = 0; words[i]; i++)
        if (bd_str_eq_nocase(word, bd_str_from(words[i])))
            return true;
    return false;
}

void bd_check_word_doubled(struct bd_check_run *run)
{
    /* None that good sentences have twice, as "att att" or "that that". */
    static const char *const small[] = {
        "och",   "på",   "för",  "till", "av",   "en",  "ett",  "med",
        "eller", "från", "vid",  "the",  "and",  "of",  "to",   "a",
        "an",    "for",  "from", "or",   "with", "our", "your", NULL,
    };
    struct bd_flow flow = { .step = 0 };

    while (bd_check_next_flow(run, &flow)) {
        size_t at = 0;
        bd_str before = next_word(flow.text, &at);

        while (before.len > 0) {
            size_t end = at;
            bd_str word = next_word(flow.text, &at);

            if (is_one_of(word, small) && bd_str_eq_nocase(word, before) &&
                bd_str_trim(bd_str_sub(flow.text, end, at - word.len - end))
                        .len == 0)
                bd_check_report(run,
                                bd_check_flow_place(run, &flow, at - word.len),
                                _("\"%.*s\" stands here twice; take one away"),
                                BD_ARG(word));
            before = word;
        }
    }
}

void bd_check_language_other(struct bd_check_run *run)
{
    /* None that the other language has too: "in", "man", "under". */
    static const char *const small[BD_LANG_COUNT][32] = {
        [BD_LANG_SV] = { "och",  "att",   "det", "som",  "på", "är",
                         "för",  "inte",  "med", "till", "av", "den",
                         "ett",  "vi",    "kan", "har",  "du", "om",
                         "från", "eller", "ska", "de",   "er", NULL },
        [BD_LANG_EN] = { "the",  "and",  "of",   "to",   "is",  "for",
                         "you",  "we",   "with", "that", "are", "this",
                         "have", "will", "be",   "on",   "at",  "your",
                         "our",  "from", "or",   "not",  "it",  NULL },
    };
    size_t count[BD_LANG_COUNT] = { 0 };
    enum bd_lang other = run->lang == BD_LANG_SV ? BD_LANG_EN : BD_LANG_SV;
    struct bd_flow flow = { .step = 0 };

    while (bd_check_next_flow(run, &flow)) {
        size_t at = 0;
        bd_str word = BD_STR_NONE;

        while ((word = next_word(flow.text, &at)).len > 0)
            for (int lang = 0; lang < BD_LANG_COUNT; lang++)
                count[lang] += is_one_of(word, small[lang]);
    }
    if (count[other] < LEAST_WORDS ||
        count[other] <= MUCH_MORE * count[run->lang])
        return;
    bd_check_report(run, BD_WHOLE_LETTER,
                    _("the letter is marked as %s but seems to be %s; write "
                      "\"language: %s\" in the front matter"),
                    bd_lang_tag(run->lang), bd_lang_tag(other),
                    bd_lang_tag(other));
}

/* ":)" and ";-(" are faces; "a)" and "12)" number what follows. */
static bool is_no_bracket(bd_str text, size_t at)
{
    size_t start = at;
    char before = at > 0 ? text.ptr[at - 1] : ' ';

    if (before == '-' && at > 1)
        before = text.ptr[at - 2];
    if (before == ':' || before == ';')
        return true;
    if (text.ptr[at] != ')')
        return false;
    while (start > 0 && bd_check_is_letter(text, start - 1))
        start--;
    return at > start && at - start <= 2 &&
           (start == 0 || text.ptr[start - 1] == ' ');
}

struct open {
    size_t at[MAX_BRACKETS];
    size_t count;
};

static void report_bracket(struct bd_check_run *run, const struct bd_flow *flow,
                           size_t at)
{
    bool opens = strchr("([{", flow->text.ptr[at]) != NULL;
    struct bd_place place = bd_check_flow_place(run, flow, at);

    bd_check_report(run, place,
                    opens ? _("\"%c\" is not closed in this paragraph; close "
                              "it, or take it away")
                          : _("\"%c\" was not opened in this paragraph; open "
                              "it, or take it away"),
                    flow->text.ptr[at]);
}

/* A bracket of either kind; what closes nothing is reported at once. */
static void take_bracket(struct bd_check_run *run, const struct bd_flow *flow,
                         struct open *open, size_t at)
{
    static const char opening[] = "([{";
    static const char closing[] = ")]}";
    const char *close = strchr(closing, flow->text.ptr[at]);

    if (!close) {
        if (open->count < MAX_BRACKETS)
            open->at[open->count++] = at;
        return;
    }
    if (open->count > 0 &&
        flow->text.ptr[open->at[open->count - 1]] == opening[close - closing])
        open->count--;
    else if (!is_no_bracket(flow->text, at))
        report_bracket(run, flow, at);
}

void bd_check_brackets_unbalanced(struct bd_check_run *run)
{
    struct bd_flow flow = { .step = 0 };

    while (bd_check_next_flow(run, &flow)) {
        struct open open = { .count = 0 };

        if (bd_str_find(flow.text, BD_STR("](")) != SIZE_MAX)
            continue; /* link-syntax */
        for (size_t i = 0; i < flow.text.len; i++) {
            char c = flow.text.ptr[i];

            if (!c || !strchr("()[]{}", c) ||
                (strchr("([{", c) && is_no_bracket(flow.text, i)))
                continue;
            take_bracket(run, &flow, &open, i);
        }
        for (size_t i = 0; i < open.count; i++)
            report_bracket(run, &flow, open.at[i]);
    }
}

/* How much a relay or a domain may take: limits, and the plan of a new one. */
#include <string.h>

#include "brevduva/base/limits.h"
#include "brevduva/base/when.h"
#include "config_private.h"

#define SHOWN       40 /* octets of what was written, in messages */
#define MAX_COUNT   1000000000
#define MAX_DOMAINS 100 /* rows with a limit of their own */

static bool take_unit(bd_str text, int64_t *out_ms)
{
    static const struct {
        const char *names[3];
        int64_t ms;
    } units[] = {
        { { "s", "sec", "second" }, 1000 },
        { { "min", "minute", NULL }, 60000 },
        { { "h", "hour", NULL }, 3600000 },
        { { "day", "d", NULL }, 86400000 },
    };

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        for (size_t j = 0; j < 3 && units[i].names[j]; j++)
            if (bd_str_eq(text, bd_str_from(units[i].names[j]))) {
                *out_ms = units[i].ms;
                return true;
            }
    return false;
}

/* "14/s" */
static const char *take_rate(struct bd_arena *arena, bd_str text,
                             struct bd_config_rates *to)
{
    bd_str unit = text;
    bd_str number = bd_str_trim(bd_str_cut(&unit, '/'));
    uint64_t count = 0;
    int64_t ms = 0;

    if (!bd_str_to_u64(number, &count) || count < 1 || count > MAX_COUNT ||
        !take_unit(bd_str_trim(unit), &ms))
        return bd_arena_printf(arena,
                               _("\"%.*s\" is no limit; write it as 14/s, "
                                 "600/min, 5000/h or 50000/day, with commas "
                                 "between several"),
                               BD_ARG(bd_str_cut_utf8(text, SHOWN)))
            .ptr;
    for (size_t i = 0; i < to->count; i++)
        if (to->rate[i].period_ms == ms)
            return bd_arena_printf(arena,
                                   _("\"%.*s\" is the second limit for that "
                                     "time; keep one of them"),
                                   BD_ARG(bd_str_cut_utf8(text, SHOWN)))
                .ptr;
    to->rate[to->count].count = (int64_t)count;
    to->rate[to->count++].period_ms = ms;
    return NULL;
}

static const char *parse_rates(struct bd_arena *arena, bd_str text,
                               struct bd_config_rates *out)
{
    struct bd_config_rates rates = { 0 };

    do {
        bd_str part = bd_str_trim(bd_str_cut(&text, ','));
        const char *complaint = take_rate(arena, part, &rates);

        if (complaint)
            return complaint;
    } while (text.ptr);
    *out = rates;
    return NULL;
}

PUT(put_rates)
{
    (void)setting;
    if (!bd_str_eq(text, BD_STR("none")))
        return parse_rates(arena, text, field);
    *(struct bd_config_rates *)field = (struct bd_config_rates) { 0 };
    return NULL;
}

/* "doubling", "x1.5"; times 100 */
static bool take_factor(bd_str text, uint64_t *out)
{
    bd_str fraction = BD_STR_NONE;
    uint64_t whole = 0;
    uint64_t hundredths = 0;
    size_t point = 0;

    *out = 200;
    if (bd_str_eq(text, BD_STR("doubling")))
        return true;
    if (!bd_str_starts_nocase(text, BD_STR("x")))
        return false;
    text = bd_str_skip(text, 1);
    while (point < text.len && text.ptr[point] != '.' && text.ptr[point] != ',')
        point++;
    fraction = bd_str_skip(text, point + 1);
    if (!bd_str_to_u64(bd_str_sub(text, 0, point), &whole) || whole > 10 ||
        fraction.len > 2 || (fraction.len == 0 && point < text.len) ||
        (fraction.len > 0 && !bd_str_to_u64(fraction, &hundredths)))
        return false;
    *out = whole * 100 + hundredths * (fraction.len == 1 ? 10 : 1);
    return *out > 100 && *out <= 1000;
}

/* "200" or "200 from 2026-11-23" */
static const char *take_start(struct bd_arena *arena, bd_str text,
                              struct bd_config_warm_up *to, bool *out_is_one)
{
    bd_str rest = text;
    bd_str number = bd_str_cut(&rest, ' ');
    bd_str since = bd_str_trim(rest);
    uint64_t count = 0;
    struct bd_err err = { 0 };

    *out_is_one = bd_str_to_u64(number, &count) && count >= 1 &&
                  count <= MAX_COUNT;
    to->first = (int64_t)count;
    if (!*out_is_one || since.len == 0)
        return NULL;
    if (bd_str_eq(since, BD_STR("today")) ||
        bd_str_eq(since, BD_STR("from today")))
        return _("write the date instead of today, as 200 from 2026-11-23, "
                 "doubling; tomorrow, today is another day");
    *out_is_one = bd_str_starts(since, BD_STR("from "));
    if (!*out_is_one || bd_date_parse(bd_str_trim(bd_str_skip(since, 5)),
                                      &to->day0, &err) == BD_OK)
        return NULL;
    return bd_arena_cstr(arena, bd_str_from(err.msg));
}

PUT(put_warm_up)
{
    struct bd_config_warm_up plan = { 0 };
    uint64_t factor = 200;
    bd_str how = text;
    bd_str start = bd_str_trim(bd_str_cut(&how, ','));
    const char *complaint = NULL;
    bool is_one = false;

    (void)setting;
    if (!bd_str_eq(text, BD_STR("none"))) {
        complaint = take_start(arena, start, &plan, &is_one);
        if (complaint)
            return complaint;
        if (!is_one || !take_factor(bd_str_trim(how), &factor))
            return _("this must be a number of copies and how it grows, as "
                     "\"200, doubling\", \"200 from 2026-11-23, doubling\" or "
                     "\"500, x1.5\" (at most x10)");
        plan.factor = (double)factor / 100;
    }
    *(struct bd_config_warm_up *)field = plan;
    return NULL;
}

PUT(put_domains)
{
    (void)arena;
    (void)setting;
    if (!bd_str_eq(text, BD_STR("none")))
        return _("write each limit on a line of its own below, indented by two "
                 "spaces, as \"*.outlook.com, hotmail.com\": 20/min");
    *(struct bd_config_domains *)field = (struct bd_config_domains) { 0 };
    return NULL;
}

/* Names may be IDN in their readable form. */
static bool is_pattern(bd_str text)
{
    if (bd_str_starts(text, BD_STR("*.")))
        text = bd_str_skip(text, 2);
    if (text.len == 0 || text.len > BD_MAX_ADDRESS_OCTETS ||
        text.ptr[0] == '.' || text.ptr[0] == '-' ||
        bd_str_find_char(text, '.') == SIZE_MAX ||
        bd_str_ends(text, BD_STR(".")) ||
        bd_str_find(text, BD_STR("..")) != SIZE_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!((unsigned char)text.ptr[i] & 0x80) &&
            !is_made_of(bd_str_sub(text, i, 1), "-."))
            return false;
    return true;
}

/* "*.com": the domains of many providers. */
static bool is_of_all(bd_str text)
{
    return bd_str_starts(text, BD_STR("*.")) && text.len > 2 &&
           bd_str_find_char(bd_str_skip(text, 2), '.') == SIZE_MAX;
}

static const char *complain_of_pattern(struct bd_arena *arena, bd_str pattern)
{
    const char *format = _("\"%.*s\" is no domain; write them as "
                           "hotmail.com or *.outlook.com, with "
                           "commas between several");

    pattern = bd_str_cut_utf8(pattern, SHOWN);
    if (is_of_all(pattern))
        format = _("\"%.*s\" would be one limit for the readers of very many "
                   "providers; write the domain of one, as *.outlook.com, or "
                   "set relay.rate, which is for all");
    return bd_arena_printf(arena, format, BD_ARG(pattern)).ptr;
}

static bool has_pattern(bd_str patterns, bd_str pattern)
{
    while (patterns.ptr)
        if (bd_str_eq_nocase(bd_str_trim(bd_str_cut(&patterns, ',')), pattern))
            return true;
    return false;
}

/* `skip` is the row that these patterns replace. */
static const char *check_patterns(struct bd_arena *arena,
                                  const struct bd_config_domains *in,
                                  bd_str patterns, size_t skip)
{
    do {
        bd_str pattern = bd_str_trim(bd_str_cut(&patterns, ','));
        bool twice = has_pattern(patterns, pattern);

        if (!is_pattern(pattern))
            return complain_of_pattern(arena, pattern);
        for (size_t i = 0; i < in->count; i++)
            twice = twice ||
                    (i != skip && has_pattern(in->limit[i].patterns, pattern));
        if (twice)
            return bd_arena_printf(arena,
                                   _("%.*s stands twice among the domains; "
                                     "keep one of them"),
                                   BD_ARG(bd_str_cut_utf8(pattern, SHOWN)))
                .ptr;
    } while (patterns.ptr);
    return NULL;
}

const char *domains_add(struct bd_arena *arena, struct bd_config_domains *to,
                        bd_str patterns, bd_str limit)
{
    struct bd_config_rates rates = { 0 };
    const char *complaint = NULL;
    size_t at = 0;

    while (at < to->count && !bd_str_eq(to->limit[at].patterns, patterns))
        at++;
    complaint = check_patterns(arena, to, patterns, at);
    if (!complaint)
        complaint = parse_rates(arena, limit, &rates);
    if (complaint)
        return complaint;
    if (at == MAX_DOMAINS)
        return bd_arena_printf(arena,
                               _("there are more than %d limits of domains; "
                                 "write domains with one limit on one line"),
                               MAX_DOMAINS)
            .ptr;
    if (!to->limit)
        to->limit = BD_NEW_ARRAY(arena, MAX_DOMAINS,
                                 struct bd_config_domain_limit);
    to->limit[at] = (struct bd_config_domain_limit) { patterns, rates };
    if (at == to->count)
        to->count++;
    return NULL;
}

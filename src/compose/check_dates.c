#include "check_private.h"

#define LATE_DAYS     365 /* longer ago is history */
#define LATE_IN_LISTS 60  /* for a date without its year */

static unsigned days_in_month(unsigned month, unsigned year)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30,
                                          31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

/* Days since 1970, or INT64_MIN when there is no such day. By Howard
 * Hinnant's days_from_civil. */
static int64_t day_number(const struct bd_check_date *date, unsigned year)
{
    int64_t y = (int64_t)year - (date->month <= 2);
    int64_t era = y / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (int64_t)((date->month + 9) % 12) + 2) / 5 +
                      date->day - 1;

    if (date->day > days_in_month(date->month, year))
        return INT64_MIN;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           719468;
}

static int weekday_of(int64_t days)
{
    return (int)(((days + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

/* The year that `days` is in. */
static unsigned year_of(int64_t days)
{
    const struct bd_check_date end = { .day = 31, .month = 12 };
    unsigned year = (unsigned)(1970 + days / 366) - (days < 0);

    while (day_number(&end, year) < days)
        year++;
    return year;
}

/* The next date in running text. */
struct search {
    struct bd_check_run *run;
    struct bd_flow flow;
    struct bd_check_date date;
    size_t at;
    bool begun;
};

static bool next_date(struct search *s)
{
    bool slashes = s->run->lang == BD_LANG_SV; /* "5/10" is May in English */

    for (;;) {
        if (s->begun &&
            bd_check_read_date(s->flow.text, s->at, slashes, &s->date)) {
            s->at = s->date.at + s->date.len;
            return true;
        }
        if (!bd_check_next_flow(s->run, &s->flow))
            return false;
        s->begun = true;
        s->at = 0;
    }
}

static struct bd_place place_of(const struct search *s)
{
    return bd_check_flow_place(s->run, &s->flow, s->date.at);
}

static bd_str text_of(const struct search *s)
{
    return bd_str_sub(s->flow.text, s->date.at, s->date.len);
}

void bd_check_date_impossible(struct bd_check_run *run)
{
    struct search s = { .run = run };

    while (next_date(&s))
        if (day_number(&s.date, s.date.year ? s.date.year : 2028) == INT64_MIN)
            bd_check_report(run, place_of(&s),
                            _("\"%.*s\": there is no such day; mend it"),
                            BD_ARG(text_of(&s)));
    bd_check_event_skipped(run);
}

static const char *weekday_name(int weekday)
{
    static const char *const names[] = {
        N_("Monday"), N_("Tuesday"),  N_("Wednesday"), N_("Thursday"),
        N_("Friday"), N_("Saturday"), N_("Sunday"),
    };

    return _(names[weekday]);
}

/* The date as it is meant: with its year, or the next one that comes. False:
 * it cannot be known. `*out_before`: the one before that, or the same. */
static bool resolve(const struct bd_check_run *run,
                    const struct bd_check_date *date, int64_t *out,
                    int64_t *out_before)
{
    int64_t today = run->facts->today;
    unsigned year = 0;

    if (date->year > 0) {
        *out = *out_before = day_number(date, date->year);
        return *out != INT64_MIN;
    }
    if (today <= 0)
        return false;
    year = year_of(today);
    *out = day_number(date, year);
    *out_before = day_number(date, year - 1);
    if (*out < today) {
        *out_before = *out;
        *out = day_number(date, year + 1);
    }
    return *out != INT64_MIN && *out_before != INT64_MIN;
}

void bd_check_date_weekday(struct bd_check_run *run)
{
    struct search s = { .run = run };

    while (next_date(&s)) {
        int64_t days = 0;
        int64_t before = 0;

        if (s.date.weekday < 0 || !resolve(run, &s.date, &days, &before) ||
            weekday_of(days) == s.date.weekday ||
            weekday_of(before) == s.date.weekday)
            continue;
        bd_check_report(run, place_of(&s),
                        _("\"%.*s\": in %u that day is a %s; mend the day or "
                          "the date"),
                        BD_ARG(text_of(&s)), year_of(days),
                        weekday_name(weekday_of(days)));
    }
}

static bool is_in_list(const struct bd_node *block)
{
    for (; block; block = block->parent)
        if (block->kind == BD_NODE_ITEM)
            return true;
    return false;
}

void bd_check_date_past(struct bd_check_run *run)
{
    struct search s = { .run = run };
    int64_t today = run->facts->today;

    while (today > 0 && next_date(&s)) {
        int64_t days = 0;
        int64_t before = 0;
        int64_t late = s.date.year ? LATE_DAYS : LATE_IN_LISTS;

        if (!resolve(run, &s.date, &days, &before) ||
            (s.date.year == 0 && !is_in_list(s.flow.block)) ||
            before >= today || before < today - late)
            continue;
        bd_check_report(run, place_of(&s),
                        _("\"%.*s\" has passed; is the date right?"),
                        BD_ARG(text_of(&s)));
    }
    bd_check_event_past(run);
}

#include "brevduva/base/when.h"

#include <stdio.h>
#include <time.h>

#include "brevduva/base/i18n.h"

#define DAY        86400
#define LONGEST    (INT64_C(36500) * DAY)
#define SHOWN      40 /* octets of what was typed, in messages */
#define TIME_BYTES 32

/* From `min` to `max` digits. */
static bool take_number(bd_str *text, size_t min, size_t max, int64_t *out)
{
    size_t len = 0;
    uint64_t number = 0;

    while (len < text->len && len < max && text->ptr[len] >= '0' &&
           text->ptr[len] <= '9')
        len++;
    if (len < min || !bd_str_to_u64(bd_str_sub(*text, 0, len), &number))
        return false;
    *text = bd_str_skip(*text, len);
    *out = (int64_t)number;
    return true;
}

static bool take_one_of(bd_str *text, const char *set)
{
    for (; *set && text->len > 0; set++)
        if (text->ptr[0] == *set) {
            *text = bd_str_skip(*text, 1);
            return true;
        }
    return false;
}

static const struct {
    const char *name;
    int64_t seconds;
} units[] = {
    { "w", 7 * DAY }, { "d", DAY }, { "h", 3600 }, { "m", 60 }, { "s", 1 },
};

static bool take_unit(bd_str *text, int64_t *out_seconds)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        bd_str name = bd_str_from(units[i].name);

        if (!bd_str_starts_nocase(*text, name))
            continue;
        *text = bd_str_skip(*text, name.len);
        if (units[i].seconds == 60 && bd_str_starts_nocase(*text, BD_STR("in")))
            *text = bd_str_skip(*text, 2); /* "min" */
        *text = bd_str_trim(*text);
        *out_seconds = units[i].seconds;
        return true;
    }
    return false;
}

static bool take_spans(bd_str rest, int64_t *out)
{
    int64_t shortest = INT64_MAX;
    int64_t total = 0;

    do {
        int64_t number = 0;
        int64_t unit = 0;

        if (!take_number(&rest, 1, 9, &number))
            return false;
        rest = bd_str_trim(rest);
        if (!take_unit(&rest, &unit) || unit >= shortest)
            return false;
        shortest = unit;
        total += number * unit;
    } while (rest.len > 0 && total <= LONGEST);
    if (total > LONGEST)
        return false;
    *out = total;
    return true;
}

enum bd_status bd_duration_parse(bd_str text, int64_t *out, struct bd_err *err)
{
    bd_str shown = bd_str_cut_utf8(text, SHOWN);

    if (take_spans(bd_str_trim(text), out))
        return BD_OK;
    return bd_fail(err, BD_EINVAL,
                   _("\"%.*s\" is no length of time; write it as 30m, 2d or "
                     "1h30m, of w, d, h, m and s"),
                   BD_ARG(shown));
}

bd_str bd_duration_write(int64_t seconds, char out[BD_DURATION_TEXT])
{
    size_t len = 0;

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        int64_t number = seconds / units[i].seconds;

        if (number > 0 || (units[i].seconds == 1 && len == 0))
            len += (size_t)snprintf(out + len, BD_DURATION_TEXT - len, "%lld%s",
                                    (long long)number, units[i].name);
        seconds %= units[i].seconds;
    }
    return (bd_str) { out, len };
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t days_in(int64_t year, int64_t month)
{
    static const int64_t days[] = { 31, 28, 31, 30, 31, 30,
                                    31, 31, 30, 31, 30, 31 };

    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days since 1970-01-01. */
static int64_t days_to(int64_t year, int64_t month, int64_t day)
{
    int64_t before = year - 1; /* years since the year 1 */
    int64_t days = before * 365 + before / 4 - before / 100 + before / 400 -
                   719162 + day - 1;

    for (int64_t m = 1; m < month; m++)
        days += days_in(year, m);
    return days;
}

/* "2026-11-23". BD_EPARSE: not written so, and not told yet. */
static enum bd_status take_date(bd_str *text, int64_t *out, struct bd_err *err)
{
    bd_str shown = bd_str_sub(*text, 0, 10);
    int64_t year = 0;
    int64_t month = 0;
    int64_t day = 0;

    if (!take_number(text, 4, 4, &year) || !take_one_of(text, "-") ||
        !take_number(text, 2, 2, &month) || !take_one_of(text, "-") ||
        !take_number(text, 2, 2, &day))
        return BD_EPARSE;
    if (year < 1970 || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month))
        return bd_fail(err, BD_EINVAL, _("%.*s: there is no such day"),
                       BD_ARG(shown));
    *out = days_to(year, month, day);
    return BD_OK;
}

enum bd_status bd_date_parse(bd_str text, int64_t *out, struct bd_err *err)
{
    bd_str shown = bd_str_cut_utf8(text, SHOWN);
    bd_str rest = text;
    int64_t days = 0;
    enum bd_status rc = take_date(&rest, &days, err);

    if (rc == BD_EPARSE || (rc == BD_OK && rest.len > 0))
        return bd_fail(err, BD_EINVAL,
                       _("\"%.*s\" is no date; write it as 2026-11-23"),
                       BD_ARG(shown));
    if (rc == BD_OK)
        *out = days;
    return rc;
}

static int64_t offset_at(int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm = { 0 };

    (void)localtime_r(&t, &tm);
    return tm.tm_gmtoff;
}

/*
 * The moments at which the clock shows `local` (seconds since 1970-01-01 00:00
 * of that clock), in order: none when it is set forward past it, two when it
 * is set back. A day before and after, both offsets from UTC are in force that
 * can matter.
 */
static size_t moments_of(int64_t local, int64_t out[2])
{
    int64_t before = offset_at(local - DAY);
    int64_t after = offset_at(local + DAY);
    int64_t large = before > after ? before : after;
    int64_t small = before > after ? after : before;
    size_t count = 0;

    if (offset_at(local - large) == large)
        out[count++] = local - large;
    if (small != large && offset_at(local - small) == small)
        out[count++] = local - small;
    return count;
}

static bd_str show_local(int64_t local, char out[TIME_BYTES])
{
    time_t t = (time_t)local;
    struct tm tm = { 0 };

    (void)gmtime_r(&t, &tm);
    return (bd_str) { out, strftime(out, TIME_BYTES, "%Y-%m-%d %H:%M", &tm) };
}

static enum bd_status fail_skipped(int64_t local, struct bd_err *err)
{
    char skipped[TIME_BYTES];
    char shown[TIME_BYTES];
    int64_t next = local;
    int64_t at[2];

    do
        next += 60;
    while (moments_of(next, at) == 0 && next < local + 2 * DAY);
    return bd_fail(err, BD_EINVAL,
                   _("the clock never shows %.*s, as it is set forward then; "
                     "the next minute that it shows is %.*s"),
                   BD_ARG(show_local(local, skipped)),
                   BD_ARG(show_local(next, shown)));
}

/* What was typed, taken apart. */
struct typed {
    int64_t local;
    bool dated; /* says which day; else today is meant */
};

static bool take_day_word(bd_str *text, int64_t *out_days)
{
    static const struct {
        const char *word;
        int64_t days;
    } rows[] = {
        { "today", 0 },    { "idag", 0 },    { "i dag", 0 },
        { "tomorrow", 1 }, { "imorgon", 1 }, { "i morgon", 1 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str word = bd_str_from(rows[i].word);

        if (!bd_str_starts_nocase(*text, word))
            continue;
        *text = bd_str_skip(*text, word.len);
        *out_days += rows[i].days;
        return true;
    }
    return false;
}

/* "08:00", "8:00" or "08.00", and nothing behind it. */
static bool take_clock(bd_str text, int64_t *out_seconds)
{
    int64_t hour = 0;
    int64_t minute = 0;

    if (!take_number(&text, 1, 2, &hour) || hour > 23 ||
        !take_one_of(&text, ":.") || !take_number(&text, 2, 2, &minute) ||
        minute > 59 || text.len > 0)
        return false;
    *out_seconds = hour * 3600 + minute * 60;
    return true;
}

static enum bd_status take_apart(bd_str text, int64_t now, struct typed *out,
                                 struct bd_err *err)
{
    bd_str shown = bd_str_cut_utf8(text, SHOWN);
    bd_str rest = bd_str_trim(text);
    int64_t days = (now + offset_at(now)) / DAY; /* today */
    int64_t clock = 0;
    enum bd_status rc = BD_OK;

    out->dated = take_day_word(&rest, &days);
    if (!out->dated && bd_str_find_char(rest, '-') != SIZE_MAX) {
        rc = take_date(&rest, &days, err);
        if (rc == BD_EINVAL)
            return rc;
        out->dated = true;
        if (rc == BD_OK && rest.len == 0)
            return bd_fail(err, BD_EINVAL,
                           _("say the hour too, as in %.*s 08:00"),
                           BD_ARG(shown));
    }
    if (rc == BD_OK && out->dated && !take_one_of(&rest, " T"))
        rc = BD_EPARSE;
    if (rc != BD_OK || !take_clock(bd_str_trim(rest), &clock))
        return bd_fail(err, BD_EINVAL,
                       _("\"%.*s\" is no time; write it as 2026-12-01 08:00, "
                         "08:00 or tomorrow 08:00"),
                       BD_ARG(shown));
    out->local = days * DAY + clock;
    return BD_OK;
}

static enum bd_status fail_past(const struct typed *typed, int64_t now,
                                struct bd_err *err)
{
    char asked[TIME_BYTES];
    char shown[TIME_BYTES];
    bd_str time = show_local(typed->local, asked);

    if (!typed->dated)
        return bd_fail(err, BD_EINVAL,
                       _("%.*s has passed today; write tomorrow %.*s if that "
                         "is meant"),
                       BD_ARG(bd_str_skip(time, 11)),
                       BD_ARG(bd_str_skip(time, 11)));
    return bd_fail(err, BD_EINVAL, _("%.*s has passed; it is %.*s now"),
                   BD_ARG(time),
                   BD_ARG(show_local(now + offset_at(now), shown)));
}

enum bd_status bd_when_parse(bd_str text, int64_t now, struct bd_when *out,
                             struct bd_err *err)
{
    struct typed typed = { 0 };
    int64_t at[2] = { 0, 0 };
    enum bd_status rc = take_apart(text, now, &typed, err);
    size_t count = 0;

    if (rc != BD_OK)
        return rc;
    count = moments_of(typed.local, at);
    if (count == 0)
        return fail_skipped(typed.local, err);
    if (count == 2 && at[0] <= now) { /* between the two */
        at[0] = at[1];
        at[1] = 0;
    }
    if (at[0] <= now)
        return fail_past(&typed, now, err);
    *out = (struct bd_when) { .at = at[0], .again = at[1] };
    return BD_OK;
}

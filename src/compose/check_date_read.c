/* Dates as people write them, in Swedish and English. */
#include "check_private.h"

struct name {
    const char *text;
    unsigned number;
};

static const struct name weekdays[] = {
    { "måndag", 0 },   { "måndagen", 0 }, { "mån", 0 },
    { "monday", 0 },   { "mon", 0 },      { "tisdag", 1 },
    { "tisdagen", 1 }, { "tis", 1 },      { "tuesday", 1 },
    { "tue", 1 },      { "tues", 1 },     { "onsdag", 2 },
    { "onsdagen", 2 }, { "ons", 2 },      { "wednesday", 2 },
    { "wed", 2 },      { "torsdag", 3 },  { "torsdagen", 3 },
    { "tors", 3 },     { "tor", 3 },      { "thursday", 3 },
    { "thu", 3 },      { "thurs", 3 },    { "fredag", 4 },
    { "fredagen", 4 }, { "fre", 4 },      { "friday", 4 },
    { "fri", 4 },      { "lördag", 5 },   { "lördagen", 5 },
    { "lör", 5 },      { "saturday", 5 }, { "sat", 5 },
    { "söndag", 6 },   { "söndagen", 6 }, { "sön", 6 },
    { "sunday", 6 },   { "sun", 6 },      { NULL, 0 },
};

static const struct name months[] = {
    { "januari", 1 },  { "january", 1 },   { "jan", 1 },
    { "februari", 2 }, { "february", 2 },  { "feb", 2 },
    { "mars", 3 },     { "march", 3 },     { "mar", 3 },
    { "april", 4 },    { "apr", 4 },       { "maj", 5 },
    { "may", 5 },      { "juni", 6 },      { "june", 6 },
    { "jun", 6 },      { "juli", 7 },      { "july", 7 },
    { "jul", 7 },      { "augusti", 8 },   { "august", 8 },
    { "aug", 8 },      { "september", 9 }, { "sept", 9 },
    { "sep", 9 },      { "oktober", 10 },  { "october", 10 },
    { "okt", 10 },     { "oct", 10 },      { "november", 11 },
    { "nov", 11 },     { "december", 12 }, { "dec", 12 },
    { NULL, 0 },
};

/* What is left to read of the text; a step that fails moves nothing. */
struct cursor {
    bd_str text;
    size_t at;
};

static bool is_digit(const struct cursor *c, size_t at)
{
    return at < c->text.len && c->text.ptr[at] >= '0' && c->text.ptr[at] <= '9';
}

static bool take_text(struct cursor *c, const char *text)
{
    bd_str want = bd_str_from(text);

    if (!bd_str_starts_nocase(bd_str_skip(c->text, c->at), want))
        return false;
    c->at += want.len;
    return true;
}

/* A word of the table, and the dot that shortens it. */
static bool take_name(struct cursor *c, const struct name names[], int *out)
{
    size_t end = c->at;
    bd_str word = BD_STR_NONE;

    while (bd_check_is_letter(c->text, end) && !is_digit(c, end))
        end++;
    word = bd_str_sub(c->text, c->at, end - c->at);
    for (size_t i = 0; names[i].text; i++) {
        if (!bd_str_eq_nocase(word, bd_str_from(names[i].text)))
            continue;
        c->at = end;
        (void)take_text(c, ".");
        *out = (int)names[i].number;
        return true;
    }
    return false;
}

/* A number of `least` to `most` digits, and no more digits after it. */
static bool take_number(struct cursor *c, size_t least, size_t most,
                        unsigned *out)
{
    size_t end = c->at;
    uint64_t value = 0;

    while (is_digit(c, end))
        end++;
    if (end - c->at < least || end - c->at > most)
        return false;
    (void)bd_str_to_u64(bd_str_sub(c->text, c->at, end - c->at), &value);
    *out = (unsigned)value;
    c->at = end;
    return true;
}

static bool take_gap(struct cursor *c)
{
    size_t start = c->at;

    (void)take_text(c, ",");
    while (take_text(c, " ") || take_text(c, "\u00a0"))
        ;
    return c->at > start;
}

/* "2026", if it is a year that letters are about. */
static void take_year(struct cursor *c, unsigned *out)
{
    struct cursor try = *c;
    unsigned year = 0;

    if (take_gap(&try) && take_number(&try, 4, 4, &year) && year >= 1900 &&
        year < 2200 && !bd_check_is_letter(try.text, try.at)) {
        *out = year;
        *c = try;
    }
}

/* "10", "10:e", "10th" */
static bool take_day(struct cursor *c, unsigned *out)
{
    static const char *const ends[] = { ":e", ":a", "st", "nd", "rd", "th" };

    if (!take_number(c, 1, 2, out))
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (take_text(c, ends[i]))
            break;
    return !bd_check_is_letter(c->text, c->at);
}

/* "10 maj", "10th of May 2027" */
static bool take_day_month(struct cursor *c, struct bd_check_date *out)
{
    struct cursor try = *c;
    int month = 0;

    if (!take_day(&try, &out->day) || !take_gap(&try))
        return false;
    if (take_text(&try, "of "))
        (void)take_gap(&try);
    if (!take_name(&try, months, &month))
        return false;
    out->month = (unsigned)month;
    take_year(&try, &out->year);
    *c = try;
    return true;
}

/* "May 10, 2027": without weekday and year it may be ten of anything. */
static bool take_month_day(struct cursor *c, struct bd_check_date *out)
{
    struct cursor try = *c;
    int month = 0;

    if (!take_name(&try, months, &month) || !take_gap(&try) ||
        !take_day(&try, &out->day))
        return false;
    out->month = (unsigned)month;
    take_year(&try, &out->year);
    if (out->weekday < 0 && out->year == 0)
        return false;
    *c = try;
    return true;
}

/* "10/5", "10/5 2027", "10/5-2027" */
static bool take_slashes(struct cursor *c, struct bd_check_date *out)
{
    struct cursor try = *c;

    if (!take_number(&try, 1, 2, &out->day) || !take_text(&try, "/") ||
        !take_number(&try, 1, 2, &out->month) || out->month > 12 ||
        out->month == 0)
        return false;
    if (is_digit(&try, try.at + 1) &&
        (take_text(&try, "-") || take_text(&try, "/"))) {
        if (!take_number(&try, 4, 4, &out->year))
            return false;
    } else {
        take_year(&try, &out->year);
    }
    if (out->weekday < 0 && out->year == 0)
        return false;
    *c = try;
    return true;
}

/* "2027-05-10" */
static bool take_iso(struct cursor *c, struct bd_check_date *out)
{
    struct cursor try = *c;

    if (!take_number(&try, 4, 4, &out->year) || !take_text(&try, "-") ||
        !take_number(&try, 2, 2, &out->month) || !take_text(&try, "-") ||
        !take_number(&try, 2, 2, &out->day) || out->month > 12 ||
        out->month == 0 || out->year < 1900 || out->year >= 2200)
        return false;
    *c = try;
    return true;
}

static bool take_date(struct cursor *c, bool slashes, struct bd_check_date *out)
{
    *out = (struct bd_check_date) { .at = c->at, .weekday = -1 };
    if (take_name(c, weekdays, &out->weekday)) {
        if (!take_gap(c))
            return false;
        if (take_text(c, "den ") || take_text(c, "the "))
            (void)take_gap(c);
    }
    if (!take_day_month(c, out) && !take_month_day(c, out) &&
        !(slashes && take_slashes(c, out)) && !take_iso(c, out))
        return false;
    out->len = c->at - out->at;
    out->len -= c->text.ptr[c->at - 1] == '.'; /* "okt.", or the sentence's */
    return !bd_check_is_letter(c->text, c->at);
}

/* What a longer number or a range ends with is no date of its own weekday:
 * "8-10 maj", "1.10". */
static bool begins_here(bd_str text, size_t at)
{
    return at == 0 || (!bd_check_is_letter(text, at - 1) &&
                       text.ptr[at - 1] != '/' && text.ptr[at - 1] != '-' &&
                       text.ptr[at - 1] != '.' && text.ptr[at - 1] != ':');
}

bool bd_check_read_date(bd_str text, size_t from, bool slashes,
                        struct bd_check_date *out)
{
    for (size_t at = from; at < text.len; at++) {
        struct cursor cursor = { text, at };

        if (bd_check_is_letter(text, at) && begins_here(text, at) &&
            take_date(&cursor, slashes, out) && out->day > 0)
            return true;
    }
    return false;
}

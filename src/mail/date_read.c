#include <string.h>

#include "brevduva/mail/date.h"

/* The next word; blanks, commas and comments are left out. */
static bd_str next_word(bd_str *rest)
{
    size_t len = 0;

    while (rest->len > 0 && strchr(" \t\r\n,", rest->ptr[0]))
        *rest = bd_str_skip(*rest, 1);
    while (len < rest->len && !strchr(" \t\r\n,", rest->ptr[len]))
        len++;
    bd_str word = bd_str_sub(*rest, 0, len);
    *rest = bd_str_skip(*rest, len);
    return word;
}

static bool read_number(bd_str text, uint64_t max, int64_t *out)
{
    uint64_t number = 0;

    if (text.len == 0 || text.len > 4 || !bd_str_to_u64(text, &number) ||
        number > max)
        return false;
    *out = (int64_t)number;
    return true;
}

static bool read_month(bd_str text, int64_t *out)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (size_t i = 0; i < 12 && text.len == 3; i++)
        if (bd_str_eq_nocase(text, (bd_str) { names + 3 * i, 3 })) {
            *out = (int64_t)i + 1;
            return true;
        }
    return false;
}

static bool read_year(bd_str text, int64_t *out)
{
    if (text.len < 2 || !read_number(text, 9999, out))
        return false;
    if (text.len == 2) /* RFC 5322 4.3 */
        *out += *out < 50 ? 2000 : 1900;
    else if (text.len == 3)
        *out += 1900;
    return *out >= 1970 && *out <= 9999;
}

static bool read_clock(bd_str text, int64_t *out)
{
    int64_t hour = 0, minute = 0, second = 0;
    bd_str h = bd_str_cut(&text, ':'), m = bd_str_cut(&text, ':');

    if (!read_number(h, 23, &hour) || !read_number(m, 59, &minute) ||
        (text.ptr && !read_number(text, 60, &second)))
        return false;
    *out = hour * 3600 + minute * 60 + second;
    return true;
}

/* Seconds east of UTC. Names of zones, of which only UTC's are safe, are
 * taken as it (RFC 5322 4.3). */
static int64_t read_zone(bd_str text)
{
    int64_t number = 0, seconds = 0;

    if (text.len != 5 || (text.ptr[0] != '+' && text.ptr[0] != '-') ||
        !read_number(bd_str_skip(text, 1), 1439, &number) || number % 100 > 59)
        return 0;
    seconds = number / 100 * 3600 + number % 100 * 60;
    return text.ptr[0] == '-' ? -seconds : seconds;
}

/* Days since 1970-01-01, by Howard Hinnant's days_from_civil. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 +
                      day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           719468;
}

bool bd_date_read(bd_str text, int64_t *out)
{
    int64_t day = 0, month = 0, year = 0, clock = 0, seconds = 0;
    bd_str word = next_word(&text);

    if (word.len > 0 && (word.ptr[0] < '0' || word.ptr[0] > '9'))
        word = next_word(&text); /* the day of the week */
    if (!read_number(word, 31, &day) || day == 0 ||
        !read_month(next_word(&text), &month) ||
        !read_year(next_word(&text), &year) ||
        !read_clock(next_word(&text), &clock))
        return false;
    seconds = days_of(year, month, day) * 86400 + clock -
              read_zone(next_word(&text));
    if (seconds <= 0)
        return false;
    *out = seconds;
    return true;
}

/* When an event is, as it is written: "2027-05-10 13:00-16:00". */
#include "events_private.h"

#include <string.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/when.h"

#define DATE_OCTETS 10

static int number(bd_str text)
{
    uint64_t value = 0;

    return bd_str_to_u64(text, &value) && value < 10000 ? (int)value : -1;
}

/* Written as `form`, in which 9 is any digit. */
static bool looks_like(bd_str text, const char *form)
{
    for (size_t i = 0; form[i]; i++)
        if (i == text.len ||
            (form[i] == '9' ? !strchr("0123456789", text.ptr[i])
                            : text.ptr[i] != form[i]))
            return false;
    return true;
}

static bool begins_with_day(bd_str text)
{
    return looks_like(text, "9999-99-99");
}

static bool begins_with_time(bd_str text)
{
    return looks_like(text, "9:99") || looks_like(text, "99:99") ||
           looks_like(text, "9.99") || looks_like(text, "99.99");
}

static void skip(bd_str *text, size_t octets)
{
    *text = bd_str_trim(bd_str_skip(*text, octets));
}

/* "2027-05-10" cut off. */
static bool take_day(bd_str *text, struct bd_day *out)
{
    bd_str date = bd_str_sub(*text, 0, DATE_OCTETS);

    if (bd_date_parse(date, &out->number, NULL) != BD_OK)
        return false;
    out->year = number(bd_str_sub(date, 0, 4));
    out->month = number(bd_str_sub(date, 5, 2));
    out->day = number(bd_str_sub(date, 8, 2));
    skip(text, DATE_OCTETS);
    return true;
}

/* "13:00" or "9.30" cut off, as minutes of the day. */
static bool take_time(bd_str *text, int *out)
{
    size_t digits = looks_like(*text, "99") ? 2 : 1;
    int hour = number(bd_str_sub(*text, 0, digits));
    int minute = number(bd_str_sub(*text, digits + 1, 2));

    if (!begins_with_time(*text) || hour > 23 || minute > 59)
        return false;
    *out = hour * 60 + minute;
    skip(text, digits + 3);
    return true;
}

static bool take_until(bd_str *text)
{
    static const bd_str signs[] = { BD_STR_INIT("/"), BD_STR_INIT("-"),
                                    BD_STR_INIT("–") };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (bd_str_starts(*text, signs[i])) {
            skip(text, signs[i].len);
            return true;
        }
    return false;
}

/* What may be wrong. */
static const char *wrong_form(void)
{
    return _("an event begins with its day, and perhaps its time: 2027-05-10, "
             "2027-05-10 13:00, 2027-05-10 13:00-16:00, 2027-05-10/2027-05-12 "
             "or 2027-05-10 22:00/2027-05-11 02:00");
}

static const char *no_day(bd_str text)
{
    return begins_with_day(text) ? _("there is no such day; mend it")
                                 : wrong_form();
}

static const char *no_time(bd_str text)
{
    return begins_with_time(text) ? _("there is no such time; mend it")
                                  : wrong_form();
}

static const char *read_end(bd_str *text, struct bd_event *out)
{
    int64_t days = 0;

    if (begins_with_day(*text)) {
        out->days = true;
        if (!take_day(text, &out->end))
            return no_day(*text);
    }
    if (out->from >= 0 && !take_time(text, &out->to))
        return no_time(*text);
    if (out->from < 0 && !out->days)
        return wrong_form();
    days = out->end.number - out->start.number;
    if (days < 0 || (days == 0 && out->to <= out->from))
        return _("the event ends before it begins; mend the end, or write its "
                 "day, too: 2027-05-10 22:00/2027-05-11 02:00");
    return NULL;
}

const char *bd_event_when(bd_str text, struct bd_event *out)
{
    const char *wrong = NULL;

    *out = (struct bd_event) { .from = -1, .to = -1 };
    if (!take_day(&text, &out->start))
        return no_day(text);
    out->end = out->start;
    if (text.len > 0 && text.ptr[0] >= '0' && text.ptr[0] <= '9' &&
        !take_time(&text, &out->from))
        return no_time(text);
    if (take_until(&text))
        wrong = read_end(&text, out);
    return wrong || text.len == 0 ? wrong : wrong_form();
}

/*
 * The letter's events as iCalendar (RFC 5545, RFC 5546 3.2.1): K1-K3. The UID
 * is made of day and title, so that an event that stands in two letters is
 * one in the reader's calendar; the later letter counts, as DTSTAMP and
 * SEQUENCE come from its date.
 */
#include "block_private.h"
#include "brevduva/base/hash.h"
#include "events_private.h"
#include "headers_private.h"

#define FOLD    75 /* octets of a line, RFC 5545 3.1 */
#define UID_HEX 32

struct calendar {
    struct bd_draft *draft;
    struct bd_buf out;
    size_t stamp, sequence; /* rows of the fields */
};

/* A line, folded between characters. */
static void put_line(struct calendar *c, bd_str line)
{
    size_t room = FOLD;

    while (line.len > room) {
        bd_str part = bd_str_cut_utf8(line, room);

        bd_buf_add(&c->out, part);
        bd_buf_add(&c->out, BD_STR("\n "));
        line = bd_str_skip(line, part.len);
        room = FOLD - 1;
    }
    bd_buf_add(&c->out, line);
    bd_buf_add_char(&c->out, '\n');
}

/* RFC 5545 3.3.11. */
static void add_escaped(struct bd_buf *out, bd_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char ch = text.ptr[i];

        if (ch == '\\' || ch == ';' || ch == ',')
            bd_buf_add_char(out, '\\');
        bd_buf_add_char(out, ch);
    }
}

/* The words of a part, merge tags as their default texts. */
static bd_str words_of(const struct calendar *c, const struct bd_node *part)
{
    struct bd_arena *arena = c->draft->arena;
    bd_str text = bd_node_text(arena, part);
    bd_str before = BD_STR_NONE;
    struct bd_marker marker = { 0 };
    struct bd_buf buf = { 0 };
    bool more = true;

    while (more) {
        more = bd_marker_cut(&text, &before, &marker);
        bd_buf_add(&buf, before);
        if (more)
            bd_buf_add(&buf, c->draft->fields.rows[marker.row].fallback);
    }
    text = bd_str_trim(bd_buf_copy(&buf, arena));
    bd_buf_fini(&buf);
    return text;
}

static void put_text(struct calendar *c, const char *name,
                     const struct bd_node *part)
{
    struct bd_buf line = { 0 };

    if (!part)
        return;
    bd_buf_printf(&line, "%s:", name);
    add_escaped(&line, words_of(c, part));
    put_line(c, bd_buf_str(&line));
    bd_buf_fini(&line);
}

static void put_date(struct calendar *c, const char *name, struct bd_day day)
{
    bd_buf_printf(&c->out, "%s;VALUE=DATE:%04d%02d%02d\n", name, day.year,
                  day.month, day.day);
}

static void put_time(struct calendar *c, const char *name,
                     const struct bd_zone *zone, struct bd_day day, int minutes)
{
    bool utc = zone && bd_str_eq(bd_str_from(zone->name), BD_STR("UTC"));

    bd_buf_add_cstr(&c->out, name);
    if (zone && !utc)
        bd_buf_printf(&c->out, ";TZID=%s", zone->name);
    bd_buf_printf(&c->out, ":%04d%02d%02dT%02d%02d00%s\n", day.year, day.month,
                  day.day, minutes / 60, minutes % 60, utc ? "Z" : "");
}

/* DTEND of whole days is the day after (RFC 5545 3.6.1). */
static struct bd_day day_after(struct bd_day day)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31 };
    bool leap = (day.year % 4 == 0 && day.year % 100 != 0) ||
                day.year % 400 == 0;
    int length = lengths[day.month - 1] + (leap && day.month == 2);

    if (++day.day > length) {
        day.day = 1;
        day.month++;
    }
    if (day.month > 12) {
        day.month = 1;
        day.year++;
    }
    day.number++;
    return day;
}

static void put_when(struct calendar *c, const struct bd_zone *zone,
                     const struct bd_event *e)
{
    if (e->from < 0) {
        put_date(c, "DTSTART", e->start);
        put_date(c, "DTEND", day_after(e->end));
        return;
    }
    put_time(c, "DTSTART", zone, e->start, e->from);
    if (e->to >= 0)
        put_time(c, "DTEND", zone, e->end, e->to);
}

/* Which of several events of the same day and title this is. */
static unsigned twin(const struct calendar *c, const struct bd_node *event,
                     bd_str title)
{
    const struct bd_event *e = event->data;
    const struct bd_node *root = c->draft->issue->document;
    unsigned count = 0;

    for (const struct bd_node *n = root; n != event; n = bd_node_walk(root, n))
        if (bd_block_is(n, "event") &&
            ((const struct bd_event *)n->data)->start.number ==
                e->start.number &&
            bd_str_eq(words_of(c, bd_block_find(n, "title")), title))
            count++;
    return count;
}

static void put_uid(struct calendar *c, const struct bd_node *event)
{
    const struct bd_event *e = event->data;
    struct bd_arena *arena = c->draft->arena;
    bd_str title = words_of(c, bd_block_find(event, "title"));
    bd_str seed = bd_arena_printf(arena, "%lld\n%u\n%.*s",
                                  (long long)e->start.number,
                                  twin(c, event, title), BD_ARG(title));

    put_line(c, bd_arena_printf(
                    arena, "UID:%.*s@%.*s", UID_HEX,
                    bd_sha256_hex(arena, seed).ptr,
                    BD_ARG(bd_domain_of(c->draft->options->from_email))));
}

/* A name between quotes can hold none (RFC 5545 3.1). */
static void put_organizer(struct calendar *c)
{
    const struct bd_letter_options *o = c->draft->options;
    struct bd_arena *arena = c->draft->arena;
    bd_str name = bd_arena_copy(arena, o->from_name);
    bd_str to = bd_mailto(arena, o->from_email, NULL);

    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '"')
            ((char *)(uintptr_t)name.ptr)[i] = '\'';
    if (name.len > 0)
        put_line(c, bd_arena_printf(arena, "ORGANIZER;CN=\"%.*s\":%.*s",
                                    BD_ARG(name), BD_ARG(to)));
    else
        put_line(c, bd_arena_printf(arena, "ORGANIZER:%.*s", BD_ARG(to)));
}

static const struct bd_zone *zone_of(const struct calendar *c,
                                     const struct bd_node *event)
{
    const struct bd_events *events = event->parent->data;

    return events->zone ? events->zone
                        : bd_zone_find(c->draft->options->time_zone);
}

static void put_event(struct calendar *c, const struct bd_node *event)
{
    bd_buf_add_cstr(&c->out, "BEGIN:VEVENT\n");
    put_uid(c, event);
    bd_buf_add_cstr(&c->out, "DTSTAMP:");
    bd_marker_write(&c->out, BD_ESCAPE_TEXT, c->stamp);
    bd_buf_add_cstr(&c->out, "\nSEQUENCE:");
    bd_marker_write(&c->out, BD_ESCAPE_TEXT, c->sequence);
    bd_buf_add_char(&c->out, '\n');
    put_when(c, zone_of(c, event), event->data);
    put_text(c, "SUMMARY", bd_block_find(event, "title"));
    put_text(c, "LOCATION", bd_block_find(event, "place"));
    put_text(c, "DESCRIPTION", bd_block_find(event, "text"));
    put_organizer(c);
    bd_buf_add_cstr(&c->out, "END:VEVENT\n");
}

/* Each zone that times are in, once. */
static void put_zones(struct calendar *c)
{
    const struct bd_node *root = c->draft->issue->document;
    struct bd_buf known = { 0 };

    for (const struct bd_node *n = root; n; n = bd_node_walk(root, n)) {
        const struct bd_zone *zone = NULL;
        bd_str name = BD_STR_NONE;

        if (!bd_block_is(n, "event") ||
            ((const struct bd_event *)n->data)->from < 0)
            continue;
        zone = zone_of(c, n);
        if (!zone)
            continue;
        name = bd_arena_printf(c->draft->arena, "\n%s\n", zone->name);
        if (bd_str_find(bd_buf_str(&known), name) != SIZE_MAX)
            continue;
        bd_buf_add(&known, name);
        bd_zone_write(zone, &c->out);
    }
    bd_buf_fini(&known);
}

bd_str bd_calendar(struct bd_draft *draft)
{
    struct calendar c = { .draft = draft };
    const struct bd_node *root = draft->issue->document;
    bd_str text = BD_STR_NONE;
    size_t count = 0;

    for (const struct bd_node *n = root; n; n = bd_node_walk(root, n))
        count += bd_block_is(n, "event");
    if (count == 0)
        return text;
    c.stamp = bd_fields_add(
        &draft->fields,
        (struct bd_merge) { .name = BD_STR("@calendar-stamp") });
    c.sequence = bd_fields_add(
        &draft->fields,
        (struct bd_merge) { .name = BD_STR("@calendar-sequence") });
    bd_buf_add_cstr(&c.out, "BEGIN:VCALENDAR\nVERSION:2.0\n"
                            "PRODID:-//brevduva//brevduva//EN\n"
                            "METHOD:PUBLISH\n");
    put_zones(&c);
    for (const struct bd_node *n = root; n; n = bd_node_walk(root, n))
        if (bd_block_is(n, "event"))
            put_event(&c, n);
    bd_buf_add_cstr(&c.out, "END:VCALENDAR\n");
    text = bd_buf_copy(&c.out, draft->arena);
    bd_buf_fini(&c.out);
    return text;
}

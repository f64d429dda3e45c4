/*
 * Events: "2027-05-10 13:00-16:00 | title | place | text", one on a line, in
 * the order written; "zone: Europe/Stockholm" before them. They come with the
 * letter as a calendar, too (calendar.c).
 */
#include "block_private.h"
#include "brevduva/base/i18n.h"
#include "events_private.h"

#define MAX_EVENTS 200
#define MAX_CELLS  4

static const char *const roles[MAX_CELLS] = { "", "title", "place", "text" };

static enum bd_status read_event(struct bd_block_reader *r, struct bd_line line,
                                 struct bd_err *err)
{
    struct bd_line cells[BD_MAX_BLOCK_CELLS];
    size_t count = bd_block_cells(
        line, bd_block_separator(line.text) == ';' ? ';' : '|', cells);
    struct bd_event *event = BD_NEW(r->arena, struct bd_event);
    struct bd_node *part = NULL;
    const char *wrong = bd_event_when(cells[0].text, event);
    enum bd_status rc = BD_OK;

    if (wrong)
        return bd_block_refuse(r, &line, err, "%s", wrong);
    if (count < 2 || count > MAX_CELLS || cells[1].text.len == 0)
        return bd_block_refuse(r, &line, err,
                               _("write an event as day | title | place | "
                                 "text; the last two can be left out"));
    part = bd_block_part(r, r->node, "event", line);
    part->data = event;
    for (size_t i = 1; i < count && rc == BD_OK; i++)
        if (cells[i].text.len > 0)
            rc = bd_block_inline(r, bd_block_part(r, part, roles[i], cells[i]),
                                 cells[i], err);
    return rc;
}

static enum bd_status read_zone(struct bd_block_reader *r,
                                struct bd_events *events, struct bd_line line,
                                bd_str name, struct bd_err *err)
{
    events->zone = bd_zone_find(name);
    if (events->zone)
        return BD_OK;
    return bd_block_refuse(r, &line, err,
                           _("there is no time zone \"%.*s\" here; write one "
                             "such as Europe/Stockholm, or UTC"),
                           BD_ARG(bd_str_cut_utf8(name, 40)));
}

static enum bd_status read_events(struct bd_block_reader *r, struct bd_err *err)
{
    struct bd_events *events = BD_NEW(r->arena, struct bd_events);
    struct bd_line line = { 0 };
    struct bd_line value = { 0 };
    bd_str name = BD_STR_NONE;
    enum bd_status rc = BD_OK;
    int count = 0;

    r->node->data = events;
    while (rc == BD_OK && bd_block_line(r, &line)) {
        if (count == 0 && bd_block_pair(line, &name, &value) &&
            bd_str_eq(name, BD_STR("zone")))
            rc = read_zone(r, events, line, value.text, err);
        else if (count++ == MAX_EVENTS)
            return bd_block_refuse(r, &line, err,
                                   _("there are more than %d events; put the "
                                     "rest on the web"),
                                   MAX_EVENTS);
        else
            rc = read_event(r, line, err);
    }
    if (rc == BD_OK && count == 0)
        return bd_block_refuse(r, NULL, err,
                               _("there are no events; write one as "
                                 "2027-05-10 13:00 | title | place | text"));
    return rc;
}

static bd_str day_text(struct bd_arena *arena, enum bd_lang lang,
                       const struct bd_day *day)
{
    static const char *const weekdays[] = {
        N_("Thursday"), N_("Friday"),  N_("Saturday"),  N_("Sunday"),
        N_("Monday"),   N_("Tuesday"), N_("Wednesday"),
    };
    static const char *const months[] = {
        N_("January"),   N_("February"), N_("March"),    N_("April"),
        N_("May"),       N_("June"),     N_("July"),     N_("August"),
        N_("September"), N_("October"),  N_("November"), N_("December"),
    };

    return bd_arena_printf(arena, "%s %d %s %d",
                           L_(lang, weekdays[day->number % 7]), day->day,
                           L_(lang, months[day->month - 1]), day->year);
}

static bd_str time_text(struct bd_arena *arena, bd_str before, int minutes)
{
    return bd_arena_printf(arena, "%.*s%02d:%02d", BD_ARG(before), minutes / 60,
                           minutes % 60);
}

/* "Monday 10 May 2027, 13:00–16:00" in the letter's language. */
static bd_str when_text(struct bd_arena *arena, enum bd_lang lang,
                        const struct bd_event *e)
{
    bd_str when = day_text(arena, lang, &e->start);

    if (e->from >= 0)
        when = time_text(arena, bd_arena_printf(arena, "%.*s, ", BD_ARG(when)),
                         e->from);
    if (e->days)
        when = bd_arena_printf(arena, "%.*s – %.*s", BD_ARG(when),
                               BD_ARG(day_text(arena, lang, &e->end)));
    if (e->to >= 0)
        when = time_text(arena,
                         bd_arena_printf(arena, "%.*s%s", BD_ARG(when),
                                         e->days ? ", " : "–"),
                         e->to);
    return when;
}

/* What the times mean, if the issue tells their zone; else empty. */
static bd_str zone_text(struct bd_arena *arena, enum bd_lang lang,
                        const struct bd_node *block)
{
    const struct bd_events *events = block->data;

    if (!events->zone)
        return BD_STR_NONE;
    return bd_arena_printf(arena, "%s: %s", L_(lang, N_("Time zone")),
                           events->zone->name);
}

static void html_line(struct bd_html *h, const char *role, bd_str words,
                      const struct bd_node *part)
{
    bd_html_open(h, "p", role);
    bd_buf_add(h->out, words);
    if (part)
        bd_html_children(h, part);
    bd_html_put(h, "</p>\n");
}

static void html(struct bd_html *h, const struct bd_node *block)
{
    bd_str zone = zone_text(h->arena, h->lang, block);

    bd_html_open(h, "div", "events");
    bd_html_put(h, "\n");
    for (const struct bd_node *n = block->first; n; n = n->next) {
        bd_html_open(h, "div", "event");
        bd_html_put(h, "\n");
        html_line(h, "event-when", when_text(h->arena, h->lang, n->data), NULL);
        for (const struct bd_node *p = n->first; p; p = p->next)
            html_line(h, bd_block_is(p, "title") ? "event-title" : "event-line",
                      BD_STR_NONE, p);
        bd_html_put(h, "</div>\n");
    }
    if (zone.len > 0)
        html_line(h, "event-zone", zone, NULL);
    bd_html_put(h, "</div>\n");
}

static void text(struct bd_text *t, const struct bd_node *block,
                 struct bd_margin margin)
{
    struct bd_arena *arena = bd_text_arena(t);
    enum bd_lang lang = bd_text_lang(t);
    bd_str zone = zone_text(arena, lang, block);
    bd_str indent = bd_arena_printf(arena, "%.*s  ", BD_ARG(margin.rest));

    for (const struct bd_node *n = block->first; n; n = n->next) {
        bd_text_words(t, when_text(arena, lang, n->data), margin);
        margin.first = margin.rest;
        for (const struct bd_node *p = n->first; p; p = p->next)
            bd_text_words(t, bd_text_flow(t, p),
                          (struct bd_margin) { indent, indent });
        if (n->next || zone.len > 0)
            bd_text_blank(t, margin);
    }
    if (zone.len > 0)
        bd_text_words(t, zone, margin);
}

const struct bd_block bd_block_events = { "events", read_events, NULL, html,
                                          text };

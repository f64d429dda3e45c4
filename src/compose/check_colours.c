/*
 * Contrast of the colours in styles.css, light and dark: WCAG 2.2, 1.4.3. The
 * ground of a text is its own, or that of the part it stands in.
 */
#include "check_private.h"

#include <string.h>

#include "colour_private.h"
#include "layout_private.h"
#include "look_private.h"

#define LARGE      24 /* px, which are 18 pt */
#define LARGE_BOLD 19 /* px, about 14 pt */

enum ground { PAGE, LETTER, BUTTON, BAND, GROUNDS };

struct sheet {
    struct bd_check_run *run;
    const char *name;
    bd_str all;
    bd_str css;   /* the same with blanks for comments */
    bd_str later; /* that of the sheet which wins over this one */
    struct colour_told (*grounds)[GROUNDS]; /* light, dark; of all sheets */
};

struct rule {
    bd_str names, body;
    bool dark;
};

/* "names { body }" from *rest; the body of an @-rule has rules in it. */
static bool cut_rule(bd_str *rest, bd_str *out_names, bd_str *out_body)
{
    size_t open = bd_str_find_char(*rest, '{');
    size_t end = open;
    int depth = 0;

    if (open == SIZE_MAX)
        return false;
    for (; end < rest->len; end++) {
        depth += (rest->ptr[end] == '{') - (rest->ptr[end] == '}');
        if (depth == 0)
            break;
    }
    *out_names = bd_str_trim(bd_str_sub(*rest, 0, open));
    *out_body = bd_str_sub(*rest, open + 1, end - open - 1);
    *rest = bd_str_skip(*rest, end + 1);
    return true;
}

/* Each rule of the sheet, those for dark screens too; others in @-rules are
 * about sizes. */
static void each_rule(struct sheet *s, bd_str css, bool dark,
                      void (*take)(struct sheet *, const struct rule *))
{
    struct rule rule = { .dark = dark };

    while (cut_rule(&css, &rule.names, &rule.body)) {
        if (!bd_str_starts(rule.names, BD_STR("@")))
            take(s, &rule);
        else if (!dark && bd_str_find(rule.names, BD_STR("dark")) != SIZE_MAX)
            each_rule(s, rule.body, true, take);
    }
}

bd_str bd_style_value(bd_str body, const char *property)
{
    bd_str found = BD_STR_NONE;

    while (body.ptr) {
        bd_str value = bd_str_cut(&body, ';');
        bd_str name = bd_str_trim(bd_str_cut(&value, ':'));

        if (!bd_str_eq_nocase(name, bd_str_from(property)))
            continue;
        found = bd_str_trim(bd_str_sub(value, 0, bd_str_find_char(value, '!')));
    }
    return found;
}

static struct colour_told own_ground(bd_str body)
{
    struct colour_told ground = colour_tell(
        bd_style_value(body, "background-color"));

    return ground.known ? ground
                        : colour_tell(bd_style_value(body, "background"));
}

/* ".letter h1" -> "letter" and "h1"; "li-ul" is both. */
static bd_str simple(bd_str name, bool last)
{
    if (last)
        name = bd_str_after_last(name, ' ');
    else
        name = bd_str_cut(&name, ' ');
    return bd_str_starts(name, BD_STR(".")) ? bd_str_skip(name, 1) : name;
}

static enum ground ground_of(bd_str name)
{
    static const char *const outside[] = {
        "page",     "outer",    "margin",     "column",   "quietlink",   "foot",
        "footname", "footline", "footreason", "footlink", "unsubscribe",
    };
    bd_str first = simple(name, false);

    if (bd_str_starts(simple(name, true), BD_STR("button")))
        return BUTTON;
    if (bd_str_starts(first, BD_STR("band")))
        return BAND;
    if (bd_str_starts(first, BD_STR("top")))
        return PAGE;
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        if (bd_str_eq(first, bd_str_from(outside[i])))
            return PAGE;
    return LETTER;
}

static const char *const ground_names[GROUNDS] = {
    [PAGE] = "page",
    [LETTER] = "letter",
    [BUTTON] = "buttonbox",
    [BAND] = "band",
};

static void note_ground(struct sheet *s, const struct rule *rule)
{
    struct colour_told colour = own_ground(rule->body);
    bd_str names = rule->names;

    while (colour.known && names.ptr) {
        bd_str name = simple(bd_str_trim(bd_str_cut(&names, ',')), true);

        for (size_t i = 0; i < GROUNDS; i++)
            if (bd_str_eq(name, bd_str_from(ground_names[i])))
                s->grounds[rule->dark][i] = colour;
    }
}

uint64_t bd_style_pixels(bd_str value)
{
    uint64_t px = 0;

    if (!bd_str_ends(value, BD_STR("px")) ||
        !bd_str_to_u64(bd_str_sub(value, 0, value.len - 2), &px))
        return SIZE_MAX;
    return px;
}

bool bd_style_is_large(bd_str style)
{
    uint64_t px = bd_style_pixels(bd_style_value(style, "font-size"));
    bd_str weight = bd_style_value(style, "font-weight");
    bool bold = bd_str_eq(weight, BD_STR("bold")) ||
                (weight.len == 3 && weight.ptr[0] >= '7');

    return px < SIZE_MAX && px >= (bold ? LARGE_BOLD : LARGE);
}

/* Neither is text: the preheader is not shown. */
static bool is_unseen(bd_str name)
{
    name = simple(name, true);
    return bd_str_eq(name, BD_STR("hr")) ||
           bd_str_eq(name, BD_STR("preheader"));
}

static bool is_among(bd_str names, bd_str name)
{
    while (names.ptr)
        if (bd_str_eq(bd_str_trim(bd_str_cut(&names, ',')), name))
            return true;
    return false;
}

/* The sheet has a colour of its own for what `name` stands for. */
static bool recolours(bd_str css, bool in_dark, bd_str name, bool dark)
{
    bd_str names = BD_STR_NONE, body = BD_STR_NONE;

    while (cut_rule(&css, &names, &body)) {
        bool is_dark = bd_str_find(names, BD_STR("dark")) != SIZE_MAX;

        if (bd_str_starts(names, BD_STR("@"))
                ? is_dark && dark && recolours(body, true, name, dark)
                : in_dark == dark && is_among(names, name) &&
                      bd_style_value(body, "color").len > 0)
            return true;
    }
    return false;
}

static void check_name(struct sheet *s, const struct rule *rule, bd_str name)
{
    struct colour_told text = colour_tell(bd_style_value(rule->body, "color"));
    struct colour_told ground = own_ground(rule->body);
    enum ground where = ground_of(name);
    double least = bd_style_is_large(rule->body) ? COLOUR_LEAST_LARGE
                                                 : COLOUR_LEAST;
    double contrast = 0;
    int tenths = 0;

    if (!ground.known)
        ground = s->grounds[rule->dark][where];
    if (!ground.known) /* the dark one is as the light one */
        ground = s->grounds[0][where];
    if (!text.known || !ground.known || is_unseen(name) ||
        recolours(s->later, false, name, rule->dark))
        return;
    contrast = colour_contrast(text.colour, ground.colour);
    if (contrast >= least)
        return;
    tenths = (int)(contrast * 10);
    bd_check_report(
        s->run, bd_str_place(s->all, (size_t)(name.ptr - s->css.ptr)),
        rule->dark ? _("%.*s: the colour %.*s has a contrast of %d.%d:1 "
                       "on its ground in dark mode; %s:1 is the least, "
                       "so make it lighter or darker")
                   : _("%.*s: the colour %.*s has a contrast of %d.%d:1 "
                       "on its ground; %s:1 is the least, so make it "
                       "lighter or darker"),
        BD_ARG(name), BD_ARG(bd_style_value(rule->body, "color")), tenths / 10,
        tenths % 10, least < COLOUR_LEAST ? "3" : "4.5");
    bd_check_elsewhere(s->run, s->name);
}

static void check_rule(struct sheet *s, const struct rule *rule)
{
    bd_str names = rule->names;

    while (names.ptr)
        check_name(s, rule, bd_str_trim(bd_str_cut(&names, ',')));
}

/* What the theme and the settings make of it. Nothing of what cannot be made:
 * composing tells of that. */
void bd_check_colour_contrast(struct bd_check_run *run)
{
    struct colour_told grounds[2][GROUNDS] = { { { 0 } } };
    struct sheet sheets[BD_LOOK_SHEETS] = { { 0 } };
    struct bd_look_made made = { 0 };
    struct bd_draft draft = { 0 };
    size_t before = run->count;
    size_t open = 0;

    if (bd_draft_begin(&draft, run->arena, run->issue, run->options, NULL) !=
            BD_OK ||
        bd_look_make(&draft, &made, NULL) != BD_OK)
        return;
    grounds[0][PAGE] = grounds[0][LETTER] =
        (struct colour_told) { true, { 255, 255, 255 } };
    for (size_t i = 0; i < made.sheet_count; i++) {
        sheets[i] = (struct sheet) { .run = run,
                                     .name = made.sheets[i].name,
                                     .all = made.sheets[i].css,
                                     .grounds = grounds };
        sheets[i].css = bd_theme_blank_comments(run->arena, sheets[i].all,
                                                &open);
        if (i > 0)
            sheets[i - 1].later = sheets[i].css;
        each_rule(&sheets[i], sheets[i].css, false, note_ground);
    }
    for (size_t i = 0; i < made.sheet_count; i++)
        each_rule(&sheets[i], sheets[i].css, false, check_rule);
    if (run->count == before)
        bd_check_page_contrast(run);
}

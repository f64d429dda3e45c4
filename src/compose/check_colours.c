/*
 * Contrast of the colours in styles.css, light and dark: WCAG 2.2, 1.4.3. The
 * ground of a text is its own, or that of the part it stands in.
 */
#include "check_private.h"

#include <string.h>

#include "layout_private.h"

#define STYLES      BD_THEME_FOLDER "styles.css"
#define LEAST       4.5
#define LEAST_LARGE 3.0
#define LARGE       24 /* px, which are 18 pt */
#define LARGE_BOLD  19 /* px, about 14 pt */

struct colour {
    bool known;
    double light; /* relative luminance, 0 to 1 */
};

enum ground { PAGE, LETTER, BUTTON, GROUNDS };

struct sheet {
    struct bd_check_run *run;
    bd_str all;
    bd_str css;                        /* the same with blanks for comments */
    struct colour grounds[2][GROUNDS]; /* light, dark */
};

struct rule {
    bd_str names, body;
    bool dark;
};

static bd_str blank_comments(struct bd_arena *arena, bd_str all)
{
    bd_str copy = bd_arena_copy(arena, all);
    char *p = (char *)(uintptr_t)copy.ptr;

    for (size_t i = 0; i + 1 < copy.len; i++) {
        size_t end = 0;

        if (p[i] != '/' || p[i + 1] != '*')
            continue;
        end = bd_str_find(bd_str_skip(copy, i + 2), BD_STR("*/"));
        end = end == SIZE_MAX ? copy.len : i + 2 + end + 2;
        memset(p + i, ' ', end - i);
    }
    return copy;
}

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

/* The last value of a property, without "!important". */
static bd_str value_of(bd_str body, const char *property)
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

/* sRGB to linear: ((c + 0.055) / 1.055) ^ 2.4, where x ^ 2.4 is x * x times
 * the fifth root of x * x. */
static double linear(unsigned octet)
{
    double c = octet / 255.0;
    double x = (c + 0.055) / 1.055;
    double root = 1;

    if (c <= 0.04045)
        return c / 12.92;
    for (int i = 0; i < 60; i++)
        root -= (root - x * x / (root * root * root * root)) / 5;
    return x * x * root;
}

static int hex(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c);

    return c && at ? (int)(at - digits) : -1;
}

/* "#1d5c63", "#fff", "white": what styles mostly have. */
static struct colour read_colour(bd_str text)
{
    unsigned rgb[3] = { 0 };
    size_t digits = text.len == 4 ? 1 : 2;

    if (bd_str_eq_nocase(text, BD_STR("white")))
        return (struct colour) { true, 1 };
    if (bd_str_eq_nocase(text, BD_STR("black")))
        return (struct colour) { true, 0 };
    if ((text.len != 4 && text.len != 7) || text.ptr[0] != '#')
        return (struct colour) { false, 0 };
    for (size_t i = 0; i < 3; i++) {
        int high = hex(text.ptr[1 + i * digits]);
        int low = hex(text.ptr[1 + i * digits + digits - 1]);

        if (high < 0 || low < 0)
            return (struct colour) { false, 0 };
        rgb[i] = (unsigned)(high * 16 + low);
    }
    return (struct colour) { true, 0.2126 * linear(rgb[0]) +
                                       0.7152 * linear(rgb[1]) +
                                       0.0722 * linear(rgb[2]) };
}

static struct colour own_ground(bd_str body)
{
    struct colour c = read_colour(value_of(body, "background-color"));

    return c.known ? c : read_colour(value_of(body, "background"));
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
        "page", "outer",    "margin",   "column",     "toplinks", "quietlink",
        "foot", "footname", "footline", "footreason", "footlink", "unsubscribe",
    };
    bd_str first = simple(name, false);

    if (bd_str_starts(simple(name, true), BD_STR("button")))
        return BUTTON;
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        if (bd_str_eq(first, bd_str_from(outside[i])))
            return PAGE;
    return LETTER;
}

static void note_ground(struct sheet *s, const struct rule *rule)
{
    struct colour colour = own_ground(rule->body);
    bd_str names = rule->names;

    while (colour.known && names.ptr) {
        bd_str name = simple(bd_str_trim(bd_str_cut(&names, ',')), true);

        if (bd_str_eq(name, BD_STR("page")))
            s->grounds[rule->dark][PAGE] = colour;
        if (bd_str_eq(name, BD_STR("letter")))
            s->grounds[rule->dark][LETTER] = colour;
        if (bd_str_eq(name, BD_STR("buttonbox")))
            s->grounds[rule->dark][BUTTON] = colour;
    }
}

static bool is_large(bd_str body)
{
    bd_str size = value_of(body, "font-size");
    bd_str weight = value_of(body, "font-weight");
    bool bold = bd_str_eq(weight, BD_STR("bold")) ||
                (weight.len == 3 && weight.ptr[0] >= '7');
    uint64_t px = 0;

    return bd_str_ends(size, BD_STR("px")) &&
           bd_str_to_u64(bd_str_sub(size, 0, size.len - 2), &px) &&
           px >= (bold ? LARGE_BOLD : LARGE);
}

static double contrast(struct colour a, struct colour b)
{
    double high = a.light > b.light ? a.light : b.light;
    double low = a.light > b.light ? b.light : a.light;

    return (high + 0.05) / (low + 0.05);
}

/* Neither is text: the preheader is not shown. */
static bool is_unseen(bd_str name)
{
    name = simple(name, true);
    return bd_str_eq(name, BD_STR("hr")) ||
           bd_str_eq(name, BD_STR("preheader"));
}

static void check_name(struct sheet *s, const struct rule *rule, bd_str name)
{
    struct colour text = read_colour(value_of(rule->body, "color"));
    struct colour ground = own_ground(rule->body);
    enum ground where = ground_of(name);
    double least = is_large(rule->body) ? LEAST_LARGE : LEAST;
    int tenths = 0;

    if (!ground.known)
        ground = s->grounds[rule->dark][where];
    if (!ground.known) /* the dark one is as the light one */
        ground = s->grounds[0][where];
    if (!text.known || !ground.known || is_unseen(name) ||
        contrast(text, ground) >= least)
        return;
    tenths = (int)(contrast(text, ground) * 10);
    bd_check_report(
        s->run, bd_str_place(s->all, (size_t)(name.ptr - s->css.ptr)),
        rule->dark ? _("%.*s: the colour %.*s has a contrast of %d.%d:1 "
                       "on its ground in dark mode; %s:1 is the least, "
                       "so make it lighter or darker")
                   : _("%.*s: the colour %.*s has a contrast of %d.%d:1 "
                       "on its ground; %s:1 is the least, so make it "
                       "lighter or darker"),
        BD_ARG(name), BD_ARG(value_of(rule->body, "color")), tenths / 10,
        tenths % 10, least < LEAST ? "3" : "4.5");
    bd_check_elsewhere(s->run, "templates/" STYLES);
}

static void check_rule(struct sheet *s, const struct rule *rule)
{
    bd_str names = rule->names;

    while (names.ptr)
        check_name(s, rule, bd_str_trim(bd_str_cut(&names, ',')));
}

void bd_check_colour_contrast(struct bd_check_run *run)
{
    const struct bd_letter_options *options = run->options;
    struct sheet s = { .run = run };

    if (!options->template(options->template_self, BD_STR(STYLES), &s.all))
        return;
    s.css = blank_comments(run->arena, s.all);
    s.grounds[0][PAGE] = s.grounds[0][LETTER] = (struct colour) { true, 1 };
    each_rule(&s, s.css, false, note_ground);
    each_rule(&s, s.css, false, check_rule);
}

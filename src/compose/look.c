/* Colours, fonts and widths of a letter, and the files of its theme. */
#include "look_private.h"

#include "brevduva/base/limits.h"
#include "brevduva/base/mustache.h"
#include "colour_private.h"
#include "document_private.h"
#include "layout_private.h"

#define STYLES  "styles.css"
#define SANS    "Segoe UI, Roboto, Helvetica Neue, Helvetica, Arial, sans-serif"
#define SERIF   "Georgia, Times New Roman, serif"
#define MONO    "Consolas, Menlo, monospace"
#define PADDING 32 /* pixels, at both sides of the text */

/* What a theme or the owner chooses. */
struct choice {
    bd_str colour, background, font, heading_font, width;
};
static const struct choice ours = {
    BD_STR_INIT("#1d5c63"), BD_STR_INIT("#f1f0ec"), BD_STR_INIT("sans"),
    BD_STR_INIT("serif"),   BD_STR_INIT("600px"),
};

static bd_str theme_name(const struct bd_draft *d)
{
    if (d->issue->theme.len > 0)
        return d->issue->theme;
    return d->options->look.theme.len > 0 ? d->options->look.theme
                                          : BD_STR(BD_BASE_THEME);
}

static bool find(const struct bd_draft *d, bd_str theme, const char *file,
                 const char **out_name, bd_str *out)
{
    bd_str path = bd_arena_printf(d->arena, "mail/%.*s/%s", BD_ARG(theme),
                                  file);

    *out_name = bd_arena_printf(d->arena, "templates/%.*s", BD_ARG(path)).ptr;
    return d->options->template(d->options->template_self, path, out);
}

/* Controls would be taken for markers. */
static enum bd_status check_file(const char *name, bd_str text,
                                 struct bd_err *err)
{
    size_t bad = 0;

    if (text.len > BD_MAX_TEMPLATE_BYTES)
        return bd_fail(err, BD_ELIMIT,
                       _("%s: longer than %d kB; make it shorter"), name,
                       BD_MAX_TEMPLATE_BYTES / 1024);
    if (!bd_str_is_utf8(text, &bad))
        return bd_fail(err, BD_EPARSE,
                       _("%s:%u:%u: not UTF-8; save the file as UTF-8"), name,
                       (unsigned)bd_str_place(text, bad).line,
                       (unsigned)bd_str_place(text, bad).column);
    bad = bd_str_find_control(text);
    if (bad == SIZE_MAX)
        return BD_OK;
    return bd_fail(err, BD_EPARSE,
                   _("%s:%u:%u: an invisible control character stands here; "
                     "delete it"),
                   name, (unsigned)bd_str_place(text, bad).line,
                   (unsigned)bd_str_place(text, bad).column);
}

enum bd_status bd_look_file(const struct bd_draft *draft, const char *file,
                            const char **out_name, bd_str *out_text,
                            struct bd_err *err)
{
    if (find(draft, theme_name(draft), file, out_name, out_text) ||
        find(draft, BD_STR(BD_BASE_THEME), file, out_name, out_text))
        return check_file(*out_name, *out_text, err);
    return bd_fail(err, BD_ENOENT, _("there is no template %s"), *out_name);
}

/* One that has none of these is only a name. */
static enum bd_status check_theme(const struct bd_draft *d, struct bd_err *err)
{
    static const char *const files[] = { STYLES, "letter.html", "letter.txt" };
    bd_str theme = theme_name(d), unused = BD_STR_NONE;
    const char *name = NULL;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (find(d, theme, files[i], &name, &unused))
            return BD_OK;
    (void)bd_fail(err, BD_EINVAL,
                  _("there is no theme \"%.*s\": there are brev, partner and "
                    "notis, and your own in templates/mail/"),
                  BD_ARG(theme));
    if (d->issue->theme.len > 0)
        return bd_fail_at(err, BD_EINVAL, d->issue->path,
                          d->issue->theme_place);
    bd_err_prefix(err, "brevduva.yaml: theme.name");
    return BD_EINVAL;
}

static void keep(bd_str *to, bd_str value)
{
    if (value.len > 0)
        *to = value;
}

static unsigned pixels(bd_str width)
{
    uint64_t number = 0;

    if (bd_str_ends(width, BD_STR("px")))
        width.len -= 2;
    return bd_str_to_u64(width, &number) && number >= BD_MIN_LETTER_WIDTH &&
                   number <= BD_MAX_LETTER_WIDTH
               ? (unsigned)number
               : 0;
}

/* Why the theme cannot have this value, or NULL. */
static const char *wrong_value(bd_str key, bd_str value)
{
    struct colour unused = { 0 };

    if (bd_str_eq(key, BD_STR("width")))
        return pixels(value)
                   ? NULL
                   : _("the width of a letter is 400px to 800px; mend it");
    if (bd_str_eq(key, BD_STR("colour")) ||
        bd_str_eq(key, BD_STR("background")))
        return colour_read(value, &unused)
                   ? NULL
                   : _("this is no colour; write it as #1d5c63");
    return value.len > 0 ? NULL : _("nothing stands after the colon");
}

static enum bd_status fail_in(const struct bd_look_sheet *sheet, size_t at,
                              const char *what, struct bd_err *err)
{
    struct bd_place place = bd_str_place(sheet->css, at);

    return bd_fail(err, BD_EPARSE, "%s:%u:%u: %s", sheet->name,
                   (unsigned)place.line, (unsigned)place.column, what);
}

/* One "key: value" that stands at octet `at` of the sheet. */
static enum bd_status choose_one(struct choice *choice,
                                 const struct bd_look_sheet *sheet, size_t at,
                                 bd_str value, struct bd_err *err)
{
    const struct {
        const char *key;
        bd_str *to;
    } rows[] = {
        { "colour", &choice->colour },
        { "background", &choice->background },
        { "font", &choice->font },
        { "heading-font", &choice->heading_font },
        { "width", &choice->width },
    };
    bd_str key = bd_str_trim(bd_str_cut(&value, ':'));

    value = bd_str_trim(value);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *wrong = NULL;

        if (!bd_str_eq(key, bd_str_from(rows[i].key)))
            continue;
        *rows[i].to = value;
        wrong = wrong_value(key, value);
        return wrong ? fail_in(sheet, at, wrong, err) : BD_OK;
    }
    return fail_in(sheet, at,
                   _("@theme has colour, background, font, heading-font and "
                     "width; take the rest away"),
                   err);
}

static enum bd_status choose_as_theme(struct bd_arena *arena,
                                      struct choice *choice,
                                      const struct bd_look_sheet *sheet,
                                      struct bd_err *err)
{
    size_t start = 0;
    bd_str rest = bd_theme_defaults(arena, sheet->css, &start);
    const char *first = rest.ptr;
    enum bd_status rc = BD_OK;

    while (rest.ptr && rc == BD_OK) {
        bd_str one = bd_str_trim(bd_str_cut(&rest, ';'));

        if (one.len > 0)
            rc = choose_one(choice, sheet, start + (size_t)(one.ptr - first),
                            one, err);
    }
    return rc;
}

static void choose_as_owner(struct choice *choice, const struct bd_look *look)
{
    keep(&choice->colour, look->colour);
    keep(&choice->background, look->background);
    keep(&choice->font, look->font);
    keep(&choice->heading_font, look->heading_font);
}

static bd_str families(bd_str font)
{
    if (bd_str_eq(font, BD_STR("sans")))
        return BD_STR(SANS);
    if (bd_str_eq(font, BD_STR("serif")))
        return BD_STR(SERIF);
    return bd_str_eq(font, BD_STR("mono")) ? BD_STR(MONO) : font;
}

static void set_colour(struct bd_draft *d, struct bd_json *values,
                       const char *key, struct colour colour)
{
    bd_json_set(values, bd_str_from(key),
                bd_json_string(d->arena, colour_write(d->arena, colour)));
}

/* Whatever the owner's colour, texts in it and on it can be read, and its
 * grounds be seen. */
static void set_accents(struct bd_draft *d, struct bd_json *values,
                        struct colour colour)
{
    static const struct colour letter[] = { { 0xff, 0xff, 0xff },
                                            { 0xf3, 0xf2, 0xee } };
    static const struct colour dark[] = { { 0x1c, 0x1f, 0x22 },
                                          { 0x2a, 0x2e, 0x32 } };
    struct colour light = colour_readable(
        colour_mix(colour_bright(colour), *letter, 0.35), dark, 2);
    struct colour edge = colour_seen(colour, *letter);

    set_colour(d, values, "colour", colour);
    set_colour(d, values, "on_colour", colour_text_on(colour));
    set_colour(d, values, "edge", edge);
    set_colour(d, values, "ink", colour_readable(colour, letter, 2));
    set_colour(d, values, "line", colour_mix(edge, *letter, 0.5));
    set_colour(d, values, "tint", colour_mix(colour, *letter, 0.92));
    set_colour(d, values, "colour_dark", light);
    set_colour(d, values, "on_colour_dark", colour_text_on(light));
    set_colour(d, values, "line_dark", colour_mix(light, *dark, 0.45));
}

static void set_background(struct bd_draft *d, struct bd_json *values,
                           struct colour background)
{
    static const struct colour quiet = { 0x5c, 0x60, 0x66 };
    static const struct colour strong = { 0x3a, 0x40, 0x46 };

    set_colour(d, values, "background", background);
    set_colour(d, values, "quiet", colour_readable(quiet, &background, 1));
    set_colour(d, values, "strong", colour_readable(strong, &background, 1));
}

static void set_text(struct bd_draft *d, struct bd_json *values,
                     const char *key, bd_str text)
{
    bd_json_set(values, bd_str_from(key), bd_json_string(d->arena, text));
}

static void set_number(struct bd_draft *d, struct bd_json *values,
                       const char *key, unsigned number)
{
    bd_json_set(values, bd_str_from(key), bd_json_int(d->arena, number));
}

static void set_values(struct bd_draft *d, const struct choice *choice,
                       struct bd_look_made *made)
{
    struct bd_json *values = bd_json_object(d->arena);
    struct colour colour = { 0 }, background = { 0 };
    unsigned width = d->options->look.width;

    width = width ? width : pixels(choice->width);
    (void)colour_read(choice->colour, &colour); /* checked where it came in */
    (void)colour_read(choice->background, &background);
    set_accents(d, values, colour);
    set_background(d, values, background);
    set_text(d, values, "font", families(choice->font));
    set_text(d, values, "heading_font", families(choice->heading_font));
    set_number(d, values, "width", width);
    set_number(d, values, "half", (width - 2 * PADDING) / 2);
    set_number(d, values, "third", (width - 2 * PADDING) / 3);
    made->values = values;
    made->width = width;
}

static enum bd_status add_sheet(const struct bd_draft *d, bd_str theme,
                                struct bd_look_made *made, struct bd_err *err)
{
    struct bd_look_sheet *sheet = &made->sheets[made->sheet_count];

    if (!find(d, theme, STYLES, &sheet->name, &sheet->css))
        return BD_OK;
    made->sheet_count++;
    return check_file(sheet->name, sheet->css, err);
}

static enum bd_status add_sheets(const struct bd_draft *d,
                                 struct bd_look_made *made, struct bd_err *err)
{
    bd_str theme = theme_name(d), base = BD_STR(BD_BASE_THEME);
    enum bd_status rc = add_sheet(d, base, made, err);

    if (rc == BD_OK && made->sheet_count == 0)
        return bd_fail(err, BD_ENOENT, _("there is no template %s"),
                       made->sheets[0].name);
    return rc == BD_OK && !bd_str_eq(theme, base)
               ? add_sheet(d, theme, made, err)
               : rc;
}

/* "color: {{theme.ink}}" -> "color: #14606a". */
static enum bd_status fill(struct bd_draft *d, struct bd_look_made *made,
                           struct bd_look_sheet *sheet, struct bd_err *err)
{
    struct bd_mustache_options options = { NULL, NULL, true, true };
    const struct bd_mustache *template = NULL;
    struct bd_json *data = bd_json_object(d->arena);
    struct bd_buf css = { 0 };
    enum bd_status rc = bd_mustache_parse(d->arena, sheet->name, sheet->css,
                                          &template, err);

    bd_json_set(data, BD_STR("theme"), made->values);
    bd_buf_init(&css, BD_MAX_MESSAGE_BYTES);
    if (rc == BD_OK)
        rc = bd_mustache_render(d->arena, template, &options, data, &css, err);
    if (rc == BD_OK)
        sheet->css = bd_buf_copy(&css, d->arena);
    bd_buf_fini(&css);
    return rc;
}

enum bd_status bd_look_make(struct bd_draft *draft, struct bd_look_made *out,
                            struct bd_err *err)
{
    struct choice choice = ours;
    enum bd_status rc = check_theme(draft, err);

    *out = (struct bd_look_made) { 0 };
    if (rc == BD_OK)
        rc = add_sheets(draft, out, err);
    if (rc != BD_OK)
        return rc;
    for (size_t i = 0; i < out->sheet_count && rc == BD_OK; i++)
        rc = choose_as_theme(draft->arena, &choice, &out->sheets[i], err);
    if (rc != BD_OK)
        return rc;
    choose_as_owner(&choice, &draft->options->look);
    set_values(draft, &choice, out);
    for (size_t i = 0; i < out->sheet_count && rc == BD_OK; i++)
        rc = fill(draft, out, &out->sheets[i], err);
    return rc;
}

enum bd_status bd_look_theme(struct bd_draft *draft,
                             const struct bd_look_made *made,
                             struct bd_theme *out, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    *out = (struct bd_theme) { .text_width = made->width - 2 * PADDING };
    for (size_t i = 0; i < made->sheet_count && rc == BD_OK; i++)
        rc = bd_theme_read(draft->arena, made->sheets[i].name,
                           made->sheets[i].css, out, err);
    return rc;
}

/* Names and properties in a styles.css that mean nothing: mistyped, mostly. */
#include <string.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/nearest.h"
#include "check_private.h"
#include "layout_private.h"
#include "look_private.h"
#include "theme_private.h"

/* Partials in partials, as far as they are looked into. */
#define PARTIALS_DEEP 4
#define TEMPLATES_MAX (1024 * 1024) /* octets, all together */

/* clang-format off */
/* What Markdown makes; inside a list or quote also "li-p", "blockquote-p". */
static const char *const elements[] = {
    "a", "blockquote", "code", "del", "em", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "img", "li", "ol", "p", "pre", "strong", "table", "td",
    "th", "tr", "ul", NULL,
};

/* The parts of our blocks and templates (templates/mail/brev/styles.css). */
static const char *const parts[] = {
    "about", "action", "attribution", "band", "band-logo", "band-name",
    "band-title", "button", "buttonbox", "caption", "card", "card-label",
    "card-link", "card-name", "card-text", "column", "columns", "contact",
    "contact-line", "contact-name", "data", "event", "event-line",
    "event-title", "event-when", "event-zone", "events", "figure", "foot",
    "footline", "footlink", "footname", "footreason", "half", "half-last",
    "heading", "letter", "logo", "margin", "mark", "masthead", "nav",
    "nav-link", "outer", "page", "preheader", "quietlink", "quote",
    "record-td", "record-th", "record-first-td", "record-first-th", "small",
    "td-center", "td-right", "th-center", "th-right", "third", "third-last",
    "third-middle", "toc", "toc-2", "toc-3", "toc-label", "toc-link",
    "toc-list", "top", "top-logo", "top-title", "toplinks", "unsubscribe",
    NULL,
};

/* Of CSS, as far as a mail program may follow. */
static const char *const properties[] = {
    "background", "background-attachment", "background-clip",
    "background-color", "background-image", "background-origin",
    "background-position", "background-repeat", "background-size", "border",
    "border-bottom", "border-bottom-color", "border-bottom-left-radius",
    "border-bottom-right-radius", "border-bottom-style",
    "border-bottom-width", "border-collapse", "border-color", "border-left",
    "border-left-color", "border-left-style", "border-left-width",
    "border-radius", "border-right", "border-right-color",
    "border-right-style", "border-right-width", "border-spacing",
    "border-style", "border-top", "border-top-color",
    "border-top-left-radius", "border-top-right-radius", "border-top-style",
    "border-top-width", "border-width", "bottom", "box-shadow",
    "box-sizing", "caption-side", "clear", "color", "color-scheme",
    "column-gap", "column-width", "content", "cursor", "direction",
    "display", "empty-cells", "filter", "flex", "float", "font",
    "font-family", "font-feature-settings", "font-kerning", "font-size",
    "font-stretch", "font-style", "font-variant", "font-variant-caps",
    "font-variant-numeric", "font-weight", "gap", "height",
    "hyphenate-character", "hyphens", "left", "letter-spacing",
    "line-break", "line-height", "list-style", "list-style-image",
    "list-style-position", "list-style-type", "margin", "margin-bottom",
    "margin-left", "margin-right", "margin-top", "max-height", "max-width",
    "min-height", "min-width", "object-fit", "object-position", "opacity",
    "outline", "outline-color", "outline-offset", "outline-style",
    "outline-width", "overflow", "overflow-wrap", "overflow-x",
    "overflow-y", "padding", "padding-bottom", "padding-left",
    "padding-right", "padding-top", "page-break-inside", "position",
    "quotes", "right", "row-gap", "tab-size", "table-layout", "text-align",
    "text-align-last", "text-decoration", "text-decoration-color",
    "text-decoration-line", "text-decoration-style",
    "text-decoration-thickness", "text-emphasis", "text-indent",
    "text-overflow", "text-rendering", "text-shadow", "text-transform",
    "text-underline-offset", "text-underline-position", "text-wrap", "top",
    "transform", "unicode-bidi", "vertical-align", "visibility",
    "white-space", "width", "word-break", "word-spacing", "word-wrap",
    "writing-mode", "z-index", "zoom", NULL,
};
/* clang-format on */

struct style_run {
    struct bd_check_run *run;
    struct bd_draft draft;
    const char *file;
    bd_str css;              /* without comments */
    struct bd_buf templates; /* all of them, in a row */
};

static bool is_one_of(bd_str word, const char *const known[])
{
    for (size_t i = 0; known[i]; i++)
        if (bd_str_eq_nocase(word, bd_str_from(known[i])))
            return true;
    return false;
}

static bool is_nested_element(bd_str name)
{
    bd_str outer = bd_str_cut(&name, '-');

    return (bd_str_eq(outer, BD_STR("li")) ||
            bd_str_eq(outer, BD_STR("blockquote"))) &&
           is_one_of(name, elements);
}

/* What the template and its partials say ("{{> masthead.html}}"). */
static void add_file(struct style_run *s, const char *file, int deep)
{
    const char *path = NULL;
    bd_str text = BD_STR_NONE;
    size_t at = 0;

    if (s->templates.len > TEMPLATES_MAX ||
        bd_look_file(&s->draft, file, &path, &text, NULL) != BD_OK)
        return;
    bd_buf_add(&s->templates, text);
    while (deep < PARTIALS_DEEP &&
           (at = bd_str_find(text, BD_STR("{{>"))) != SIZE_MAX) {
        bd_str partial = BD_STR_NONE;

        text = bd_str_skip(text, at + strlen("{{>"));
        partial = bd_str_trim(bd_str_cut(&text, '}'));
        add_file(s, bd_arena_cstr(s->run->arena, partial), deep + 1);
    }
}

/* A template has style="{{{style.NAME}}}". */
static bool is_used(const struct style_run *s, bd_str name)
{
    bd_str use = bd_arena_printf(s->run->arena, "style.%.*s}", BD_ARG(name));

    return bd_str_find(bd_buf_str(&s->templates), use) != SIZE_MAX;
}

static struct bd_place place_of(const struct style_run *s, bd_str word)
{
    return bd_str_place(s->css, (size_t)(word.ptr - s->css.ptr));
}

static void report_name(const struct style_run *s, bd_str name)
{
    const char *meant = bd_nearest(name, parts);

    if (!meant)
        meant = bd_nearest(name, elements);
    if (meant)
        bd_check_report(s->run, place_of(s, name),
                        _("nothing in a letter is called \"%.*s\"; did you "
                          "mean \"%s\"?"),
                        BD_ARG(name), meant);
    else
        bd_check_report(s->run, place_of(s, name),
                        _("nothing in a letter is called \"%.*s\"; the names "
                          "stand in the styles.css of the theme brev"),
                        BD_ARG(name));
    bd_check_elsewhere(s->run, s->file);
}

static void report_property(const struct style_run *s, bd_str property)
{
    const char *meant = bd_nearest(property, properties);

    if (meant)
        bd_check_report(s->run, place_of(s, property),
                        _("CSS has no property \"%.*s\"; did you mean "
                          "\"%s\"?"),
                        BD_ARG(property), meant);
    else
        bd_check_report(s->run, place_of(s, property),
                        _("mail programs know no property \"%.*s\"; take it "
                          "away"),
                        BD_ARG(property));
    bd_check_elsewhere(s->run, s->file);
}

static void look_at_names(const struct style_run *s, bd_str names)
{
    while (names.ptr) {
        bd_str name = bd_str_trim(bd_str_cut(&names, ','));

        if (name.len == 0 || is_one_of(name, elements) ||
            is_one_of(name, parts) || is_nested_element(name) ||
            is_used(s, name))
            continue;
        report_name(s, name);
    }
}

static void look_at_properties(const struct style_run *s, bd_str block)
{
    while (block.ptr) {
        bd_str value = bd_str_cut(&block, ';');
        bd_str property = bd_str_trim(bd_str_cut(&value, ':'));

        if (property.len == 0 || property.ptr[0] == '-' ||
            bd_str_starts(property, BD_STR("mso-")) ||
            is_one_of(property, properties))
            continue;
        report_property(s, property);
    }
}

/* "{{theme.colour}}" is no brace of a rule. */
static bd_str blank_tags(struct bd_arena *arena, bd_str css)
{
    bd_str copy = bd_arena_copy(arena, css);
    bd_str rest = copy;
    size_t at = 0;

    while ((at = bd_str_find(rest, BD_STR("{{"))) != SIZE_MAX) {
        bd_str tag = bd_str_skip(rest, at);
        size_t end = bd_str_find(tag, BD_STR("}}"));

        if (end == SIZE_MAX)
            break;
        memset((char *)(uintptr_t)tag.ptr, ' ', end + strlen("}}"));
        rest = bd_str_skip(tag, end + strlen("}}"));
    }
    return copy;
}

void bd_check_style_unknown(struct bd_check_run *run)
{
    struct style_run s = { .run = run };
    struct bd_theme_rule rule;
    bd_str css = BD_STR_NONE;
    size_t open = 0;

    if (bd_draft_begin(&s.draft, run->arena, run->issue, run->options, NULL) !=
            BD_OK ||
        bd_look_file(&s.draft, "styles.css", &s.file, &css, NULL) != BD_OK)
        return; /* composing tells of it */
    add_file(&s, "letter.html", 0);
    add_file(&s, "note.html", 0);
    s.css = blank_tags(run->arena,
                       bd_theme_blank_comments(run->arena, css, &open));
    for (size_t at = 0; bd_theme_rule(s.css, at, &rule) && rule.end > 0;
         at = rule.end + 1) {
        if (s.css.ptr[rule.at] == '@')
            continue;
        look_at_names(&s, bd_str_sub(s.css, rule.at, rule.open - rule.at));
        look_at_properties(
            &s, bd_str_sub(s.css, rule.open + 1, rule.end - rule.open - 1));
    }
    bd_buf_fini(&s.templates);
}

/*
 * Contrast of the colours of the letter as it is composed, from the styles of
 * its elements: of a template whose rules stand in <style> or style="". Dark
 * mode is not looked at here.
 */
#include "check_private.h"

#include "colour_private.h"
#include "css_private.h"
#include "fields_private.h"

#define MAX_OPEN   200 /* elements in each other; what is deeper is not seen */
#define MAX_FAULTS 5
#define SAMPLE     30 /* octets of text to show */
#define UNSEEN_PX  2  /* of that size text is hidden, as a preheader is */

/* What an element's text looks like. */
struct looks {
    bd_str element;
    struct colour_told text, ground;
    double least; /* contrast */
    bool hidden;
};

struct page {
    struct bd_check_run *run;
    bd_str html;
    size_t at;
    struct looks open[MAX_OPEN];
    size_t depth;
    struct looks seen[MAX_FAULTS]; /* reported */
    size_t faults;
};

static const struct looks plain = { .text = { true, { 0, 0, 0 } },
                                    .ground = { true, { 255, 255, 255 } },
                                    .least = COLOUR_LEAST };

static struct looks *innermost(struct page *p)
{
    return &p->open[p->depth - 1];
}

static bool is_one_of(bd_str name, const char *const names[])
{
    for (size_t i = 0; names[i]; i++)
        if (bd_str_eq_nocase(name, bd_str_from(names[i])))
            return true;
    return false;
}

static void take_style(struct looks *looks, bd_str style)
{
    bd_str text = bd_style_value(style, "color");
    bd_str shade = bd_style_value(style, "background-color");
    bd_str ground = bd_style_value(style, "background");
    bd_str size = bd_style_value(style, "font-size");

    if (text.len > 0 && !bd_str_eq_nocase(text, BD_STR("inherit")))
        looks->text = colour_tell(text);
    if (shade.len > 0 || ground.len > 0) /* known if it is only a colour */
        looks->ground = colour_tell(shade.len > 0 ? shade : ground);
    if (size.len > 0)
        looks->least = bd_style_is_large(style) ? COLOUR_LEAST_LARGE
                                                : COLOUR_LEAST;
    if (bd_str_eq_nocase(bd_style_value(style, "display"), BD_STR("none")) ||
        (size.len > 0 && bd_style_pixels(size) <= UNSEEN_PX))
        looks->hidden = true;
}

static void take_attribute(struct looks *looks,
                           const struct bd_css_attribute *a)
{
    if (bd_str_eq_nocase(a->name, BD_STR("style")))
        take_style(looks, a->value);
    else if (bd_str_eq_nocase(a->name, BD_STR("bgcolor")))
        looks->ground = colour_tell(a->value);
    else if (bd_str_eq_nocase(a->name, BD_STR("background")))
        looks->ground.known = false; /* a picture */
}

static void open_element(struct page *p)
{
    static const char *const childless[] = { "area", "base", "br",   "col",
                                             "hr",   "img",  "link", "meta",
                                             "wbr",  NULL };
    static const char *const unseen[] = { "head", "script", "style", "title",
                                          NULL };
    struct bd_css_start_tag tag = bd_css_start_tag(p->html, p->at);
    struct bd_css_attribute a = { .name = BD_STR_NONE };
    struct looks looks = *innermost(p);

    looks.element = bd_str_sub(p->html, p->at + 1, tag.last - p->at - 1);
    if (bd_str_eq_nocase(looks.element, BD_STR("a")))
        looks.text = (struct colour_told) { true, { 0, 0, 238 } };
    while (bd_css_attribute_next(&tag, &a))
        take_attribute(&looks, &a);
    looks.hidden = looks.hidden || is_one_of(looks.element, unseen);
    p->at = tag.end > 0 ? tag.end : p->html.len;
    if (!is_one_of(looks.element, childless) && p->depth < MAX_OPEN)
        p->open[p->depth++] = looks;
}

static void close_element(struct page *p)
{
    bd_str rest = bd_str_skip(p->html, p->at + 2);
    bd_str name = bd_str_trim(bd_str_cut(&rest, '>'));

    for (size_t i = p->depth; i > 1; i--)
        if (bd_str_eq_nocase(p->open[i - 1].element, name)) {
            p->depth = i - 1;
            break;
        }
    p->at = p->html.len - rest.len;
}

static void skip_comment(struct page *p)
{
    size_t end = bd_str_find(bd_str_skip(p->html, p->at), BD_STR("-->"));

    p->at = end == SIZE_MAX ? p->html.len : p->at + end + 3;
}

static bool was_reported(const struct page *p, const struct looks *looks)
{
    for (size_t i = 0; i < p->faults; i++)
        if (colour_is_same(p->seen[i].text.colour, looks->text.colour) &&
            colour_is_same(p->seen[i].ground.colour, looks->ground.colour))
            return true;
    return p->faults == MAX_FAULTS;
}

static void check_words(struct page *p, bd_str words)
{
    const struct looks *looks = innermost(p);
    int tenths = 0;
    double contrast = 0;

    if (words.len == 0 || looks->hidden || !looks->text.known ||
        !looks->ground.known)
        return;
    contrast = colour_contrast(looks->text.colour, looks->ground.colour);
    if (contrast >= looks->least || was_reported(p, looks))
        return;
    p->seen[p->faults++] = *looks;
    tenths = (int)(contrast * 10);
    bd_check_report(
        p->run, BD_WHOLE_LETTER,
        _("\"%.*s\": the colour %.*s has a contrast of %d.%d:1 on %.*s; %s:1 "
          "is the least, so make it lighter or darker"),
        BD_ARG(bd_str_cut_utf8(words, SAMPLE)),
        BD_ARG(colour_write(p->run->arena, looks->text.colour)), tenths / 10,
        tenths % 10, BD_ARG(colour_write(p->run->arena, looks->ground.colour)),
        looks->least < COLOUR_LEAST ? "3" : "4.5");
    bd_check_in_template(p->run, "letter.html");
}

/* Without white space and references in front: "&nbsp;" is not seen. */
static bd_str visible(bd_str text)
{
    for (text = bd_str_trim(text); bd_str_starts(text, BD_STR("&"));
         text = bd_str_trim(text))
        text = bd_str_skip(text, bd_str_find_char(text, ';') == SIZE_MAX
                                     ? text.len
                                     : bd_str_find_char(text, ';') + 1);
    return bd_str_sub(text, 0, bd_str_find_char(text, MARKER_OPEN));
}

static void read_text(struct page *p)
{
    bd_str rest = bd_str_skip(p->html, p->at);
    bd_str text = bd_str_sub(rest, 0, bd_str_find_char(rest, '<'));

    check_words(p, visible(text));
    p->at += text.len;
}

void bd_check_page_contrast(struct bd_check_run *run)
{
    struct bd_message message;
    struct page *p = BD_NEW(run->arena, struct page);

    p->run = run;
    p->html = bd_check_said(run, run->options, BD_LETTER_HTML, &message);
    p->open[p->depth++] = plain;
    while (p->at < p->html.len) {
        bd_str rest = bd_str_skip(p->html, p->at);

        if (bd_str_starts(rest, BD_STR("<!--")))
            skip_comment(p);
        else if (bd_str_starts(rest, BD_STR("</")))
            close_element(p);
        else if (rest.ptr[0] == '<')
            open_element(p);
        else
            read_text(p);
    }
}

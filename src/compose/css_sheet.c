#include "css_private.h"

#include "brevduva/base/i18n.h"

/* A sheet, and what is left of it so far. */
struct sheet {
    struct bd_css_page *page;
    bd_str css;
    struct bd_buf left;
    size_t copied; /* octets of `css` that are in `left`, or were inlined */
};

bd_str bd_css_placed(const struct bd_css_page *page, size_t at,
                     const char *what)
{
    struct bd_place place = bd_str_place(page->html, at);

    return bd_arena_printf(page->arena, "%s:%u:%u: %s", page->path,
                           (unsigned)place.line, (unsigned)place.column, what);
}

/* Tell what is wrong with a part of the page, from its first word on. */
static void warn(const struct bd_css_page *page, bd_str part, const char *what)
{
    size_t at = 0;
    size_t blanks = 0;

    if (!page->options || !page->options->warn)
        return;
    at = (size_t)(part.ptr - page->html.ptr);
    if (bd_str_trim(part).len > 0)
        blanks = (size_t)(bd_str_trim(part).ptr - part.ptr);
    page->options->warn(page->options->warn_self,
                        bd_css_placed(page, at + blanks, what).ptr);
}

static void warn_selector(const struct bd_css_page *page, bd_str part,
                          const char *format)
{
    warn(page, part,
         bd_arena_printf(page->arena, format,
                         BD_ARG(bd_css_squeeze(page->arena, part)))
             .ptr);
}

static void read_block(const struct bd_css_page *page, bd_str text,
                       struct bd_css_block *out)
{
    bd_str rest = text;
    size_t cap = 1;
    struct bd_css_declaration *list = NULL;

    for (size_t i = 0; i < text.len; i++)
        cap += text.ptr[i] == ';';
    list = BD_NEW_ARRAY(page->arena, cap, struct bd_css_declaration);
    *out = (struct bd_css_block) { page->rules, list, 0 };
    while (rest.ptr) {
        bd_str part = bd_css_cut(&rest, ';', false);

        if (bd_css_declaration_read(page->arena, part, &list[out->count]))
            out->count++;
        else if (bd_css_squeeze(page->arena, part).len > 0)
            warn(page, part,
                 _("this is no declaration and is left out; write \"name: "
                   "value;\""));
    }
}

static void found(void *self, struct bd_css_element *element)
{
    struct bd_css_page *page = self;
    struct bd_css_match *last = element->user;

    page->matched = true;
    if (!element->is_shown || page->match.block->count == 0)
        return;
    if (last && last->block == page->match.block) { /* by another selector */
        if (last->specificity < page->match.specificity)
            last->specificity = page->match.specificity;
        return;
    }
    last = BD_NEW(page->arena, struct bd_css_match);
    *last = page->match;
    last->next = element->user;
    element->user = last;
}

/* Nothing of the rule can be inlined, says a warning. */
static bool must_stay(struct bd_css_page *page, const struct bd_css_rule *rule)
{
    bd_str rest = rule->selectors;

    if (rule->nested) {
        warn(page, rule->selectors,
             _("rules in rules are unknown to mail programs and are not "
               "inlined; write each on its own"));
        return true;
    }
    while (rest.ptr) {
        bd_str part = bd_css_cut(&rest, ',', false);
        bd_str text = bd_css_squeeze(page->arena, part);

        if (bd_css_selector_read(text).use == BD_CSS_BAD) {
            warn_selector(page, part,
                          _("\"%.*s\" is not a selector, so the rule is not "
                            "inlined; write as \"p.lead, #top > a\""));
            return true;
        }
    }
    return false;
}

/* True: the selector has been inlined and need not stay. */
static bool inline_selector(struct bd_css_page *page, bd_str part,
                            const struct bd_css_block *block)
{
    bd_str text = bd_css_squeeze(page->arena, part);
    struct bd_css_selector selector = bd_css_selector_read(text);

    if (selector.use != BD_CSS_INLINE)
        return false;
    page->match = (struct bd_css_match) { NULL, block, selector.specificity };
    page->matched = false;
    if (!bd_css_tree_match(page->tree, text, found, page))
        warn_selector(page, part,
                      _("the selector \"%.*s\" is not understood and not "
                        "inlined; write a simpler one"));
    return page->matched;
}

static bool ends_line(bd_str text)
{
    return text.len == 0 || text.ptr[text.len - 1] == '\n';
}

static bd_str without_blanks(bd_str text)
{
    while (text.len > 0 &&
           (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    return text;
}

/* Leave the rule out, and its line when nothing else stands there. */
static void take_out(struct sheet *s, const struct bd_css_rule *rule)
{
    bd_str before = bd_str_sub(s->css, s->copied, rule->start - s->copied);
    bd_str start = without_blanks(before);
    size_t at = rule->end;
    bool alone = ends_line(start) &&
                 (start.len > 0 || ends_line(bd_buf_str(&s->left)));

    while (at < s->css.len && (s->css.ptr[at] == ' ' || s->css.ptr[at] == '\t'))
        at++;
    if (bd_str_starts(bd_str_skip(s->css, at), BD_STR("\r\n")))
        at += 2;
    else if (at < s->css.len && s->css.ptr[at] == '\n')
        at++;
    else
        alone = false;
    bd_buf_add(&s->left, alone ? start : before);
    s->copied = alone ? at : rule->end;
}

static void inline_rule(struct sheet *s, const struct bd_css_rule *rule)
{
    struct bd_css_page *page = s->page;
    struct bd_css_block *block = BD_NEW(page->arena, struct bd_css_block);
    bd_str rest = rule->selectors;
    struct bd_buf stay = { 0 };
    bool inlined = false;

    page->rules++;
    if (must_stay(page, rule))
        return;
    read_block(page, rule->block, block);
    while (rest.ptr) {
        bd_str part = bd_css_cut(&rest, ',', false);

        if (inline_selector(page, part, block)) {
            inlined = true;
            continue;
        }
        bd_buf_add_cstr(&stay, stay.len > 0 ? ", " : "");
        bd_buf_add(&stay, bd_css_squeeze(page->arena, part));
    }
    if (inlined && stay.len == 0) {
        take_out(s, rule);
    } else if (inlined) {
        bd_buf_add(&s->left,
                   bd_str_sub(s->css, s->copied, rule->start - s->copied));
        bd_buf_add(&s->left, bd_buf_str(&stay));
        bd_buf_add_char(&s->left, ' ');
        s->copied = rule->start + rule->selectors.len;
    }
    bd_buf_fini(&stay);
}

enum bd_status bd_css_sheet(struct bd_css_page *page, bd_str css, bd_str *out,
                            struct bd_err *err)
{
    struct sheet s = { .page = page, .css = css };
    struct bd_css_rule rule = { 0 };
    struct bd_css_fault fault = { 0 };
    size_t at = 0;
    enum bd_status rc = bd_css_next(css, &at, &rule, &fault);

    for (; rc == BD_OK && rule.kind != BD_CSS_END;
         rc = bd_css_next(css, &at, &rule, &fault))
        if (rule.kind == BD_CSS_RULE)
            inline_rule(&s, &rule);
    if (rc != BD_OK)
        rc = bd_fail(
            err, rc, "%s",
            bd_css_placed(page, (size_t)(css.ptr - page->html.ptr) + fault.at,
                          fault.what)
                .ptr);
    else if (s.copied == 0)
        *out = css;
    else {
        bd_buf_add(&s.left, bd_str_skip(css, s.copied));
        *out = bd_buf_copy(&s.left, page->arena);
    }
    bd_buf_fini(&s.left);
    return rc;
}

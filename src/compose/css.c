#include "brevduva/compose/css.h"

#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"
#include "css_private.h"

/* Gmail drops <style> over about this (standards.md H4). */
#define GMAIL_STYLE_BYTES 16384

/* Where a <style> is, and what is left of it. */
struct style {
    size_t start, end; /* of its contents */
    size_t after;      /* behind </style> */
    bd_str left;
    bool changed;
};

/* The page on its way out. */
struct output {
    struct bd_css_page *page;
    struct style *styles; /* one for each element; most are not used */
    struct bd_buf buf;
    size_t copied; /* octets of the source that are done */
};

static bool is_all(bd_str value, bd_str name)
{
    value = bd_str_trim(value);
    return value.len == 0 || bd_str_eq_nocase(value, name);
}

/* Reads the start tag through. False: its sheet stays untouched. */
static bool may_inline(struct bd_css_start_tag *tag)
{
    struct bd_css_attribute a = { 0 };
    bool may = true;

    while (bd_css_attribute_next(tag, &a))
        if (bd_str_eq_nocase(a.name, BD_STR("data-embed")) ||
            (bd_str_eq_nocase(a.name, BD_STR("data-inline")) &&
             bd_str_eq_nocase(a.value, BD_STR("off"))) ||
            (bd_str_eq_nocase(a.name, BD_STR("media")) &&
             !is_all(a.value, BD_STR("all"))) ||
            (bd_str_eq_nocase(a.name, BD_STR("type")) &&
             !is_all(a.value, BD_STR("text/css"))))
            may = false;
    return may && !tag->tagged && tag->end > 0;
}

/* Where a tag opens like `start`, from `at` on, or where the page ends. */
static size_t find_tag(bd_str html, size_t at, bd_str start)
{
    while (at < html.len) {
        size_t open = bd_str_find_char(bd_str_skip(html, at), '<');

        if (open == SIZE_MAX)
            return html.len;
        at += open;
        if (bd_str_starts_nocase(bd_str_skip(html, at), start))
            return at;
        at++;
    }
    return at;
}

/* Where the contents of a <style> end (HTML 13.2.5.14). */
static size_t contents_end(bd_str html, size_t at)
{
    return find_tag(html, at, BD_STR("</style"));
}

static enum bd_status read_style(struct bd_css_page *page, size_t at,
                                 struct style *out, struct bd_err *err)
{
    struct bd_css_start_tag tag = bd_css_start_tag(page->html, at);
    bool may = may_inline(&tag);
    bd_str css = BD_STR_NONE;
    size_t close = 0;

    if (tag.end == 0)
        return BD_OK;
    out->start = tag.end;
    out->end = contents_end(page->html, tag.end);
    close = bd_str_find_char(bd_str_skip(page->html, out->end), '>');
    out->after = close == SIZE_MAX ? page->html.len : out->end + close + 1;
    css = bd_str_sub(page->html, out->start, out->end - out->start);
    out->left = css;
    if (may && bd_css_sheet(page, css, &out->left, err) != BD_OK)
        return BD_EPARSE;
    out->changed = out->left.ptr != css.ptr;
    return BD_OK;
}

static void copy_to(struct output *o, size_t at)
{
    if (at <= o->copied)
        return;
    bd_buf_add(&o->buf, bd_str_sub(o->page->html, o->copied, at - o->copied));
    o->copied = at;
}

/* The style with what is left in it; without anything left, none. */
static void write_style(struct output *o, const struct bd_css_element *element,
                        const struct style *style)
{
    bd_str left = style->left;
    bd_str html = o->page->html;
    size_t after = style->after;

    if (!style->changed)
        return;
    copy_to(o, element->at);
    left = bd_css_squeeze(o->page->arena, left);
    if (bd_str_starts(left, BD_STR("<!--")) && /* around old sheets */
        bd_str_ends(left, BD_STR("-->")))
        left = bd_str_sub(left, 4, left.len - 7);
    if (bd_str_trim(left).len > 0) {
        copy_to(o, style->start);
        bd_buf_add(&o->buf, style->left);
        o->copied = style->end;
        return;
    }
    if (bd_str_starts(bd_str_skip(html, after), BD_STR("\r\n")))
        after += 2;
    else if (bd_str_starts(bd_str_skip(html, after), BD_STR("\n")))
        after++;
    o->copied = after;
}

static void write_attribute(struct output *o, size_t at, bd_str before,
                            const struct bd_css_element *element, char quote)
{
    copy_to(o, at);
    bd_buf_add(&o->buf,
               bd_css_cascade(o->page->arena, element->user, before, quote));
    o->copied = at + before.len;
}

static void cannot(const struct output *o, size_t at)
{
    const struct bd_css_options *options = o->page->options;

    if (options && options->warn)
        options->warn(
            options->warn_self,
            bd_css_placed(o->page, at,
                          _("a {{tag}} stands between the attributes, so "
                            "nothing is inlined here; put it into a value"))
                .ptr);
}

/* Write the element's matches into its start tag. */
static void write_element(struct output *o,
                          const struct bd_css_element *element)
{
    bd_str html = o->page->html;
    struct bd_css_start_tag tag = bd_css_start_tag(html, element->at);
    struct bd_css_attribute a = { 0 };
    struct bd_css_attribute style = { 0 };

    if (!element->user)
        return;
    while (bd_css_attribute_next(&tag, &a))
        if (!style.name.ptr && bd_str_eq_nocase(a.name, BD_STR("style")))
            style = a;
    if (tag.tagged || tag.end != element->at + element->len) {
        cannot(o, element->at);
    } else if (style.value.ptr && style.quote) {
        write_attribute(o, (size_t)(style.value.ptr - html.ptr), style.value,
                        element, style.quote);
    } else {
        size_t at = style.value.ptr ? (size_t)(style.value.ptr - html.ptr)
                    : style.name.ptr
                        ? (size_t)(style.name.ptr - html.ptr) + style.name.len
                        : tag.last;

        copy_to(o, at);
        bd_buf_add_cstr(&o->buf, style.value.ptr  ? "\""
                                 : style.name.ptr ? "=\""
                                                  : " style=\"");
        write_attribute(o, at, style.value, element, '"');
        bd_buf_add_char(&o->buf, '"');
    }
}

static void warn_size(const struct bd_css_page *page, size_t left)
{
    const struct bd_css_options *options = page->options;

    if (left <= GMAIL_STYLE_BYTES || !options || !options->warn)
        return;
    options->warn(
        options->warn_self,
        bd_arena_printf(page->arena,
                        _("%s: %zu octets are left in <style>, and Gmail drops "
                          "what is over %d; take out rules that nothing uses"),
                        page->path, left, GMAIL_STYLE_BYTES)
            .ptr);
}

static enum bd_status inline_page(struct output *o, struct bd_err *err)
{
    size_t count = 0;
    size_t left = 0;
    struct bd_css_element *elements = bd_css_tree_elements(o->page->tree,
                                                           &count);

    o->styles = BD_NEW_ARRAY(o->page->arena, count + 1, struct style);
    for (size_t i = 0; i < count; i++) {
        if (!elements[i].is_style)
            continue;
        if (read_style(o->page, elements[i].at, &o->styles[i], err) != BD_OK)
            return BD_EPARSE;
        left += o->styles[i].left.len;
    }
    warn_size(o->page, left);
    for (size_t i = 0; i < count; i++) {
        if (elements[i].is_style)
            write_style(o, &elements[i], &o->styles[i]);
        else
            write_element(o, &elements[i]);
    }
    return BD_OK;
}

/* The next <style> from `at` on that is not in a comment, as those for Outlook
 * alone are, or the end. */
static size_t next_style(bd_str html, size_t at)
{
    for (;;) {
        bd_str rest = BD_STR_NONE;
        size_t end = 0;

        at = find_tag(html, at, BD_STR("<"));
        rest = bd_str_skip(html, at);
        if (rest.len == 0 || bd_str_starts_nocase(rest, BD_STR("<style")))
            return at;
        if (bd_str_starts(rest, BD_STR("<!--")))
            end = bd_str_find(bd_str_skip(rest, 2), BD_STR("-->"));
        if (end == SIZE_MAX)
            return html.len;
        at += 1 + end; /* and on from there: no tag begins with "-->" */
    }
}

/* Whether a <style> may hold a rule to inline; no, for most themes of ours. */
static bool has_rules(bd_str html)
{
    for (size_t at = 0; (at = next_style(html, at)) < html.len;) {
        struct bd_css_fault fault = { 0 };
        struct bd_css_rule rule = { 0 };
        size_t next = 0;
        bd_str css = BD_STR_NONE;

        at += bd_str_find_char(bd_str_skip(html, at), '>') + 1;
        css = bd_str_sub(html, at, contents_end(html, at) - at);
        do {
            if (bd_css_next(css, &next, &rule, &fault) != BD_OK ||
                (rule.kind == BD_CSS_RULE &&
                 bd_css_selector_read(bd_str_trim(rule.selectors)).use !=
                     BD_CSS_KEEP))
                return true;
        } while (rule.kind != BD_CSS_END);
        at += css.len;
    }
    return false;
}

enum bd_status bd_css_inline(struct bd_arena *arena, bd_str html,
                             const char *path,
                             const struct bd_css_options *options, bd_str *out,
                             struct bd_err *err)
{
    struct bd_css_page page = {
        .arena = arena, .html = html, .path = path, .options = options
    };
    struct output o = { .page = &page };
    enum bd_status rc = BD_OK;

    if (!has_rules(html)) {
        *out = html;
        return BD_OK;
    }
    page.tree = bd_css_tree_new(arena, html);
    if (!page.tree)
        return bd_fail(err, BD_ELIMIT,
                       _("%s: elements in elements, too deep; use fewer"),
                       path);
    bd_buf_init(&o.buf, BD_MAX_MESSAGE_BYTES);
    rc = inline_page(&o, err);
    copy_to(&o, html.len);
    if (rc == BD_OK && o.buf.full)
        rc = bd_fail(err, BD_ELIMIT,
                     _("%s: with its styles inlined, longer than %d MB; "
                       "use fewer"),
                     path, BD_MAX_MESSAGE_BYTES / (1024 * 1024));
    else if (rc == BD_OK)
        *out = bd_buf_copy(&o.buf, arena);
    bd_buf_fini(&o.buf);
    bd_css_tree_free(page.tree);
    return rc;
}

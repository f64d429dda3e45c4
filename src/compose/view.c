#include "brevduva/compose/view.h"

#include "brevduva/base/buf.h"
#include "view_private.h"

/* Where the policy goes: it holds for what stands after it. */
#define POLICY                                                                 \
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "      \
    "'none'; style-src 'unsafe-inline'; font-src data: https:; base-uri "      \
    "'none'; form-action 'none'; img-src "

struct run {
    bd_str html;
    size_t at;
    struct bd_buf out;
    struct bd_view view;
    bool in_head; /* the policy is written */
};

static void add_policy(struct run *run)
{
    if (run->in_head)
        return;
    run->in_head = true;
    bd_buf_add_cstr(&run->out, POLICY);
    bd_buf_add_cstr(&run->out, run->view.no_images ? "'none'\">"
                                                   : "data: https: http:\">");
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* The next attribute of the tag, or false at its end; see html.spec 13.2.5. */
static bool next_attribute(bd_str tag, size_t *at,
                           struct bd_view_attribute *out)
{
    size_t i = *at;

    *out = (struct bd_view_attribute) { .name = BD_STR_NONE };
    while (i < tag.len && (is_blank(tag.ptr[i]) || tag.ptr[i] == '/'))
        i++;
    if (i >= tag.len)
        return false;
    out->name.ptr = tag.ptr + i++;
    while (i < tag.len && !is_blank(tag.ptr[i]) && tag.ptr[i] != '/' &&
           tag.ptr[i] != '=')
        i++;
    out->name.len = (size_t)(tag.ptr + i - out->name.ptr);
    *at = i;
    while (i < tag.len && is_blank(tag.ptr[i]))
        i++;
    if (i >= tag.len || tag.ptr[i] != '=')
        return true;
    i++;
    while (i < tag.len && is_blank(tag.ptr[i]))
        i++;
    if (i < tag.len && (tag.ptr[i] == '"' || tag.ptr[i] == '\'')) {
        bd_str rest = bd_str_skip(tag, i + 1);
        size_t len = bd_str_find_char(rest, tag.ptr[i]);

        out->value = bd_str_sub(rest, 0, len);
        *at = i + 1 + out->value.len + (len == SIZE_MAX ? 0 : 1);
    } else {
        out->value.ptr = tag.ptr + i;
        while (i < tag.len && !is_blank(tag.ptr[i]))
            i++;
        out->value.len = (size_t)(tag.ptr + i - out->value.ptr);
        *at = i;
    }
    out->has_value = true;
    return true;
}

/* The tag's end, after its ">"; quotes hide ">". */
static size_t tag_end(bd_str html, size_t at)
{
    char quote = '\0';
    bool value = false; /* quotes count only where a value begins */

    for (; at < html.len; at++) {
        char c = html.ptr[at];

        if (quote) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '>') {
            return at + 1;
        } else if (value && (c == '"' || c == '\'')) {
            quote = c;
        }
        if (c == '=')
            value = true;
        else if (!is_blank(c))
            value = false;
    }
    return html.len;
}

static void add_attribute(struct run *run, bd_str tag_name,
                          const struct bd_view_attribute *a, bd_str whole,
                          bool about_scheme)
{
    if (run->view.no_images && bd_view_is_picture(tag_name, a->name)) {
        bd_buf_add_char(&run->out, ' ');
        bd_buf_add(&run->out, a->name);
        bd_buf_add_cstr(&run->out, "=\"data:,\"");
    } else if (bd_str_eq_nocase(a->name, BD_STR("media")) ||
               bd_str_eq_nocase(a->name, BD_STR("style"))) {
        bd_view_style(&run->out, whole, run->view.dark);
    } else if (about_scheme && bd_str_eq_nocase(a->name, BD_STR("content"))) {
        bd_buf_add_cstr(&run->out,
                        run->view.dark && bd_view_has_word(a->value, "dark")
                            ? " content=\"dark\""
                            : " content=\"light\"");
    } else {
        bd_buf_add(&run->out, whole);
    }
}

/* <meta name="color-scheme"> */
static bool is_about_scheme(bd_str tag_name, bd_str inside)
{
    struct bd_view_attribute a;
    size_t at = 0;

    if (!bd_str_eq_nocase(tag_name, BD_STR("meta")))
        return false;
    while (next_attribute(inside, &at, &a))
        if (bd_str_eq_nocase(a.name, BD_STR("name")))
            return bd_str_eq_nocase(bd_str_trim(a.value),
                                    BD_STR("color-scheme"));
    return false;
}

/* Links in a frame would take its place. Those within the letter may. */
static bool leaves(bd_str tag_name, bd_str inside)
{
    struct bd_view_attribute a;
    size_t at = 0;

    if (!bd_str_eq_nocase(tag_name, BD_STR("a")) &&
        !bd_str_eq_nocase(tag_name, BD_STR("area")))
        return false;
    while (next_attribute(inside, &at, &a))
        if (bd_str_eq_nocase(a.name, BD_STR("href")))
            return !bd_str_starts(bd_str_trim(a.value), BD_STR("#"));
    return false;
}

static void add_start_tag(struct run *run, bd_str tag, bd_str name)
{
    bd_str inside = bd_str_skip(tag, 1 + name.len);
    bool about_scheme = false;
    struct bd_view_attribute a;
    size_t at = 0;
    size_t from = 0;

    if (bd_str_ends(inside, BD_STR(">")))
        inside.len--;
    about_scheme = is_about_scheme(name, inside);
    bd_buf_add(&run->out, bd_str_sub(tag, 0, 1 + name.len));
    if (leaves(name, inside))
        bd_buf_add_cstr(&run->out, " target=\"_blank\"");
    while (next_attribute(inside, &at, &a)) {
        add_attribute(run, name, &a, bd_str_sub(inside, from, at - from),
                      about_scheme);
        from = at;
    }
    bd_buf_add(&run->out, bd_str_skip(inside, from));
    if (bd_str_ends(tag, BD_STR(">")))
        bd_buf_add_char(&run->out, '>');
}

/* The style sheet up to its end tag, which stands at run->at. */
static void add_sheet(struct run *run)
{
    size_t end = run->at;

    while (
        end < run->html.len &&
        !bd_str_starts_nocase(bd_str_skip(run->html, end), BD_STR("</style")))
        end++;
    bd_view_style(&run->out, bd_str_sub(run->html, run->at, end - run->at),
                  run->view.dark);
    run->at = end;
}

/* Before which the policy must stand, where there is no <head>. */
static bool is_outside_head(bd_str name)
{
    return bd_str_eq_nocase(name, BD_STR("html")) ||
           bd_str_eq_nocase(name, BD_STR("head"));
}

static void take_tag(struct run *run)
{
    size_t end = tag_end(run->html, run->at);
    bd_str tag = bd_str_sub(run->html, run->at, end - run->at);
    bd_str name = bd_str_skip(tag, 1);
    size_t len = 0;

    while (len < name.len && !is_blank(name.ptr[len]) && name.ptr[len] != '/' &&
           name.ptr[len] != '>')
        len++;
    name = bd_str_sub(name, 0, len);
    if (!is_outside_head(name))
        add_policy(run);
    add_start_tag(run, tag, name);
    run->at = end;
    if (bd_str_eq_nocase(name, BD_STR("head")))
        add_policy(run);
    if (bd_str_eq_nocase(name, BD_STR("style")))
        add_sheet(run);
}

/* What begins with "<" at run->at. */
static void take_markup(struct run *run)
{
    bd_str rest = bd_str_skip(run->html, run->at);
    size_t len = 1;

    if (rest.len > 1 && is_letter(rest.ptr[1])) {
        take_tag(run);
        return;
    }
    if (bd_str_starts(rest, BD_STR("<!--"))) { /* also for Outlook alone */
        len = bd_str_find(bd_str_skip(rest, 4), BD_STR("-->"));
        len = len == SIZE_MAX ? rest.len : len + 7;
    } else if (bd_str_starts(rest, BD_STR("<!"))) {
        len = bd_str_find_char(rest, '>');
        len = len == SIZE_MAX ? rest.len : len + 1;
    }
    if (!bd_str_starts(rest, BD_STR("<!")))
        add_policy(run);
    bd_buf_add(&run->out, bd_str_sub(rest, 0, len));
    run->at += len;
}

bd_str bd_view_html(struct bd_arena *arena, bd_str html, struct bd_view view)
{
    struct run run = { .html = html, .view = view };
    bd_str page = BD_STR_NONE;

    bd_buf_init(&run.out, 0);
    while (run.at < html.len) {
        bd_str rest = bd_str_skip(html, run.at);
        size_t len = bd_str_find_char(rest, '<');

        if (len == SIZE_MAX)
            len = rest.len;
        if (bd_str_trim(bd_str_sub(rest, 0, len)).len > 0)
            add_policy(&run);
        bd_buf_add(&run.out, bd_str_sub(rest, 0, len));
        run.at += len;
        if (run.at < html.len)
            take_markup(&run);
    }
    add_policy(&run);
    page = bd_buf_copy(&run.out, arena);
    bd_buf_fini(&run.out);
    return page;
}

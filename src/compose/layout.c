#include "layout_private.h"

#include "brevduva/base/limits.h"
#include "brevduva/base/mustache.h"
#include "brevduva/compose/css.h"
#include "links_private.h"
#include "look_private.h"

static bool find_partial(void *self, bd_str name, bd_str *out_text)
{
    const struct bd_draft *d = self;
    const char *unused = NULL;

    return bd_look_file(d, bd_arena_cstr(d->arena, name), &unused, out_text,
                        NULL) == BD_OK;
}

static enum bd_status render(struct bd_draft *d, const char *file,
                             const struct bd_json *data, bool raw_text,
                             bd_str *out, struct bd_err *err)
{
    struct bd_mustache_options options = { find_partial, d, true, raw_text };
    const struct bd_mustache *template = NULL;
    const char *name = NULL;
    struct bd_buf buf = { 0 };
    bd_str text = BD_STR_NONE;
    enum bd_status rc = bd_look_file(d, file, &name, &text, err);

    bd_buf_init(&buf, BD_MAX_MESSAGE_BYTES);
    if (rc == BD_OK)
        rc = bd_mustache_parse(d->arena, name, text, &template, err);
    if (rc == BD_OK)
        rc = bd_mustache_render(d->arena, template, &options, data, &buf, err);
    if (rc == BD_OK && (buf.len == 0 || buf.ptr[buf.len - 1] != '\n'))
        bd_buf_add_char(&buf, '\n'); /* bodies end with a line's end */
    if (rc == BD_OK)
        *out = bd_buf_copy(&buf, d->arena);
    bd_buf_fini(&buf);
    return rc;
}

static void set_styles(struct bd_draft *d, struct bd_json *data,
                       const struct bd_theme *theme)
{
    struct bd_json *styles = bd_json_object(d->arena);

    for (const struct bd_style *s = theme->styles; s; s = s->next)
        bd_json_set(styles, s->name, bd_json_string(d->arena, s->declarations));
    bd_json_set(data, BD_STR("style"), styles);
    bd_json_set(data, BD_STR("style_sheet"),
                bd_json_string(d->arena, theme->sheet));
}

/* Inline the <style> of an own template. Its source is read first, only for
 * the places of faults: rendered, they would stand elsewhere. */
static enum bd_status inline_styles(struct bd_draft *d, const char *file,
                                    bd_str *html, struct bd_err *err)
{
    const char *name = NULL;
    bd_str source = BD_STR_NONE;
    enum bd_status rc = bd_look_file(d, file, &name, &source, err);

    if (rc == BD_OK)
        rc = bd_css_inline(d->arena, source, name, NULL, &source, err);
    if (rc != BD_OK)
        return rc;
    name = bd_arena_printf(d->arena, _("%s as rendered"), name).ptr;
    return bd_css_inline(d->arena, *html, name, NULL, html, err);
}

enum bd_status bd_layout_html(struct bd_draft *draft, bd_str *out,
                              struct bd_err *err)
{
    struct bd_json *data = draft->frame->data(draft, BD_ESCAPE_HTML);
    struct bd_look_made made = { 0 };
    struct bd_theme theme = { 0 };
    struct bd_buf body = { 0 };
    enum bd_status rc = bd_look_make(draft, &made, err);

    if (rc == BD_OK)
        rc = bd_look_theme(draft, &made, &theme, err);
    if (rc != BD_OK)
        return rc;
    bd_json_set(data, BD_STR("theme"), made.values);
    set_styles(draft, data, &theme);
    bd_html_render(draft->issue->document,
                   &(struct bd_html) { .arena = draft->arena,
                                       .out = &body,
                                       .theme = &theme,
                                       .images = draft->images,
                                       .options = draft->options,
                                       .lang = draft->lang });
    bd_json_set(data, BD_STR("body"),
                bd_json_string(draft->arena, bd_buf_copy(&body, draft->arena)));
    bd_buf_fini(&body);
    rc = render(draft, draft->frame->html, data, false, out, err);
    return rc == BD_OK ? inline_styles(draft, draft->frame->html, out, err)
                       : rc;
}

/* Texts that the template does not have to wrap itself. */
static bd_str wrapped(struct bd_draft *d, bd_str text, char underline)
{
    struct bd_buf buf = { 0 };
    bd_str lines = BD_STR_NONE;

    if (text.len > 0)
        bd_text_wrap(text, BD_STR_NONE, BD_STR_NONE, &buf);
    if (underline)
        bd_text_underline(text, underline, BD_STR_NONE, &buf);
    if (buf.len > 0)
        buf.len--; /* the template ends the line */
    lines = bd_buf_copy(&buf, d->arena);
    bd_buf_fini(&buf);
    return lines;
}

static void wrap_member(struct bd_draft *d, struct bd_json *data,
                        const char *key, const char *as, char underline)
{
    const struct bd_json *value = bd_json_get(data, bd_str_from(key));

    if (!value)
        return;
    bd_json_set(data, bd_str_from(as),
                bd_json_string(d->arena, wrapped(d, value->text, underline)));
}

enum bd_status bd_layout_text(struct bd_draft *draft, bd_str *out,
                              struct bd_err *err)
{
    struct bd_json *data = draft->frame->data(draft, BD_ESCAPE_TEXT);
    struct bd_buf body = { 0 };

    wrap_member(draft, data, "title", "title_lines", '=');
    wrap_member(draft, data, "reason", "reason_lines", 0);
    wrap_member(draft, data, "parties_line", "parties_lines", 0);
    bd_text_render(draft->issue->document, draft->lang, draft->arena, &body);
    bd_json_set(data, BD_STR("body"),
                bd_json_string(draft->arena, bd_buf_copy(&body, draft->arena)));
    bd_buf_fini(&body);
    return render(draft, draft->frame->text, data, true, out, err);
}

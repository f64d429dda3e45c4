/* The preview's page and its views, for one reader. */
#include <string.h>

#include "brevduva/base/mustache.h"
#include "brevduva/compose/view.h"
#include "preview_private.h"

#define PAGE "preview/page.html"

/* A copy of the letter in the arena of who asks: the letter's own would grow
 * with each look at it. */
static enum bd_status splice(const struct preview_letter *l,
                             struct bd_arena *arena,
                             const struct bd_message *message,
                             const struct preview_reader *reader, bd_str *out,
                             struct bd_err *err)
{
    struct app app = l->app;
    enum bd_status rc = BD_OK;

    app.arena = arena;
    rc = letter_splice(&app, &l->letter, message, reader->email, out);
    if (rc != BD_OK && err)
        *err = app.err;
    return rc;
}

static const struct preview_kind *find_kind(bd_str key)
{
    for (const struct preview_kind *k = preview_kinds; k->key; k++)
        if (bd_str_eq(key, bd_str_from(k->key)))
            return k;
    return NULL;
}

enum bd_status preview_view(const struct preview *preview,
                            struct bd_arena *arena, bd_str view, bd_str reader,
                            bd_str *out, struct bd_err *err)
{
    const struct preview_letter *l = preview->good;
    const struct preview_kind *kind = find_kind(view);
    bd_str html = BD_STR_NONE;
    enum bd_status rc = BD_OK;

    if (!kind || !l)
        return BD_ENOENT;
    rc = splice(l, arena, &l->html, preview_reader_find(l, reader), &html, err);
    if (rc == BD_OK)
        *out = bd_view_html(arena, html,
                            (struct bd_view) { .dark = kind->dark,
                                               .no_images = kind->no_images });
    return rc;
}

static enum bd_status fill_shown(const struct preview_letter *l,
                                 struct bd_arena *arena,
                                 struct preview_shown *out, struct bd_err *err)
{
    bd_str eml = BD_STR_NONE;

    if (splice(l, arena, &l->full, out->reader, &eml, err) != BD_OK ||
        splice(l, arena, &l->html, out->reader, &out->html, err) != BD_OK ||
        splice(l, arena, &l->plain, out->reader, &out->plain, err) != BD_OK ||
        splice(l, arena, &l->subject, out->reader, &out->subject, err) !=
            BD_OK ||
        splice(l, arena, &l->preheader, out->reader, &out->preheader, err) !=
            BD_OK)
        return err->code;
    out->html_octets = bd_check_html_octets(eml);
    out->octets = eml.len;
    return BD_OK;
}

static enum bd_status render(struct app *app, const struct bd_json *data,
                             bd_str *out)
{
    struct bd_mustache_options options = { .partial = letter_template,
                                           .partial_self = app,
                                           .strict = true };
    const struct bd_mustache *template = NULL;
    struct bd_buf page;
    bd_str source = BD_STR_NONE;
    enum bd_status rc = BD_OK;

    if (!letter_template(app, BD_STR(PAGE), &source))
        return bd_fail(&app->err, BD_ENOENT, "templates/" PAGE);
    bd_buf_init(&page, 0);
    rc = bd_mustache_parse(app->arena, "templates/" PAGE, source, &template,
                           &app->err);
    if (rc == BD_OK)
        rc = bd_mustache_render(app->arena, template, &options, data, &page,
                                &app->err);
    if (rc == BD_OK)
        *out = bd_buf_copy(&page, app->arena);
    bd_buf_fini(&page);
    return rc;
}

enum bd_status preview_page(const struct preview *preview,
                            struct bd_arena *arena, bd_str reader, bool once,
                            bd_str *out, struct bd_err *err)
{
    const struct preview_letter *l = preview->good;
    struct app app = l ? l->app : *preview->app;
    struct preview_shown shown = { .preview = preview, .once = once };
    enum bd_status rc = BD_OK;

    app.arena = arena;
    if (l) {
        shown.reader = preview_reader_find(l, reader);
        rc = fill_shown(l, arena, &shown, err);
    }
    if (rc != BD_OK)
        return rc;
    rc = render(&app, preview_data(&app, &shown), out);
    if (rc != BD_OK)
        *err = app.err;
    return rc;
}

/* render --as web: the page of the archive, whole in one file. */
#include "archive_private.h"
#include "brevduva/compose/web.h"
#include "brevduva/mail/mime_write.h"
#include "brevduva/web/archive.h"
#include "site_private.h"

#define STYLE_HREF "href=\"../style.css\""

static void add_base64(struct bd_buf *out, bd_str bytes)
{
    struct bd_buf lines = { 0 };
    bd_str rest = BD_STR_NONE;

    bd_base64_write(&lines, bytes);
    rest = bd_buf_str(&lines);
    while (rest.ptr)
        bd_buf_add(out, bd_str_cut_line(&rest));
    bd_buf_fini(&lines);
}

static void add_picture(struct bd_buf *out, const struct bd_page *page,
                        bd_str name)
{
    for (size_t i = 0; i < page->file_count; i++) {
        const struct bd_page_file *file = &page->files[i];

        if (!bd_str_eq(file->name, name))
            continue;
        bd_buf_printf(out, " src=\"data:%.*s;base64,", BD_ARG(file->type));
        add_base64(out, file->bytes);
        return;
    }
    bd_buf_printf(out, BD_WEB_FILE_SRC "%.*s", BD_ARG(name));
}

static void add_with_pictures(struct bd_buf *out, const struct bd_page *page,
                              bd_str html)
{
    bd_str src = bd_str_from(BD_WEB_FILE_SRC);
    size_t at = 0;

    while ((at = bd_str_find(html, src)) != SIZE_MAX) {
        bd_str name = bd_str_skip(html, at + src.len);

        name = bd_str_sub(name, 0, bd_str_find_char(name, '"'));
        bd_buf_add(out, bd_str_sub(html, 0, at));
        add_picture(out, page, name);
        html = bd_str_skip(html, at + src.len + name.len);
    }
    bd_buf_add(out, html);
}

/* The <link> to the style sheet: where it begins, and its octets. False: an
 * own frame has none, or another. */
static bool find_style(bd_str html, size_t *at, size_t *len)
{
    size_t end = 0;

    *at = bd_str_find(html, BD_STR(STYLE_HREF));
    if (*at == SIZE_MAX)
        return false;
    end = bd_str_find_char(bd_str_skip(html, *at), '>');
    if (end == SIZE_MAX)
        return false;
    end += *at + 1;
    while (*at > 0 && html.ptr[*at] != '<')
        (*at)--;
    *len = end - *at;
    return true;
}

/* Nothing beside it is needed: style and pictures are in it. */
static bd_str make_whole(struct app *app, const struct bd_page *page,
                         bd_str html)
{
    struct bd_buf out = { 0 };
    bd_str style = BD_STR_NONE;
    bd_str whole = BD_STR_NONE;
    size_t at = 0;
    size_t len = 0;

    if (find_style(html, &at, &len) &&
        letter_template(app, BD_STR("web/style.css"), &style)) {
        bd_buf_add(&out, bd_str_sub(html, 0, at));
        bd_buf_printf(&out, "<style>\n%.*s</style>", BD_ARG(style));
        html = bd_str_skip(html, at + len);
    }
    add_with_pictures(&out, page, html);
    whole = bd_buf_copy(&out, app->arena);
    bd_buf_fini(&out);
    return whole;
}

/* As it would be, were it sent now; or of the day when it was. */
static enum bd_status date_page(struct app *app, struct bd_page *page,
                                bool decided)
{
    struct bd_page known;
    struct bd_err err = { .code = BD_OK };
    enum bd_status rc = bd_page_get(app->arena, app->store, page->slug, &known,
                                    &err);

    page->sent_at = app_now(app);
    if (rc == BD_ENOENT)
        return BD_OK;
    if (rc != BD_OK) {
        app->err = err;
        return rc;
    }
    page->sent_at = known.sent_at;
    if (!decided)
        page->visibility = known.visibility;
    return BD_OK;
}

enum bd_status letter_web(struct app *app, const struct cli_letter *letter,
                          bd_str *out)
{
    bd_str base = app->config.web.base_url;
    bd_str url = base.len > 0
                     ? bd_arena_printf(app->arena, "%.*s/archive", BD_ARG(base))
                     : BD_STR_NONE;
    struct bd_site *site = NULL;
    struct bd_page page;
    bool decided = false;
    bd_str html = BD_STR_NONE;
    enum bd_status rc = archive_page(app, letter, &page, &decided);

    if (rc == BD_OK)
        rc = date_page(app, &page, decided);
    if (rc == BD_OK)
        rc = site_open_files(app, &site);
    if (rc == BD_OK)
        rc = bd_archive_page(app->arena, site, app->store, url, &page, &html,
                             &app->err);
    bd_site_free(site);
    if (rc == BD_OK)
        *out = make_whole(app, &page, html);
    return rc;
}

#include "archive_private.h"
#include "brevduva/compose/web.h"

static enum bd_visibility by_settings(const struct app *app)
{
    switch (app->config.web.archive) {
    case BD_ARCHIVE_UNLISTED:
        return BD_PAGE_UNLISTED;
    case BD_ARCHIVE_OFF:
        return BD_PAGE_OFF;
    case BD_ARCHIVE_PUBLIC:
        break;
    }
    return BD_PAGE_PUBLIC;
}

static void take_files(struct app *app, const struct bd_web_file *files,
                       struct bd_page *page)
{
    struct bd_page_file *rows = NULL;
    size_t count = 0;

    for (const struct bd_web_file *f = files; f; f = f->next)
        count++;
    rows = BD_NEW_ARRAY(app->arena, count + 1, struct bd_page_file);
    page->files = rows;
    for (; files; files = files->next)
        rows[page->file_count++] = (struct bd_page_file) {
            .name = files->name,
            .type = bd_str_from(files->type),
            .bytes = files->bytes,
            .size = files->bytes.len,
            .shown = files->shown,
        };
}

enum bd_status archive_page(struct app *app, const struct cli_letter *letter,
                            struct bd_page *out, bool *out_decided)
{
    struct bd_web_page web;
    enum bd_status rc = bd_web_page_make(app->arena, &letter->issue,
                                         &letter->options, &web, &app->err);

    if (rc != BD_OK)
        return rc;
    *out = (struct bd_page) {
        .slug = letter->issue.slug,
        .list_id = letter->list.id,
        .title = web.title,
        .language = bd_str_from(bd_lang_tag(web.language)),
        .description = web.description,
        .body = web.body,
        .words = web.words,
        .visibility = by_settings(app),
    };
    *out_decided = bd_visibility_parse(letter->issue.archive, &out->visibility);
    take_files(app, web.files, out);
    return BD_OK;
}

const char *archive_word(enum bd_visibility visibility)
{
    switch (visibility) {
    case BD_PAGE_UNLISTED:
        return _("unlisted");
    case BD_PAGE_OFF:
        return _("off");
    case BD_PAGE_PUBLIC:
        break;
    }
    return _("public");
}

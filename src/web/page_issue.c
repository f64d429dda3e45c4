/* One issue, and its pictures. */
#include "archive_private.h"
#include "pages_private.h"

#include "brevduva/compose/web.h"

static const struct web_word words[] = {
    { "around", N_("More issues") },
    { "newer_issue", N_("Newer issue") },
    { "older_issue", N_("Older issue") },
    { "tip", N_("Tip a friend") },
    { NULL, NULL },
};

/* The address of the first picture, for who shows the page to others. */
static bd_str first_picture(const struct web_visit *v,
                            const struct bd_page *page)
{
    bd_str src = bd_str_from(BD_WEB_FILE_SRC);
    size_t at = bd_str_find(page->body, src);
    bd_str name = BD_STR_NONE;
    bd_str url = archive_url(v, page->slug);

    if (at == SIZE_MAX)
        return name;
    name = bd_str_skip(page->body, at + src.len);
    name.len = bd_str_find_char(name, '"');
    return bd_arena_printf(v->arena, "%.*s%sfiles/%.*s", BD_ARG(url),
                           v->fixed ? "" : "/", BD_ARG(name));
}

static enum bd_status set_around(struct web_visit *v, struct bd_json *data,
                                 const struct bd_page *page)
{
    struct bd_page older;
    struct bd_page newer;
    enum bd_status rc = bd_page_near(v->arena, v->store, page, &older, &newer,
                                     &v->err);

    if (rc != BD_OK)
        return rc;
    if (older.slug.len > 0) {
        page_set(v, data, "older", archive_link(v, older.slug));
        page_set(v, data, "older_title", older.title);
        page_set(v, data, "older_language", older.language);
    }
    if (newer.slug.len > 0) {
        page_set(v, data, "newer", archive_link(v, newer.slug));
        page_set(v, data, "newer_title", newer.title);
        page_set(v, data, "newer_language", newer.language);
    }
    page_flag(v, data, "has_around", older.slug.len + newer.slug.len > 0);
    return BD_OK;
}

static bool has_whole_url(const struct web_visit *v)
{
    return v->fixed ? v->fixed->url.len > 0 : v->site->origin.len > 0;
}

static void set_head(struct web_visit *v, struct bd_json *data,
                     const struct bd_page *page)
{
    page_flag(v, data, "no_index", page->visibility != BD_PAGE_PUBLIC);
    page_set(v, data, "description", page->description);
    page_set(v, data, "day", archive_day(v->arena, page->sent_at));
    page_set(v, data, "feed",
             v->fixed ? bd_arena_printf(v->arena, "%sfeed.xml", v->fixed->root)
                      : bd_arena_printf(v->arena, "%.*s/feed.xml",
                                        BD_ARG(v->site->prefix)));
    if (!has_whole_url(v))
        return;
    page_set(v, data, "canonical", archive_url(v, page->slug));
    page_set(v, data, "picture", first_picture(v, page));
}

static bd_str folder_of(const struct web_visit *v, const struct bd_page *page)
{
    if (v->fixed)
        return BD_STR_NONE;
    return bd_arena_printf(v->arena, "%.*s/archive/%.*s/",
                           BD_ARG(v->site->prefix), BD_ARG(page->slug));
}

enum bd_status archive_issue_page(struct web_visit *v,
                                  const struct bd_page *page)
{
    struct bd_json *data = NULL;
    enum bd_status rc = BD_OK;

    if (!v->lang_given)
        v->lang = archive_lang(v, page);
    v->out->keep = WEB_PUBLIC;
    data = page_new(v, bd_arena_cstr(v->arena, page->title));
    page_words(v, data, words);
    page_set(v, data, "issue_language", page->language);
    page_set(v, data, "date", archive_date(v->arena, v->lang, page->sent_at));
    page_set(v, data, "contents",
             archive_body(v->arena, page->body, folder_of(v, page)));
    if (!v->fixed && page->visibility == BD_PAGE_PUBLIC)
        page_set(v, data, "tip",
                 bd_arena_printf(v->arena, "%.*s/tip",
                                 BD_ARG(archive_link(v, page->slug))));
    set_head(v, data, page);
    rc = set_around(v, data, page);
    if (rc == BD_OK)
        rc = page_part(v, "issue-head", "head", data);
    return rc == BD_OK ? page_show(v, 200, "issue", data) : rc;
}

enum bd_status issue_show(struct web_visit *v)
{
    struct bd_page page;
    enum bd_status rc = bd_page_get(v->arena, v->store, v->args[0], &page,
                                    &v->err);

    return rc == BD_OK ? archive_issue_page(v, &page) : rc;
}

/* Nothing else is ever sent as what it says it is. */
static const char *type_of(bd_str type)
{
    static const char *const known[] = { "image/png", "image/jpeg",
                                         "image/gif" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bd_str_eq(type, bd_str_from(known[i])))
            return known[i];
    return NULL;
}

/* Its name changes with its bytes, so the name tells whether one has it. */
enum bd_status issue_file(struct web_visit *v)
{
    struct bd_page_file file;
    enum bd_status rc = bd_page_file_get(v->arena, v->store, v->args[0],
                                         v->args[1], &file, &v->err);

    if (rc != BD_OK)
        return rc;
    v->out->type = type_of(file.type);
    if (!v->out->type)
        return BD_ENOENT;
    v->out->body = file.bytes;
    v->out->etag = bd_arena_printf(v->arena, "\"%.*s\"", BD_ARG(file.name));
    v->out->keep = WEB_FOR_LONG;
    return BD_OK;
}

/* One issue. */
#include "archive_private.h"
#include "pages_private.h"

#include "brevduva/compose/web.h"

static const struct web_word words[] = {
    { "around", N_("More issues") },      { "attachments", N_("Attachments") },
    { "newer_issue", N_("Newer issue") }, { "older_issue", N_("Older issue") },
    { "tip", N_("Tip a friend") },        { NULL, NULL },
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
                           v->fixed && !v->fixed->served ? "" : "/",
                           BD_ARG(name));
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

/* Attachments of public issues, to be downloaded. */
static enum bd_status set_attachments(struct web_visit *v, struct bd_json *data,
                                      const struct bd_page *page)
{
    struct bd_json *list = bd_json_array(v->arena);
    const struct bd_page_file *files = NULL;
    size_t count = 0;
    size_t shown = 0;
    enum bd_status rc = BD_OK;

    if (page->file_count > 0) { /* not in the archive yet */
        files = page->files;
        count = page->visibility == BD_PAGE_PUBLIC ? page->file_count : 0;
    } else if (page->visibility == BD_PAGE_PUBLIC)
        rc = bd_page_files(v->arena, v->store, page->slug, &files, &count,
                           &v->err);
    for (size_t i = 0; i < count && rc == BD_OK; i++) {
        struct bd_json *row = bd_json_object(v->arena);

        if (files[i].shown.len == 0)
            continue;
        page_set(v, row, "href",
                 bd_arena_printf(v->arena, "%.*sfiles/%.*s",
                                 BD_ARG(folder_of(v, page)),
                                 BD_ARG(files[i].name)));
        page_set(v, row, "name", files[i].shown);
        page_set(
            v, row, "size",
            bd_arena_printf(v->arena, "%zu kB", (files[i].size + 1023) / 1024));
        bd_json_push(list, row);
        shown++;
    }
    bd_json_set(data, BD_STR("attachments"), list);
    page_flag(v, data, "has_attachments", shown > 0);
    return rc;
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
        rc = set_attachments(v, data, page);
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

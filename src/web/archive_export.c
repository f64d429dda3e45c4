#include "brevduva/web/archive.h"

#include "archive_private.h"

struct export
{
    const struct bd_site *site;
    struct bd_store *store;
    bd_str url;
    bd_archive_file_fn file;
    void *self;
    bool served;
};

static const struct web_request no_request = { .method = WEB_GET };

typedef enum bd_status (*maker)(struct web_visit *visit,
                                const struct bd_page *page);

/* Make one page and hand it over. */
static enum bd_status make(const struct export *e, maker page_of,
                           const struct bd_page *page, const char *root,
                           const char *path, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct web_fixed fixed = { e->url, root, e->served };
    struct web_response response = { .status = 200, .keep = WEB_PUBLIC };
    struct web_visit visit = {
        .site = e->site,
        .store = e->store,
        .arena = arena,
        .request = &no_request,
        .lang = e->site->options.letter->language,
        .out = &response,
        .fixed = &fixed,
    };
    enum bd_status rc = page_of(&visit, page);

    if (rc == BD_OK)
        rc = e->file(e->self, bd_str_from(path), response.body, err);
    else if (err)
        *err = visit.err;
    bd_arena_free(arena);
    return rc;
}

static enum bd_status make_index(struct web_visit *v,
                                 const struct bd_page *page)
{
    (void)page;
    return archive_index_page(v);
}

static enum bd_status make_feed(struct web_visit *v, const struct bd_page *page)
{
    (void)page;
    return archive_feed(v);
}

static enum bd_status make_sitemap(struct web_visit *v,
                                   const struct bd_page *page)
{
    (void)page;
    return archive_sitemap(v);
}

static enum bd_status export_pictures(const struct export *e,
                                      struct bd_arena *arena, bd_str slug,
                                      struct bd_err *err)
{
    const struct bd_page_file *files = NULL;
    size_t count = 0;
    enum bd_status rc = bd_page_files(arena, e->store, slug, &files, &count,
                                      err);

    for (size_t i = 0; i < count && rc == BD_OK; i++) {
        struct bd_page_file file;

        rc = bd_page_file_get(arena, e->store, slug, files[i].name, &file, err);
        if (rc == BD_ENOENT && files[i].shown.len > 0) {
            rc = BD_OK; /* an attachment of an issue that is not public */
            continue;
        }
        if (rc == BD_OK)
            rc = e->file(e->self,
                         bd_arena_printf(arena, "%.*s/files/%.*s", BD_ARG(slug),
                                         BD_ARG(file.name)),
                         file.bytes, err);
    }
    return rc;
}

static enum bd_status export_issue(const struct export *e, bd_str slug,
                                   struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_page page;
    enum bd_status rc = bd_page_get(arena, e->store, slug, &page, err);

    if (rc == BD_OK)
        rc = make(e, archive_issue_page, &page, "../",
                  bd_arena_printf(arena, "%.*s/index.html", BD_ARG(slug)).ptr,
                  err);
    if (rc == BD_OK)
        rc = export_pictures(e, arena, slug, err);
    bd_arena_free(arena);
    return rc;
}

static enum bd_status export_issues(const struct export *e,
                                    struct bd_arena *arena, struct bd_err *err)
{
    struct bd_page_filter filter = { .unlisted = true };
    const struct bd_page *pages = NULL;
    size_t count = 0;
    int64_t total = 0;
    enum bd_status rc = bd_page_find(arena, e->store, &filter, &pages, &count,
                                     &total, err);

    for (size_t i = 0; i < count && rc == BD_OK; i++)
        rc = export_issue(e, pages[i].slug, err);
    return rc;
}

enum bd_status bd_archive_export(const struct bd_site *site,
                                 struct bd_store *store, bd_str url,
                                 bd_archive_file_fn file, void *self,
                                 struct bd_err *err)
{
    struct export e = { site, store, url, file, self, false };
    struct bd_arena *arena = bd_arena_new();
    enum bd_status rc = make(&e, make_index, NULL, "", "index.html", err);

    if (rc == BD_OK)
        rc = export_issues(&e, arena, err);
    if (rc == BD_OK)
        rc = make(&e, make_feed, NULL, "", "feed.xml", err);
    if (rc == BD_OK && url.len > 0)
        rc = make(&e, make_sitemap, NULL, "", "sitemap.xml", err);
    if (rc == BD_OK)
        rc = file(self, BD_STR("style.css"), site->style, err);
    bd_arena_free(arena);
    return rc;
}

struct kept {
    struct bd_arena *arena;
    bd_str *out;
};

static enum bd_status keep(void *self, bd_str path, bd_str bytes,
                           struct bd_err *err)
{
    const struct kept *kept = self;

    (void)path;
    (void)err;
    *kept->out = bd_arena_copy(kept->arena, bytes);
    return BD_OK;
}

enum bd_status bd_archive_page(struct bd_arena *arena,
                               const struct bd_site *site,
                               struct bd_store *store, bd_str url,
                               const struct bd_page *page, bd_str *out,
                               struct bd_err *err)
{
    struct kept kept = { arena, out };
    const struct export e = { site, store, url, keep, &kept, true };

    return make(&e, archive_issue_page, page, "../", "index.html", err);
}

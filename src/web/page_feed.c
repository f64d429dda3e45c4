/* For programs: the Atom feed (RFC 4287), sitemap.xml, robots.txt. */
#include "archive_private.h"
#include "pages_private.h"

#include <string.h>

#include "brevduva/base/mustache.h"
#include "brevduva/store/list.h"

#define NEWEST 20

/* Text of XML: HTML's references are XML's too; U+FFFE and U+FFFF are the
 * only characters left that XML 1.0 (2.2) has not. */
static void add_text(struct bd_buf *out, bd_str text)
{
    size_t from = 0;

    for (size_t i = 0; i + 2 < text.len; i++)
        if (memcmp(text.ptr + i, "\xef\xbf", 2) == 0 &&
            (unsigned char)text.ptr[i + 2] >= 0xbe) {
            bd_html_escape(bd_str_sub(text, from, i - from), out);
            from = i + 3;
        }
    bd_html_escape(bd_str_skip(text, from), out);
}

static void add_element(struct bd_buf *out, const char *name, bd_str text)
{
    bd_buf_printf(out, "<%s>", name);
    add_text(out, text);
    bd_buf_printf(out, "</%s>\n", name);
}

/* RFC 3339, UTC. */
static void add_time(struct bd_buf *out, struct bd_arena *arena,
                     const char *name, int64_t seconds)
{
    bd_buf_printf(out, "<%s>%.*s</%s>\n", name,
                  BD_ARG(bd_time_utc(arena, seconds)), name);
}

static void add_link(struct bd_buf *out, const char *rel, const char *type,
                     bd_str href)
{
    bd_buf_printf(out, "<link rel=\"%s\" type=\"%s\" href=\"", rel, type);
    add_text(out, href);
    bd_buf_add_cstr(out, "\"/>\n");
}

/* A tag: URI (RFC 4151): the same wherever the pages may move. */
static void add_id(struct bd_buf *out, struct web_visit *v, int64_t since,
                   bd_str what)
{
    bd_str domain = bd_str_after_last(v->site->options.letter->from_email, '@');
    bd_str day = bd_str_sub(bd_time_utc(v->arena, since), 0, 10);

    add_element(out, "id",
                bd_arena_printf(v->arena, "tag:%.*s,%.*s:%.*s", BD_ARG(domain),
                                BD_ARG(day), BD_ARG(what)));
}

static bd_str author(const struct web_visit *v)
{
    const struct bd_letter_options *o = v->site->options.letter;

    return o->organisation.name.len > 0 ? o->organisation.name : o->from_name;
}

static void add_entry(struct web_visit *v, struct bd_buf *out,
                      const struct bd_page *page)
{
    bd_str url = archive_url(v, page->slug);
    bd_str folder = bd_arena_printf(v->arena, "%.*s%s", BD_ARG(url),
                                    v->fixed ? "" : "/");

    bd_buf_printf(out, "<entry xml:lang=\"%.*s\">\n", BD_ARG(page->language));
    add_element(out, "title", page->title);
    add_id(out, v, page->sent_at,
           bd_arena_printf(v->arena, "archive/%.*s", BD_ARG(page->slug)));
    add_link(out, "alternate", "text/html", url);
    add_time(out, v->arena, "published", page->sent_at);
    add_time(out, v->arena, "updated", page->changed_at);
    if (page->description.len > 0)
        add_element(out, "summary", page->description);
    bd_buf_add_cstr(out, "<content type=\"html\">");
    add_text(out, archive_body(v->arena, page->body, folder));
    bd_buf_add_cstr(out, "</content>\n</entry>\n");
}

static bd_str feed_url(const struct web_visit *v, bd_str list)
{
    bd_str url = archive_site_url(v, "/feed.xml");

    if (list.len == 0)
        return url;
    return bd_arena_printf(v->arena, "%.*s?list=%.*s", BD_ARG(url),
                           BD_ARG(list));
}

static void add_head(struct web_visit *v, struct bd_buf *out,
                     const struct bd_list *list, bool chosen,
                     const struct bd_page *newest)
{
    bd_str id = BD_STR("feed");
    bd_str name = v->site->options.letter->newsletter;

    if (chosen) {
        id = bd_arena_printf(v->arena, "feed/%.*s", BD_ARG(list->slug));
        if (list->title.len > 0)
            name = bd_arena_printf(v->arena, "%.*s – %.*s", BD_ARG(name),
                                   BD_ARG(list->title));
    }
    bd_buf_printf(out,
                  "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                  "<feed xmlns=\"http://www.w3.org/2005/Atom\" "
                  "xml:lang=\"%s\">\n",
                  bd_lang_tag(v->site->options.letter->language));
    add_element(out, "title", name.len > 0 ? name : author(v));
    add_id(out, v, list->created_at, id);
    add_link(out, "self", "application/atom+xml",
             feed_url(v, chosen ? list->slug : BD_STR_NONE));
    add_link(out, "alternate", "text/html", archive_url(v, BD_STR_NONE));
    add_time(out, v->arena, "updated",
             newest ? newest->changed_at : list->created_at);
    bd_buf_add_cstr(out, "<author>");
    add_element(out, "name", author(v));
    bd_buf_add_cstr(out, "</author>\n");
}

static const struct bd_page *last_changed(const struct bd_page *pages,
                                          size_t count)
{
    const struct bd_page *last = NULL;

    for (size_t i = 0; i < count; i++)
        if (!last || pages[i].changed_at > last->changed_at)
            last = &pages[i];
    return last;
}

static void take(struct web_visit *v, struct bd_buf *buf, const char *type)
{
    v->out->keep = WEB_PUBLIC;
    v->out->type = type;
    v->out->body = bd_buf_copy(buf, v->arena);
    bd_buf_fini(buf);
}

enum bd_status archive_feed(struct web_visit *v)
{
    bd_str chosen = web_field(v->request->query, "list");
    struct bd_page_filter filter = { .list = chosen,
                                     .limit = NEWEST,
                                     .bodies = true };
    const struct bd_page *pages = NULL;
    struct bd_list list;
    struct bd_buf buf = { 0 };
    size_t count = 0;
    int64_t total = 0;
    enum bd_status rc = bd_list_find(v->arena, v->store, chosen, &list,
                                     &v->err);

    if (rc == BD_OK)
        rc = bd_page_find(v->arena, v->store, &filter, &pages, &count, &total,
                          &v->err);
    if (rc != BD_OK)
        return rc;
    add_head(v, &buf, &list, chosen.len > 0, last_changed(pages, count));
    for (size_t i = 0; i < count; i++)
        add_entry(v, &buf, &pages[i]);
    bd_buf_add_cstr(&buf, "</feed>\n");
    take(v, &buf, "application/atom+xml; charset=utf-8");
    return BD_OK;
}

enum bd_status feed_show(struct web_visit *v)
{
    return archive_feed(v);
}

enum bd_status archive_sitemap(struct web_visit *v)
{
    struct bd_page_filter filter = { .limit = 49000 }; /* 50000 are allowed */
    const struct bd_page *pages = NULL;
    struct bd_buf buf = { 0 };
    size_t count = 0;
    int64_t total = 0;
    enum bd_status rc = bd_page_find(v->arena, v->store, &filter, &pages,
                                     &count, &total, &v->err);

    if (rc != BD_OK)
        return rc;
    bd_buf_add_cstr(&buf,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset "
                    "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
                    "<url>");
    add_element(&buf, "loc", archive_url(v, BD_STR_NONE));
    bd_buf_add_cstr(&buf, "</url>\n");
    for (size_t i = 0; i < count; i++) {
        bd_buf_add_cstr(&buf, "<url>");
        add_element(&buf, "loc", archive_url(v, pages[i].slug));
        add_time(&buf, v->arena, "lastmod", pages[i].changed_at);
        bd_buf_add_cstr(&buf, "</url>\n");
    }
    bd_buf_add_cstr(&buf, "</urlset>\n");
    take(v, &buf, "application/xml; charset=utf-8");
    return BD_OK;
}

enum bd_status sitemap_show(struct web_visit *v)
{
    return archive_sitemap(v);
}

/* What is for one person alone is no business of search engines. */
enum bd_status robots_show(struct web_visit *v)
{
    struct bd_buf buf = { 0 };
    bd_str prefix = v->site->prefix;

    bd_buf_printf(&buf, "User-agent: *\nAllow: %.*s/archive\n", BD_ARG(prefix));
    for (const struct web_route *r = web_routes; r->pattern; r++)
        if (bd_str_ends(bd_str_from(r->pattern), BD_STR("/:token")))
            bd_buf_printf(&buf, "Disallow: %.*s%.*s\n", BD_ARG(prefix),
                          (int)(strlen(r->pattern) - strlen(":token")),
                          r->pattern);
    if (v->site->origin.len > 0)
        bd_buf_printf(&buf, "Sitemap: %.*s\n",
                      BD_ARG(archive_site_url(v, "/sitemap.xml")));
    take(v, &buf, "text/plain; charset=utf-8");
    return BD_OK;
}

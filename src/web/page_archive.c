/* The index of all issues: by year, newest first, to be searched. */
#include "archive_private.h"
#include "pages_private.h"

#include "brevduva/base/fold.h"
#include "brevduva/store/list.h"

#define ON_A_PAGE 50
#define MAX_QUERY 200     /* octets */
#define MAX_PAGES 1000000 /* of an index */

static const struct web_word words[] = {
    { "search", N_("Search in all issues") },
    { "do_search", N_("Search") },
    { "search_again", N_("Show all issues") },
    { "pages", N_("More pages") },
    { "newer", N_("Newer") },
    { "older", N_("Older") },
    { "lists", N_("Lists") },
    { "all_lists", N_("All lists") },
    { "feed", N_("Follow by feed (Atom)") },
    { NULL, NULL },
};

/* What is asked of the index. */
struct search {
    bd_str query, list;
    int64_t page; /* from 1 */
    struct bd_page_filter filter;
    const struct bd_page *pages;
    size_t count;
    int64_t total;
};

/* All words must be there; those beyond the limit are not looked for. */
static void take_words(struct web_visit *v, struct search *s)
{
    bd_str rest = bd_fold(v->arena, s->query);
    size_t count = 0;

    while (rest.ptr && count < BD_PAGE_WORDS) {
        bd_str word = bd_str_trim(bd_str_cut(&rest, ' '));

        if (word.len > 0)
            s->filter.words[count++] = word;
    }
}

static struct search read_search(struct web_visit *v)
{
    const struct web_field *query = v->request->query;
    struct search s = { .page = 1 };
    uint64_t page = 1;

    if (!v->fixed) {
        s.query = bd_str_trim(
            bd_str_cut_utf8(web_field(query, "q"), MAX_QUERY));
        s.list = web_field(query, "list");
        s.filter.limit = ON_A_PAGE;
    }
    if (bd_str_to_u64(web_field(query, "page"), &page) && page >= 1 &&
        page <= MAX_PAGES)
        s.page = (int64_t)page;
    s.filter.list = s.list;
    s.filter.offset = (s.page - 1) * ON_A_PAGE;
    take_words(v, &s);
    return s;
}

static struct bd_json *issue_data(struct web_visit *v,
                                  const struct bd_page *page)
{
    struct bd_json *o = bd_json_object(v->arena);

    page_set(v, o, "href", archive_link(v, page->slug));
    page_set(v, o, "title", page->title);
    page_set(v, o, "description", page->description);
    page_set(v, o, "issue_language", page->language);
    page_set(v, o, "day", archive_day(v->arena, page->sent_at));
    page_set(v, o, "date", archive_date(v->arena, v->lang, page->sent_at));
    return o;
}

static void set_years(struct web_visit *v, struct bd_json *data,
                      const struct search *s)
{
    struct bd_json *years = bd_json_array(v->arena);
    struct bd_json *issues = NULL;
    bd_str before = BD_STR_NONE;

    for (size_t i = 0; i < s->count; i++) {
        bd_str year = bd_str_sub(archive_day(v->arena, s->pages[i].sent_at), 0,
                                 4);

        if (!issues || !bd_str_eq(year, before)) {
            struct bd_json *o = bd_json_object(v->arena);

            issues = bd_json_array(v->arena);
            page_set(v, o, "year", year);
            bd_json_set(o, BD_STR("issues"), issues);
            bd_json_push(years, o);
            before = year;
        }
        bd_json_push(issues, issue_data(v, &s->pages[i]));
    }
    bd_json_set(data, BD_STR("years"), years);
}

static void add_encoded(struct bd_buf *out, const char *name, bd_str value)
{
    if (value.len == 0)
        return;
    bd_buf_printf(out, "%c%s=", out->len > 0 ? '&' : '?', name);
    for (size_t i = 0; i < value.len; i++)
        bd_buf_printf(out, "%%%02X", (unsigned char)value.ptr[i]);
}

/* The same search on another page, or of another list. */
static bd_str query_of(struct web_visit *v, const struct search *s, bd_str list,
                       int64_t page)
{
    struct bd_buf buf = { 0 };
    bd_str query = BD_STR_NONE;

    add_encoded(&buf, "q", s->query);
    add_encoded(&buf, "list", list);
    if (v->lang_given)
        add_encoded(&buf, "lang", bd_str_from(bd_lang_tag(v->lang)));
    if (page > 1)
        bd_buf_printf(&buf, "%cpage=%lld", buf.len > 0 ? '&' : '?',
                      (long long)page);
    query = bd_arena_printf(v->arena, "%.*s%.*s", BD_ARG(archive_index_link(v)),
                            BD_ARG(bd_buf_str(&buf)));
    bd_buf_fini(&buf);
    return query;
}

static void set_paging(struct web_visit *v, struct bd_json *data,
                       const struct search *s)
{
    bool newer = s->page > 1;
    bool older = s->filter.limit > 0 && s->page * ON_A_PAGE < s->total;

    if (newer)
        page_set(v, data, "newer", query_of(v, s, s->list, s->page - 1));
    if (older)
        page_set(v, data, "older", query_of(v, s, s->list, s->page + 1));
    page_flag(v, data, "paging", newer || older);
}

/* Lists to choose among, where there are several. */
static enum bd_status set_lists(struct web_visit *v, struct bd_json *data,
                                const struct search *s)
{
    struct bd_json *all = bd_json_array(v->arena);
    const struct bd_list *lists = NULL;
    size_t count = 0;
    enum bd_status rc = bd_list_all(v->arena, v->store, &lists, &count,
                                    &v->err);

    if (rc != BD_OK || count < 2 || v->fixed)
        return rc;
    for (size_t i = 0; i < count; i++) {
        struct bd_json *o = bd_json_object(v->arena);

        page_set(v, o, "href", query_of(v, s, lists[i].slug, 1));
        page_set(v, o, "name",
                 lists[i].title.len > 0 ? lists[i].title : lists[i].slug);
        page_flag(v, o, "chosen", bd_str_eq(lists[i].slug, s->list));
        bd_json_push(all, o);
    }
    bd_json_set(data, BD_STR("lists"), all);
    page_flag(v, data, "has_lists", true);
    page_set(v, data, "all_lists", query_of(v, s, BD_STR_NONE, 1));
    page_flag(v, data, "any_list", s->list.len == 0);
    return BD_OK;
}

static void set_result(struct web_visit *v, struct bd_json *data,
                       const struct search *s)
{
    bd_str number = bd_arena_printf(v->arena, "%lld", (long long)s->total);

    if (s->query.len > 0)
        page_set(v, data, "found",
                 s->total == 0
                     ? bd_arena_printf(
                           v->arena,
                           L_(v->lang, N_("No issue has all of these words: "
                                          "%.*s. Try fewer, or a part of a "
                                          "word.")),
                           BD_ARG(s->query))
                 : s->total == 1
                     ? bd_str_from(L_(v->lang, N_("One issue was found.")))
                     : bd_arena_printf(
                           v->arena, L_(v->lang, N_("%.*s issues were found.")),
                           BD_ARG(number)));
    else if (s->total == 0)
        page_set(v, data, "empty",
                 bd_str_from(L_(v->lang, N_("No issue has been published here "
                                            "yet. Subscribe, and you get the "
                                            "first one by mail."))));
}

static void set_form(struct web_visit *v, struct bd_json *data,
                     const struct search *s)
{
    page_flag(v, data, "form", !v->fixed && (s->total > 0 || s->query.len > 0));
    page_set(v, data, "index", archive_index_link(v));
    page_set(v, data, "q", s->query);
    page_set(v, data, "list", s->list);
    if (v->lang_given)
        page_set(v, data, "asked_language", bd_str_from(bd_lang_tag(v->lang)));
    page_set(v, data, "feed",
             v->fixed ? BD_STR("feed.xml")
                      : bd_arena_printf(v->arena, "%.*s/feed.xml",
                                        BD_ARG(v->site->prefix)));
    /* what was searched for is nothing for search engines */
    page_flag(v, data, "no_index", s->query.len > 0);
    if (s->query.len == 0 && s->page == 1 && v->site->origin.len > 0)
        page_set(v, data, "canonical", archive_url(v, BD_STR_NONE));
}

enum bd_status archive_index_page(struct web_visit *v)
{
    struct search s = read_search(v);
    struct bd_json *data = NULL;
    enum bd_status rc = bd_page_find(v->arena, v->store, &s.filter, &s.pages,
                                     &s.count, &s.total, &v->err);

    if (rc != BD_OK)
        return rc;
    if (s.page > 1 && s.count == 0)
        return BD_ENOENT; /* past the end */
    v->out->keep = WEB_PUBLIC;
    data = page_new(v, L_(v->lang, N_("All issues")));
    page_words(v, data, words);
    set_years(v, data, &s);
    set_paging(v, data, &s);
    set_result(v, data, &s);
    set_form(v, data, &s);
    rc = set_lists(v, data, &s);
    if (rc == BD_OK)
        rc = page_part(v, "archive-head", "head", data);
    return rc == BD_OK ? page_show(v, 200, "archive", data) : rc;
}

enum bd_status archive_show(struct web_visit *v)
{
    return archive_index_page(v);
}

enum bd_status archive_latest(struct web_visit *v)
{
    struct bd_page_filter filter = {
        .list = web_field(v->request->query, "list"), .limit = 1
    };
    const struct bd_page *page = NULL;
    size_t count = 0;
    int64_t total = 0;
    enum bd_status rc = bd_page_find(v->arena, v->store, &filter, &page, &count,
                                     &total, &v->err);

    if (rc != BD_OK)
        return rc;
    v->out->keep = WEB_PUBLIC;
    if (count == 0)
        return web_move(v, BD_STR("/archive"));
    return web_move(
        v, bd_arena_printf(v->arena, "/archive/%.*s", BD_ARG(page->slug)));
}

enum bd_status root_show(struct web_visit *v)
{
    v->out->keep = WEB_PUBLIC;
    return web_move(v, BD_STR("/archive"));
}

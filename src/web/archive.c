#include "archive_private.h"

#include <time.h>

#include "brevduva/compose/web.h"

static const char *const months[] = {
    N_("January"),   N_("February"), N_("March"),    N_("April"),
    N_("May"),       N_("June"),     N_("July"),     N_("August"),
    N_("September"), N_("October"),  N_("November"), N_("December"),
};

static struct tm local(int64_t seconds)
{
    time_t at = (time_t)seconds;
    struct tm tm = { 0 };

    (void)localtime_r(&at, &tm);
    return tm;
}

bd_str archive_day(struct bd_arena *arena, int64_t seconds)
{
    struct tm tm = local(seconds);

    return bd_arena_printf(arena, "%04d-%02d-%02d", tm.tm_year + 1900,
                           tm.tm_mon + 1, tm.tm_mday);
}

bd_str archive_date(struct bd_arena *arena, enum bd_lang lang, int64_t seconds)
{
    struct tm tm = local(seconds);

    return bd_arena_printf(arena, "%d %s %d", tm.tm_mday,
                           L_(lang, months[tm.tm_mon]), tm.tm_year + 1900);
}

bd_str archive_link(const struct web_visit *v, bd_str slug)
{
    if (v->fixed)
        return bd_arena_printf(v->arena, "%s%.*s/index.html", v->fixed->root,
                               BD_ARG(slug));
    return bd_arena_printf(v->arena, "%.*s/archive/%.*s",
                           BD_ARG(v->site->prefix), BD_ARG(slug));
}

bd_str archive_index_link(const struct web_visit *v)
{
    if (v->fixed)
        return bd_arena_printf(v->arena, "%sindex.html", v->fixed->root);
    return bd_arena_printf(v->arena, "%.*s/archive", BD_ARG(v->site->prefix));
}

bd_str archive_site_url(const struct web_visit *v, const char *path)
{
    if (v->fixed)
        return bd_arena_printf(v->arena, "%.*s%s", BD_ARG(v->fixed->url),
                               v->fixed->url.len > 0 ? path : path + 1);
    return bd_arena_printf(v->arena, "%.*s%.*s%s", BD_ARG(v->site->origin),
                           BD_ARG(v->site->prefix), path);
}

bd_str archive_url(const struct web_visit *v, bd_str slug)
{
    const char *path = v->fixed ? "/" : "/archive";

    if (slug.len > 0)
        path = bd_arena_printf(v->arena,
                               !v->fixed          ? "/archive/%.*s"
                               : v->fixed->served ? "/%.*s"
                                                  : "/%.*s/",
                               BD_ARG(slug))
                   .ptr;
    return archive_site_url(v, path);
}

bd_str archive_body(struct bd_arena *arena, bd_str body, bd_str folder)
{
    struct bd_buf buf = { 0 };
    bd_str src = bd_str_from(BD_WEB_FILE_SRC);
    bd_str out = BD_STR_NONE;
    size_t at = 0;

    while ((at = bd_str_find(body, src)) != SIZE_MAX) {
        bd_buf_add(&buf, bd_str_sub(body, 0, at));
        bd_buf_printf(&buf, " src=\"%.*sfiles/", BD_ARG(folder));
        body = bd_str_skip(body, at + src.len);
    }
    bd_buf_add(&buf, body);
    out = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return out;
}

enum bd_lang archive_lang(const struct web_visit *v, const struct bd_page *page)
{
    enum bd_lang lang = v->site->options.letter->language;

    (void)bd_lang_parse(page->language, &lang);
    return lang;
}

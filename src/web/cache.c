#include "cache_private.h"

#include <stdlib.h>
#include <string.h>

#include "brevduva/base/hash.h"

#define PAGES     64
#define MAX_BYTES ((size_t)512 * 1024) /* of one page */
#define TAG_CHARS 24

struct page {
    struct bd_arena *arena; /* NULL: nothing is here */
    bd_str path;
    enum bd_lang lang;
    bool lang_given;
    struct web_response response;
};

struct web_cache {
    struct page pages[PAGES];
    size_t next; /* the oldest one, to be overwritten */
};

/* Only what has few forms: who asks with queries at random must not push out
 * what all others read. */
static bool has_few_forms(const struct web_request *request)
{
    for (const struct web_field *f = request->query; f; f = f->next)
        if (!bd_str_eq(f->name, BD_STR("lang")))
            return false;
    return request->method == WEB_GET || request->method == WEB_HEAD;
}

/* `"a", W/"b"` or `*`: weak comparison. */
static bool is_known(bd_str list, bd_str etag)
{
    while (list.ptr) {
        bd_str tag = bd_str_trim(bd_str_cut(&list, ','));

        if (bd_str_starts(tag, BD_STR("W/")))
            tag = bd_str_skip(tag, 2);
        if (bd_str_eq(tag, etag) || bd_str_eq(tag, BD_STR("*")))
            return true;
    }
    return false;
}

static void shorten(struct web_visit *v)
{
    if (!is_known(v->request->if_none_match, v->out->etag))
        return;
    v->out->status = 304;
    v->out->body = BD_STR_NONE;
}

/* A copy: the page may be dropped while a slow reader still gets it. */
bool cache_find(const struct web_worker *worker, struct web_visit *v)
{
    const struct web_cache *cache = worker->cache;

    for (size_t i = 0; cache && i < PAGES; i++) {
        const struct page *p = &cache->pages[i];

        if (!p->arena || p->lang != v->asked_lang ||
            p->lang_given != v->lang_given ||
            !bd_str_eq(p->path, v->request->path) || !has_few_forms(v->request))
            continue;
        *v->out = p->response;
        v->out->etag = bd_arena_copy(v->arena, p->response.etag);
        shorten(v);
        v->out->body = bd_arena_copy(v->arena, v->out->body);
        return true;
    }
    return false;
}

static void put(struct web_cache *cache, const struct web_visit *v)
{
    struct page *p = &cache->pages[cache->next];

    bd_arena_free(p->arena);
    p->arena = bd_arena_new();
    p->path = bd_arena_copy(p->arena, v->request->path);
    p->lang = v->asked_lang;
    p->lang_given = v->lang_given;
    p->response = *v->out;
    p->response.etag = bd_arena_copy(p->arena, v->out->etag);
    p->response.body = bd_arena_copy(p->arena, v->out->body);
    cache->next = (cache->next + 1) % PAGES;
}

void cache_keep(struct web_worker *worker, struct web_visit *v)
{
    struct web_response *r = v->out;

    if (r->status != 200 || r->keep == WEB_NO_STORE)
        return;
    if (r->keep == WEB_PUBLIC && r->etag.len == 0)
        r->etag = bd_arena_printf(v->arena, "\"%.*s\"", TAG_CHARS,
                                  bd_sha256_hex(v->arena, r->body).ptr);
    if (r->keep == WEB_PUBLIC && r->body.len <= MAX_BYTES &&
        has_few_forms(v->request)) {
        if (!worker->cache &&
            !(worker->cache = calloc(1, sizeof(struct web_cache))))
            bd_out_of_memory();
        put(worker->cache, v);
    }
    if (r->etag.len > 0)
        shorten(v);
}

void cache_empty(struct web_cache *cache)
{
    for (size_t i = 0; cache && i < PAGES; i++) {
        bd_arena_free(cache->pages[i].arena);
        cache->pages[i].arena = NULL;
    }
}

void cache_free(struct web_cache *cache)
{
    cache_empty(cache);
    free(cache);
}

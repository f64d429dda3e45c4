#include "cache_private.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "brevduva/base/hash.h"

#define PAGES     64
#define MAX_BYTES ((size_t)4 * 1024 * 1024)  /* of one page or picture */
#define ALL_BYTES ((size_t)32 * 1024 * 1024) /* of all */
#define TAG_CHARS 24

struct web_shared {
    atomic_size_t holders; /* the cache, and answers that are being sent */
    struct bd_arena *arena;
};

struct page {
    struct web_shared *shared; /* NULL: nothing is here; all texts live in it */
    bd_str path;
    enum bd_lang lang;
    bool lang_given;
    struct web_response response;
};

struct web_cache {
    struct page pages[PAGES];
    size_t next;  /* the oldest one, to be overwritten */
    size_t bytes; /* of all bodies */
};

void web_shared_drop(struct web_shared *shared)
{
    if (!shared || atomic_fetch_sub(&shared->holders, 1) > 1)
        return;
    bd_arena_free(shared->arena);
    free(shared);
}

static struct web_shared *new_shared(void)
{
    struct web_shared *shared = calloc(1, sizeof *shared);

    if (!shared)
        bd_out_of_memory();
    atomic_init(&shared->holders, 1);
    shared->arena = bd_arena_new();
    return shared;
}

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

/* Pictures are the same in all languages. */
static bool is_meant(const struct page *p, const struct web_visit *v)
{
    return p->shared && bd_str_eq(p->path, v->request->path) &&
           (p->response.keep == WEB_FOR_LONG ||
            (p->lang == v->asked_lang && p->lang_given == v->lang_given));
}

/* The page may leave the cache while a slow reader still gets it: so the
 * answer holds it, or has a copy. */
bool cache_find(const struct web_worker *worker, struct web_visit *v)
{
    const struct web_cache *cache = worker->cache;
    const struct page *p = cache ? cache->pages : NULL;
    size_t left = cache && has_few_forms(v->request) ? PAGES : 0;

    while (left > 0 && !is_meant(p, v)) {
        left--;
        p++;
    }
    if (left == 0)
        return false;
    *v->out = p->response;
    v->out->etag = bd_arena_copy(v->arena, p->response.etag);
    v->out->disposition = bd_arena_copy(v->arena, p->response.disposition);
    shorten(v);
    if (v->out->body.len > 0 && worker->shares) {
        (void)atomic_fetch_add(&p->shared->holders, 1);
        v->out->shared = p->shared;
    } else {
        v->out->body = bd_arena_copy(v->arena, v->out->body);
    }
    return true;
}

static void drop(struct web_cache *cache, struct page *p)
{
    cache->bytes -= p->response.body.len;
    web_shared_drop(p->shared);
    *p = (struct page) { .shared = NULL };
}

static void put(struct web_cache *cache, const struct web_visit *v)
{
    struct page *p = &cache->pages[cache->next];
    struct bd_arena *arena = NULL;

    drop(cache, p);
    for (size_t i = 1; i < PAGES; i++)
        if (cache->bytes + v->out->body.len > ALL_BYTES)
            drop(cache, &cache->pages[(cache->next + i) % PAGES]);
    p->shared = new_shared();
    arena = p->shared->arena;
    p->path = bd_arena_copy(arena, v->request->path);
    p->lang = v->asked_lang;
    p->lang_given = v->lang_given;
    p->response = *v->out;
    p->response.etag = bd_arena_copy(arena, v->out->etag);
    p->response.disposition = bd_arena_copy(arena, v->out->disposition);
    p->response.body = bd_arena_copy(arena, v->out->body);
    cache->bytes += p->response.body.len;
    cache->next = (cache->next + 1) % PAGES;
}

static struct web_cache *cache_of(struct web_worker *worker)
{
    if (!worker->cache)
        worker->cache = calloc(1, sizeof *worker->cache);
    if (!worker->cache)
        bd_out_of_memory();
    return worker->cache;
}

void cache_keep(struct web_worker *worker, struct web_visit *v)
{
    struct web_response *r = v->out;

    if (r->status != 200 || r->keep == WEB_NO_STORE)
        return;
    if (r->keep == WEB_PUBLIC && r->etag.len == 0)
        r->etag = bd_arena_printf(v->arena, "\"%.*s\"", TAG_CHARS,
                                  bd_sha256_hex(v->arena, r->body).ptr);
    if (r->etag.len == 0) /* the style sheet: in memory anyway */
        return;
    if (r->body.len <= MAX_BYTES && has_few_forms(v->request))
        put(cache_of(worker), v);
    shorten(v);
}

void cache_empty(struct web_cache *cache)
{
    for (size_t i = 0; cache && i < PAGES; i++)
        drop(cache, &cache->pages[i]);
}

void cache_free(struct web_cache *cache)
{
    cache_empty(cache);
    free(cache);
}

/* From a request to its route, and from what failed to a page. */
#include <string.h>

#include "brevduva/store/key.h"
#include "brevduva/store/queue.h"
#include "cache_private.h"
#include "pages_private.h"

enum bd_status web_worker_begin(struct web_worker *worker, struct bd_err *err)
{
    struct bd_keyring *keys = NULL;
    enum bd_status rc = BD_OK;

    if (worker->keys && !bd_store_changed(worker->store))
        return BD_OK;
    rc = bd_keys_read(worker->store, &keys, err);
    if (rc != BD_OK)
        return rc;
    bd_keyring_free(worker->keys);
    worker->keys = keys;
    cache_empty(worker->cache);
    return BD_OK;
}

void web_worker_end(struct web_worker *worker)
{
    bd_keyring_free(worker->keys);
    cache_free(worker->cache);
    worker->keys = NULL;
    worker->cache = NULL;
}

bd_str web_field(const struct web_field *fields, const char *name)
{
    for (; fields; fields = fields->next)
        if (bd_str_eq(fields->name, bd_str_from(name)))
            return fields->value;
    return BD_STR_NONE;
}

bool web_has_field(const struct web_field *fields, const char *name)
{
    for (; fields; fields = fields->next)
        if (bd_str_eq(fields->name, bd_str_from(name)))
            return true;
    return false;
}

struct bd_actor web_actor(const struct web_visit *v)
{
    return (struct bd_actor) { .channel = BD_STR("web"),
                               .network = v->request->network,
                               .now = v->now };
}

enum bd_status web_token(struct web_visit *v, enum bd_token_purpose purpose,
                         struct bd_token *out)
{
    enum bd_status rc = bd_keyring_read(v->keys, v->args[0], purpose, v->now,
                                        out);

    if (rc == BD_OK)
        v->key = out->key;
    return rc;
}

static bd_str write_token(const struct web_visit *v,
                          const struct bd_signer *signer,
                          const struct bd_token *token)
{
    char text[BD_TOKEN_URL_LEN];

    bd_token_write_url(signer, token, text);
    return bd_arena_copy(v->arena, (bd_str) { text, sizeof text });
}

bd_str web_token_text(const struct web_visit *v, const struct bd_token *token)
{
    return write_token(v, bd_keyring_signer(v->keys), token);
}

bd_str web_token_shown(const struct web_visit *v, const struct bd_token *token)
{
    return write_token(v, bd_keyring_signer_of(v->keys, v->key), token);
}

bd_str web_token_path(const struct web_visit *v, const char *route,
                      const struct bd_token *token)
{
    return bd_arena_printf(v->arena, "%.*s/%s/%.*s", BD_ARG(v->site->prefix),
                           route, BD_ARG(web_token_shown(v, token)));
}

enum bd_status web_move(struct web_visit *v, bd_str path)
{
    v->out->status = 302;
    v->out->location = bd_arena_printf(v->arena, "%.*s%.*s",
                                       BD_ARG(v->site->prefix), BD_ARG(path));
    return BD_OK;
}

enum bd_status web_redirect(struct web_visit *v, bd_str path)
{
    v->out->status = 303;
    v->out->location = bd_arena_printf(v->arena, "%.*s%.*s",
                                       BD_ARG(v->site->prefix), BD_ARG(path));
    return BD_OK;
}

/* Does the path fit the pattern? Parts after ":" go to `args`. */
static bool fits(const char *pattern, bd_str path, bd_str args[WEB_ARGS])
{
    bd_str rest = bd_str_from(pattern);
    size_t count = 0;

    while (rest.ptr && path.ptr) {
        bd_str want = bd_str_cut(&rest, '/');
        bd_str part = bd_str_cut(&path, '/');
        bool hole = bd_str_starts(want, BD_STR(":"));

        if (hole ? part.len == 0 : !bd_str_eq(want, part))
            return false;
        if (hole)
            args[count++] = part;
    }
    return !rest.ptr && !path.ptr;
}

static const struct web_route *find_route(bd_str path, bd_str args[WEB_ARGS])
{
    for (const struct web_route *r = web_routes; r->pattern; r++)
        if (fits(r->pattern, path, args))
            return r;
    return NULL;
}

bd_str web_without_prefix(const struct bd_site *site, bd_str path)
{
    bd_str rest = bd_str_skip(path, site->prefix.len);

    if (site->prefix.len > 0 && bd_str_starts(path, site->prefix) &&
        bd_str_starts(rest, BD_STR("/")))
        return rest;
    return path;
}

/* A page of another site posts to us: browsers say so (Fetch Metadata). Old
 * ones say only where from, and nothing under no-referrer. */
static bool is_cross_site(const struct web_visit *v)
{
    const struct web_request *r = v->request;

    if (r->fetch_site.len > 0)
        return !bd_str_eq(r->fetch_site, BD_STR("same-origin")) &&
               !bd_str_eq(r->fetch_site, BD_STR("none"));
    return r->origin.len > 0 && !bd_str_eq(r->origin, BD_STR("null")) &&
           v->site->origin.len > 0 && !bd_str_eq(r->origin, v->site->origin);
}

static enum bd_status fail_page(struct web_visit *v, enum bd_status rc)
{
    switch (rc) {
    case BD_ENOENT:
        return page_say(
            v, 404, L_(v->lang, N_("There is no such page")),
            bd_str_from(L_(v->lang, N_("Perhaps the address was cut off on "
                                       "its way. Look among all issues, or "
                                       "contact us."))));
    case BD_EINVAL:
    case BD_EPARSE:
        return link_offer_new(v);
    case BD_ETEMP:
        v->out->retry_after = 10;
        return page_say(v, 503, L_(v->lang, N_("Try again in a moment")),
                        bd_str_from(L_(v->lang, N_("We are busy just now. "
                                                   "Nothing was changed."))));
    case BD_ELIMIT:
        v->out->retry_after = 3600;
        return page_say(
            v, 429, L_(v->lang, N_("That was too often")),
            bd_str_from(L_(v->lang, N_("Wait an hour and try again."))));
    default:
        break;
    }
    return page_say(v, 500, L_(v->lang, N_("That went wrong")),
                    bd_str_from(L_(v->lang, N_("It is our fault, not yours. "
                                               "Nothing was changed. Try "
                                               "again, or contact us."))));
}

static const char *allowed(const struct web_route *route)
{
    if (!route || route->post)
        return "GET, HEAD, POST, OPTIONS";
    return "GET, HEAD, OPTIONS";
}

static enum bd_status refuse_method(struct web_visit *v,
                                    const struct web_route *route,
                                    const char *title)
{
    v->out->allow = allowed(route);
    return page_say(v, 405, title, BD_STR_NONE);
}

/* What can be asked of a page (RFC 9110 9.3.7); "*" is the whole server. */
static enum bd_status say_methods(struct web_visit *v,
                                  const struct web_route *route)
{
    v->out->allow = allowed(route);
    v->out->status = 204;
    return BD_OK;
}

static enum bd_status post(struct web_visit *v, const struct web_route *route)
{
    enum bd_status rc = BD_OK;

    if (!route->post)
        return refuse_method(v, route,
                             L_(v->lang, N_("There is nothing to send here")));
    if (!route->open && is_cross_site(v))
        return page_say(
            v, 403, L_(v->lang, N_("This came from another website")),
            bd_str_from(L_(v->lang, N_("Open the link in your letter, and "
                                       "press the button there."))));
    if (v->request->bad_form && route->open != WEB_ANY_BODY)
        return page_say(v, 400, L_(v->lang, N_("We could not read the form")),
                        bd_str_from(L_(v->lang, N_("Go back and try again."))));
    rc = bd_store_begin(v->store, &v->err);
    if (rc != BD_OK)
        return rc;
    rc = route->post(v);
    if (rc == BD_OK)
        rc = bd_store_commit(v->store, &v->err);
    if (rc != BD_OK)
        bd_store_rollback(v->store);
    return rc;
}

static enum bd_status run(struct web_visit *v)
{
    const struct web_request *r = v->request;
    const struct web_route *route = find_route(
        web_without_prefix(v->site, r->path), v->args);

    v->out->route = route ? route->pattern : NULL;
    if (r->method == WEB_UNKNOWN)
        return page_say(v, 501, L_(v->lang, N_("This is for reading")),
                        BD_STR_NONE);
    if (r->method == WEB_OPTIONS && bd_str_eq(r->path, BD_STR("*")))
        return say_methods(v, NULL);
    if (!route)
        return BD_ENOENT;
    switch (r->method) {
    case WEB_GET:
    case WEB_HEAD:
        return route->get ? route->get(v) : BD_ENOENT;
    case WEB_POST:
        return post(v, route);
    case WEB_OPTIONS:
        return say_methods(v, route);
    case WEB_OTHER:
    case WEB_UNKNOWN:
        break;
    }
    return refuse_method(v, route, L_(v->lang, N_("This is for reading")));
}

/* What the visitor's browser prefers among our languages: the first of the
 * list that we speak (RFC 9110 12.5.4; browsers list by preference). */
static enum bd_lang accepted(bd_str list, enum bd_lang fallback)
{
    enum bd_lang lang = fallback;

    while (list.ptr) {
        bd_str item = bd_str_cut(&list, ',');

        if (bd_lang_parse(bd_str_trim(bd_str_cut(&item, ';')), &lang))
            return lang;
    }
    return fallback;
}

static void visit_begin(struct web_visit *v, struct web_worker *worker,
                        struct bd_arena *arena,
                        const struct web_request *request,
                        struct web_response *out)
{
    const struct bd_site *site = worker->site;

    *v = (struct web_visit) {
        .site = site,
        .store = worker->store,
        .arena = arena,
        .request = request,
        .lang = accepted(request->accept_language,
                         site->options.letter->language),
        .now = site->options.sys->now(site->options.sys->self),
        .out = out,
    };
    *out = (struct web_response) { .status = 200 };
    v->lang_given = bd_lang_parse(web_field(request->query, "lang"), &v->lang);
    v->asked_lang = v->lang;
}

static void visit_fail(struct web_visit *v, enum bd_status rc)
{
    const char *route = v->out->route;

    *v->out = (struct web_response) { .status = 500 };
    if (fail_page(v, rc) != BD_OK)
        *v->out = (struct web_response) { .status = 500,
                                          .type = "text/plain; charset=utf-8",
                                          .body = BD_STR("500\n") };
    v->out->route = route;
}

void web_answer(struct web_worker *worker, struct bd_arena *arena,
                const struct web_request *request, struct web_response *out)
{
    struct web_visit visit;
    enum bd_status rc = BD_OK;

    visit_begin(&visit, worker, arena, request, out);
    rc = web_worker_begin(worker, &visit.err);
    visit.keys = worker->keys;
    visit.clicks = worker->clicks;
    if (rc == BD_OK && cache_find(worker, &visit))
        return;
    if (rc == BD_OK)
        rc = run(&visit);
    if (rc == BD_OK)
        cache_keep(worker, &visit);
    else
        visit_fail(&visit, rc);
}

void web_refuse(struct web_worker *worker, struct bd_arena *arena,
                const struct web_request *request, enum bd_status why,
                struct web_response *out)
{
    struct web_visit visit;
    bd_str args[WEB_ARGS];
    const struct web_route *route = NULL;

    visit_begin(&visit, worker, arena, request, out);
    visit.keys = worker->keys;
    route = find_route(web_without_prefix(worker->site, request->path), args);
    out->route = route ? route->pattern : NULL;
    visit_fail(&visit, why);
}

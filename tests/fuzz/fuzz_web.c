/* layer: web */
/* Any request to any page. Reading changes nothing (RFC 9110 9.2.1), nothing
 * is our fault, and only a page that is there says 200. */
#include "request_private.h"
#include "site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct bd_store *watch;

/* Lines: method, target, languages, where from, form. */
static enum web_method read_request(struct bd_arena *arena, bd_str text,
                                    struct web_request *r)
{
    bd_str method = bd_str_cut(&text, '\n');
    bd_str target = site_sign(arena, bd_str_cut(&text, '\n'));
    struct web_request form = { 0 };

    request_target(arena, target, r);
    r->method = method.len > 0
                    ? (enum web_method)((unsigned char)method.ptr[0] %
                                        (WEB_UNKNOWN + 1))
                    : WEB_GET;
    r->accept_language = bd_str_cut(&text, '\n');
    r->origin = bd_str_cut(&text, '\n');
    r->fetch_site = bd_str_cut(&text, '\n');
    r->if_none_match = bd_str_cut(&text, '\n');
    r->network = BD_STR("192.0.2.0/24");
    request_target(
        arena, bd_arena_printf(arena, "/?%.*s", BD_ARG(site_sign(arena, text))),
        &form);
    r->form = form.query;
    return r->method;
}

static void check_response(const struct web_response *r)
{
    assert(r->status >= 200 && r->status < 600);
    assert(r->status != 500);
    assert(r->status == 204 || r->status == 303 || r->status == 304 || r->type);
    assert(!bd_str_has_line_break(r->location));
    assert(!bd_str_has_line_break(r->etag));
    assert((r->status == 405) <= (r->allow != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    struct web_worker worker = { 0 };
    struct web_request request = { 0 };
    struct web_response response = { 0 };
    bool posts = false;

    site_make();
    if (!watch)
        SITE_MUST(bd_store_open(made.path, BD_STORE_READ, &watch, &made.err));
    worker.site = made.site;
    worker.store = made.store;
    posts = read_request(arena, (bd_str) { (const char *)data, size },
                         &request) == WEB_POST;
    (void)bd_store_changed(watch);
    if (posts) /* each input finds the same newsletter */
        SITE_MUST(bd_store_begin(made.store, &made.err));
    web_answer(&worker, arena, &request, &response);
    if (posts)
        bd_store_rollback(made.store);
    check_response(&response);
    assert(!bd_store_changed(watch));
    web_worker_end(&worker);
    bd_arena_free(arena);
    return 0;
}

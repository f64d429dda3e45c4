/* layer: web */
/* Targets, queries and X-Forwarded-For: what comes out is text, and no more
 * than went in. */
#include <assert.h>
#include <string.h>

#include "request_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_target(struct bd_arena *arena, bd_str target)
{
    struct web_request r = { 0 };
    size_t octets = 0;
    size_t count = 0;

    request_target(arena, target, &r);
    assert(request_is_text(r.path) && r.path.len <= target.len + 1);
    for (const struct web_field *f = r.query; f; f = f->next) {
        assert(f->name.len > 0);
        assert(request_is_text(f->name) && request_is_text(f->value));
        octets += f->name.len + f->value.len;
        count++;
    }
    assert(octets <= target.len && count <= WEB_MAX_FIELDS);
}

/* A network is its own network, and one that nobody vouches for is the
 * peer's. */
static void check_forwarded(struct bd_arena *arena, bd_str forwarded)
{
    bd_str ours = request_network(arena, BD_STR("192.0.2.7"), forwarded,
                                  BD_STR("127.0.0.1"));
    bd_str theirs = request_network(arena, BD_STR("127.0.0.1"), forwarded,
                                    BD_STR("127.0.0.1"));
    bd_str address = theirs;
    bd_str again = bd_str_cut(&address, '/');

    assert(bd_str_eq(ours, BD_STR("192.0.2.0/24")));
    assert(bd_str_eq(request_network(arena, again, BD_STR_NONE, BD_STR_NONE),
                     theirs));
}

static void check_lists(struct bd_arena *arena, bd_str text)
{
    struct bd_ip ip = { { 0 } };
    uint16_t port = 0;

    if (bd_ip_bad_network(text).len == 0) /* every part of it is one */
        assert(bd_ip_parse(BD_STR("10.0.0.1"), &ip));
    (void)bd_ip_is_among(&ip, text);
    if (bd_ip_parse_port(text, &ip, &port))
        assert(bd_ip_network_text(arena, &ip).len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str text = { (const char *)data, size };

    check_target(arena, text);
    check_forwarded(arena, text);
    check_lists(arena, text);
    bd_arena_free(arena);
    return 0;
}

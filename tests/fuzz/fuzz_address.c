/* layer: mail */
#include <assert.h>

#include "brevduva/mail/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_safe(bd_str text)
{
    assert(bd_str_is_utf8(text, NULL));
    assert(!bd_str_has_control(text));
    assert(!bd_str_has_line_break(text));
    assert(bd_str_find_char(text, '\t') == SIZE_MAX);
}

static void check_domain(bd_str domain)
{
    assert(domain.len > 0 && domain.len <= 253);
    for (size_t i = 0; i < domain.len; i++) {
        char c = domain.ptr[i];

        assert((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
               (c == '.' && i > 0 && domain.ptr[i - 1] != '.'));
    }
}

/* What is stored is read again as the same reader; so is what is shown. */
static void check_again(struct bd_arena *arena, const struct bd_address *first)
{
    struct bd_address again;

    assert(bd_address_parse(arena, first->email, &again, NULL) == BD_OK);
    assert(bd_str_eq(again.email, first->email));
    assert(bd_str_eq(again.key, first->key));
    assert(bd_address_parse(arena, bd_address_display(arena, first->email),
                            &again, NULL) == BD_OK);
    assert(bd_str_eq(again.email, first->email));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bd_str text = { (const char *)data, size };
    struct bd_arena *arena = bd_arena_new();
    struct bd_address address = { 0 };
    struct bd_err err = { 0 };
    bd_str host = BD_STR_NONE;

    if (bd_address_parse(arena, text, &address, &err) == BD_OK) {
        check_safe(address.email);
        check_safe(address.key);
        check_domain(address.domain);
        assert(bd_str_find_char(address.domain, '.') != SIZE_MAX);
        assert(address.email.len <= 254 && address.local.len <= 64);
        assert(address.email.len == address.local.len + 1 + address.domain.len);
        assert(bd_str_ends(address.key, address.domain));
        check_again(arena, &address);
    } else {
        assert(err.code == BD_EINVAL && err.msg[0]);
        check_safe(bd_str_from(err.msg));
    }
    if (bd_domain_parse(arena, text, &host, &err) == BD_OK)
        check_domain(host);
    bd_arena_free(arena);
    return 0;
}

/* Parts of a request as values: target (RFC 9112 3.2.1), query, networks. */
#include <arpa/inet.h>
#include <string.h>

#include "request_private.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bd_str request_decode(struct bd_arena *arena, bd_str text, bool form)
{
    char *out = BD_NEW_ARRAY(arena, text.len + 1, char);
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '%' && i + 2 < text.len && hex_digit(text.ptr[i + 1]) >= 0 &&
            hex_digit(text.ptr[i + 2]) >= 0) {
            out[len++] = (char)(hex_digit(text.ptr[i + 1]) << 4 |
                                hex_digit(text.ptr[i + 2]));
            i += 2;
        } else {
            out[len++] = form && c == '+' ? ' ' : c;
        }
    }
    return (bd_str) { out, len };
}

bool request_is_text(bd_str text)
{
    size_t bad = 0;

    return bd_str_is_utf8(text, &bad) &&
           bd_str_find_char(text, '\0') == SIZE_MAX;
}

static const struct web_field *read_query(struct bd_arena *arena, bd_str query)
{
    struct web_field *first = NULL;
    struct web_field **link = &first;

    for (size_t n = 0; query.ptr && n < WEB_MAX_FIELDS; n++) {
        bd_str value = bd_str_cut(&query, '&');
        bd_str name = bd_str_cut(&value, '=');
        struct web_field *field = NULL;

        name = request_decode(arena, name, true);
        value = request_decode(arena, value, true);
        if (name.len == 0 || !request_is_text(name) || !request_is_text(value))
            continue;
        field = BD_NEW(arena, struct web_field);
        field->name = name;
        field->value = value;
        *link = field;
        link = &field->next;
    }
    return first;
}

void request_target(struct bd_arena *arena, bd_str target,
                    struct web_request *out)
{
    bd_str query = target;
    bd_str path = bd_str_cut(&query, '?');

    path = request_decode(arena, path, false);
    out->path = request_is_text(path) ? path : BD_STR_NONE;
    out->query = query.ptr ? read_query(arena, query) : NULL;
}

/* An address as 16 octets; IPv4 as ::ffff:a.b.c.d. */
static bool parse_address(struct bd_arena *arena, bd_str text,
                          unsigned char out[16])
{
    const char *string = bd_arena_cstr(arena, text);
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

    memcpy(out, mapped, sizeof mapped);
    return inet_pton(AF_INET, string, out + 12) == 1 ||
           inet_pton(AF_INET6, string, out) == 1;
}

static bool same_bits(const unsigned char a[16], const unsigned char b[16],
                      unsigned bits)
{
    unsigned whole = bits / 8;
    unsigned rest = bits % 8;

    return memcmp(a, b, whole) == 0 &&
           (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

/* Is it one of "127.0.0.1, 10.0.0.0/8"? */
static bool is_among(struct bd_arena *arena, const unsigned char address[16],
                     bd_str list)
{
    while (list.ptr) {
        bd_str bits = bd_str_trim(bd_str_cut(&list, ','));
        bd_str name = bd_str_cut(&bits, '/');
        unsigned char known[16];
        uint64_t len = 0;
        bool v4 = bd_str_find_char(name, ':') == SIZE_MAX;

        if (!parse_address(arena, name, known))
            continue;
        if (!bits.ptr)
            len = 128;
        else if (!bd_str_to_u64(bits, &len) || len > (v4 ? 32 : 128))
            continue;
        else
            len += v4 ? 96 : 0;
        if (same_bits(address, known, (unsigned)len))
            return true;
    }
    return false;
}

static bd_str write_network(struct bd_arena *arena, unsigned char address[16])
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    char text[INET6_ADDRSTRLEN] = "";

    if (memcmp(address, mapped, sizeof mapped) == 0) {
        address[15] = 0;
        (void)inet_ntop(AF_INET, address + 12, text, sizeof text);
        return bd_arena_printf(arena, "%s/24", text);
    }
    memset(address + 6, 0, 10);
    (void)inet_ntop(AF_INET6, address, text, sizeof text);
    return bd_arena_printf(arena, "%s/48", text);
}

bd_str request_network(struct bd_arena *arena, bd_str peer, bd_str forwarded,
                       bd_str proxies)
{
    unsigned char address[16];
    unsigned char next[16];

    if (!parse_address(arena, peer, address))
        return BD_STR_NONE;
    while (forwarded.len > 0 && is_among(arena, address, proxies)) {
        bd_str last = bd_str_after_last(forwarded, ',');

        forwarded.len -= last.len;
        if (forwarded.len > 0)
            forwarded.len--; /* the comma */
        if (!parse_address(arena, bd_str_trim(last), next))
            break;
        memcpy(address, next, sizeof address);
    }
    return write_network(arena, address);
}

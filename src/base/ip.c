#include "brevduva/base/ip.h"

#include <arpa/inet.h>
#include <string.h>

#define V4_AT 12 /* where the octets of an IPv4 address begin */

static const unsigned char mapped[V4_AT] = { [10] = 0xff, [11] = 0xff };

bool bd_ip_parse(bd_str text, struct bd_ip *out)
{
    char string[INET6_ADDRSTRLEN] = "";
    struct bd_ip ip;

    if (text.len == 0 || text.len >= sizeof string ||
        bd_str_find_char(text, '\0') != SIZE_MAX)
        return false;
    memcpy(string, text.ptr, text.len);
    memcpy(ip.octet, mapped, sizeof mapped);
    if (inet_pton(AF_INET, string, ip.octet + V4_AT) != 1 &&
        inet_pton(AF_INET6, string, ip.octet) != 1)
        return false;
    *out = ip;
    return true;
}

bool bd_ip_is_v4(const struct bd_ip *ip)
{
    return memcmp(ip->octet, mapped, sizeof mapped) == 0;
}

bool bd_ip_is_loopback(const struct bd_ip *ip)
{
    static const unsigned char one[16] = { [15] = 1 };

    return bd_ip_is_v4(ip) ? ip->octet[V4_AT] == 127
                           : memcmp(ip->octet, one, sizeof one) == 0;
}

struct bd_ip bd_ip_network(const struct bd_ip *ip)
{
    struct bd_ip network = *ip;
    size_t kept = bd_ip_is_v4(ip) ? 15 : 6;

    memset(network.octet + kept, 0, sizeof network.octet - kept);
    return network;
}

bd_str bd_ip_network_text(struct bd_arena *arena, const struct bd_ip *ip)
{
    struct bd_ip network = bd_ip_network(ip);
    bool v4 = bd_ip_is_v4(ip);
    char text[INET6_ADDRSTRLEN] = "";

    (void)inet_ntop(v4 ? AF_INET : AF_INET6, network.octet + (v4 ? V4_AT : 0),
                    text, sizeof text);
    return bd_arena_printf(arena, "%s/%d", text, v4 ? 24 : 48);
}

/* "10.0.0.0/8" is an address and how many of its bits count. */
static bool parse_network(bd_str text, struct bd_ip *out, unsigned *out_bits)
{
    bd_str length = text;
    bd_str name = bd_str_cut(&length, '/');
    uint64_t bits = 0;
    unsigned most = bd_str_find_char(name, ':') == SIZE_MAX ? 32 : 128;

    if (!bd_ip_parse(name, out))
        return false;
    if (!length.ptr)
        bits = most;
    else if (!bd_str_to_u64(length, &bits) || bits > most)
        return false;
    *out_bits = (unsigned)bits + 128 - most;
    return true;
}

static bool same_bits(const struct bd_ip *a, const struct bd_ip *b,
                      unsigned bits)
{
    unsigned whole = bits / 8;
    unsigned rest = bits % 8;

    return memcmp(a->octet, b->octet, whole) == 0 &&
           (rest == 0 ||
            (a->octet[whole] ^ b->octet[whole]) >> (8 - rest) == 0);
}

bool bd_ip_is_among(const struct bd_ip *ip, bd_str networks)
{
    while (networks.ptr) {
        struct bd_ip known;
        unsigned bits = 0;

        if (parse_network(bd_str_trim(bd_str_cut(&networks, ',')), &known,
                          &bits) &&
            same_bits(ip, &known, bits))
            return true;
    }
    return false;
}

bd_str bd_ip_bad_network(bd_str networks)
{
    while (networks.ptr) {
        bd_str part = bd_str_trim(bd_str_cut(&networks, ','));
        struct bd_ip known;
        unsigned bits = 0;

        if (part.len == 0) /* two commas */
            return BD_STR(",");
        if (!parse_network(part, &known, &bits))
            return part;
    }
    return BD_STR_NONE;
}

bool bd_ip_parse_port(bd_str text, struct bd_ip *out_ip, uint16_t *out_port)
{
    bd_str port = bd_str_after_last(text, ':');
    bd_str host = bd_str_sub(text, 0, text.len - port.len);
    uint64_t number = 0;
    struct bd_ip ip;

    if (host.len < 2 || port.len > 5 || !bd_str_to_u64(port, &number) ||
        number > UINT16_MAX)
        return false;
    host.len--; /* the colon */
    if (bd_str_starts(host, BD_STR("[")) && bd_str_ends(host, BD_STR("]")))
        host = bd_str_sub(host, 1, host.len - 2);
    else if (bd_str_find_char(host, ':') != SIZE_MAX)
        return false; /* where would the port begin? */
    if (!bd_ip_parse(host, &ip))
        return false;
    *out_ip = ip;
    *out_port = (uint16_t)number;
    return true;
}

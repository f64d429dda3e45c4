/*
 * IP addresses and networks as text and octets (RFC 4291 2.2, RFC 4632). Pure.
 */
#ifndef BREVDUVA_BASE_IP_H
#define BREVDUVA_BASE_IP_H

#include "brevduva/base/arena.h"

/* IPv4 a.b.c.d is ::ffff:a.b.c.d (RFC 4291 2.5.5.2), so that both forms of an
 * address are the same one. */
struct bd_ip {
    unsigned char octet[16];
};

/* "192.0.2.7", "2001:db8::1". False: it is none, `out` is untouched. */
bool bd_ip_parse(bd_str text, struct bd_ip *out);
bool bd_ip_is_v4(const struct bd_ip *ip);
bool bd_ip_is_loopback(const struct bd_ip *ip);

/* Without what tells a single machine: /24 of IPv4, /48 of IPv6. */
struct bd_ip bd_ip_network(const struct bd_ip *ip);
/* That network as text: "192.0.2.0/24", "2001:db8:1::/48". */
bd_str bd_ip_network_text(struct bd_arena *arena, const struct bd_ip *ip);

/* `ip` is one of "127.0.0.1, 10.0.0.0/8, fd00::/8"; parts that are no network
 * are passed over. */
bool bd_ip_is_among(const struct bd_ip *ip, bd_str networks);
/* The first part of such a list that is neither address nor network; empty:
 * all are. */
bd_str bd_ip_bad_network(bd_str networks);

/* Where to listen: "127.0.0.1:8080", "[::1]:0". False: it is no such thing. */
bool bd_ip_parse_port(bd_str text, struct bd_ip *out_ip, uint16_t *out_port);

#endif

/* Parts of a request as values. Pure. */
#ifndef REQUEST_PRIVATE_H
#define REQUEST_PRIVATE_H

#include "brevduva/base/ip.h"
#include "web_private.h"

/* %XX to octets; of forms also "+" to a blank. */
bd_str request_decode(struct bd_arena *arena, bd_str text, bool form);
/* UTF-8 without NUL. */
bool request_is_text(bd_str text);

/* Path and query of "/u/TOKEN?lang=sv" or "http://host/u/TOKEN"; a path that is
 * no text is empty, such fields are left out. */
void request_target(struct bd_arena *arena, bd_str target,
                    struct web_request *out);

/*
 * Who asks.
 *
 * peer       address of the other end: "127.0.0.1"
 * forwarded  X-Forwarded-For: believed from the right, as long as the one who
 *            says so is among `proxies`
 * returns    false when the peer's address is none
 */
bool request_client(bd_str peer, bd_str forwarded, bd_str proxies,
                    struct bd_ip *out);
/* The network of that, "192.0.2.0/24" or "2001:db8:1::/48"; empty when it is
 * not known. */
bd_str request_network(struct bd_arena *arena, bd_str peer, bd_str forwarded,
                       bd_str proxies);

#endif

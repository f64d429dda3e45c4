/* Addresses of web pages and mailboxes in running text, and URLs' parts. */
#ifndef COMPOSE_LINKS_PRIVATE_H
#define COMPOSE_LINKS_PRIVATE_H

#include "brevduva/base/arena.h"
#include "brevduva/base/buf.h"

struct bd_found_link {
    size_t at;  /* octet in the text */
    size_t len; /* octets of the text that become the link's text */
    bd_str url; /* "https://www.so-in.se", "mailto:info@brev.example" */
};

/*
 * Find the first bare URL ("https://…", "http://…", "www.…") or mail address
 * in `text` from octet `from` on. Punctuation that ends a sentence or closes
 * a bracket opened before the link is left outside. Markers count as letters.
 */
bool bd_link_find(struct bd_arena *arena, bd_str text, size_t from,
                  struct bd_found_link *out);

/* The scheme in lower case without its colon; empty for a relative URL. */
bd_str bd_url_scheme(struct bd_arena *arena, bd_str url);

/* Neither scheme nor "#…" nor "//…": a file beside the issue. */
bool bd_url_is_relative(bd_str url);

/* What decides where an http(s) URL or one without scheme leads: all before
 * the path's first slash, "?" or "#". Of others the scheme. */
bd_str bd_url_start(bd_str url);

/* "user@host:port" of an http(s) URL as it stands; else empty. */
bd_str bd_url_authority(bd_str url);

/* The host of an http(s) URL as it stands, without port and user; else
 * empty. */
bd_str bd_url_host(bd_str url);

/* The link's text says all that the URL says: "www.so-in.se", "a@b.example". */
bool bd_url_is_text(bd_str url, bd_str text);

/* What a plain text shows of the URL: mailto: and tel: are left out where
 * the rest says enough. */
bd_str bd_url_shown(bd_str url);

/* The URL with all that may not stand in one percent-encoded, the host in
 * A-labels; markers get the URL context. */
bd_str bd_url_encode(struct bd_arena *arena, bd_str url);

#endif

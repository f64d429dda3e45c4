/* What the files that know libcurl share. Its types go no further. */
#ifndef BREVDUVA_NET_CURL_PRIVATE_H
#define BREVDUVA_NET_CURL_PRIVATE_H

#include <curl/curl.h>

#include "stream_private.h"

/* All that libcurl must know to open the session, but for callbacks. */
CURLcode curl_set_up(CURL *curl, const struct bd_stream_options *options);

/* Why a certificate is not trusted, when that is its time. */
void curl_look_at_dates(CURL *curl, struct stream_view *view);

/* A part of the URL, to be freed by curl_free; NULL when it has none. */
char *curl_url_part(const char *url, CURLUPart part, unsigned flags);

/* An imap or imaps URL. */
bool curl_is_mailbox(const char *url);

/* Why the session could not be opened. */
enum stream_trouble curl_trouble(CURL *curl, CURLcode rc,
                                 const struct bd_stream_options *options);

/* The connection goes by a proxy. */
bool curl_uses_proxy(const struct bd_stream_options *options);

#endif

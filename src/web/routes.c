/* Every page there is. */
#include "pages_private.h"

/* clang-format off */
const struct web_route web_routes[] = {
    /* pattern, get, post, open */
    { "/", root_show, NULL, false },
    { "/1/:token", unsubscribe_show, unsubscribe_one_click, true },
    { "/archive", archive_show, NULL, false },
    { "/archive/latest", archive_latest, NULL, false }, /* before ":slug" */
    { "/archive/:slug", issue_show, NULL, false },
    { "/archive/:slug/files/:name", issue_file, NULL, false },
    { "/feed.xml", feed_show, NULL, false },
    { "/k/:token", click_follow, NULL, false },
    { "/robots.txt", robots_show, NULL, false },
    { "/sitemap.xml", sitemap_show, NULL, false },
    { "/style.css", style_show, NULL, false },
    { "/u/:token", unsubscribe_show, unsubscribe_do, false },
    { NULL, NULL, NULL, false },
};
/* clang-format on */

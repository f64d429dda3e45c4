/* Every page there is. */
#include "pages_private.h"

/* clang-format off */
const struct web_route web_routes[] = {
    /* pattern, get, post, open */
    { "/", root_show, NULL, WEB_OURS_ONLY },
    { "/1/:token", unsubscribe_show, unsubscribe_one_click, WEB_ANY_BODY },
    { "/archive", archive_show, NULL, WEB_OURS_ONLY },
    { "/archive/latest", archive_latest, NULL, WEB_OURS_ONLY }, /* before ":slug" */
    { "/archive/:slug", issue_show, NULL, WEB_OURS_ONLY },
    { "/archive/:slug/files/:name", issue_file, NULL, WEB_OURS_ONLY },
    { "/archive/:slug/tip", tip_show_public, NULL, WEB_OURS_ONLY },
    { "/c/:token", confirm_show, confirm_do, WEB_OURS_ONLY },
    { "/contact", contact_show, contact_do, WEB_OURS_ONLY },
    { "/embed", embed_show, NULL, WEB_OURS_ONLY },
    { "/feed.xml", feed_show, NULL, WEB_OURS_ONLY },
    { "/i/:name", letter_file, NULL, WEB_OURS_ONLY },
    { "/k/:token", click_follow, NULL, WEB_OURS_ONLY },
    { "/link", link_show, link_do, WEB_OURS_ONLY },
    { "/m/:token", manage_show, manage_do, WEB_OURS_ONLY },
    { "/r/:token", undo_show, undo_do, WEB_OURS_ONLY },
    { "/robots.txt", robots_show, NULL, WEB_OURS_ONLY },
    { "/s/:token", subscription_show, subscription_do, WEB_OURS_ONLY },
    { "/sitemap.xml", sitemap_show, NULL, WEB_OURS_ONLY },
    { "/stop/:token", stop_show, stop_do, WEB_OURS_ONLY },
    { "/style.css", style_show, NULL, WEB_OURS_ONLY },
    { "/subscribe", subscribe_show, subscribe_do, WEB_FROM_ANYWHERE },
    { "/t/:token", tip_show, tip_do, WEB_OURS_ONLY },
    { "/u/:token", unsubscribe_show, unsubscribe_do, WEB_OURS_ONLY },
    { NULL, NULL, NULL, WEB_OURS_ONLY },
};
/* clang-format on */

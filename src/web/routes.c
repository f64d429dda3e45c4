/* Every page there is. */
#include "pages_private.h"

/* clang-format off */
const struct web_route web_routes[] = {
    /* pattern, get, post, open */
    { "/1/:token", unsubscribe_show, unsubscribe_one_click, true },
    { "/archive/:slug/tip", tip_show_public, NULL, false },
    { "/c/:token", confirm_show, confirm_do, false },
    { "/contact", contact_show, contact_do, false },
    { "/embed", embed_show, NULL, false },
    { "/stop/:token", stop_show, stop_do, false },
    { "/style.css", style_show, NULL, false },
    { "/subscribe", subscribe_show, subscribe_do, true },
    { "/t/:token", tip_show, tip_do, false },
    { "/u/:token", unsubscribe_show, unsubscribe_do, false },
    { NULL, NULL, NULL, false },
};
/* clang-format on */

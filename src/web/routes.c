/* Every page there is. */
#include "pages_private.h"

/* clang-format off */
const struct web_route web_routes[] = {
    /* pattern, get, post, open */
    { "/1/:token", unsubscribe_show, unsubscribe_one_click, true },
    { "/c/:token", confirm_show, confirm_do, false },
    { "/embed", embed_show, NULL, false },
    { "/stop/:token", stop_show, stop_do, false },
    { "/style.css", style_show, NULL, false },
    { "/subscribe", subscribe_show, subscribe_do, true },
    { "/u/:token", unsubscribe_show, unsubscribe_do, false },
    { NULL, NULL, NULL, false },
};
/* clang-format on */

/* Every page there is. */
#include "pages_private.h"

/* clang-format off */
const struct web_route web_routes[] = {
    /* pattern, get, post, open */
    { "/1/:token", unsubscribe_show, unsubscribe_one_click, WEB_ANY_BODY },
    { "/c/:token", confirm_show, confirm_do, false },
    { "/link", link_show, link_do, false },
    { "/m/:token", manage_show, manage_do, false },
    { "/r/:token", undo_show, undo_do, false },
    { "/s/:token", subscription_show, subscription_do, false },
    { "/style.css", style_show, NULL, false },
    { "/u/:token", unsubscribe_show, unsubscribe_do, false },
    { NULL, NULL, NULL, false },
};
/* clang-format on */

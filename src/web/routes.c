/* Every page there is. */
#include "pages_private.h"

/* clang-format off */
const struct web_route web_routes[] = {
    /* pattern, get, post, open */
    { "/1/:token", unsubscribe_show, unsubscribe_one_click, true },
    { "/style.css", style_show, NULL, false },
    { "/u/:token", unsubscribe_show, unsubscribe_do, false },
    { NULL, NULL, NULL, false },
};
/* clang-format on */

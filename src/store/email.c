#include "brevduva/mail/address.h"
#include "store_private.h"

bool store_email_has(bd_str email, bd_str part)
{
    struct bd_arena *arena = NULL;
    bool found = bd_str_contains_nocase(email, part);

    if (found || bd_str_is_ascii(part) ||
        bd_str_find(email, BD_STR("xn--")) == SIZE_MAX)
        return found;
    arena = bd_arena_new();
    found = bd_str_contains_nocase(bd_address_display(arena, email), part);
    bd_arena_free(arena);
    return found;
}

/* How letters look. */
#include <string.h>

#include "brevduva/base/limits.h"
#include "config_private.h"

#define MAX_LINKS 60
#define MAX_TEXT  200 /* octets */

PUT(put_theme)
{
    if (!is_made_of(text, "-") || bd_str_starts(text, BD_STR("-")))
        return _("this must be the name of a theme: brev, partner, notis, or "
                 "a folder of your own in templates/mail/, of letters, digits "
                 "and hyphens");
    return put_text(arena, setting, text, field);
}

PUT(put_colour)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    bd_str rest = bd_str_skip(text, 1);
    bool fits = rest.len == 3 || rest.len == 6;

    for (size_t i = 0; i < rest.len && fits; i++)
        fits = rest.ptr[i] && strchr(digits, rest.ptr[i]);
    if (!fits || text.ptr[0] != '#')
        return _("this must be a colour as \"#1d5c63\", in quotes, as # would "
                 "begin a comment");
    return put_text(arena, setting, text, field);
}

PUT(put_font)
{
    if (!is_made_of(text, " ,-"))
        return _("this must be sans, serif or mono, or names of fonts with "
                 "commas between them, as Verdana, Arial, sans-serif");
    return put_text(arena, setting, text, field);
}

PUT(put_width)
{
    uint64_t number = 0;

    if (!bd_str_to_u64(text, &number) || number > (uint64_t)setting->max ||
        (number > 0 && number < BD_MIN_LETTER_WIDTH))
        return bd_arena_printf(arena,
                               _("this must be a number of pixels from %d to "
                                 "%lld, as 600"),
                               BD_MIN_LETTER_WIDTH, (long long)setting->max)
            .ptr;
    *(int64_t *)field = (int64_t)number;
    return NULL;
}

PUT(put_links)
{
    (void)arena;
    (void)setting;
    *(struct bd_config_links *)field = (struct bd_config_links) { 0 };
    return bd_str_eq(text, BD_STR("none"))
               ? NULL
               : _("write one on each line below, indented by two spaces, as "
                   "Calendar: https://example.org/calendar");
}

const char *links_add(struct bd_arena *arena, struct bd_config_links *to,
                      bd_str text, bd_str url)
{
    const struct setting *website = setting_find(
        BD_STR("organisation.website"));
    bd_str checked = BD_STR_NONE;
    const char *complaint = NULL;

    if (text.len == 0 || text.len > MAX_TEXT)
        return bd_arena_printf(arena,
                               _("a link needs a text, of at most %d bytes"),
                               MAX_TEXT)
            .ptr;
    if (to->count == MAX_LINKS)
        return bd_arena_printf(arena, _("at most %d can be listed"), MAX_LINKS)
            .ptr;
    if (url.len > 0)
        complaint = put_website(arena, website, url, &checked);
    if (complaint)
        return complaint;
    if (!to->link)
        to->link = BD_NEW_ARRAY(arena, MAX_LINKS, struct bd_config_link);
    to->link[to->count++] = (struct bd_config_link) { text, checked };
    return NULL;
}

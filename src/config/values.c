#include <string.h>
#include <sys/stat.h>

#include "config_private.h"

static const char letters_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool is_made_of(bd_str text, const char *more)
{
    for (size_t i = 0; i < text.len; i++)
        if (!text.ptr[i] || (!strchr(letters_digits, text.ptr[i]) &&
                             !strchr(more, text.ptr[i])))
            return false;
    return true;
}

const char *put_text(struct bd_arena *arena, const struct setting *setting,
                     bd_str text, void *field)
{
    (void)arena;
    (void)setting;
    *(bd_str *)field = text;
    return NULL;
}

const char *put_number(struct bd_arena *arena, const struct setting *setting,
                       bd_str text, void *field)
{
    uint64_t number = 0;

    if (!bd_str_to_u64(text, &number) || number < 1 ||
        number > (uint64_t)setting->max)
        return bd_arena_printf(arena,
                               _("this must be a whole number from 1 to %lld"),
                               (long long)setting->max)
            .ptr;
    *(int64_t *)field = (int64_t)number;
    return NULL;
}

const char *put_language(struct bd_arena *arena, const struct setting *setting,
                         bd_str text, void *field)
{
    (void)arena;
    (void)setting;
    return bd_lang_parse(text, field)
               ? NULL
               : _("this language is not spoken here; give sv or en");
}

const char *put_starttls(struct bd_arena *arena, const struct setting *setting,
                         bd_str text, void *field)
{
    if (!bd_str_eq(text, BD_STR("required")) && !bd_str_eq(text, BD_STR("off")))
        return _("this must be required or off");
    return put_text(arena, setting, text, field);
}

/* glibc takes an unknown zone for UTC without a word, so look it up where
 * the zones are installed. */
const char *put_time_zone(struct bd_arena *arena, const struct setting *setting,
                          bd_str text, void *field)
{
    static const char folder[] = "/usr/share/zoneinfo";
    struct stat st;
    bool known = is_made_of(text, "/_+-") && text.ptr[0] != '/';

    if (known && stat(folder, &st) == 0) {
        const char *path =
            bd_arena_printf(arena, "%s/%.*s", folder, BD_ARG(text)).ptr;

        known = stat(path, &st) == 0 && S_ISREG(st.st_mode);
    }
    if (!known)
        return _("there is no such time zone; give one as Europe/Stockholm");
    return put_text(arena, setting, text, field);
}

const char *put_variable(struct bd_arena *arena, const struct setting *setting,
                         bd_str text, void *field)
{
    if (!is_made_of(text, "_") || (text.ptr[0] >= '0' && text.ptr[0] <= '9'))
        return _(
            "this must be the name of an environment variable: letters, digits "
            "and underscores");
    return put_text(arena, setting, text, field);
}

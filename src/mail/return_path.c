#include "brevduva/mail/return_path.h"

#include <string.h>

struct bd_return_path bd_return_path_cut(bd_str pattern)
{
    size_t star = bd_str_find_char(pattern, '*');

    if (star == SIZE_MAX)
        return (struct bd_return_path) { .before = pattern };
    return (struct bd_return_path) { .before = bd_str_sub(pattern, 0, star),
                                     .after = bd_str_skip(pattern, star + 1),
                                     .has_token = true };
}

/* For each copy: no printf. */
static bd_str join(struct bd_arena *arena, bd_str a, bd_str b, bd_str c)
{
    char *text = bd_arena_alloc(arena, a.len + b.len + c.len + 1);

    if (a.len > 0)
        memcpy(text, a.ptr, a.len);
    if (b.len > 0)
        memcpy(text + a.len, b.ptr, b.len);
    if (c.len > 0)
        memcpy(text + a.len + b.len, c.ptr, c.len);
    return (bd_str) { text, a.len + b.len + c.len };
}

bd_str bd_return_path_write(struct bd_arena *arena, bd_str pattern,
                            bd_str token)
{
    struct bd_return_path path = bd_return_path_cut(pattern);

    return path.has_token ? join(arena, path.before, token, path.after)
                          : pattern;
}

static bool parts(bd_str text, size_t at)
{
    return at < text.len && memchr("+-_.=", text.ptr[at], 5);
}

bd_str bd_return_path_plain(struct bd_arena *arena, bd_str pattern)
{
    struct bd_return_path path = bd_return_path_cut(pattern);

    if (!path.has_token)
        return pattern;
    if (path.before.len > 0 && parts(path.before, path.before.len - 1))
        path.before.len--;
    else if (path.before.len == 0 && parts(path.after, 0))
        path.after = bd_str_skip(path.after, 1);
    if (path.before.len == 0 && bd_str_starts(path.after, BD_STR("@")))
        return BD_STR_NONE;
    return join(arena, path.before, BD_STR_NONE, path.after);
}

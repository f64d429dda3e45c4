#include "maildir_private.h"

#include <stdlib.h>
#include <string.h>

#include "brevduva/base/buf.h"

static bd_str flags_of(bd_str name)
{
    size_t at = bd_str_find(name, BD_STR(":2,"));

    return at == SIZE_MAX ? BD_STR_NONE : bd_str_skip(name, at + 3);
}

static bd_str base_of(bd_str name)
{
    return bd_str_cut(&name, ':');
}

bool maildir_is_done(bd_str name)
{
    bd_str flags = flags_of(name);

    for (const char *flag = MAILDIR_DONE; *flag; flag++)
        if (bd_str_find_char(flags, *flag) == SIZE_MAX)
            return false;
    return true;
}

bd_str maildir_name(struct bd_arena *arena, bd_str name, const char *flags,
                    unsigned number)
{
    bd_str old = flags_of(name);
    bd_str text = BD_STR_NONE;
    struct bd_buf out;

    bd_buf_init(&out, 0);
    bd_buf_add(&out, base_of(name));
    if (number > 0)
        bd_buf_printf(&out, "_%u", number);
    bd_buf_add_cstr(&out, ":2,");
    for (int c = '!'; c <= '~'; c++)
        if (strchr(flags, c) || bd_str_find_char(old, (char)c) != SIZE_MAX)
            bd_buf_add_char(&out, (char)c);
    text = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return text;
}

#include "brevduva/base/saying.h"

#include "brevduva/base/buf.h"

#define SEPARATOR '\037' /* unit separator: no text of one line has it */

bd_str bd_saying(struct bd_arena *arena, const char *msgid, const bd_str *args,
                 size_t count)
{
    struct bd_buf out;
    bd_str text = BD_STR_NONE;

    bd_buf_init(&out, 0);
    bd_buf_add_cstr(&out, msgid);
    for (size_t i = 0; i < count; i++) {
        bd_buf_add_char(&out, SEPARATOR);
        bd_buf_add(&out, args[i]);
    }
    text = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return text;
}

bd_str bd_saying_text(struct bd_arena *arena, enum bd_lang lang, bd_str stored)
{
    bd_str rest = stored;
    bd_str msgid = bd_str_cut(&rest, SEPARATOR);
    bd_str format = bd_str_from(bd_tr(lang, bd_arena_cstr(arena, msgid)));
    struct bd_buf out;
    bd_str text = BD_STR_NONE;
    size_t at = 0;

    if (!rest.ptr)
        return stored;
    bd_buf_init(&out, 0);
    while ((at = bd_str_find(format, BD_STR("%s"))) != SIZE_MAX) {
        bd_buf_add(&out, bd_str_sub(format, 0, at));
        bd_buf_add(&out, bd_str_cut(&rest, SEPARATOR));
        format = bd_str_skip(format, at + 2);
    }
    bd_buf_add(&out, format);
    text = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return text;
}

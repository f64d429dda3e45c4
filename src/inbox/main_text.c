#include "classify_private.h"

static bool is_shown(const struct bd_mail_part *part)
{
    return !part->attached && bd_str_trim(part->text).len > 0 &&
           (bd_str_eq(part->type, BD_STR("text/plain")) ||
            bd_str_eq(part->type, BD_STR("text/html")));
}

/* Its plain text stands in the same multipart/alternative. */
static bool is_other_form(const struct bd_mail *mail, size_t i)
{
    return i > 0 && bd_str_eq(mail->parts[i].type, BD_STR("text/html")) &&
           bd_str_eq(mail->parts[i].parent, BD_STR("multipart/alternative")) &&
           is_shown(&mail->parts[i - 1]) &&
           bd_str_eq(mail->parts[i - 1].parent,
                     BD_STR("multipart/alternative"));
}

bool main_text(struct bd_arena *arena, const struct bd_mail *mail, size_t n,
               bd_str *out)
{
    for (size_t i = 0; i < mail->part_count; i++) {
        const struct bd_mail_part *part = &mail->parts[i];

        if (!is_shown(part) || is_other_form(mail, i) || n-- > 0)
            continue;
        *out = bd_str_eq(part->type, BD_STR("text/html"))
                   ? bd_mail_text_of_html(arena, part->text)
                   : part->text;
        return true;
    }
    return false;
}

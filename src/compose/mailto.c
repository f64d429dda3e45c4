/* Addresses that letters lead to, as "mailto:" (RFC 6068). */
#include "brevduva/mail/return_path.h"
#include "layout_private.h"

bd_str bd_mailto(struct bd_arena *arena, bd_str email, const char *subject)
{
    struct bd_buf buf = { 0 };
    bd_str url = BD_STR_NONE;

    bd_buf_add_cstr(&buf, "mailto:");
    for (size_t i = 0; i < email.len; i++) {
        unsigned char c = (unsigned char)email.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '@' || c == '.' ||
                     c == '-' || c == '_' || c == '+';

        if (plain)
            bd_buf_add_char(&buf, (char)c);
        else
            bd_buf_printf(&buf, "%%%02X", c);
    }
    if (subject)
        bd_buf_printf(&buf, "?subject=%s", subject);
    url = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return url;
}

bd_str bd_contact_email(const struct bd_letter_options *options)
{
    if (options->organisation.email.len > 0)
        return options->organisation.email;
    return options->reply_to.len > 0 ? options->reply_to : options->from_email;
}

bd_str bd_unsubscribe_email(const struct bd_letter_options *options)
{
    if (options->unsubscribe_mailto.len > 0)
        return options->unsubscribe_mailto;
    return options->reply_to.len > 0 ? options->reply_to : options->from_email;
}

struct bd_unsubscribe_mailto
bd_unsubscribe_mailto(struct bd_arena *arena,
                      const struct bd_letter_options *options)
{
    struct bd_return_path path = bd_return_path_cut(
        bd_unsubscribe_email(options));
    bd_str end = bd_mailto(arena, path.after, "unsubscribe");

    if (!path.has_token)
        return (struct bd_unsubscribe_mailto) {
            .before = bd_mailto(arena, path.before, "unsubscribe"),
        };
    return (struct bd_unsubscribe_mailto) {
        .before = bd_mailto(arena, path.before, NULL),
        .after = bd_str_skip(end, sizeof "mailto:" - 1),
        .has_token = true,
    };
}

/* A mail to the address that a reader leaves by: does it ask for that? People
 * answer to it, or send it a copy, without wanting to go. */
#include "classify_private.h"

/* What mail programs send when the button is pressed: no text, no file. */
static bool is_bare(const struct bd_mail *mail, bd_str own)
{
    for (size_t i = 0; i < mail->part_count; i++)
        if (mail->parts[i].attached ||
            !bd_str_starts(mail->parts[i].type, BD_STR("text/")))
            return false;
    return bd_str_trim(own).len == 0;
}

void read_leaving(struct bd_arena *arena, const struct bd_mail *mail,
                  bd_str text, struct bd_incoming *out)
{
    struct command command = { .wordy = false };
    bd_str own = own_text(arena, text);

    if (is_only_copied(&mail->header))
        return;
    if (command_read(arena, out->subject, own, &command)) {
        out->leaving = command.command == BD_COMMAND_UNSUBSCRIBE;
        out->wordy = command.wordy;
    } else if (is_bare(mail, own) && !is_no_wish(arena, out->subject)) {
        out->leaving = true;
        out->wordy = bd_str_trim(out->subject).len > 0;
    }
}

/* Relays that take our sessions and then say nothing: what they have not begun
 * goes by another that works. */
#include <stdio.h>

#include "brevduva/base/i18n.h"
#include "io_private.h"

bool lane_is_silent(const struct lane *lane, int64_t now_ms)
{
    bool silent = lane_is_mute(lane, now_ms, SILENT_MS);

    for (int i = 0; i < lane->options->sessions; i++) {
        const struct session *s = lane->sessions[i];

        if (s && !session_is_silent(s, now_ms, SILENT_MS))
            return false;
        silent = silent || s;
    }
    return silent;
}

/* What it owes of messages that were begun is waited for as long as ever. */
static void leave(struct session *s)
{
    s->broken = true;
    bd_smtp_withhold(s->smtp);
    if (!bd_smtp_has_begun(s->smtp))
        bd_smtp_end(s->smtp, "");
}

void silence_leave(struct io *io, struct lane *lane)
{
    char text[TROUBLE_MAX];
    bool left = false;

    if (!lane_is_silent(lane, io->now_ms) || !io_has_another(io, lane))
        return;
    for (int i = 0; i < lane->options->sessions; i++) {
        struct session *s = lane->sessions[i];

        if (!s || s->quitting)
            continue;
        leave(s);
        left = true;
    }
    if (!left)
        return;
    (void)snprintf(text, sizeof text,
                   _("%s has said nothing for more than %d seconds"),
                   lane->name, SILENT_MS / 1000);
    lane_leave(lane, text, io->now_ms);
}

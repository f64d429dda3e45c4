/* What is not begun any more: a mailing was paused or cancelled. */
#include "smtp_private.h"

static const struct transaction *nth(const struct bd_smtp *smtp, size_t n)
{
    return &smtp->window[(smtp->first + n) % BD_SMTP_WINDOW_MAX];
}

const struct bd_outgoing *bd_smtp_not_begun(const struct bd_smtp *smtp,
                                            size_t n)
{
    for (size_t i = 0; i < smtp->count; i++) {
        const struct transaction *t = nth(smtp, i);

        if (!t->decided && t->last_octet == 0 && n-- == 0)
            return t->copy;
    }
    return NULL;
}

bool bd_smtp_has_begun(const struct bd_smtp *smtp)
{
    for (size_t i = 0; i < smtp->count; i++) {
        const struct transaction *t = nth(smtp, i);

        if (!t->decided && t->last_octet > 0)
            return true;
    }
    return false;
}

/* Whose envelope has been said waits for the replies to it. */
void bd_smtp_withhold(struct bd_smtp *smtp)
{
    smtp->withheld = smtp->worn = true;
    for (; smtp->said < smtp->count; smtp->said++) {
        struct transaction *t = smtp_nth(smtp, smtp->said);

        if (!t->decided)
            smtp_decide_withheld(smtp, t);
    }
}

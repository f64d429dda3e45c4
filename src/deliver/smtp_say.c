#include <assert.h>

#include "smtp_private.h"

/* RFC 2920 3.1: DATA's reply decides what follows, so it ends a group. */
static bool pipelines(const struct bd_smtp *smtp)
{
    return smtp->pipelining && smtp->errors < ERRORS_LOCK_STEP;
}

static void owe(struct bd_smtp *smtp, enum bd_smtp_stage stage,
                struct transaction *t)
{
    size_t at = (smtp->owed_first + smtp->owed_count) % OWED_MAX;

    assert(smtp->owed_count < OWED_MAX);
    smtp->owed[at] = (struct owed) { stage, t, smtp->written };
    smtp->owed_count++;
}

static void say_mail(struct bd_smtp *smtp, const struct bd_copy *copy)
{
    struct bd_buf *out = &smtp->out;

    bd_buf_printf(out, "MAIL FROM:<%.*s>", BD_ARG(copy->envelope_from));
    if (smtp->size_max > 0)
        bd_buf_printf(out, " SIZE=%zu", copy->bytes.len);
    if (!bd_str_is_ascii(copy->envelope_from) ||
        !bd_str_is_ascii(copy->envelope_to))
        bd_buf_add_cstr(out, " SMTPUTF8");
    bd_buf_add_cstr(out, "\r\n");
}

/* Octets up to the first line that begins with a dot, the first line of all
 * not counted. */
static size_t until_dot(bd_str bytes)
{
    size_t at = 0;

    while (at < bytes.len) {
        size_t end = bd_str_find_char(bd_str_skip(bytes, at), '\n');

        if (end == SIZE_MAX)
            return bytes.len;
        at += end + 1;
        if (at < bytes.len && bytes.ptr[at] == '.')
            return at;
    }
    return at;
}

/* RFC 5321 4.5.2. Our messages need no dots doubled, but a line that began
 * with one would end the message early: that is never left to trust. */
static void say_message(struct bd_buf *out, bd_str bytes)
{
    bool ends_in_line_end = bd_str_ends(bytes, BD_STR("\r\n"));

    while (bytes.len > 0) {
        size_t len = until_dot(bytes);

        if (bytes.ptr[0] == '.')
            bd_buf_add_char(out, '.');
        bd_buf_add(out, bd_str_sub(bytes, 0, len));
        bytes = bd_str_skip(bytes, len);
    }
    if (!ends_in_line_end)
        bd_buf_add_cstr(out, "\r\n");
}

void smtp_say(struct bd_smtp *smtp, struct transaction *t,
              enum bd_smtp_stage stage)
{
    struct bd_buf *out = &smtp->out;
    size_t before = out->len;

    if (stage == BD_SMTP_RSET)
        bd_buf_add_cstr(out, "RSET\r\n");
    else if (stage == BD_SMTP_MAIL)
        say_mail(smtp, t->copy);
    else if (stage == BD_SMTP_RCPT)
        bd_buf_printf(out, "RCPT TO:<%.*s>\r\n", BD_ARG(t->copy->envelope_to));
    else if (stage == BD_SMTP_DATA)
        bd_buf_add_cstr(out, "DATA\r\n");
    else if (stage == BD_SMTP_QUIT)
        bd_buf_add_cstr(out, "QUIT\r\n");
    else if (!t->decided)
        say_message(out, t->copy->bytes);
    if (stage == BD_SMTP_DOT)
        bd_buf_add_cstr(out, ".\r\n");
    smtp->written += out->len - before;
    owe(smtp, stage, t);
}

void smtp_say_from(struct bd_smtp *smtp, struct transaction *t,
                   enum bd_smtp_stage stage)
{
    smtp_say(smtp, t, stage);
    while (pipelines(smtp) && stage < BD_SMTP_DATA)
        smtp_say(smtp, t, ++stage);
}

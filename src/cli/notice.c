/* Letters from the program to the coordinator, by way of the letter queue. */
#include "brevduva/store/letter.h"

#include "brevduva/base/buf.h"
#include "brevduva/mail/address.h"
#include "brevduva/mail/date.h"
#include "brevduva/mail/header.h"
#include "brevduva/mail/mime_write.h"
#include "cli_private.h"

#define DEADLINE_SECONDS (2 * 24 * 60 * 60)
#define ID_BYTES         8

/* Header of RFC 5322; Auto-Submitted keeps answering machines quiet (L11). */
static void write_header(struct app *app, struct bd_buf *out, bd_str to,
                         bd_str subject, bd_str message_id)
{
    const struct bd_config *c = &app->config;
    char date[BD_DATE_MAX];
    int64_t now = app_now(app);

    bd_header_mailbox(out, "From", c->name, c->from.email);
    bd_header_mailbox(out, "To", BD_STR_NONE, to);
    bd_header_text(out, "Subject", subject);
    bd_header_raw(out, "Date", bd_date_write(now, bd_zone_local(now), date));
    bd_header_raw(out, "Message-ID",
                  bd_arena_printf(app->arena, "<%.*s>", BD_ARG(message_id)));
    bd_buf_add_cstr(out, "Auto-Submitted: auto-generated\r\n"
                         "MIME-Version: 1.0\r\n"
                         "Content-Type: text/plain; charset=utf-8\r\n"
                         "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
}

enum bd_status notice_send(struct app *app, bd_str subject, bd_str text)
{
    struct bd_address to = { 0 };
    struct bd_address from = { 0 };
    struct bd_letter_row letter = { .kind = BD_LETTER_NOTICE };
    struct bd_buf bytes;
    int64_t delivery = 0;

    if (app->config.send.notify.len == 0)
        return BD_OK;
    if (bd_address_parse(app->arena, app->config.send.notify, &to, &app->err) !=
            BD_OK ||
        bd_address_parse(app->arena, app->config.from.email, &from,
                         &app->err) != BD_OK ||
        letter_return_path(app, &letter.envelope_from) != BD_OK)
        return app->err.code;
    letter.to = to.email;
    letter.message_id = bd_arena_printf(app->arena, "notice.%.*s@%.*s",
                                        BD_ARG(random_hex(app, ID_BYTES)),
                                        BD_ARG(from.domain));
    letter.deadline = app_now(app) + DEADLINE_SECONDS;
    bd_buf_init(&bytes, 0);
    write_header(app, &bytes, to.email, subject, letter.message_id);
    bd_qp_write_last(&bytes, text);
    letter.bytes = bd_buf_copy(&bytes, app->arena);
    bd_buf_fini(&bytes);
    return bd_letter_add(app->store, &letter, app_now(app), &delivery,
                         &app->err);
}

/* The commands that tell more, for those copies that there are. */
static bd_str paused_next(struct app *app, const struct bd_mailing *m,
                          bool reached)
{
    enum bd_lang lang = app->config.language;
    bd_str text = bd_arena_printf(
        app->arena, L_(lang, "What came of it so far:\n\n  %.*s\n"),
        BD_ARG(mailing_command(app, "report", m)));

    if (!reached)
        text = bd_arena_printf(
            app->arena,
            L_(lang, "Nobody has it yet. If the issue must be changed:\n\n"
                     "  %.*s\n\n"
                     "and, when it is mended, %.*s.\n\n%.*s"),
            BD_ARG(mailing_command(app, "cancel", m)),
            BD_ARG(mailing_command(app, "send", m)), BD_ARG(text));
    if (m->count[BD_DELIVERY_REFUSED] > 0)
        text = bd_arena_printf(app->arena,
                               L_(lang, "%.*s\nWho was refused, and why:\n\n"
                                        "  %.*s --state refused\n"),
                               BD_ARG(text),
                               BD_ARG(mailing_command(app, "log", m)));
    if (m->count[BD_DELIVERY_UNKNOWN] > 0)
        text = bd_arena_printf(
            app->arena,
            L_(lang, "%.*s\nNobody knows whether the unknown ones arrived. "
                     "Find out, and decide:\n\n  %.*s\n"),
            BD_ARG(text), BD_ARG(mailing_command(app, "resolve", m)));
    return text;
}

enum bd_status notice_paused(struct app *app, const struct bd_mailing *m)
{
    enum bd_lang lang = app->config.language;
    bool reached = false;
    enum bd_status rc = bd_mailing_reached(app->store, m->id, &reached,
                                           &app->err);
    bd_str subject = bd_arena_printf(
        app->arena, L_(lang, "The sending of %.*s is paused"), BD_ARG(m->slug));
    bd_str text = bd_arena_printf(
        app->arena,
        L_(lang,
           "The sending of \"%.*s\" to the list %.*s was paused by itself "
           "%.*s:\n"
           "\n"
           "  %.*s\n"
           "\n"
           "Copies accepted by the relay: %lld, refused: %lld, unknown: %lld, "
           "waiting: %lld.\n"
           "\n"
           "When the cause is mended, let it go on:\n"
           "\n"
           "  %.*s\n"
           "\n"
           "%.*s"),
        BD_ARG(m->title), BD_ARG(m->list_slug),
        BD_ARG(bd_time_local(app->arena, app_now(app))),
        BD_ARG(bd_saying_text(app->arena, lang, m->state_reason)),
        (long long)m->count[BD_DELIVERY_ACCEPTED],
        (long long)m->count[BD_DELIVERY_REFUSED],
        (long long)m->count[BD_DELIVERY_UNKNOWN], (long long)mailing_waits(m),
        BD_ARG(mailing_command(app, "resume", m)),
        BD_ARG(paused_next(app, m, reached)));

    return rc == BD_OK ? notice_send(app, subject, text) : rc;
}

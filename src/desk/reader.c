/* Mails to the reader's own mailbox. */
#include "brevduva/desk/leave.h"
#include "desk_private.h"

static const struct bd_quota links = { "link by reader", 3, DAY };
static const struct bd_quota farewells = { "farewell by reader", 1, DAY };

enum bd_status bd_desk_mail_link(struct bd_desk *desk,
                                 const struct bd_subscriber *reader)
{
    struct bd_token token = { .purpose = BD_TOKEN_MANAGE,
                              .subscriber = (uint64_t)reader->id,
                              .mailing = (uint32_t)(desk->actor.now / MINUTE) };
    const struct bd_note_value values[] = {
        { BD_STR("email"), reader->email },
    };
    struct bd_note_mail mail = { .kind = BD_NOTE_LINK,
                                 .language = desk_language(desk, reader),
                                 .to = reader->email,
                                 .subscriber_id = reader->id,
                                 .values = values,
                                 .value_count = 1 };
    bool suppressed = false;
    bool allowed = false;
    enum bd_status rc = BD_OK;

    if (!bd_post_has(desk->post, BD_NOTE_LINK))
        return BD_ENOENT;
    rc = bd_desk_is_suppressed(desk, reader->email_key, &suppressed);
    if (rc == BD_OK)
        rc = bd_desk_mark(desk, reader, &token.list);
    mail.action = desk_token(desk, &token);
    if (rc == BD_OK)
        rc = desk_allow(desk, &links, reader->email_key, &allowed);
    return rc == BD_OK ? desk_send(desk, &mail,
                                   reader->id != 0 && !suppressed && allowed)
                       : rc;
}

enum bd_status bd_desk_farewell(struct bd_desk *desk,
                                const struct bd_subscriber *reader,
                                int64_t list_id, bd_str titles)
{
    const struct bd_token token = { .purpose = BD_TOKEN_SUBSCRIPTION,
                                    .subscriber = (uint64_t)reader->id,
                                    .list = (uint32_t)list_id };
    const struct bd_note_value values[] = {
        { BD_STR("lists"), titles },
        { BD_STR("email"), reader->email },
        { BD_STR("when"), bd_desk_date(desk->arena, desk->actor.now) },
    };
    const struct bd_note_mail mail = {
        .kind = BD_NOTE_FAREWELL,
        .language = desk_language(desk, reader),
        .to = reader->email,
        .subscriber_id = reader->id,
        .values = values,
        .value_count = sizeof values / sizeof *values,
        .action = desk_token(desk, &token),
    };
    bool suppressed = false;
    bool allowed = false;
    enum bd_status rc = BD_OK;

    if (!desk->farewell)
        return BD_OK;
    rc = bd_desk_is_suppressed(desk, reader->email_key, &suppressed);
    if (rc == BD_OK && !suppressed)
        rc = desk_allow(
            desk, &farewells,
            bd_arena_printf(desk->arena, "%lld", (long long)reader->id),
            &allowed);
    return rc == BD_OK && allowed ? desk_send(desk, &mail, true) : rc;
}

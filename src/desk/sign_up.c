/* From what somebody asks for to a letter in the queue, or to nothing. */
#include "brevduva/store/confirmation.h"
#include "desk_private.h"

/* docs/signup.md has the same table. A form without our mark has not shown
 * that a person filled it in, so such ones get less. */
static const struct bd_quota by_network = { "sign-up by network", 20, HOUR };
static const struct bd_quota by_network_foreign = {
    "foreign sign-up by network", 10, HOUR
};
static const struct bd_quota all = { "sign-up", 1000, HOUR };
static const struct bd_quota all_foreign = { "foreign sign-up", 200, HOUR };
static const struct bd_quota by_address = { "sign-up by address", 2, DAY };
/* A button that is pressed twice. */
static const struct bd_quota again = { "sign-up again", 1, 2 * MINUTE };

/* All limits, the narrow ones first: what they stop does not use up the wide
 * ones. */
static enum bd_status take_quotas(struct bd_desk *desk,
                                  const struct bd_sign_up *s, bool *out)
{
    bd_str mailbox = desk_mailbox(desk->arena, s->address.key);
    bd_str ids = bd_list_ids(desk->arena, s->lists, s->list_count);
    const struct {
        const struct bd_quota *quota;
        bd_str subject;
    } rows[] = {
        { s->foreign ? &by_network_foreign : &by_network, desk->asker },
        { &again, bd_arena_printf(desk->arena, "%.*s %.*s",
                                  BD_ARG(s->address.key), BD_ARG(ids)) },
        { &by_address, mailbox },
        { s->foreign ? &all_foreign : &all, BD_STR("") },
    };
    enum bd_status rc = desk_may_answer(desk, out);

    for (size_t i = 0; rc == BD_OK && *out && i < sizeof rows / sizeof *rows;
         i++)
        rc = desk_allow(desk, rows[i].quota, rows[i].subject, out);
    return rc;
}

/* How the address stands. */
struct standing {
    struct bd_subscriber reader; /* id 0: a stranger */
    const struct bd_subscription *subscriptions;
    size_t count;
    const struct bd_list **free; /* lists that may be asked for */
    size_t free_count;
    size_t active_count; /* that the reader has already */
};

static enum bd_status find_reader(struct bd_desk *desk, bd_str key,
                                  struct standing *out)
{
    enum bd_status rc = bd_subscriber_find(desk->arena, desk->store, key,
                                           &out->reader, desk->err);

    if (rc == BD_ENOENT)
        return BD_OK;
    if (rc != BD_OK)
        return rc;
    return bd_subscriber_subscriptions(desk->arena, desk->store, out->reader.id,
                                       &out->subscriptions, &out->count,
                                       desk->err);
}

/* On which lists this address may be, and is. */
static enum bd_status look_at_list(struct bd_desk *desk, bd_str key,
                                   const struct bd_list *list,
                                   struct standing *s)
{
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;
    enum bd_status rc = bd_suppression_find(
        desk->arena, desk->store, key, list->id, &reason, &since, desk->err);

    if (rc == BD_OK && !bd_str_eq(reason, BD_STR(BD_SUPPRESSED_ERASED)))
        return BD_OK; /* as if it was not asked for */
    if (rc != BD_OK && rc != BD_ENOENT)
        return rc;
    for (size_t i = 0; i < s->count; i++) {
        if (s->subscriptions[i].list_id != list->id)
            continue;
        if (s->subscriptions[i].state == BD_SUB_COMPLAINED)
            return BD_OK;
        if (s->subscriptions[i].state == BD_SUB_ACTIVE) {
            s->active_count++;
            return BD_OK;
        }
    }
    s->free[s->free_count++] = list;
    return BD_OK;
}

static enum bd_status look(struct bd_desk *desk,
                           const struct bd_sign_up *request,
                           struct standing *out)
{
    enum bd_status rc = find_reader(desk, request->address.key, out);

    out->free = (const struct bd_list **)BD_NEW_ARRAY(
        desk->arena, request->list_count, struct bd_list *);
    for (size_t i = 0; rc == BD_OK && i < request->list_count; i++)
        rc = look_at_list(desk, request->address.key, request->lists[i], out);
    return rc;
}

/* id 0: only written, so that saying no takes as long as saying yes. */
static enum bd_status mail_confirm(struct bd_desk *desk,
                                   const struct bd_sign_up *s, int64_t id,
                                   bd_str titles)
{
    struct bd_token token = { .purpose = BD_TOKEN_CONFIRM,
                              .subscriber = (uint64_t)id };
    const struct bd_note_value values[] = {
        { BD_STR("lists"), titles },
        { BD_STR("email"), s->address.email },
    };
    struct bd_note_mail mail = { .kind = BD_NOTE_CONFIRM,
                                 .language = s->language,
                                 .to = s->address.email,
                                 .values = values,
                                 .value_count = sizeof values / sizeof *values,
                                 .action = desk_token(desk, &token) };

    token.purpose = BD_TOKEN_STOP;
    mail.stop = desk_token(desk, &token);
    return desk_send(desk, &mail, id != 0);
}

static enum bd_status ask(struct bd_desk *desk, const struct bd_sign_up *s,
                          const struct standing *standing)
{
    const struct bd_confirmation c = {
        .kind = BD_CONFIRM_SUBSCRIBE,
        .email = s->address.email,
        .email_key = s->address.key,
        .lists = bd_list_ids(desk->arena, standing->free, standing->free_count),
        .name = s->name,
        .language = bd_str_from(bd_lang_tag(s->language)),
        .wording = s->wording,
        .network = desk->actor.network,
        .created_at = desk->actor.now,
        .expires_at = desk->actor.now + BD_CONFIRMATION_DAYS * DAY,
    };
    int64_t id = 0;
    enum bd_status rc = bd_confirmation_add(desk->store, &c, &id, desk->err);

    if (rc != BD_OK)
        return rc;
    return mail_confirm(
        desk, s, id,
        bd_desk_titles(desk, standing->free, standing->free_count));
}

enum bd_status bd_desk_sign_up(struct bd_desk *desk,
                               const struct bd_sign_up *request)
{
    struct standing standing = { 0 };
    bool within = false;
    enum bd_status rc = BD_OK;

    if (!bd_post_has(desk->post, BD_NOTE_CONFIRM))
        return BD_ENOENT;
    rc = take_quotas(desk, request, &within);
    if (rc == BD_OK && within)
        rc = look(desk, request, &standing);
    if (rc != BD_OK || !within)
        return rc;
    if (standing.free_count > 0)
        return ask(desk, request, &standing);
    if (standing.active_count > 0) /* perhaps they looked for that */
        return bd_desk_mail_link(desk, &standing.reader);
    return mail_confirm(
        desk, request, 0,
        bd_desk_titles(desk, request->lists, request->list_count));
}

bd_str bd_desk_wording(const struct bd_desk *desk, enum bd_lang lang,
                       const struct bd_list *lists, size_t list_count)
{
    if (desk->wording.len > 0)
        return desk->wording;
    if (list_count == 1)
        return bd_arena_printf(
            desk->arena,
            L_(lang, N_("I want to get %.*s from %.*s by mail. I can "
                        "unsubscribe at any time, by a link in each letter.")),
            BD_ARG(bd_desk_title(desk, &lists[0])), BD_ARG(desk->organisation));
    return bd_arena_printf(
        desk->arena,
        L_(lang, N_("I want to get what I have chosen here from %.*s by mail. "
                    "I can unsubscribe at any time, by a link in each "
                    "letter.")),
        BD_ARG(desk->organisation));
}

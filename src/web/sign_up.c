/* From a filled-in form to a letter in the queue, or to nothing. */
#include "sign_up_private.h"

#include "brevduva/store/confirmation.h"
#include "reader_private.h"

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

/* One mailbox has many addresses: what stands after "+" is dropped for the
 * count, and in Gmail the dots. Where that is wrong, two people share a
 * limit. */
static bd_str mailbox_of(struct bd_arena *arena, bd_str email_key)
{
    bd_str domain = bd_str_after_last(email_key, '@');
    bd_str local = bd_str_sub(email_key, 0, email_key.len - domain.len - 1);
    size_t plus = bd_str_find_char(local, '+');
    bool dots = !bd_str_eq(domain, BD_STR("gmail.com")) &&
                !bd_str_eq(domain, BD_STR("googlemail.com"));
    char *text = bd_arena_alloc(arena, email_key.len + 1);
    size_t len = 0;

    if (plus != SIZE_MAX && plus > 0)
        local.len = plus;
    for (size_t i = 0; i < local.len; i++)
        if (dots || local.ptr[i] != '.')
            text[len++] = local.ptr[i];
    return bd_arena_printf(arena, "%.*s@%.*s", (int)len, text, BD_ARG(domain));
}

/* All limits, the narrow ones first: what they stop does not use up the wide
 * ones. */
static enum bd_status take_quotas(struct web_visit *v, const struct sign_up *s,
                                  bool *out)
{
    bd_str mailbox = mailbox_of(v->arena, s->address.key);
    bd_str ids = sign_up_ids(v->arena, s->lists, s->list_count);
    const struct {
        const struct bd_quota *quota;
        bd_str subject;
    } rows[] = {
        { s->foreign ? &by_network_foreign : &by_network, v->request->network },
        { &again, bd_arena_printf(v->arena, "%.*s %.*s", BD_ARG(s->address.key),
                                  BD_ARG(ids)) },
        { &by_address, mailbox },
        { s->foreign ? &all_foreign : &all, BD_STR("") },
    };
    enum bd_status rc = BD_OK;

    *out = true;
    for (size_t i = 0; rc == BD_OK && *out && i < sizeof rows / sizeof *rows;
         i++)
        rc = bd_quota_take(v->store, rows[i].quota, rows[i].subject, v->now,
                           out, &v->err);
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

static enum bd_status find_reader(struct web_visit *v, bd_str key,
                                  struct standing *out)
{
    enum bd_status rc = bd_subscriber_find(v->arena, v->store, key,
                                           &out->reader, &v->err);

    if (rc == BD_ENOENT)
        return BD_OK;
    if (rc != BD_OK)
        return rc;
    return bd_subscriber_subscriptions(v->arena, v->store, out->reader.id,
                                       &out->subscriptions, &out->count,
                                       &v->err);
}

/* On which lists this address may be, and is. */
static enum bd_status look_at_list(struct web_visit *v, bd_str key,
                                   const struct bd_list *list,
                                   struct standing *s)
{
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;
    enum bd_status rc = bd_suppression_find(v->arena, v->store, key, list->id,
                                            &reason, &since, &v->err);

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

static enum bd_status look(struct web_visit *v, const struct sign_up *request,
                           struct standing *out)
{
    enum bd_status rc = find_reader(v, request->address.key, out);

    out->free = (const struct bd_list **)BD_NEW_ARRAY(
        v->arena, request->list_count, struct bd_list *);
    for (size_t i = 0; rc == BD_OK && i < request->list_count; i++)
        rc = look_at_list(v, request->address.key, request->lists[i], out);
    return rc;
}

/* id 0: only written, so that saying no takes as long as saying yes. */
static enum bd_status mail_confirm(struct web_visit *v, const struct sign_up *s,
                                   int64_t id, bd_str titles)
{
    struct bd_letter_row unsent = { .bytes = BD_STR_NONE };
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
                                 .action = web_token_text(v, &token) };

    token.purpose = BD_TOKEN_STOP;
    mail.stop = web_token_text(v, &token);
    if (id == 0)
        return bd_post_write(v->arena, v->site->post, &mail,
                             v->site->options.sys, &unsent, &v->err);
    return bd_post_queue(v->site->post, v->store, &mail, v->site->options.sys,
                         &v->err);
}

static enum bd_status ask(struct web_visit *v, const struct sign_up *s,
                          const struct standing *standing)
{
    const struct bd_confirmation c = {
        .kind = BD_CONFIRM_SUBSCRIBE,
        .email = s->address.email,
        .email_key = s->address.key,
        .lists = sign_up_ids(v->arena, standing->free, standing->free_count),
        .name = s->name,
        .language = bd_str_from(bd_lang_tag(s->language)),
        .wording = s->wording,
        .network = v->request->network,
        .created_at = v->now,
        .expires_at = v->now + BD_CONFIRMATION_DAYS * DAY,
    };
    int64_t id = 0;
    enum bd_status rc = bd_confirmation_add(v->store, &c, &id, &v->err);

    if (rc != BD_OK)
        return rc;
    return mail_confirm(
        v, s, id, sign_up_titles(v, standing->free, standing->free_count));
}

enum bd_status sign_up(struct web_visit *v, const struct sign_up *request)
{
    struct standing standing = { 0 };
    bool within = false;
    enum bd_status rc = take_quotas(v, request, &within);

    if (rc == BD_OK && within)
        rc = look(v, request, &standing);
    if (rc != BD_OK || !within)
        return rc;
    if (standing.free_count > 0)
        return ask(v, request, &standing);
    if (standing.active_count > 0) /* perhaps they looked for that */
        return reader_mail_link(v, &standing.reader);
    return mail_confirm(v, request, 0,
                        sign_up_titles(v, request->lists, request->list_count));
}

/* A new address: confirmed from the new mailbox, told to the old one. Who
 * types an address here learns nothing about it. */
#include "brevduva/mail/address.h"
#include "confirm_private.h"
#include "manage_private.h"

static const struct bd_quota by_reader = { "address by reader", 3, DAY };
static const struct bd_quota by_network = { "address by network", 10, HOUR };
static const struct bd_quota by_address = { "address by address", 2, DAY };

static const struct web_word words[] = {
    { "address", N_("New address") },
    { "go", N_("Yes, use this address") },
    { "help", N_("The letters will come here instead of to the old address, "
                 "and we will tell the old one.") },
    { "never", N_("It was not me: never write to me again") },
    { NULL, NULL },
};

/* Is it nobody's, and may it be written to? */
static enum bd_status is_free(struct web_visit *v, bd_str key, bool *out)
{
    const struct bd_desk desk = web_desk(v);
    struct bd_subscriber other = { 0 };
    bool suppressed = false;
    enum bd_status rc = bd_desk_is_suppressed(&desk, key, &suppressed);

    if (rc == BD_OK)
        rc = bd_subscriber_find(v->arena, v->store, key, &other, &v->err);
    *out = rc == BD_ENOENT && !suppressed;
    return rc == BD_ENOENT ? BD_OK : rc;
}

static enum bd_status within_limits(struct web_visit *v, const struct manage *m,
                                    bd_str key, bool *out)
{
    const struct {
        const struct bd_quota *quota;
        bd_str subject;
    } rows[] = {
        { &by_reader, reader_subject(v, m->reader.id) },
        { &by_network, v->request->network },
        { &by_address, key },
    };
    enum bd_status rc = BD_OK;

    *out = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && rc == BD_OK && *out;
         i++)
        rc = reader_allow(v, rows[i].quota, rows[i].subject, out);
    return rc;
}

/* request 0: only written, so that saying no takes as long as saying yes. */
static enum bd_status mail_new(struct web_visit *v, const struct manage *m,
                               bd_str email, int64_t request)
{
    struct bd_token token = { .purpose = BD_TOKEN_CONFIRM,
                              .subscriber = (uint64_t)request };
    const struct bd_note_value values[] = { { BD_STR("email"), email } };
    struct bd_note_mail mail = { .kind = BD_NOTE_ADDRESS,
                                 .language = reader_language(v, &m->reader),
                                 .to = email,
                                 .subscriber_id = m->reader.id,
                                 .values = values,
                                 .value_count = 1,
                                 .action = web_token_text(v, &token) };

    struct bd_letter_row unsent = { 0 };

    token.purpose = BD_TOKEN_STOP;
    mail.stop = web_token_text(v, &token);
    if (request == 0)
        return bd_post_write(v->arena, v->site->post, &mail,
                             v->site->options.sys, &unsent, &v->err);
    return bd_post_queue(v->site->post, v->store, &mail, v->site->options.sys,
                         &v->err);
}

static enum bd_status ask(struct web_visit *v, const struct manage *m,
                          const struct bd_address *address)
{
    const struct bd_confirmation request = {
        .kind = BD_CONFIRM_ADDRESS,
        .email = address->email,
        .email_key = address->key,
        .subscriber_id = m->reader.id,
        .language = bd_str_from(bd_lang_tag(reader_language(v, &m->reader))),
        .network = v->request->network,
        .created_at = v->now,
        .expires_at = v->now + BD_CONFIRMATION_DAYS * DAY,
    };
    int64_t id = 0;
    enum bd_status rc = bd_confirmation_add(v->store, &request, &id, &v->err);

    return rc == BD_OK ? mail_new(v, m, address->email, id) : rc;
}

static enum bd_status show_fault(struct web_visit *v, const struct manage *m,
                                 const char *fault, bd_str typed)
{
    const struct manage_notes notes = { .address_fault = bd_str_from(fault),
                                        .address = typed };

    return manage_page(v, m, 422, &notes);
}

enum bd_status manage_address(struct web_visit *v, struct manage *m)
{
    bd_str typed = web_field(v->request->form, "email");
    struct bd_address address;
    bool allowed = false;
    bool is_nobodys = false;
    enum bd_status rc = bd_address_parse(v->arena, typed, &address, NULL);

    if (rc != BD_OK)
        return show_fault(v, m,
                          L_(v->lang, N_("That is no email address. Look for a "
                                         "slip of the pen.")),
                          typed);
    if (!bd_address_is_plain(&address))
        return show_fault(v, m, L_(v->lang, web_odd_address), typed);
    if (bd_str_eq(address.key, m->reader.email_key))
        return show_fault(v, m, L_(v->lang, N_("That is your address now.")),
                          typed);
    rc = within_limits(v, m, address.key, &allowed);
    if (rc == BD_OK)
        rc = is_free(v, address.key, &is_nobodys);
    /* Whether it is nobody's or not: an older link must not tell which. */
    if (rc == BD_OK && allowed)
        rc = bd_confirmation_stop(v->store, BD_CONFIRM_ADDRESS, m->reader.id,
                                  v->now, &v->err);
    if (rc == BD_OK)
        rc = allowed && is_nobodys ? ask(v, m, &address)
                                   : mail_new(v, m, address.email, 0);
    return rc == BD_OK ? manage_done(v, "address") : rc;
}

/* --- the link in that mail --- */

static enum bd_status show(struct web_visit *v, const struct bd_confirmation *c)
{
    const struct bd_token stop = { .purpose = BD_TOKEN_STOP,
                                   .subscriber = (uint64_t)c->id };
    struct bd_json *data = page_new(
        v, L_(v->lang, N_("Confirm your new address")));

    page_set(v, data, "email", bd_address_display(v->arena, c->email));
    page_set(v, data, "stop", web_token_path(v, "stop", &stop));
    page_words(v, data, words);
    return page_show(v, 200, "confirm_change", data);
}

static enum bd_status tell_old(struct web_visit *v,
                               const struct bd_subscriber *old, bd_str email)
{
    const struct bd_note_value values[] = {
        { BD_STR("email"), old->email },
        { BD_STR("masked"), web_mask(v->arena, email) },
        { BD_STR("when"), bd_desk_date(v->arena, v->now) },
    };
    const struct bd_note_mail mail = {
        .kind = BD_NOTE_ADDRESS_CHANGED,
        .language = reader_language(v, old),
        .to = old->email,
        .subscriber_id = old->id,
        .values = values,
        .value_count = sizeof values / sizeof *values,
    };

    return bd_post_queue(v->site->post, v->store, &mail, v->site->options.sys,
                         &v->err);
}

/* Taken by another reader since, or never to be mailed. */
static enum bd_status show_not_free(struct web_visit *v)
{
    return page_say(
        v, 200, L_(v->lang, N_("This address cannot be used")),
        bd_str_from(L_(v->lang, N_("The letters go on to the old one. Contact "
                                   "us if you wonder why."))));
}

static enum bd_status carry_out(struct web_visit *v,
                                const struct bd_confirmation *c)
{
    const struct bd_actor actor = web_actor(v);
    struct bd_subscriber old = { 0 };
    struct bd_subscriber reader = { 0 };
    enum bd_status rc = bd_subscriber_get(v->arena, v->store, c->subscriber_id,
                                          &old, &v->err);

    if (rc == BD_ENOENT)
        return BD_EINVAL;
    if (rc != BD_OK)
        return rc;
    reader = old;
    reader.email = c->email;
    reader.email_key = c->email_key;
    rc = bd_subscriber_update(v->store, &reader,
                              bd_arena_printf(v->arena, "email %.*s -> %.*s",
                                              BD_ARG(old.email),
                                              BD_ARG(c->email)),
                              &actor, &v->err);
    if (rc == BD_EEXIST || rc == BD_EINVAL)
        return show_not_free(v);
    if (rc == BD_OK)
        rc = bd_confirmation_settle(v->store, c->id, reader.id, v->now,
                                    &v->err);
    if (rc == BD_OK)
        rc = tell_old(v, &old, c->email);
    if (rc != BD_OK)
        return rc;
    return page_say(
        v, 200, L_(v->lang, N_("Your address is changed")),
        bd_arena_printf(v->arena,
                        L_(v->lang, N_("The letters now come to "
                                       "%.*s.")),
                        BD_ARG(bd_address_display(v->arena, c->email))));
}

const struct confirm_kind confirm_address = { show, carry_out };

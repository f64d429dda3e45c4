/* What we know about a reader, mailed to the mailbox (C8), and its end
 * (C7). */
#include "brevduva/mail/address.h"
#include "brevduva/store/erase.h"
#include "brevduva/web/dossier.h"
#include "confirm_private.h"
#include "manage_private.h"

static const struct bd_quota exports = { "export by reader", 3, DAY };
static const struct bd_quota erasures = { "erase by reader", 3, DAY };

static const struct web_word words[] = {
    { "address", N_("Address") },
    { "go", N_("Yes, erase everything about me") },
    { "help", N_("Name, address, subscriptions and what was sent to you are "
                 "erased at once, and no more letters come. It cannot be "
                 "undone.") },
    { NULL, NULL },
};

static enum bd_status queue(struct web_visit *v,
                            const struct bd_note_mail *mail)
{
    return bd_post_queue(v->site->post, v->store, mail, v->site->options.sys,
                         &v->err);
}

static bd_str written(struct bd_arena *arena, const struct bd_json *value)
{
    struct bd_buf text;
    bd_str copy = BD_STR_NONE;

    bd_buf_init(&text, 0);
    bd_json_write(value, &text);
    copy = bd_buf_copy(&text, arena);
    bd_buf_fini(&text);
    return copy;
}

static enum bd_status mail_export(struct web_visit *v, const struct manage *m)
{
    enum bd_lang lang = reader_language(v, &m->reader);
    struct bd_json *dossier = NULL;
    struct bd_note_value values[] = {
        { BD_STR("email"), m->reader.email },
        { BD_STR("data"), BD_STR_NONE },
    };
    struct bd_note_mail mail = { .kind = BD_NOTE_EXPORT,
                                 .language = lang,
                                 .to = m->reader.email,
                                 .subscriber_id = m->reader.id,
                                 .values = values,
                                 .value_count = 2 };
    enum bd_status rc = bd_subscriber_dossier(v->arena, v->store, m->reader.id,
                                              v->now, &dossier, &v->err);

    if (rc != BD_OK)
        return rc;
    values[1].value = bd_dossier_text(v->arena, lang, dossier);
    mail.attachment = written(v->arena, dossier);
    rc = queue(v, &mail);
    if (rc != BD_ELIMIT)
        return rc;
    values[1].value = bd_str_from(
        L_(lang, N_("It is too much for a letter, and stands in the file "
                    "alone.")));
    return queue(v, &mail);
}

enum bd_status manage_export(struct web_visit *v, struct manage *m)
{
    const struct bd_desk desk = web_desk(v);
    bool suppressed = false;
    bool allowed = false;
    enum bd_status rc = bd_desk_is_suppressed(&desk, m->reader.email_key,
                                              &suppressed);

    if (rc == BD_OK && suppressed)
        return manage_refuse(v, m);
    if (rc == BD_OK)
        rc = reader_allow(v, &exports, reader_subject(v, m->reader.id),
                          &allowed);
    if (rc == BD_OK && allowed)
        rc = mail_export(v, m);
    return rc == BD_OK ? manage_done(v, "export") : rc;
}

static enum bd_status ask(struct web_visit *v, const struct manage *m)
{
    enum bd_lang lang = reader_language(v, &m->reader);
    const struct bd_confirmation request = {
        .kind = BD_CONFIRM_ERASE,
        .email = m->reader.email,
        .email_key = m->reader.email_key,
        .subscriber_id = m->reader.id,
        .language = bd_str_from(bd_lang_tag(lang)),
        .network = v->request->network,
        .created_at = v->now,
        .expires_at = v->now + BD_CONFIRMATION_DAYS * DAY,
    };
    struct bd_token token = { .purpose = BD_TOKEN_CONFIRM };
    const struct bd_note_value values[] = {
        { BD_STR("email"), m->reader.email },
    };
    struct bd_note_mail mail = { .kind = BD_NOTE_ERASE,
                                 .language = lang,
                                 .to = m->reader.email,
                                 .subscriber_id = m->reader.id,
                                 .values = values,
                                 .value_count = 1 };
    int64_t id = 0;
    enum bd_status rc = bd_confirmation_stop(v->store, BD_CONFIRM_ERASE,
                                             m->reader.id, v->now, &v->err);

    if (rc == BD_OK)
        rc = bd_confirmation_add(v->store, &request, &id, &v->err);
    token.subscriber = (uint64_t)id;
    mail.action = web_token_text(v, &token);
    return rc == BD_OK ? queue(v, &mail) : rc;
}

enum bd_status manage_erase(struct web_visit *v, struct manage *m)
{
    bool allowed = false;
    enum bd_status rc = reader_allow(v, &erasures,
                                     reader_subject(v, m->reader.id), &allowed);

    if (rc == BD_OK && allowed)
        rc = ask(v, m);
    return rc == BD_OK ? manage_done(v, "erase") : rc;
}

/* --- the link in that mail --- */

static enum bd_status show(struct web_visit *v, const struct bd_confirmation *c)
{
    struct bd_json *data = page_new(
        v, L_(v->lang, N_("Erase everything about you?")));

    page_set(v, data, "email", bd_address_display(v->arena, c->email));
    page_words(v, data, words);
    return page_show(v, 200, "confirm_change", data);
}

static enum bd_status carry_out(struct web_visit *v,
                                const struct bd_confirmation *c)
{
    const struct bd_actor actor = web_actor(v);
    struct bd_subscriber reader = { 0 };
    const struct bd_note_value values[] = { { BD_STR("email"), c->email } };
    struct bd_note_mail mail = { .kind = BD_NOTE_ERASED,
                                 .to = c->email,
                                 .values = values,
                                 .value_count = 1 };
    enum bd_status rc = bd_subscriber_get(v->arena, v->store, c->subscriber_id,
                                          &reader, &v->err);

    /* an address that was changed after the letter went to the old one */
    if (rc == BD_ENOENT ||
        (rc == BD_OK && !bd_str_eq(reader.email_key, c->email_key)))
        return BD_EINVAL;
    mail.language = reader_language(v, &reader);
    if (rc == BD_OK)
        rc = bd_subscriber_erase(v->store, reader.id, &actor, &v->err);
    if (rc == BD_OK) /* the last one; it forgets the address as it leaves */
        rc = queue(v, &mail);
    if (rc != BD_OK)
        return rc;
    return page_say(
        v, 200, L_(v->lang, N_("Everything about you is erased")),
        bd_str_from(L_(v->lang, N_("One last letter tells you so. Thank you "
                                   "for having been with us!"))));
}

const struct confirm_kind confirm_erase = { show, carry_out };

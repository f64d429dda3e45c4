/* The way to one's own page: a link that is mailed to the mailbox, so that a
 * forwarded letter opens nothing (W3). Every answer is the same, whether the
 * address is known or not (W5). */
#include "brevduva/mail/address.h"
#include "pages_private.h"
#include "reader_private.h"

static const struct bd_quota by_network = { "link by network", 20, HOUR };

static const struct web_word words[] = {
    { "address", N_("Your email address") },
    { "go", N_("Mail me a link") },
    { "mailbox", N_("Address") },
    { "why", N_("Letters get forwarded. So that nobody but you can see and "
                "change what is yours, we mail the link to your own mailbox. "
                "It works for 24 hours.") },
    { NULL, NULL },
};

enum bd_status link_offer(struct web_visit *v, unsigned status,
                          const char *title, const struct link_form *form)
{
    struct bd_json *data = page_new(v, title);

    page_set(v, data, "text", form->text);
    page_set(v, data, "fault", form->fault);
    page_set(v, data, "email", form->typed);
    page_set(v, data, "masked", form->masked);
    page_set(v, data, "action", form->action);
    page_flag(v, data, "ask", form->masked.len == 0);
    page_words(v, data, words);
    return page_show(v, status, "link", data);
}

static bd_str link_path(const struct web_visit *v)
{
    return bd_arena_printf(v->arena, "%.*s/link?lang=%s",
                           BD_ARG(v->site->prefix), bd_lang_tag(v->lang));
}

static enum bd_status show_form(struct web_visit *v, unsigned status,
                                bd_str fault, bd_str typed)
{
    const struct link_form form = { .action = link_path(v),
                                    .fault = fault,
                                    .typed = typed };

    return link_offer(v, status, L_(v->lang, N_("My subscription")), &form);
}

enum bd_status link_show(struct web_visit *v)
{
    return show_form(v, 200, BD_STR_NONE, BD_STR_NONE);
}

enum bd_status link_offer_new(struct web_visit *v)
{
    const struct link_form form = {
        .action = link_path(v),
        .text = bd_str_from(L_(v->lang, N_("It is too old, or was cut off on "
                                           "its way. We can mail you a new "
                                           "one."))),
    };

    return link_offer(v, 410, L_(v->lang, N_("This link does not work")),
                      &form);
}

/* Nothing of what became of it. */
static enum bd_status show_sent(struct web_visit *v)
{
    return page_say(
        v, 200, L_(v->lang, N_("Look in your mailbox")),
        bd_str_from(L_(v->lang, N_("If the address is among our readers, a "
                                   "letter with the link is on its way. If it "
                                   "does not come within some minutes, look "
                                   "among the junk mail."))));
}

static enum bd_status mail(struct web_visit *v,
                           const struct bd_subscriber *reader)
{
    struct bd_desk desk = web_desk(v);
    bool allowed = false;
    enum bd_status rc = reader_allow(v, &by_network, v->request->network,
                                     &allowed);

    if (rc == BD_OK && allowed)
        rc = bd_desk_mail_link(&desk, reader);
    return rc == BD_OK ? show_sent(v) : rc;
}

enum bd_status link_do(struct web_visit *v)
{
    bd_str typed = web_field(v->request->form, "email");
    struct bd_subscriber reader = { 0 };
    struct bd_address address;
    enum bd_status rc = bd_address_parse(v->arena, typed, &address, NULL);

    if (rc != BD_OK)
        return show_form(v, 422,
                         bd_str_from(L_(v->lang, N_("That is no email "
                                                    "address. Look for a slip "
                                                    "of the pen."))),
                         typed);
    rc = bd_subscriber_find(v->arena, v->store, address.key, &reader, &v->err);
    if (rc == BD_ENOENT)
        reader = (struct bd_subscriber) { .email = address.email,
                                          .email_key = address.key };
    else if (rc != BD_OK)
        return rc;
    return mail(v, &reader);
}

static enum bd_status find(struct web_visit *v, struct bd_subscriber *out)
{
    struct bd_reader_lists lists = { 0 };
    struct bd_token token;
    enum bd_status rc = web_token(v, BD_TOKEN_SUBSCRIPTION, &token);

    if (rc == BD_OK)
        rc = reader_of(v, &token, out);
    if (rc == BD_OK)
        rc = reader_lists(v, out->id, &lists);
    if (rc == BD_OK)
        reader_speak(v, out, bd_lists_find(&lists, token.list));
    return rc;
}

enum bd_status subscription_show(struct web_visit *v)
{
    struct bd_subscriber reader = { 0 };
    struct link_form form = { 0 };
    enum bd_status rc = find(v, &reader);

    if (rc != BD_OK)
        return rc;
    form.masked = web_mask(v->arena, reader.email);
    return link_offer(v, 200, L_(v->lang, N_("My subscription")), &form);
}

enum bd_status subscription_do(struct web_visit *v)
{
    struct bd_subscriber reader = { 0 };
    enum bd_status rc = find(v, &reader);

    return rc == BD_OK ? mail(v, &reader) : rc;
}

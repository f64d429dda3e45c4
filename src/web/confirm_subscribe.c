/* The second half of signing up: the owner of the mailbox says yes. */
#include "confirm_private.h"
#include "sign_up_private.h"

#include "brevduva/desk/post.h"

static const struct web_word ask_words[] = {
    { "address", N_("Address") },
    { "go", N_("Yes, I want to subscribe") },
    { "name", N_("Name") },
    { "never", N_("It was not me: never write to me again") },
    { "what", N_("Subscription to") },
    { NULL, NULL },
};

static const struct web_word done_words[] = {
    { "read", N_("Read the latest issues") },
    { NULL, NULL },
};

static enum bd_status show(struct web_visit *v, const struct bd_confirmation *c)
{
    const struct bd_list *const *lists = NULL;
    size_t count = 0;
    const struct bd_token stop = { .purpose = BD_TOKEN_STOP,
                                   .subscriber = (uint64_t)c->id };
    struct bd_json *data = page_new(
        v, L_(v->lang, N_("Confirm your subscription")));
    enum bd_status rc = sign_up_lists(v, c->lists, &lists, &count);

    if (rc == BD_OK && count == 0)
        rc = BD_ENOENT; /* the lists were removed */
    if (rc != BD_OK)
        return rc;
    page_set(v, data, "what", sign_up_titles(v, lists, count));
    page_set(v, data, "email", web_mask(v->arena, c->email));
    page_set(v, data, "name", c->name);
    page_set(v, data, "wording", c->wording);
    page_set(v, data, "stop", web_token_path(v, "stop", &stop));
    page_words(v, data, ask_words);
    return page_show(v, 200, "confirm", data);
}

/* What came of the lists. */
struct outcome {
    int64_t subscriber_id;
    const struct bd_list **joined; /* new to the reader */
    size_t joined_count;
    size_t already_count; /* they were on it */
};

static enum bd_status join(struct web_visit *v, const struct bd_confirmation *c,
                           const struct bd_list *list, struct outcome *out)
{
    const struct bd_subscriber reader = { .email = c->email,
                                          .email_key = c->email_key,
                                          .name = c->name,
                                          .language = c->language,
                                          .source = BD_STR("web"),
                                          .created_at = v->now };
    /* a mail comes from no network */
    const struct bd_actor asked = { .channel = c->network.len > 0
                                                   ? BD_STR("web")
                                                   : BD_STR("mail"),
                                    .network = c->network,
                                    .now = c->created_at };
    const struct bd_actor actor = web_actor(v);
    enum bd_subscription_state old = BD_SUB_PENDING;
    bool known = false;
    enum bd_status rc = bd_subscribe_confirmed(v->store, &reader, list->id,
                                               c->wording, &asked, &actor,
                                               &known, &old, &v->err);

    if (rc == BD_EINVAL)
        return BD_OK; /* never again, or complained: since they asked for it */
    if (rc != BD_OK)
        return rc;
    if (known && old == BD_SUB_ACTIVE)
        out->already_count++;
    else
        out->joined[out->joined_count++] = list;
    return BD_OK;
}

static enum bd_status join_all(struct web_visit *v,
                               const struct bd_confirmation *c,
                               struct outcome *out)
{
    const struct bd_list *const *lists = NULL;
    struct bd_subscriber reader = { 0 };
    size_t count = 0;
    enum bd_status rc = sign_up_lists(v, c->lists, &lists, &count);

    if (rc == BD_OK && count == 0)
        rc = BD_ENOENT;
    if (rc != BD_OK)
        return rc;
    out->joined = (const struct bd_list **)BD_NEW_ARRAY(v->arena, count + 1,
                                                        struct bd_list *);
    for (size_t i = 0; rc == BD_OK && i < count; i++)
        rc = join(v, c, lists[i], out);
    if (rc != BD_OK || out->joined_count + out->already_count == 0)
        return rc;
    rc = bd_subscriber_find(v->arena, v->store, c->email_key, &reader, &v->err);
    out->subscriber_id = reader.id;
    return rc;
}

/* One letter, however many lists; it is the first that the reader gets. */
static enum bd_status welcome(struct web_visit *v,
                              const struct bd_confirmation *c,
                              const struct outcome *o)
{
    struct bd_token token = { .purpose = BD_TOKEN_SUBSCRIPTION,
                              .subscriber = (uint64_t)o->subscriber_id,
                              .list = (uint32_t)o->joined[0]->id };
    const struct bd_note_value values[] = {
        { BD_STR("lists"), sign_up_titles(v, o->joined, o->joined_count) },
        { BD_STR("email"), c->email },
    };
    struct bd_note_mail mail = { .kind = BD_NOTE_WELCOME,
                                 .language = v->lang,
                                 .to = c->email,
                                 .subscriber_id = o->subscriber_id,
                                 .values = values,
                                 .value_count = sizeof values / sizeof *values,
                                 .action = web_token_text(v, &token) };

    (void)bd_lang_parse(c->language, &mail.language);
    token.purpose = BD_TOKEN_UNSUBSCRIBE;
    mail.stop = web_token_text(v, &token);
    return bd_post_queue(v->site->post, v->store, &mail, v->site->options.sys,
                         &v->err);
}

static enum bd_status show_done(struct web_visit *v, const struct outcome *o)
{
    struct bd_json *data = NULL;

    if (o->joined_count + o->already_count == 0)
        return page_say(
            v, 200, L_(v->lang, N_("We may not write to this address")),
            bd_str_from(L_(v->lang, N_("Somebody has said that it should never "
                                       "get mail from us again. If that was "
                                       "not meant, contact us."))));
    data = page_new(v, L_(v->lang, N_("Thank you, and welcome!")));
    page_set(v, data, "text",
             o->joined_count > 0
                 ? bd_arena_printf(
                       v->arena,
                       L_(v->lang, N_("You now subscribe to "
                                      "%.*s.")),
                       BD_ARG(sign_up_titles(v, o->joined, o->joined_count)))
                 : bd_str_from(L_(v->lang, N_("You subscribed already, and go "
                                              "on doing so."))));
    page_words(v, data, done_words);
    return page_show(v, 200, "confirmed", data);
}

static enum bd_status carry_out(struct web_visit *v,
                                const struct bd_confirmation *c)
{
    struct outcome outcome = { 0 };
    enum bd_status rc = join_all(v, c, &outcome);

    if (rc == BD_OK)
        rc = bd_confirmation_settle(v->store, c->id, outcome.subscriber_id,
                                    v->now, &v->err);
    if (rc == BD_OK && outcome.joined_count > 0 && v->site->options.welcome)
        rc = welcome(v, c, &outcome);
    return rc == BD_OK ? show_done(v, &outcome) : rc;
}

const struct confirm_kind confirm_subscribe = { show, carry_out };

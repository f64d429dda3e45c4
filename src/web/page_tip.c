/* Tell a friend: a draft for the visitor's own mail program (T1); and, for
 * readers, one mail of ours (T2, T3). */
#include "brevduva/store/quota.h"
#include "brevduva/web/tip.h"
#include "pages_private.h"

static const struct web_word words[] = {
    { "faults", N_("The letter is not made yet. See below what to mend.") },
    { "own", N_("Write to your friend yourself") },
    { "own_why", N_("Your own mail program opens with a draft. You choose who "
                    "gets it, and nothing about your friend comes to us.") },
    { "draft", N_("Open a draft") },
    { "copy", N_("Or copy the address of the letter") },
    { "ours", N_("Or let us send one letter") },
    { "ours_why",
      N_("We send your friend a short letter with a link to the issue. You see "
         "it first. We use the address for this one letter, and keep only a "
         "scrambled mark of it, so that nobody gets tips from us more than "
         "once a year.") },
    { "to", N_("Your friend's mail address") },
    { "name", N_("Your name, as your friend knows you (not required)") },
    { "note", N_("A few words from you (not required)") },
    { "note_help", N_("At most 300 characters. Links in it cannot be clicked "
                      "on.") },
    { "answer", N_("Your own mail address, if your friend is to be able to "
                   "answer you (not required)") },
    { "answer_help", N_("The address that our letters come to.") },
    { "preview", N_("Show me the letter") },
    { NULL, NULL },
};

static const struct web_word preview_words[] = {
    { "look", N_("This is what your friend gets. Nothing has been sent yet.") },
    { "from", N_("From") },
    { "recipient", N_("To") },
    { "reply_to", N_("Answers go to") },
    { "subject", N_("Subject") },
    { "own_link", N_("The address at the end is your friend's own: behind the "
                     "row of x it has a code that only your friend gets.") },
    { "send", N_("Send the letter") },
    { "edit", N_("Change it") },
    { NULL, NULL },
};

/* What one visit is about. */
struct visit_tip {
    struct bd_tip_issue issue;
    struct bd_subscriber reader; /* id 0: a stranger */
    bool ours;                   /* a mail of ours is offered */
    struct bd_tip_ask ask;
    const char *to_fault, *name_fault, *note_fault, *answer_fault; /* N_() */
};

static enum bd_lang issue_language(const struct web_visit *v,
                                   const struct bd_tip_issue *issue)
{
    enum bd_lang lang = v->site->options.letter->language;

    (void)bd_lang_parse(issue->language, &lang);
    return lang;
}

/* The issue's public page, as everybody sees it. */
static bd_str public_address(const struct web_visit *v,
                             const struct bd_tip_issue *issue)
{
    return bd_arena_printf(v->arena, "%.*s%.*s/archive/%.*s",
                           BD_ARG(v->site->origin), BD_ARG(v->site->prefix),
                           BD_ARG(issue->slug));
}

/* Of the issue, in its language: the friend reads it. */
static bd_str draft(const struct web_visit *v, const struct bd_tip_issue *issue)
{
    enum bd_lang lang = issue_language(v, issue);
    bd_str newsletter = v->site->options.letter->newsletter;
    bd_str subject = bd_arena_printf(v->arena,
                                     L_(lang, N_("Worth reading: "
                                                 "%.*s")),
                                     BD_ARG(issue->title));
    bd_str body = bd_arena_printf(
        v->arena,
        L_(lang, N_("Hello!\n\nI think that you would like this: \"%.*s\", "
                    "from %.*s.\n\n%.*s\n\nOn that page you can also "
                    "subscribe, if you want more of it.\n")),
        BD_ARG(issue->title), BD_ARG(newsletter),
        BD_ARG(public_address(v, issue)));

    return web_mailto(v->arena, subject, body);
}

static void set_fault(struct web_visit *v, struct bd_json *data,
                      const char *key, const char *fault)
{
    if (!fault)
        return;
    page_set(v, data, key, bd_str_from(L_(v->lang, fault)));
    page_flag(v, data, "faults", true);
}

/* What was typed stays, also when it is wrong. */
static void set_typed(struct web_visit *v, struct bd_json *data)
{
    static const char *const names[] = { "to", "name", "note", "answer" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        page_set(v, data, names[i], web_field(v->request->form, names[i]));
}

static enum bd_status show_form(struct web_visit *v, const struct visit_tip *t)
{
    struct bd_json *data = page_new(v, L_(v->lang, N_("Tip a friend")));
    bool wrong = t->to_fault || t->name_fault || t->note_fault ||
                 t->answer_fault;

    page_set(v, data, "issue", t->issue.title);
    page_set(v, data, "address", public_address(v, &t->issue));
    page_set(v, data, "mailto", draft(v, &t->issue));
    page_flag(v, data, "offered", t->ours);
    set_typed(v, data);
    set_fault(v, data, "to_fault", t->to_fault);
    set_fault(v, data, "name_fault", t->name_fault);
    set_fault(v, data, "note_fault", t->note_fault);
    set_fault(v, data, "answer_fault", t->answer_fault);
    if (t->reader.id)
        page_set(v, data, "reader",
                 bd_arena_printf(v->arena,
                                 L_(v->lang, N_("You read this as %.*s.")),
                                 BD_ARG(web_mask(v->arena, t->reader.email))));
    page_words(v, data, words);
    return page_show(v, wrong ? 422 : 200, "tip", data);
}

/* Not among those that everybody may read. The letter's link is good. */
static enum bd_status say_closed(struct web_visit *v)
{
    return page_say(v, 200, L_(v->lang, N_("This issue cannot be passed on")),
                    bd_str_from(L_(v->lang, N_("It is not in the open "
                                               "archive."))));
}

/* --- for everybody --- */

enum bd_status tip_show_public(struct web_visit *v)
{
    struct visit_tip t = { .ours = false };
    enum bd_status rc = bd_tip_issue_find(v->arena, v->store, v->args[0],
                                          &t.issue, &v->err);

    return rc == BD_OK ? show_form(v, &t) : rc;
}

/* --- for readers --- */

static void choose_language(struct web_visit *v,
                            const struct bd_subscriber *reader)
{
    if (!web_has_field(v->request->query, "lang"))
        (void)bd_lang_parse(reader->language, &v->lang);
}

/* Who the token names, and which issue. BD_EINVAL: it does not work. */
static enum bd_status read_token(struct web_visit *v, struct visit_tip *t,
                                 bool *out_closed)
{
    struct bd_token token;
    enum bd_tip_answer answer = BD_TIP_NO_READER;
    enum bd_status rc = web_token(v, BD_TOKEN_TIP, &token);

    if (rc == BD_OK)
        rc = bd_subscriber_get(v->arena, v->store, (int64_t)token.subscriber,
                               &t->reader, &v->err);
    if (rc != BD_OK)
        return rc == BD_ENOENT ? BD_EINVAL : rc;
    choose_language(v, &t->reader);
    rc = bd_tip_issue_of(v->arena, v->store, token.mailing, &t->issue, &v->err);
    *out_closed = rc == BD_ENOENT;
    if (rc != BD_OK)
        return rc == BD_ENOENT ? BD_OK : rc;
    rc = bd_tip_allowed(v->site, v->store, t->reader.id, t->issue.list_id,
                        &answer, &v->err);
    t->ours = answer == BD_TIP_SENT;
    return rc;
}

enum bd_status tip_show(struct web_visit *v)
{
    struct visit_tip t = { .ours = false };
    bool closed = false;
    enum bd_status rc = read_token(v, &t, &closed);

    if (rc != BD_OK)
        return rc;
    return closed ? say_closed(v) : show_form(v, &t);
}

/* The friend gets to know the reader's address only from one who knows it:
 * the link alone, in a letter that was passed on, must not tell it (W3). */
static enum bd_status read_answer(struct web_visit *v, struct visit_tip *t)
{
    static const struct bd_quota guesses = { "tip answer by reader", 20,
                                             24 * 3600 };
    bd_str typed = bd_str_trim(web_field(v->request->form, "answer"));
    struct bd_address address;
    bool free = true;
    enum bd_status rc = BD_OK;

    if (typed.len == 0)
        return BD_OK;
    rc = bd_quota_take(
        v->store, &guesses,
        bd_arena_printf(v->arena, "%lld", (long long)t->reader.id), v->now,
        &free, &v->err);
    if (rc != BD_OK)
        return rc;
    if (!free)
        return BD_ELIMIT;
    t->ask.reply_to_teller = bd_address_parse(v->arena, typed, &address,
                                              &v->err) == BD_OK &&
                             bd_str_eq(address.key, t->reader.email_key);
    if (!t->ask.reply_to_teller)
        t->answer_fault = N_("Our letters do not come to this address. Type "
                             "the one that they come to, or leave it empty.");
    return BD_OK;
}

static enum bd_status read_form(struct web_visit *v, struct visit_tip *t)
{
    const struct web_field *form = v->request->form;

    t->ask.issue = &t->issue;
    t->ask.teller = &t->reader;
    t->ask.network = v->request->network;
    if (bd_address_parse(v->arena, web_field(form, "to"), &t->ask.friend,
                         &v->err) != BD_OK)
        t->to_fault = N_("Type one whole mail address, like "
                         "maja@viken.example.");
    else if (!bd_address_is_plain(&t->ask.friend))
        t->to_fault = web_odd_address;
    if (bd_tip_name_read(v->arena, web_field(form, "name"), &t->ask.name) !=
        BD_OK)
        t->name_fault = N_("Write at most 60 characters.");
    if (bd_tip_note_read(v->arena, web_field(form, "note"), &t->ask.note) !=
        BD_OK)
        t->note_fault = N_("Write at most 300 characters.");
    return read_answer(v, t);
}

static enum bd_status show_preview(struct web_visit *v,
                                   const struct visit_tip *t)
{
    struct bd_json *data = page_new(
        v, L_(v->lang, N_("This is the letter to your friend")));
    struct bd_tip_mail mail;
    enum bd_status rc = bd_tip_preview(v->arena, v->site, &t->ask, &mail,
                                       &v->err);

    if (rc != BD_OK)
        return rc;
    set_typed(v, data);
    page_set(v, data, "mail_from", mail.from);
    page_set(v, data, "mail_to", mail.to);
    page_set(v, data, "mail_reply_to", mail.reply_to);
    page_set(v, data, "mail_subject", mail.subject);
    page_set(v, data, "mail_text", mail.text);
    page_set(v, data, "mail_language",
             bd_str_from(bd_lang_tag(issue_language(v, &t->issue))));
    page_words(v, data, preview_words);
    return page_show(v, 200, "tip_preview", data);
}

/* What stands in the way of this teller, not of the friend. */
static const char *refusal(enum bd_tip_answer answer)
{
    switch (answer) {
    case BD_TIP_TELLER_DAY:
        return N_("You have sent the tips of today. Try again tomorrow, or "
                  "write to your friend yourself.");
    case BD_TIP_NETWORK_DAY:
    case BD_TIP_ALL_DAY:
        return N_("So many tips were sent today that we must stop for now. "
                  "Try again tomorrow, or write to your friend yourself.");
    case BD_TIP_NOT_OFFERED:
    case BD_TIP_NO_READER:
        return N_("We send tips only for those who read the letter. You can "
                  "write to your friend yourself.");
    case BD_TIP_SENT:
    case BD_TIP_NOT_SENT:
        break;
    }
    return NULL;
}

/* Whatever is known of the friend, the answer is the same. */
static enum bd_status send_it(struct web_visit *v, const struct visit_tip *t)
{
    struct bd_tip_outcome outcome;
    enum bd_status rc = bd_tip_send(v->arena, v->site, v->store, v->keys,
                                    &t->ask, &outcome, &v->err);
    const char *why = NULL;

    if (rc != BD_OK)
        return rc;
    why = refusal(outcome.answer);
    if (why)
        return page_say(v, 429, L_(v->lang, N_("The letter was not sent")),
                        bd_str_from(L_(v->lang, why)));
    return page_say(
        v, 200, L_(v->lang, N_("Thank you for the tip")),
        bd_str_from(
            L_(v->lang, N_("If we may write to that address, the letter is on "
                           "its way. We do not tell whether your friend "
                           "already reads us, or wants no letters from us."))));
}

enum bd_status tip_do(struct web_visit *v)
{
    struct visit_tip t = { .ours = false };
    bd_str step = web_field(v->request->form, "step");
    bool closed = false;
    enum bd_status rc = read_token(v, &t, &closed);

    if (rc != BD_OK)
        return rc;
    if (closed)
        return say_closed(v);
    if (!t.ours || bd_str_eq(step, BD_STR("edit")))
        return show_form(v, &t);
    rc = read_form(v, &t);
    if (rc != BD_OK)
        return rc;
    if (t.to_fault || t.name_fault || t.note_fault || t.answer_fault)
        return show_form(v, &t);
    return bd_str_eq(step, BD_STR("send")) ? send_it(v, &t)
                                           : show_preview(v, &t);
}

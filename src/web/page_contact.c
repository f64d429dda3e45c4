/* Write to the newsletter. The mail goes to one address, which is in the
 * settings; nothing that a stranger types gets into its headers but a checked
 * address to answer to. */
#include "brevduva/desk/post.h"
#include "brevduva/mail/address.h"
#include "brevduva/store/quota.h"
#include "pages_private.h"

#define MAX_NAME    100
#define MAX_MESSAGE 5000
#define MAX_REF     64

static const struct web_word words[] = {
    { "often", N_("So many messages came lately that we take no more here for "
                  "now. Try again in an hour, or write a mail.") },
    { "stale", N_("The form had been open for a long time. Press the button "
                  "once more.") },
    { "faults", N_("The message is not sent yet. See below what to mend.") },
    { "name", N_("Your name (not required)") },
    { "email", N_("Your mail address") },
    { "email_help", N_("Our answer goes there. We keep it for nothing else.") },
    { "message", N_("Your message") },
    { "send", N_("Send") },
    { "by_mail", N_("Or write a mail to") },
    { "only_mail", N_("Write a mail to") },
    { "by_post", N_("Or a letter to") },
    { NULL, NULL },
};

struct faults {
    const char *name, *email, *message; /* N_() */
    bool often;                         /* too many came of late */
    bool stale;                         /* without a mark of ours that holds */
};

/* Where mails of readers may go: what stands in every letter. */
static bd_str mail_address(const struct web_visit *v)
{
    const struct bd_letter_options *o = v->site->options.letter;

    if (o->organisation.email.len > 0)
        return o->organisation.email;
    return o->reply_to.len > 0 ? o->reply_to : o->from_email;
}

static bool has_form(const struct web_visit *v)
{
    return v->site->options.contact.len > 0;
}

static void set_fault(struct web_visit *v, struct bd_json *data,
                      const char *key, const char *fault)
{
    if (!fault)
        return;
    page_set(v, data, key, bd_str_from(L_(v->lang, fault)));
    page_flag(v, data, "faults", true);
}

static enum bd_status show_form(struct web_visit *v, const struct faults *f)
{
    static const char *const names[] = { "name", "email", "message" };
    struct bd_json *data = page_new(v, L_(v->lang, N_("Contact us")));
    unsigned status = f->name || f->email || f->message || f->stale ? 422 : 200;
    enum bd_status rc = BD_OK;

    page_flag(v, data, "form", has_form(v));
    page_set(v, data, "mail_address", mail_address(v));
    page_set(v, data, "mailto",
             bd_arena_printf(v->arena, "mailto:%.*s", BD_ARG(mail_address(v))));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        page_set(v, data, names[i], web_field(v->request->form, names[i]));
    page_flag(v, data, "often", f->often);
    page_flag(v, data, "stale", f->stale);
    set_fault(v, data, "name_fault", f->name);
    set_fault(v, data, "email_fault", f->email);
    set_fault(v, data, "message_fault", f->message);
    page_words(v, data, words);
    rc = page_guard(v, data);
    return rc == BD_OK ? page_show(v, f->often ? 429 : status, "contact", data)
                       : rc;
}

enum bd_status contact_show(struct web_visit *v)
{
    return show_form(v, &(struct faults) { .name = NULL });
}

static size_t characters(bd_str text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80 &&
                 text.ptr[i] != '\r';
    return count;
}

struct message {
    bd_str name, text;
    struct bd_address from;
};

static struct faults read_form(struct web_visit *v, struct message *out)
{
    const struct web_field *form = v->request->form;
    struct faults f = { .name = NULL };

    out->name = bd_str_trim(web_field(form, "name"));
    out->text = bd_str_trim(web_field(form, "message"));
    if (characters(out->name) > MAX_NAME)
        f.name = N_("Write at most 100 characters.");
    if (bd_address_parse(v->arena, web_field(form, "email"), &out->from,
                         &v->err) != BD_OK)
        f.email = N_("Type one whole mail address, like anna@viken.example.");
    if (out->text.len == 0)
        f.message = N_("Write what you want to say.");
    else if (characters(out->text) > MAX_MESSAGE)
        f.message = N_("Write at most 5,000 characters.");
    return f;
}

/* The issue that ?ref= names, if it looks like one: anybody can write
 * anything there. */
static bd_str about(const struct web_visit *v)
{
    static const bool slug[256] = {
        ['0' ... '9'] = true, ['a' ... 'z'] = true, ['-'] = true
    };
    bd_str ref = web_field(v->request->query, "ref");

    return ref.len <= MAX_REF && bd_str_span(ref, slug) == ref.len
               ? ref
               : BD_STR_NONE;
}

static enum bd_status take_quotas(struct web_visit *v, bool *out)
{
    static const struct bd_quota by_network = { "contact by network", 5, 3600 };
    static const struct bd_quota by_all = { "contact", 100, 86400 };
    enum bd_status rc = bd_quota_take(
        v->store, &by_network, v->request->network, v->now, out, &v->err);

    if (rc == BD_OK && *out)
        rc = bd_quota_take(v->store, &by_all, BD_STR("all"), v->now, out,
                           &v->err);
    return rc;
}

static enum bd_status queue_mail(struct web_visit *v, const struct message *m)
{
    const struct bd_letter_options *o = v->site->options.letter;
    bd_str ref = about(v);
    bd_str text = ref.len == 0
                      ? m->text
                      : bd_arena_printf(
                            v->arena,
                            L_(o->language, N_("About issue %.*s:\n\n%.*s")),
                            BD_ARG(ref), BD_ARG(m->text));
    const struct bd_note_value values[] = {
        { BD_STR("from_name"), m->name },
        { BD_STR("email"), m->from.email },
        { BD_STR("message"), text },
        { BD_STR("newsletter"), o->newsletter },
    };
    const struct bd_note_mail mail = {
        .kind = BD_NOTE_CONTACT,
        .language = o->language,
        .to = v->site->options.contact,
        .reply_to = m->from.email,
        .values = values,
        .value_count = sizeof values / sizeof *values,
    };

    return bd_post_queue(v->site->post, v->store, &mail, v->site->options.sys,
                         &v->err);
}

static enum bd_status say_thanks(struct web_visit *v)
{
    return page_say(v, 200, L_(v->lang, N_("Thank you for your message")),
                    bd_str_from(L_(v->lang, N_("It is on its way to us. We "
                                               "answer by mail."))));
}

enum bd_status contact_do(struct web_visit *v)
{
    struct message message = { .name = BD_STR_NONE };
    struct faults faults;
    bool free = true;
    enum bd_status rc = BD_OK;

    if (!has_form(v))
        return contact_show(v);
    faults = read_form(v, &message);
    if (faults.name || faults.email || faults.message)
        return show_form(v, &faults);
    switch (web_form_judge(v)) {
    case WEB_FORM_ROBOT:
        return say_thanks(v);
    case WEB_FORM_STALE:
    case WEB_FORM_FOREIGN:
        faults.stale = true;
        return show_form(v, &faults);
    case WEB_FORM_OURS:
        break;
    }
    rc = take_quotas(v, &free);
    if (rc == BD_OK && !free) { /* what was typed is not lost */
        faults.often = true;
        return show_form(v, &faults);
    }
    if (rc == BD_OK)
        rc = queue_mail(v, &message);
    return rc == BD_OK ? say_thanks(v) : rc;
}

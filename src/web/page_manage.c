#include "brevduva/base/buf.h"
#include "brevduva/base/hash.h"
#include "brevduva/mail/address.h"
#include "manage_private.h"
#include "pages_private.h"

#define VERSION_LEN 16

static const struct web_word words[] = {
    { "address", N_("Your address") },
    { "address_go", N_("Mail a link to the new address") },
    { "address_help",
      N_("We mail a link to the new address. When it has been "
         "used the letters go there, and we tell the old one.") },
    { "address_new", N_("New email address") },
    { "data", N_("What we know about you") },
    { "eight_weeks", N_("8 weeks") },
    { "erase", N_("Erase everything about me") },
    { "erase_help", N_("We mail a link first, so that it is you who decides. "
                       "Then name, address and history are gone for good, and "
                       "no more letters come.") },
    { "export", N_("Mail me everything you know about me") },
    { "export_help", N_("It comes to your mailbox, to read and as a file.") },
    { "four_weeks", N_("4 weeks") },
    { "language", N_("Language") },
    { "language_list", N_("That of the list") },
    { "lists", N_("Letters that you get") },
    { "name", N_("Name") },
    { "one_week", N_("1 week") },
    { "optional", N_("may be left empty") },
    { "pause", N_("A pause") },
    { "pause_go", N_("Pause") },
    { "pause_help", N_("No letters come until then. You stay on the lists.") },
    { "pause_length", N_("For how long?") },
    { "pause_until", N_("Or until this day") },
    { "resume", N_("Let the letters come again") },
    { "save", N_("Save") },
    { "text_only", N_("Only plain text, without pictures and colours") },
    { "two_weeks", N_("2 weeks") },
    { NULL, NULL },
};

/* What ?done= may say: nobody can have the page say anything else. */
static const struct web_word good_news[] = {
    { "saved", N_("Saved.") },
    { "paused", N_("The letters pause.") },
    { "resumed", N_("The letters come again.") },
    { "address", N_("If the new address can be used, a letter with a link is "
                    "on its way to it. Until the link is used, letters come "
                    "to the old one.") },
    { "export", N_("It is on its way to your mailbox.") },
    { "erase", N_("A letter with a link is on its way to your mailbox. "
                  "Nothing has been erased yet.") },
    { NULL, NULL },
};

static bd_str version_of(struct web_visit *v, const struct manage *m)
{
    const struct bd_subscriber *r = &m->reader;
    bd_str whole = BD_STR_NONE;
    struct bd_buf text;

    bd_buf_init(&text, 0);
    bd_buf_printf(&text, "%.*s\n%.*s\n%.*s\n%d %lld", BD_ARG(r->email),
                  BD_ARG(r->name), BD_ARG(r->language), r->text_only,
                  (long long)(r->paused_until > v->now ? r->paused_until : 0));
    for (size_t i = 0; i < m->lists.count; i++) {
        const struct bd_subscription *own = bd_lists_standing(
            &m->lists, m->lists.all[i].id);

        bd_buf_printf(&text, "\n%lld %s", (long long)m->lists.all[i].id,
                      own ? bd_subscription_state_names[own->state] : "");
    }
    whole = bd_sha256_hex(v->arena, bd_buf_str(&text));
    bd_buf_fini(&text);
    return bd_str_sub(whole, 0, VERSION_LEN);
}

static enum bd_status find(struct web_visit *v, struct manage *m)
{
    struct bd_desk desk;
    struct bd_token token;
    uint32_t mark = 0;
    int64_t age = 0;
    enum bd_status rc = web_token(v, BD_TOKEN_MANAGE, &token);

    if (rc != BD_OK)
        return rc;
    age = v->now / MINUTE - token.mailing;
    if (age < 0 || age > LINK_LASTS / MINUTE)
        return BD_EINVAL;
    rc = reader_of(v, &token, &m->reader);
    desk = web_desk(v);
    if (rc == BD_OK)
        rc = bd_desk_mark(&desk, &m->reader, &mark);
    if (rc == BD_OK && mark != token.list)
        rc = BD_EINVAL;
    if (rc == BD_OK)
        rc = reader_lists(v, m->reader.id, &m->lists);
    if (rc == BD_OK)
        m->version = version_of(v, m);
    return rc;
}

bd_str manage_wording(const struct web_visit *v)
{
    const struct bd_letter_options *o = v->site->options.letter;

    if (v->site->options.wording.len > 0)
        return v->site->options.wording;
    return bd_arena_printf(
        v->arena,
        L_(v->lang, N_("I want to get the letters that I have ticked here "
                       "from %.*s by mail. I can unsubscribe at any time, by "
                       "a link in each letter.")),
        BD_ARG(o->organisation.name.len > 0 ? o->organisation.name
                                            : o->from_name));
}

/* Why a box is not ticked, where that is not plain. */
static const char *note_of(enum bd_lang lang, const struct bd_subscription *own)
{
    if (!own)
        return "";
    switch (own->state) {
    case BD_SUB_PENDING:
        return L_(lang, N_("You have asked for it, and not confirmed it yet."));
    case BD_SUB_BOUNCED:
        return L_(lang, N_("It was stopped, because letters came back. Tick "
                           "it to have it again."));
    case BD_SUB_COMPLAINED:
        return L_(lang, N_("It was reported as spam. Contact us to have it "
                           "again."));
    case BD_SUB_ACTIVE:
    case BD_SUB_LEFT:
        break;
    }
    return "";
}

static void set_lists(struct web_visit *v, const struct manage *m,
                      struct bd_json *data)
{
    struct bd_json *rows = bd_json_array(v->arena);

    for (size_t i = 0; i < m->lists.count; i++) {
        const struct bd_list *list = &m->lists.all[i];
        const struct bd_subscription *own = bd_lists_standing(&m->lists,
                                                              list->id);
        struct bd_json *row = bd_json_object(v->arena);

        page_set(v, row, "id",
                 bd_arena_printf(v->arena, "%lld", (long long)list->id));
        page_set(v, row, "title", web_list_title(v, list));
        page_set(v, row, "description", list->description);
        page_set(v, row, "lang", list->language);
        page_set(v, row, "note", bd_str_from(note_of(v->lang, own)));
        page_flag(v, row, "on", own && own->state == BD_SUB_ACTIVE);
        page_flag(v, row, "closed", own && own->state == BD_SUB_COMPLAINED);
        bd_json_push(rows, row);
    }
    bd_json_set(data, BD_STR("lists"), rows);
}

static void set_reader(struct web_visit *v, const struct manage *m,
                       const struct manage_notes *notes, struct bd_json *data)
{
    const struct bd_subscriber *r = &m->reader;

    page_set(v, data, "email", bd_address_display(v->arena, r->email));
    page_set(v, data, "name", notes->name.ptr ? notes->name : r->name);
    page_flag(v, data, "language_sv", bd_str_eq(r->language, BD_STR("sv")));
    page_flag(v, data, "language_en", bd_str_eq(r->language, BD_STR("en")));
    page_flag(v, data, "text_only", r->text_only);
    if (r->paused_until > v->now)
        page_set(
            v, data, "paused",
            bd_arena_printf(v->arena,
                            L_(v->lang, N_("No letters come until "
                                           "%.*s.")),
                            BD_ARG(bd_desk_date(v->arena, r->paused_until))));
    page_set(v, data, "tomorrow", bd_desk_date(v->arena, v->now + DAY));
    page_set(v, data, "version", m->version);
}

enum bd_status manage_page(struct web_visit *v, const struct manage *m,
                           unsigned status, const struct manage_notes *notes)
{
    struct bd_json *data = page_new(v, L_(v->lang, N_("My subscription")));

    set_reader(v, m, notes, data);
    set_lists(v, m, data);
    page_set(v, data, "done", notes->done);
    page_set(v, data, "warning", notes->warning);
    page_set(v, data, "name_fault", notes->name_fault);
    page_set(v, data, "pause_fault", notes->pause_fault);
    page_set(v, data, "address_fault", notes->address_fault);
    page_set(v, data, "address", notes->address);
    page_set(v, data, "wording", manage_wording(v));
    page_set(v, data, "action",
             bd_arena_printf(v->arena, "%.*s/m/%.*s?lang=%s",
                             BD_ARG(v->site->prefix), BD_ARG(v->args[0]),
                             bd_lang_tag(v->lang)));
    page_words(v, data, words);
    return page_show(v, status, "manage", data);
}

enum bd_status manage_done(struct web_visit *v, const char *what)
{
    return web_redirect(v, bd_arena_printf(v->arena, "/m/%.*s?done=%s&lang=%s",
                                           BD_ARG(v->args[0]), what,
                                           bd_lang_tag(v->lang)));
}

bool manage_is_current(const struct web_visit *v, const struct manage *m)
{
    return bd_str_eq(web_field(v->request->form, "version"), m->version);
}

enum bd_status manage_conflict(struct web_visit *v, const struct manage *m)
{
    const struct manage_notes notes = {
        .warning = bd_str_from(
            L_(v->lang, N_("This was changed somewhere else after you had "
                           "opened the page. Nothing was saved now: below is "
                           "how it is. Change it again, if you like."))),
    };

    return manage_page(v, m, 409, &notes);
}

enum bd_status manage_refuse(struct web_visit *v, const struct manage *m)
{
    const struct manage_notes notes = {
        .warning = bd_str_from(
            L_(v->lang, N_("Somebody has said that this address should never "
                           "get mail from us again. If that was not meant, "
                           "contact us. Nothing was changed."))),
    };

    return manage_page(v, m, 409, &notes);
}

enum bd_status manage_show(struct web_visit *v)
{
    bd_str done = web_field(v->request->query, "done");
    struct manage_notes notes = { 0 };
    struct manage m = { 0 };
    enum bd_status rc = find(v, &m);

    for (const struct web_word *w = good_news; w->key; w++)
        if (bd_str_eq(done, bd_str_from(w->key)))
            notes.done = bd_str_from(L_(v->lang, w->text));
    return rc == BD_OK ? manage_page(v, &m, 200, &notes) : rc;
}

enum bd_status manage_do(struct web_visit *v)
{
    static const struct {
        const char *name;
        enum bd_status (*run)(struct web_visit *v, struct manage *m);
    } acts[] = {
        { "address", manage_address }, { "erase", manage_erase },
        { "export", manage_export },   { "pause", manage_pause },
        { "resume", manage_resume },   { "save", manage_save },
    };
    bd_str act = web_field(v->request->form, "do");
    const struct manage_notes none = { 0 };
    struct manage m = { 0 };
    enum bd_status rc = find(v, &m);

    if (rc != BD_OK)
        return rc;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (bd_str_eq(act, bd_str_from(acts[i].name)))
            return acts[i].run(v, &m);
    return manage_page(v, &m, 400, &none);
}

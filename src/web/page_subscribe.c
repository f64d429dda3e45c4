/* The sign-up form: shown, read, and answered alike whoever asks (W5). */
#include "brevduva/base/limits.h"
#include "pages_private.h"
#include "sign_up_private.h"

static const struct web_word form_words[] = {
    { "email", N_("Mail address") },
    { "go", N_("Subscribe") },
    { "language", N_("Language") },
    { "name", N_("Name") },
    { "optional", N_("optional") },
    { "personal_data", N_("How we handle personal data") },
    { "which", N_("What would you like to get?") },
    { NULL, NULL },
};

static const struct web_word sent_words[] = {
    { "again", N_("Send it again") },
    { "back", N_("Was the address wrong? Fill in the form again.") },
    { "none", N_("No letter?") },
    { "nothing_yet", N_("Nothing comes to you until you have pressed the "
                        "button in it. It works for seven days.") },
    { "wait", N_("It may take some minutes. Look among the junk mail, too. "
                 "After that you can have it sent once more.") },
    { NULL, NULL },
};

/* What the form holds, good or bad. */
struct filled {
    const struct bd_list *all; /* lists that there are */
    size_t all_count;
    const struct bd_list **chosen;
    size_t chosen_count;
    bd_str email, name;
    enum bd_lang language;
    struct bd_address address;
    /* What is wrong, in words; empty: nothing. */
    bd_str list_fault, email_fault, name_fault, stale;
};

static const struct bd_list *find_list(const struct filled *f, bd_str slug)
{
    for (size_t i = 0; i < f->all_count; i++)
        if (bd_str_eq(f->all[i].slug, slug))
            return &f->all[i];
    return NULL;
}

static bool is_chosen(const struct filled *f, const struct bd_list *list)
{
    for (size_t i = 0; i < f->chosen_count; i++)
        if (f->chosen[i] == list)
            return true;
    return false;
}

static void choose(struct filled *f, const struct bd_list *list)
{
    if (list && !is_chosen(f, list))
        f->chosen[f->chosen_count++] = list;
}

/* All lists; the fields named "list" choose. One list needs no choice. */
static enum bd_status read_lists(struct web_visit *v,
                                 const struct web_field *fields,
                                 struct filled *f)
{
    enum bd_status rc = bd_list_all(v->arena, v->store, &f->all, &f->all_count,
                                    &v->err);

    if (rc != BD_OK)
        return rc;
    f->chosen = (const struct bd_list **)BD_NEW_ARRAY(v->arena, f->all_count,
                                                      struct bd_list *);
    for (; fields; fields = fields->next)
        if (bd_str_eq(fields->name, BD_STR("list")))
            choose(f, find_list(f, fields->value));
    if (f->all_count == 1)
        choose(f, &f->all[0]);
    return BD_OK;
}

/* One line of text without tricks. */
static bool is_name(bd_str name)
{
    return name.len <= BD_MAX_NAME_BYTES && !bd_str_has_line_break(name) &&
           !bd_str_has_control(name);
}

static void find_faults(struct web_visit *v, struct filled *f)
{
    if (f->chosen_count == 0)
        f->list_fault = bd_str_from(L_(v->lang, N_("Choose at least one.")));
    if (bd_address_parse(v->arena, f->email, &f->address, NULL) != BD_OK)
        f->email_fault = bd_address_fault(v->arena, f->email, v->lang);
    else if (!bd_address_is_plain(&f->address))
        f->email_fault = bd_str_from(L_(v->lang, web_odd_address));
    if (!is_name(f->name))
        f->name_fault = bd_str_from(
            L_(v->lang, N_("The name is too long, or has characters that no "
                           "name has.")));
}

static enum bd_status read_form(struct web_visit *v, struct filled *f)
{
    const struct web_field *form = v->request->form;

    f->email = bd_str_trim(web_field(form, "email"));
    f->name = bd_str_trim(web_field(form, "name"));
    f->language = v->lang;
    (void)bd_lang_parse(web_field(form, "language"), &f->language);
    return read_lists(v, form, f);
}

static struct bd_json *list_data(struct web_visit *v, const struct filled *f,
                                 const struct bd_list *list)
{
    struct bd_json *o = bd_json_object(v->arena);
    enum bd_lang lang = v->lang;

    page_set(v, o, "slug", list->slug);
    page_set(v, o, "title", web_list_title(v, list));
    page_set(v, o, "description", list->description);
    page_flag(v, o, "chosen", is_chosen(f, list));
    if (bd_lang_parse(list->language, &lang) && lang != v->lang) {
        page_set(v, o, "lang", bd_str_from(bd_lang_tag(lang)));
        page_set(v, o, "in_language",
                 bd_str_from(lang == BD_LANG_SV
                                 ? L_(v->lang, N_("in Swedish"))
                                 : L_(v->lang, N_("in English"))));
    }
    return o;
}

static void set_lists(struct web_visit *v, const struct filled *f,
                      struct bd_json *data)
{
    struct bd_json *lists = bd_json_array(v->arena);

    for (size_t i = 0; i < f->all_count; i++)
        bd_json_push(lists, list_data(v, f, &f->all[i]));
    bd_json_set(data, bd_str_from(f->all_count == 1 ? "one" : "lists"), lists);
    page_flag(v, data, "many", f->all_count > 1);
}

static void set_faults(struct web_visit *v, const struct filled *f,
                       struct bd_json *data)
{
    bd_str summary = f->stale;

    if (f->list_fault.len + f->email_fault.len + f->name_fault.len > 0)
        summary = bd_str_from(
            L_(v->lang, N_("Please look again at what is marked below.")));
    page_set(v, data, "fault", summary);
    page_set(v, data, "list_fault", f->list_fault);
    page_set(v, data, "email_fault", f->email_fault);
    page_set(v, data, "name_fault", f->name_fault);
}

static enum bd_status show_form(struct web_visit *v, unsigned status,
                                const struct filled *f)
{
    struct bd_json *data = page_new(v, L_(v->lang, N_("Subscribe")));
    enum bd_status rc = page_guard(v, data);

    if (rc != BD_OK)
        return rc;
    set_lists(v, f, data);
    set_faults(v, f, data);
    page_set(v, data, "email", f->email);
    page_set(v, data, "name", f->name);
    page_flag(v, data, "swedish", f->language == BD_LANG_SV);
    page_set(v, data, "wording",
             sign_up_wording(v, v->lang, f->all, f->all_count));
    page_words(v, data, form_words);
    return page_show(v, status, "subscribe", data);
}

enum bd_status subscribe_show(struct web_visit *v)
{
    struct filled f = { .language = v->lang };
    enum bd_status rc = read_lists(v, v->request->query, &f);

    if (rc != BD_OK)
        return rc;
    if (f.chosen_count == 0 && f.all_count > 0 &&
        !web_has_field(v->request->query, "list"))
        choose(&f, &f.all[0]);
    return show_form(v, 200, &f);
}

/* The same whatever became of it. */
static enum bd_status show_sent(struct web_visit *v, const struct filled *f)
{
    struct bd_json *data = page_new(v, L_(v->lang, N_("Look in your mailbox")));
    struct bd_json *lists = bd_json_array(v->arena);
    enum bd_status rc = page_guard(v, data);

    if (rc != BD_OK)
        return rc;
    for (size_t i = 0; i < f->chosen_count; i++)
        bd_json_push(lists, list_data(v, f, f->chosen[i]));
    bd_json_set(data, BD_STR("lists"), lists);
    page_set(v, data, "text",
             bd_arena_printf(
                 v->arena,
                 L_(v->lang, N_("If the address is right, a letter is on its "
                                "way to %.*s.")),
                 BD_ARG(bd_address_display(v->arena, f->address.email))));
    page_set(v, data, "email", f->email);
    page_set(v, data, "name", f->name);
    page_set(v, data, "written_in", bd_str_from(bd_lang_tag(f->language)));
    page_words(v, data, sent_words);
    return page_show(v, 200, "subscribe_sent", data);
}

static enum bd_status ask(struct web_visit *v, const struct filled *f,
                          enum web_form form)
{
    struct bd_desk desk = web_desk(v);
    bool foreign = form == WEB_FORM_FOREIGN;
    bool one = foreign && f->chosen_count == 1; /* as in page_embed.c */
    const struct bd_sign_up request = {
        .address = f->address,
        .name = f->name,
        .language = f->language,
        .lists = f->chosen,
        .list_count = f->chosen_count,
        .wording = sign_up_wording(v, v->lang, one ? f->chosen[0] : f->all,
                                   one ? 1 : f->all_count),
        .foreign = foreign,
    };

    return bd_desk_sign_up(&desk, &request);
}

enum bd_status subscribe_do(struct web_visit *v)
{
    struct filled f = { 0 };
    enum web_form form = web_form_judge(v);
    enum bd_status rc = read_form(v, &f);

    if (rc != BD_OK)
        return rc;
    find_faults(v, &f);
    if (form == WEB_FORM_STALE)
        f.stale = bd_str_from(L_(v->lang, N_("The form had been open for a "
                                             "long time. Press the button once "
                                             "more.")));
    if (f.list_fault.len + f.email_fault.len + f.name_fault.len + f.stale.len >
        0)
        return show_form(v, 422, &f);
    if (form != WEB_FORM_ROBOT)
        rc = ask(v, &f, form);
    return rc == BD_OK ? show_sent(v, &f) : rc;
}

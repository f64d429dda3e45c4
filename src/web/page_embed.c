/* A sign-up form for the owner's own site: plain HTML to copy. It has no mark
 * of ours, as it would be old by the first visit. */
#include "pages_private.h"
#include "sign_up_private.h"

static const struct web_word form_words[] = {
    { "email", N_("Mail address") },
    { "go", N_("Subscribe") },
    { "leave_empty", N_("Leave this field empty") },
    { "name", N_("Name") },
    { "optional", N_("optional") },
    { "personal_data", N_("How we handle personal data") },
    { NULL, NULL },
};

static const struct web_word page_words_[] = {
    { "how", N_("Copy the lines of a form into a page of your own website. It "
                "needs no script, and you may give it the looks of your site. "
                "Keep the names of its fields, and the words above the "
                "button.") },
    { NULL, NULL },
};

static bd_str address(const struct web_visit *v)
{
    return bd_arena_printf(v->arena, "%.*s%.*s/subscribe?lang=%s",
                           BD_ARG(v->site->origin), BD_ARG(v->site->prefix),
                           bd_lang_tag(v->lang));
}

/* In the visit's language. */
static enum bd_status write_form(struct web_visit *v,
                                 const struct bd_list *list, bd_str *out)
{
    struct bd_json *data = bd_json_object(v->arena);
    enum bd_status rc = BD_OK;

    page_set(v, data, "action", address(v));
    page_set(v, data, "slug", list->slug);
    page_set(v, data, "title", web_list_title(v, list));
    page_set(v, data, "language", bd_str_from(bd_lang_tag(v->lang)));
    page_set(v, data, "wording", sign_up_wording(v, v->lang, list, 1));
    page_set(v, data, "privacy_url", v->site->options.privacy_url);
    page_words(v, data, form_words);
    rc = page_part(v, "embed_form", "form", data);
    if (rc == BD_OK)
        *out = bd_json_get(data, BD_STR("form"))->text;
    return rc;
}

enum bd_status bd_site_embed(struct bd_arena *arena, const struct bd_site *site,
                             const struct bd_list *list, enum bd_lang lang,
                             bd_str *out, struct bd_err *err)
{
    struct web_visit visit = { .site = site, .arena = arena, .lang = lang };
    enum bd_status rc = write_form(&visit, list, out);

    if (rc != BD_OK && err)
        *err = visit.err;
    return rc;
}

static enum bd_status add_form(struct web_visit *v, const struct bd_list *list,
                               enum bd_lang lang, struct bd_json *forms)
{
    static const char *const names[BD_LANG_COUNT] = {
        [BD_LANG_EN] = N_("in English"), [BD_LANG_SV] = N_("in Swedish")
    };
    struct bd_json *o = bd_json_object(v->arena);
    bd_str code = BD_STR_NONE;
    enum bd_status rc = bd_site_embed(v->arena, v->site, list, lang, &code,
                                      &v->err);

    if (rc != BD_OK)
        return rc;
    page_set(v, o, "name",
             bd_arena_printf(v->arena, "%.*s, %s",
                             BD_ARG(web_list_title(v, list)),
                             L_(v->lang, names[lang])));
    page_set(v, o, "code", code);
    bd_json_push(forms, o);
    return BD_OK;
}

enum bd_status embed_show(struct web_visit *v)
{
    const struct bd_list *lists = NULL;
    size_t count = 0;
    struct bd_json *forms = bd_json_array(v->arena);
    struct bd_json *data = page_new(
        v, L_(v->lang, N_("A sign-up form for your website")));
    enum bd_status rc = bd_list_all(v->arena, v->store, &lists, &count,
                                    &v->err);

    for (size_t i = 0; i < count; i++)
        for (int lang = 0; lang < BD_LANG_COUNT; lang++)
            if (rc == BD_OK)
                rc = add_form(v, &lists[i], (enum bd_lang)lang, forms);
    if (rc != BD_OK)
        return rc;
    bd_json_set(data, BD_STR("forms"), forms);
    page_words(v, data, page_words_);
    return page_show(v, 200, "embed", data);
}

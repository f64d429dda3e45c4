#include "layout_private.h"

/* The settings stand in headers and URLs: they must have been checked. */
static enum bd_status check_options(const struct bd_letter_options *o,
                                    struct bd_err *err)
{
    bool web = bd_str_starts(o->base_url, BD_STR("https://")) ||
               bd_str_starts(o->base_url, BD_STR("http://"));

    if (bd_str_find_char(o->from_email, '@') == SIZE_MAX)
        return bd_fail(err, BD_EINVAL,
                       _("the setting from.email is no address; set the "
                         "address that the letter comes from"));
    if (o->base_url.len > 0 &&
        (!web || !bd_str_is_ascii(o->base_url) ||
         bd_str_has_control(o->base_url) ||
         bd_str_find_char(o->base_url, ' ') != SIZE_MAX ||
         bd_str_find_char(o->base_url, '>') != SIZE_MAX))
        return bd_fail(err, BD_EINVAL,
                       _("the setting web.base_url must be a plain https:// "
                         "URL; it is \"%.*s\""),
                       BD_ARG(o->base_url));
    return BD_OK;
}

/* The issue's or the newsletter's. */
static enum bd_lang language(const struct bd_issue *issue,
                             const struct bd_letter_options *options)
{
    enum bd_lang lang = options->language;

    (void)bd_lang_parse(issue->language, &lang);
    return lang;
}

enum bd_status bd_draft_begin(struct bd_draft *draft, struct bd_arena *arena,
                              const struct bd_issue *issue,
                              const struct bd_letter_options *options,
                              struct bd_err *err)
{
    enum bd_status rc = check_options(options, err);

    if (rc != BD_OK)
        return rc;
    *draft = (struct bd_draft) { .arena = arena,
                                 .issue = issue,
                                 .options = options,
                                 .frame = &bd_letter_frame,
                                 .lang = language(issue, options) };
    draft->fields.arena = arena;
    for (size_t i = 0; i < issue->merge_count; i++)
        (void)bd_fields_add(&draft->fields, issue->merges[i]);
    return BD_OK;
}

/* What a letter's templates can name. */
#include "layout_private.h"

#include "brevduva/base/json.h"
#include "brevduva/mail/return_path.h"

/* A text that may hold markers. */
static void set_marked(struct bd_draft *d, struct bd_json *object,
                       const char *key, bd_str value)
{
    bd_json_set(object, bd_str_from(key), bd_json_string(d->arena, value));
}

/* Controls in a setting would be taken for markers. */
static bd_str cleaned(struct bd_draft *d, bd_str value)
{
    bd_str clean = bd_arena_copy(d->arena, value);
    char *p = (char *)(uintptr_t)clean.ptr;

    for (size_t i = 0; i < clean.len; i++)
        if ((unsigned char)p[i] < ' ' || p[i] == 0x7f)
            p[i] = ' ';
    return clean;
}

static void set(struct bd_draft *d, struct bd_json *object, const char *key,
                bd_str value)
{
    set_marked(d, object, key, cleaned(d, value));
}

/* BASE/PATH/ and then a token of the reader's own; empty without a web. */
static bd_str token_url(struct bd_draft *d, const char *path, const char *name)
{
    struct bd_buf buf = { 0 };
    struct bd_merge row = { .name = bd_str_from(name) };
    bd_str url = BD_STR_NONE;

    if (d->options->base_url.len == 0)
        return url;
    bd_buf_printf(&buf, "%.*s/%s/", BD_ARG(d->options->base_url), path);
    bd_marker_write(&buf, BD_ESCAPE_URL, bd_fields_add(&d->fields, row));
    url = bd_buf_copy(&buf, d->arena);
    bd_buf_fini(&buf);
    return url;
}

/* `before`, the token for a mail address, `after`. */
static bd_str with_mail_token(struct bd_draft *d, bd_str before, bd_str after,
                              enum bd_escape escape)
{
    const struct bd_merge row = { .name = BD_STR("@unsubscribe-mail") };
    struct bd_buf buf = { 0 };
    bd_str text = BD_STR_NONE;

    bd_buf_add(&buf, before);
    bd_marker_write(&buf, escape, bd_fields_add(&d->fields, row));
    bd_buf_add(&buf, after);
    text = bd_buf_copy(&buf, d->arena);
    bd_buf_fini(&buf);
    return text;
}

/* Always one that works from the mail program (L8, C4). */
static bd_str unsubscribe_url(struct bd_draft *d)
{
    struct bd_unsubscribe_mailto m = bd_unsubscribe_mailto(d->arena,
                                                           d->options);

    if (d->options->base_url.len > 0)
        return token_url(d, "u", "@unsubscribe");
    return m.has_token ? with_mail_token(d, m.before, m.after, BD_ESCAPE_URL)
                       : m.before;
}

/* The same as people read it. */
static bd_str unsubscribe_address(struct bd_draft *d)
{
    struct bd_return_path path = bd_return_path_cut(
        cleaned(d, bd_unsubscribe_email(d->options)));

    return path.has_token
               ? with_mail_token(d, path.before, path.after, BD_ESCAPE_TEXT)
               : path.before;
}

/* The same for those who read plain text and may have nothing to click on. */
static void set_unsubscribe(struct bd_draft *d, struct bd_json *data)
{
    bd_str url = unsubscribe_url(d);

    set_marked(d, data, "unsubscribe_url", url);
    if (d->options->base_url.len > 0)
        set_marked(d, data, "unsubscribe", url);
    else
        set_marked(
            d, data, "unsubscribe",
            bd_arena_printf(
                d->arena,
                L_(d->lang, N_("write to %.*s with the subject unsubscribe")),
                BD_ARG(unsubscribe_address(d))));
}

/* A letter does not lead to a page that is not there. */
static bool is_on_web(const struct bd_draft *d)
{
    bd_str archive = d->issue->archive;

    if (archive.len > 0)
        return !bd_str_eq(archive, BD_STR("off"));
    return !d->options->off_web;
}

/* A page with a form and the address; without a web, the address alone. */
static void set_contact(struct bd_draft *d, struct bd_json *data)
{
    bd_str base = d->options->base_url;
    bd_str email = bd_contact_email(d->options);
    bd_str page = BD_STR_NONE;

    if (base.len > 0)
        page = bd_arena_printf(d->arena, "%.*s/contact?ref=%.*s", BD_ARG(base),
                               BD_ARG(d->issue->slug));
    set(d, data, "contact_email", email);
    set(d, data, "contact", page.len > 0 ? page : email);
    set(d, data, "contact_url",
        page.len > 0 ? page : bd_mailto(d->arena, email, NULL));
}

static void set_urls(struct bd_draft *d, struct bd_json *data)
{
    bd_str base = d->options->base_url;
    bd_str web = BD_STR_NONE;

    if (base.len > 0 && is_on_web(d))
        web = bd_arena_printf(d->arena, "%.*s/archive/%.*s", BD_ARG(base),
                              BD_ARG(d->issue->slug));
    set(d, data, "web_url", web);
    set_contact(d, data);
    set_marked(d, data, "tip_url", token_url(d, "t", "@tip"));
    set_marked(d, data, "subscription_url", token_url(d, "s", "@subscription"));
    set_unsubscribe(d, data);
}

/* "www.so-in.se" -> "https://www.so-in.se". */
static bd_str with_scheme(struct bd_arena *arena, bd_str website)
{
    if (website.len == 0 || bd_str_find(website, BD_STR("://")) != SIZE_MAX)
        return website;
    return bd_arena_printf(arena, "https://%.*s", BD_ARG(website));
}

static bd_str without_scheme(bd_str website)
{
    size_t at = bd_str_find(website, BD_STR("://"));

    if (at != SIZE_MAX)
        website = bd_str_skip(website, at + 3);
    if (bd_str_ends(website, BD_STR("/")))
        website.len--;
    return website;
}

/* A postal address that was written on several lines. */
static bd_str on_one_line(struct bd_arena *arena, bd_str text)
{
    bd_str line = BD_STR_NONE;

    text = bd_str_trim(text);
    while (text.ptr) {
        bd_str part = bd_str_trim(bd_str_cut_line(&text));

        if (part.len > 0 && line.len > 0)
            line = bd_arena_printf(arena, "%.*s, %.*s", BD_ARG(line),
                                   BD_ARG(part));
        else if (part.len > 0)
            line = part;
    }
    return line;
}

static void set_organisation(struct bd_draft *d, struct bd_json *data)
{
    const struct bd_letter_options *o = d->options;
    struct bd_json *object = bd_json_object(d->arena);

    set(d, object, "name",
        o->organisation.name.len > 0 ? o->organisation.name : o->from_name);
    set(d, object, "postal_address",
        on_one_line(d->arena, o->organisation.postal_address));
    set(d, object, "email", o->organisation.email);
    set(d, object, "email_url",
        o->organisation.email.len > 0
            ? bd_mailto(d->arena, o->organisation.email, NULL)
            : BD_STR_NONE);
    set(d, object, "phone", o->organisation.phone);
    set(d, object, "website", without_scheme(o->organisation.website));
    set(d, object, "website_url",
        with_scheme(d->arena, o->organisation.website));
    bd_json_set(data, BD_STR("organisation"), object);
}

static void set_words(struct bd_draft *d, struct bd_json *data)
{
    static const struct {
        const char *key;
        const char *text;
    } words[] = {
        { "read_on_web", N_("Read on the web") },
        { "contact_us", N_("Contact us") },
        { "tip_a_friend", N_("Tip a friend") },
        { "my_subscription", N_("My subscription") },
        { "unsubscribe", N_("Unsubscribe") },
        { "email", N_("E-mail") },
        { "phone", N_("Phone") },
        { "contact", N_("Contact") },
        { "parties", N_("Parties") },
    };
    struct bd_json *object = bd_json_object(d->arena);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        set(d, object, words[i].key, bd_str_from(L_(d->lang, words[i].text)));
    bd_json_set(data, BD_STR("words"), object);
}

static struct bd_json *
named_links(struct bd_draft *d, const struct bd_named_link *links, size_t count)
{
    struct bd_json *array = bd_json_array(d->arena);

    for (size_t i = 0; i < count; i++) {
        struct bd_json *link = bd_json_object(d->arena);

        set(d, link, "text", links[i].text);
        set(d, link, "url", links[i].url);
        bd_json_set(link, BD_STR("more"),
                    bd_json_bool(d->arena, i + 1 < count));
        bd_json_push(array, link);
    }
    return array;
}

static void set_logo(struct bd_draft *d, struct bd_json *data)
{
    struct bd_json *logo = bd_json_object(d->arena);
    bd_str own = d->options->look.logo_alt;
    bool is_name = bd_str_eq(own, d->options->newsletter) ||
                   bd_str_eq(own, d->options->organisation.name);

    if (!d->logo) {
        bd_json_set(data, BD_STR("logo"), bd_json_bool(d->arena, false));
        return;
    }
    set(d, logo, "src", d->logo->src);
    set(d, logo, "alt", own.len > 0 ? own : d->options->newsletter);
    set(d, logo, "alt_beside", is_name ? BD_STR_NONE : own);
    bd_json_set(logo, BD_STR("width"), bd_json_int(d->arena, d->logo->width));
    bd_json_set(logo, BD_STR("height"), bd_json_int(d->arena, d->logo->height));
    bd_json_set(data, BD_STR("logo"), logo);
}

/* "Parties: A, B, C" */
static bd_str parties_line(struct bd_draft *d)
{
    const struct bd_look *look = &d->options->look;
    struct bd_buf buf = { 0 };
    bd_str line = BD_STR_NONE;

    bd_buf_printf(&buf, "%s:", L_(d->lang, N_("Parties")));
    for (size_t i = 0; i < look->party_count; i++)
        bd_buf_printf(&buf, "%s %.*s", i > 0 ? "," : "",
                      BD_ARG(look->parties[i].text));
    line = bd_buf_copy(&buf, d->arena);
    bd_buf_fini(&buf);
    return line;
}

static void set_look(struct bd_draft *d, struct bd_json *data)
{
    const struct bd_look *look = &d->options->look;

    set_logo(d, data);
    bd_json_set(data, BD_STR("links"),
                named_links(d, look->links, look->link_count));
    bd_json_set(data, BD_STR("has_links"),
                bd_json_bool(d->arena, look->link_count > 0));
    bd_json_set(data, BD_STR("parties"),
                named_links(d, look->parties, look->party_count));
    bd_json_set(data, BD_STR("has_parties"),
                bd_json_bool(d->arena, look->party_count > 0));
    set(d, data, "parties_line", parties_line(d));
}

/* Why this reader gets the letter. */
static bd_str reason(struct bd_draft *d)
{
    bd_str title = d->options->list_title.len > 0 ? d->options->list_title
                                                  : d->options->newsletter;

    return bd_arena_printf(d->arena,
                           L_(d->lang, N_("You get this letter because you "
                                          "subscribe to %.*s.")),
                           BD_ARG(title));
}

static struct bd_json *letter_data(struct bd_draft *draft,
                                   enum bd_escape escape)
{
    struct bd_json *data = bd_json_object(draft->arena);
    const struct bd_issue *issue = draft->issue;

    set_marked(draft, data, "title",
               bd_marked_as(draft->arena, issue->marked.title, escape));
    set_marked(draft, data, "preheader",
               bd_marked_as(draft->arena, issue->marked.preheader, escape));
    set(draft, data, "newsletter", draft->options->newsletter);
    set(draft, data, "list", draft->options->list_title);
    set(draft, data, "language", bd_str_from(bd_lang_tag(draft->lang)));
    set(draft, data, "reason", reason(draft));
    set_look(draft, data);
    set_urls(draft, data);
    set_organisation(draft, data);
    set_words(draft, data);
    return data;
}

const struct bd_frame bd_letter_frame = { "letter.html", "letter.txt",
                                          letter_data };

/* A link of a note, if its text has a label for it. */
static void set_link(struct bd_draft *d, struct bd_json *data, const char *key,
                     bd_str label, const char *path, const char *token)
{
    struct bd_json *link = bd_json_object(d->arena);

    if (label.len == 0) {
        bd_json_set(data, bd_str_from(key), bd_json_bool(d->arena, false));
        return;
    }
    set_marked(d, link, "label", label);
    set_marked(d, link, "url", token_url(d, path, token));
    bd_json_set(data, bd_str_from(key), link);
}

static struct bd_json *note_data(struct bd_draft *draft, enum bd_escape escape)
{
    struct bd_json *data = bd_json_object(draft->arena);
    const struct bd_issue *issue = draft->issue;

    set_marked(draft, data, "title",
               bd_marked_as(draft->arena, issue->marked.title, escape));
    set(draft, data, "preheader", BD_STR_NONE);
    set(draft, data, "newsletter", draft->options->newsletter);
    set(draft, data, "language", bd_str_from(bd_lang_tag(draft->lang)));
    set_look(draft, data);
    set_link(draft, data, "action",
             bd_marked_as(draft->arena, issue->marked.action, escape),
             draft->form->action, "@action");
    set_link(draft, data, "stop",
             bd_marked_as(draft->arena, issue->marked.stop, escape),
             draft->form->stop, "@stop");
    set_organisation(draft, data);
    set_words(draft, data);
    return data;
}

const struct bd_frame bd_note_frame = { "note.html", "note.txt", note_data };

/* Pages from templates. */
#include <string.h>

#include "brevduva/mail/address.h"
#include "brevduva/store/list.h"
#include "web_private.h"

#define MAX_PAGE_BYTES (4 * 1024 * 1024)

static const struct web_word frame_words[] = {
    { "archive", N_("All issues") },
    { "contact_us", N_("Contact us") },
    { "privacy", N_("How we handle personal data") },
    { "skip", N_("To the contents") },
    { "subscribe", N_("Subscribe") },
    { NULL, NULL },
};

void page_set(struct web_visit *v, struct bd_json *object, const char *key,
              bd_str value)
{
    bd_json_set(object, bd_str_from(key), bd_json_string(v->arena, value));
}

void page_flag(struct web_visit *v, struct bd_json *object, const char *key,
               bool value)
{
    bd_json_set(object, bd_str_from(key), bd_json_bool(v->arena, value));
}

void page_words(struct web_visit *v, struct bd_json *data,
                const struct web_word *words)
{
    struct bd_json *object = (struct bd_json *)(uintptr_t)bd_json_get(
        data, BD_STR("words"));

    if (!object) {
        object = bd_json_object(v->arena);
        bd_json_set(data, BD_STR("words"), object);
    }
    for (; words->key; words++)
        page_set(v, object, words->key, bd_str_from(L_(v->lang, words->text)));
}

static void set_organisation(struct web_visit *v, struct bd_json *data)
{
    const struct bd_letter_options *o = v->site->options.letter;

    page_set(v, data, "newsletter", o->newsletter);
    page_set(v, data, "organisation",
             o->organisation.name.len > 0 ? o->organisation.name
                                          : o->from_name);
    page_set(v, data, "postal_address", o->organisation.postal_address);
}

/* The same page in the other language: only where asking for it again shows
 * the same. */
static void set_languages(struct web_visit *v, struct bd_json *data)
{
    enum bd_lang other = v->lang == BD_LANG_SV ? BD_LANG_EN : BD_LANG_SV;

    page_set(v, data, "language", bd_str_from(bd_lang_tag(v->lang)));
    if (v->fixed || v->request->method == WEB_POST)
        return;
    page_set(v, data, "other_language", bd_str_from(bd_lang_tag(other)));
    page_set(v, data, "other_language_name",
             other == BD_LANG_SV ? BD_STR("Svenska") : BD_STR("English"));
}

/* Where the forms are: on this server, also for who reads a copy of its
 * pages; a server that nobody knows the address of has none. */
static void set_forms(struct web_visit *v, struct bd_json *data)
{
    bd_str base = v->site->prefix;

    if (v->fixed) {
        base = v->site->options.letter->base_url;
        page_set(v, data, "root", bd_str_from(v->fixed->root));
        if (base.len == 0)
            return;
    }
    page_set(v, data, "subscribe",
             bd_arena_printf(v->arena, "%.*s/subscribe", BD_ARG(base)));
    page_set(v, data, "contact",
             bd_arena_printf(v->arena, "%.*s/contact", BD_ARG(base)));
}

struct bd_json *page_new(struct web_visit *v, const char *title)
{
    struct bd_json *data = bd_json_object(v->arena);

    page_set(v, data, "title", bd_arena_copy(v->arena, bd_str_from(title)));
    page_set(v, data, "prefix", v->site->prefix);
    page_set(v, data, "style_tag", v->site->style_tag);
    page_set(v, data, "privacy_url", v->site->options.privacy_url);
    page_flag(v, data, "private", v->out->keep == WEB_NO_STORE);
    set_organisation(v, data);
    set_languages(v, data);
    set_forms(v, data);
    page_words(v, data, frame_words);
    return data;
}

static enum bd_status render(struct web_visit *v, const char *name,
                             const struct bd_json *data, bd_str *out)
{
    const struct bd_mustache *template = site_template(v->site, name);
    const struct bd_mustache_options options = { .strict = false };
    struct bd_buf buf;
    enum bd_status rc = BD_OK;

    if (!template)
        return bd_fail(&v->err, BD_EIO, "templates/web/%s.html", name);
    bd_buf_init(&buf, MAX_PAGE_BYTES);
    rc = bd_mustache_render(v->arena, template, &options, data, &buf, &v->err);
    if (rc == BD_OK)
        *out = bd_buf_copy(&buf, v->arena);
    bd_buf_fini(&buf);
    return rc;
}

enum bd_status page_part(struct web_visit *v, const char *name, const char *key,
                         struct bd_json *data)
{
    bd_str part = BD_STR_NONE;
    enum bd_status rc = render(v, name, data, &part);

    if (rc == BD_OK)
        page_set(v, data, key, part);
    return rc;
}

enum bd_status page_show(struct web_visit *v, unsigned status, const char *name,
                         const struct bd_json *data)
{
    struct bd_json *whole = (struct bd_json *)(uintptr_t)data;
    enum bd_status rc = page_part(v, name, "body", whole);

    if (rc != BD_OK)
        return rc;
    rc = render(v, v->fixed ? "static-frame" : "frame", whole, &v->out->body);
    v->out->status = status;
    v->out->type = "text/html; charset=utf-8";
    return rc;
}

enum bd_status page_say(struct web_visit *v, unsigned status, const char *title,
                        bd_str text)
{
    struct bd_json *data = page_new(v, title);

    page_set(v, data, "text", text);
    return page_show(v, status, "say", data);
}

const char *const web_odd_address = N_(
    "An address of this kind cannot be typed here, since it can be misused. If "
    "it is yours, contact us.");

bd_str web_list_title(const struct web_visit *v, const struct bd_list *list)
{
    return list->title.len > 0 ? list->title
                               : v->site->options.letter->newsletter;
}

/* The first two characters of `part` and three dots; one, when it is short. */
static bd_str mask_part(struct bd_arena *arena, bd_str part)
{
    size_t keep = part.len > 4 ? 2 : 1;
    size_t len = 0;

    while (keep > 0 && len < part.len) {
        len++;
        while (len < part.len && ((unsigned char)part.ptr[len] & 0xc0) == 0x80)
            len++;
        keep--;
    }
    return bd_arena_printf(arena, "%.*s•••", (int)len, part.ptr);
}

bd_str web_mask(struct bd_arena *arena, bd_str email)
{
    bd_str shown = bd_address_display(arena, email);
    bd_str local = bd_str_cut(&shown, '@');
    bd_str top = bd_str_after_last(shown, '.');

    return bd_arena_printf(arena, "%.*s@%.*s.%.*s",
                           BD_ARG(mask_part(arena, local)),
                           BD_ARG(mask_part(arena, shown)), BD_ARG(top));
}

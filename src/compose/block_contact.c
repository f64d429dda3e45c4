/* Whom to turn to: "name:", "phone:" ..., each on a line, shown as written. */
#include "block_private.h"
#include "brevduva/base/i18n.h"
#include "links_private.h"

static const char *const keys[] = { "name",  "role",  "organisation", "address",
                                    "phone", "email", "web",          NULL };

static const char *find_key(bd_str name)
{
    for (size_t i = 0; keys[i]; i++)
        if (bd_str_eq(name, bd_str_from(keys[i])))
            return keys[i];
    return NULL;
}

/* "019 – 00 00 00" -> "tel:019000000" (RFC 3966); empty: no number. */
static bd_str tel_url(struct bd_arena *arena, bd_str phone)
{
    struct bd_buf url = { 0 };
    bd_str out = BD_STR_NONE;
    size_t digits = 0;

    for (size_t i = 0; i < phone.len; i++) {
        char c = phone.ptr[i];

        if (c == '{') /* a merge tag: nobody knows what it says */
            digits = SIZE_MAX / 2;
        if ((c >= '0' && c <= '9') || (c == '+' && url.len == 0)) {
            bd_buf_add_char(&url, c);
            digits++;
        }
    }
    if (digits >= 3 && digits < SIZE_MAX / 2)
        out = bd_arena_printf(arena, "tel:%.*s", BD_ARG(bd_buf_str(&url)));
    bd_buf_fini(&url);
    return out;
}

/* An address or number that nobody can use would look as if one could. */
static enum bd_status check_value(const struct bd_block_reader *r, bd_str key,
                                  struct bd_line value, struct bd_err *err)
{
    struct bd_found_link found = { 0 };

    if (bd_str_find(value.text, BD_STR("{{")) != SIZE_MAX)
        return BD_OK;
    if (bd_str_eq(key, BD_STR("email")) &&
        (!bd_link_find(r->arena, value.text, 0, &found) ||
         !bd_str_starts(found.url, BD_STR("mailto:"))))
        return bd_block_refuse(r, &value, err,
                               _("\"%.*s\" is no mail address; write it as "
                                 "name@brev.example"),
                               BD_ARG(bd_str_cut_utf8(value.text, 60)));
    if (bd_str_eq(key, BD_STR("phone")) &&
        tel_url(r->arena, value.text).len == 0)
        return bd_block_refuse(r, &value, err,
                               _("\"%.*s\" is no telephone number; write it "
                                 "in digits, or as a text below the block"),
                               BD_ARG(bd_str_cut_utf8(value.text, 60)));
    return BD_OK;
}

static enum bd_status read_value(struct bd_block_reader *r, const char *key,
                                 struct bd_line value, struct bd_err *err)
{
    struct bd_node *part = bd_block_part(r, r->node, key, value);
    bd_str url = BD_STR_NONE;

    if (check_value(r, part->info, value, err) != BD_OK)
        return BD_EPARSE;
    if (bd_str_eq(part->info, BD_STR("phone")))
        url = tel_url(r->arena, value.text);
    else if (bd_str_eq(part->info, BD_STR("web")))
        url = bd_block_url(r->arena, value.text);
    if (bd_str_eq(part->info, BD_STR("web")) && bd_str_eq(url, value.text) &&
        !bd_str_starts(url, BD_STR("http")))
        url = bd_arena_printf(r->arena, "https://%.*s", BD_ARG(url));
    if (url.len == 0) /* addresses in it become links, as everywhere */
        return bd_block_inline(r, part, value, err);
    (void)bd_block_link(r, part, value, url);
    return BD_OK;
}

static enum bd_status read_contact(struct bd_block_reader *r,
                                   struct bd_err *err)
{
    struct bd_line line = { 0 };
    struct bd_line value = { 0 };
    bd_str name = BD_STR_NONE;
    enum bd_status rc = BD_OK;

    while (rc == BD_OK && bd_block_line(r, &line)) {
        const char *key = NULL;

        if (bd_block_pair(line, &name, &value))
            key = find_key(name);
        if (!key)
            return bd_block_refuse(r, &line, err,
                                   _("a line of a contact begins with a word "
                                     "and a colon; there are "
                                     "%.*s"),
                                   BD_ARG(bd_block_names(r->arena, keys)));
        if (value.text.len == 0)
            return bd_block_refuse(r, &line, err,
                                   _("nothing stands after \"%s:\"; write it, "
                                     "or take the line away"),
                                   key);
        rc = read_value(r, key, value, err);
    }
    if (rc == BD_OK && !r->node->first)
        return bd_block_refuse(
            r, NULL, err,
            _("the contact is empty; write \"name: ...\" and "
              "\"email: ...\" or \"phone: ...\""));
    return rc;
}

/* What stands before the value, or NULL: it speaks for itself. */
static const char *label_of(const struct bd_node *part, enum bd_lang lang)
{
    if (bd_block_is(part, "phone"))
        return L_(lang, N_("Phone"));
    return bd_block_is(part, "email") ? L_(lang, N_("E-mail")) : NULL;
}

static void html(struct bd_html *h, const struct bd_node *block)
{
    bd_html_open(h, "div", "contact");
    bd_html_put(h, "\n");
    for (const struct bd_node *n = block->first; n; n = n->next) {
        const char *label = label_of(n, h->lang);

        bd_html_open(h, "p",
                     bd_block_is(n, "name") ? "contact-name" : "contact-line");
        if (label)
            bd_buf_printf(h->out, "%s: ", label);
        bd_html_children(h, n);
        bd_html_put(h, "</p>\n");
    }
    bd_html_put(h, "</div>\n");
}

static void text(struct bd_text *t, const struct bd_node *block,
                 struct bd_margin margin)
{
    for (const struct bd_node *n = block->first; n; n = n->next) {
        const char *label = label_of(n, bd_text_lang(t));
        bd_str words = bd_text_flow(t, n);

        if (label)
            words = bd_arena_printf(bd_text_arena(t), "%s: %.*s", label,
                                    BD_ARG(words));
        bd_text_words(t, words, margin);
        margin.first = margin.rest;
    }
}

const struct bd_block bd_block_contact = { "contact", read_contact, NULL, html,
                                           text };

/* The link of a confirmation letter: a page with one button, since scanners
 * open every link (W1); the button carries it out, once. */
#include "confirm_private.h"
#include "pages_private.h"

/* Order of enum bd_confirmation_kind. */
static const struct confirm_kind *const kinds[] = {
    [BD_CONFIRM_SUBSCRIBE] = &confirm_subscribe,
    [BD_CONFIRM_ADDRESS] = &confirm_address,
    [BD_CONFIRM_ERASE] = &confirm_erase,
};

static const struct web_word over_words[] = {
    { "begin_again", N_("Begin again") },
    { NULL, NULL },
};

/* BD_EINVAL: a link that never worked, or that nobody knows any more. */
static enum bd_status find(struct web_visit *v, struct bd_confirmation *out)
{
    struct bd_token token;
    enum bd_status rc = web_token(v, BD_TOKEN_CONFIRM, &token);

    if (rc != BD_OK)
        return rc;
    rc = bd_confirmation_find(v->arena, v->store, (int64_t)token.subscriber,
                              out, &v->err);
    if (rc == BD_ENOENT)
        return BD_EINVAL;
    if (rc == BD_OK && !web_has_field(v->request->query, "lang"))
        (void)bd_lang_parse(out->language, &v->lang);
    return rc;
}

/* Whether a newer link was mailed is not told: the address that was typed
 * then may be another reader's. */
static enum bd_status show_replaced(struct web_visit *v)
{
    return page_say(v, 200, L_(v->lang, N_("A newer link takes its place")),
                    bd_str_from(L_(v->lang, N_("This was asked for once more, "
                                               "and only the newest link "
                                               "works. Use that one."))));
}

static enum bd_status show_over(struct web_visit *v,
                                const struct bd_confirmation *c)
{
    enum bd_confirmation_state state = bd_confirmation_state(c, v->now);
    bool expired = state == BD_CONFIRMATION_EXPIRED;
    struct bd_json *data = NULL;

    if (state == BD_CONFIRMATION_REPLACED)
        return show_replaced(v);
    data = page_new(v, expired ? L_(v->lang, N_("The link is too old"))
                               : L_(v->lang, N_("This is done already")));
    page_set(v, data, "text",
             bd_str_from(
                 expired
                     ? L_(v->lang, N_("It worked for seven days, and then we "
                                      "forgot the address. You are welcome to "
                                      "begin again."))
                     : L_(v->lang, N_("The link has been used, and works once. "
                                      "There is nothing more to do."))));
    page_flag(v, data, "begin_again",
              expired && c->kind == BD_CONFIRM_SUBSCRIBE);
    page_words(v, data, over_words);
    return page_show(v, expired ? 410 : 200, "confirm_over", data);
}

static const struct confirm_kind *kind_of(const struct bd_confirmation *c)
{
    return (size_t)c->kind < sizeof kinds / sizeof *kinds ? kinds[c->kind]
                                                          : NULL;
}

enum bd_status confirm_show(struct web_visit *v)
{
    struct bd_confirmation c = { 0 };
    enum bd_status rc = find(v, &c);

    if (rc != BD_OK)
        return rc;
    if (!kind_of(&c))
        return BD_EINVAL;
    if (bd_confirmation_state(&c, v->now) != BD_CONFIRMATION_OPEN)
        return show_over(v, &c);
    return kind_of(&c)->show(v, &c);
}

enum bd_status confirm_do(struct web_visit *v)
{
    struct bd_confirmation c = { 0 };
    enum bd_status rc = find(v, &c);

    if (rc != BD_OK)
        return rc;
    if (!kind_of(&c))
        return BD_EINVAL;
    if (bd_confirmation_state(&c, v->now) != BD_CONFIRMATION_OPEN)
        return show_over(v, &c);
    return kind_of(&c)->carry_out(v, &c);
}

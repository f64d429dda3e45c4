/* Leaving: one page, one button (W2); and one-click (RFC 8058). */
#include "leave_private.h"
#include "pages_private.h"

static const struct web_word words[] = {
    { "leave_all", N_("Leave all our lists") },
    { "leave", N_("Unsubscribe") },
    { "mailbox", N_("Address") },
    { "not_you", N_("Did somebody forward the letter to you? Then this is not "
                    "your subscription: just close the page.") },
    { "or_change", N_("Fewer letters, a pause, or another address?") },
    { "subscription", N_("My subscription") },
    { NULL, NULL },
};

/* The token's purpose depends on the door: /u/ or /1/. */
static enum bd_status read_token(struct web_visit *v, struct bd_token *out)
{
    if (web_token(v, BD_TOKEN_UNSUBSCRIBE, out) == BD_OK)
        return BD_OK;
    return web_token(v, BD_TOKEN_ONE_CLICK, out);
}

static enum bd_status show_gone(struct web_visit *v)
{
    return page_say(v, 200, L_(v->lang, N_("You get no letters from us")),
                    bd_str_from(L_(v->lang, N_("There is nothing more to "
                                               "do."))));
}

/* The reader's own page is one step away, and mails a link first (W3). */
static bd_str subscription_path(const struct web_visit *v,
                                const struct bd_token *token)
{
    struct bd_token other = *token;

    other.purpose = BD_TOKEN_SUBSCRIPTION;
    return web_token_path(v, "s", &other);
}

static bd_str leave_path(const struct web_visit *v,
                         const struct bd_token *token)
{
    struct bd_token other = *token;

    other.purpose = BD_TOKEN_UNSUBSCRIBE;
    return web_token_path(v, "u", &other);
}

static enum bd_status show_left_already(struct web_visit *v,
                                        const struct bd_token *token,
                                        const struct bd_leaving *l)
{
    struct bd_json *data = page_new(
        v, L_(v->lang, N_("You are unsubscribed already")));

    page_set(v, data, "text",
             l->since > 0
                 ? bd_arena_printf(
                       v->arena,
                       L_(v->lang, N_("%.*s gets no letters from %.*s since "
                                      "%.*s. There is nothing more to do.")),
                       BD_ARG(web_mask(v->arena, l->reader.email)),
                       BD_ARG(leave_title(v, l)),
                       BD_ARG(bd_desk_date(v->arena, l->since)))
                 : bd_arena_printf(
                       v->arena,
                       L_(v->lang, N_("%.*s gets no letters from %.*s. There "
                                      "is nothing more to do.")),
                       BD_ARG(web_mask(v->arena, l->reader.email)),
                       BD_ARG(leave_title(v, l))));
    page_set(v, data, "subscription", subscription_path(v, token));
    page_words(v, data, words);
    return page_show(v, 200, "left_already", data);
}

enum bd_status unsubscribe_show(struct web_visit *v)
{
    struct bd_token token;
    struct bd_leaving l = { 0 };
    struct bd_json *data = NULL;
    enum bd_status rc = read_token(v, &token);

    if (rc == BD_OK)
        rc = leave_find(v, &token, &l);
    if (rc == BD_ENOENT)
        return show_gone(v);
    if (rc != BD_OK)
        return rc;
    if (!l.on_this)
        return show_left_already(v, &token, &l);
    data = page_new(v, bd_arena_printf(v->arena,
                                       L_(v->lang, N_("Unsubscribe from %.*s")),
                                       BD_ARG(leave_title(v, &l)))
                           .ptr);
    page_set(v, data, "email", web_mask(v->arena, l.reader.email));
    page_set(v, data, "action", leave_path(v, &token));
    page_set(v, data, "subscription", subscription_path(v, &token));
    page_flag(v, data, "more", l.others > 0);
    page_words(v, data, words);
    return page_show(v, 200, "unsubscribe", data);
}

enum bd_status unsubscribe_do(struct web_visit *v)
{
    struct bd_token token;
    struct bd_leaving l = { 0 };
    struct leave_done done = { 0 };
    enum bd_status rc = web_token(v, BD_TOKEN_UNSUBSCRIBE, &token);

    if (rc == BD_OK)
        rc = leave_find(v, &token, &l);
    if (rc == BD_ENOENT)
        return show_gone(v);
    if (rc != BD_OK)
        return rc;
    l.all = l.list_id == 0 || web_has_field(v->request->form, "all");
    rc = leave(v, &l, BD_STR("unsubscribe page"));
    if (rc != BD_OK)
        return rc;
    if (l.left_count == 0)
        return show_left_already(v, &token, &l);
    rc = leave_done_of(v, &l, &done);
    return rc == BD_OK ? leave_show_done(v, &done) : rc;
}

/* RFC 8058 3.2: any POST acts, whatever its body says, answers 200 and never
 * redirects. That somebody is gone already, or erased, is not told. */
enum bd_status unsubscribe_one_click(struct web_visit *v)
{
    struct bd_token token;
    struct bd_leaving l = { 0 };
    enum bd_status rc = web_token(v, BD_TOKEN_ONE_CLICK, &token);

    if (rc == BD_OK)
        rc = leave_find(v, &token, &l);
    if (rc == BD_OK) {
        l.all = l.list_id == 0;
        rc = leave(v, &l, BD_STR("one-click"));
    }
    if (rc != BD_OK && rc != BD_ENOENT)
        return rc;
    v->out->type = "text/plain; charset=utf-8";
    v->out->body = BD_STR("OK\n");
    return BD_OK;
}

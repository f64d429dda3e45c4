/* Leaving: one page, one button (W2); and one-click (RFC 8058). */
#include "pages_private.h"

static const struct web_word words[] = {
    { "leave", N_("Unsubscribe") },
    { NULL, NULL },
};

/* The token's purpose depends on the door: /u/ or /1/. */
static enum bd_status read_token(struct web_visit *v, struct bd_token *out)
{
    if (web_token(v, BD_TOKEN_UNSUBSCRIBE, out) == BD_OK)
        return BD_OK;
    return web_token(v, BD_TOKEN_ONE_CLICK, out);
}

enum bd_status unsubscribe_show(struct web_visit *v)
{
    struct bd_token token;
    struct bd_subscriber reader;
    struct bd_json *data = NULL;
    enum bd_status rc = read_token(v, &token);

    if (rc == BD_OK)
        rc = bd_subscriber_get(v->arena, v->store, (int64_t)token.subscriber,
                               &reader, &v->err);
    if (rc != BD_OK)
        return BD_EINVAL;
    data = page_new(v, L_(v->lang, N_("Unsubscribe")));
    page_set(v, data, "email", web_mask(v->arena, reader.email));
    page_words(v, data, words);
    return page_show(v, 200, "unsubscribe", data);
}

enum bd_status unsubscribe_do(struct web_visit *v)
{
    struct bd_token token;
    struct bd_actor actor = web_actor(v);
    int64_t changed = 0;
    enum bd_status rc = web_token(v, BD_TOKEN_UNSUBSCRIBE, &token);

    if (rc == BD_OK)
        rc = bd_unsubscribe(v->store, (int64_t)token.subscriber, token.list,
                            BD_STR("unsubscribe page"), &actor, &changed,
                            &v->err);
    if (rc != BD_OK)
        return rc;
    return page_say(v, 200, L_(v->lang, N_("You are unsubscribed")),
                    BD_STR_NONE);
}

enum bd_status unsubscribe_one_click(struct web_visit *v)
{
    struct bd_token token;
    struct bd_actor actor = web_actor(v);
    int64_t changed = 0;
    enum bd_status rc = web_token(v, BD_TOKEN_ONE_CLICK, &token);

    if (rc == BD_OK)
        rc = bd_unsubscribe(v->store, (int64_t)token.subscriber, token.list,
                            BD_STR("one-click"), &actor, &changed, &v->err);
    if (rc != BD_OK)
        return rc;
    v->out->type = "text/plain; charset=utf-8";
    v->out->body = BD_STR("OK\n");
    return BD_OK;
}

/* A counted link (C9): to where it leads, and nowhere else. */
#include "clicks_private.h"
#include "pages_private.h"

#include "brevduva/store/click.h"

/* FNV-1a: only to tell texts apart for some seconds. */
static uint64_t number_of(bd_str text, uint64_t seed)
{
    uint64_t hash = 14695981039346656037U ^ seed;

    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.ptr[i]) * 1099511628211U;
    return hash;
}

static void note(struct web_visit *v, const struct bd_token *token,
                 const struct bd_link *link)
{
    struct web_click click = {
        .link = (int64_t)token->subscriber,
        .mailing = number_of(link->slug, token->list),
        .network = number_of(v->request->network, 0),
        .at = v->now,
    };

    if (v->clicks && v->request->method == WEB_GET && link->begun_at > 0 &&
        v->now - link->begun_at >= CLICKS_FIRST_SECONDS)
        clicks_note(v->clicks, &click);
}

/* Also when nothing is counted any more: the letters are out there. */
enum bd_status click_follow(struct web_visit *v)
{
    struct bd_token token;
    struct bd_link link;
    enum bd_status rc = web_token(v, BD_TOKEN_CLICK, &token);

    if (rc != BD_OK)
        return BD_ENOENT;
    rc = bd_link_get(v->arena, v->store, (int64_t)token.subscriber, token.list,
                     &link, &v->err);
    if (rc != BD_OK)
        return rc;
    note(v, &token, &link);
    v->out->status = 302;
    v->out->location = link.url;
    return BD_OK;
}

/* Links that are counted (C9), in the letter that is being made. */
#include "brevduva/store/click.h"
#include "send_private.h"

struct counter {
    struct app *app;
    bd_str slug, base_url;
    uint32_t list;
    bool add;
    bool failed;
};

/* The same token in every copy: it names the link and the list, nobody. */
static bool count_link(void *self, bd_str url, bd_str *out)
{
    struct counter *c = self;
    struct bd_token token = { .purpose = BD_TOKEN_CLICK, .list = c->list };
    char text[BD_TOKEN_URL_LEN];
    int64_t id = 0;
    enum bd_status rc = bd_link_number(c->app->store, c->slug, url, c->add, &id,
                                       &c->app->err);

    if (rc != BD_OK) {
        c->failed = c->failed || rc != BD_ENOENT;
        return false;
    }
    token.subscriber = (uint64_t)id;
    bd_token_write_url(c->app->signer, &token, text);
    *out = bd_arena_printf(c->app->arena, "%.*s/k/%.*s", BD_ARG(c->base_url),
                           BD_TOKEN_URL_LEN, text);
    return true;
}

enum bd_status send_compile_counted(struct app *app,
                                    const struct cli_letter *letter, bool add,
                                    struct bd_message *full,
                                    struct bd_message *text_only)
{
    struct cli_letter counted = *letter;
    struct counter counter = {
        .app = app,
        .slug = letter->issue.slug,
        .base_url = letter->options.base_url,
        .list = letter->options.list_number,
        .add = add,
    };

    if (app->config.web.clicks && letter->options.base_url.len > 0) {
        if (app_signer(app) != BD_OK)
            return app->err.code;
        counted.options.click = count_link;
        counted.options.click_self = &counter;
    }
    if (send_compile(app, &counted, full, text_only) != BD_OK)
        return app->err.code;
    return counter.failed ? app->err.code : BD_OK;
}

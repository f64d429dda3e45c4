/* What only the store and the clock can tell the checks. */
#include <string.h>

#include "brevduva/compose/recipient.h"
#include "brevduva/store/page.h"
#include "check_facts.h"

#define EXAMPLES 3 /* readers named for each empty merge tag */

struct gather {
    struct app *app;
    struct bd_arena *scratch;   /* of one reader */
    struct bd_message tags;     /* the letter's merge tags, and no text */
    bd_str language;            /* of readers who have none of their own */
    struct bd_check_value *out; /* one for each tag */
    int64_t readers;
};

/* Names that begin with "@" are ours: tokens, dates. */
static void find_tags(struct gather *g, const struct bd_message *message)
{
    bd_str *names = BD_NEW_ARRAY(g->app->arena, message->name_count + 1,
                                 bd_str);
    size_t count = 0;

    for (size_t i = 0; i < message->name_count; i++)
        if (!bd_str_starts(message->names[i], BD_STR("@")))
            names[count++] = message->names[i];
    g->tags = (struct bd_message) { .name_count = count, .names = names };
    g->out = BD_NEW_ARRAY(g->app->arena, count + 1, struct bd_check_value);
    for (size_t i = 0; i < count; i++)
        g->out[i].name = names[i];
}

static void take_value(struct gather *g, struct bd_check_value *out,
                       bd_str value, bd_str email)
{
    struct bd_arena *kept = g->app->arena;

    if (value.len > out->longest.len)
        out->longest = bd_arena_copy(kept, value);
    if (bd_str_trim(value).len > 0)
        return;
    if (out->empty == 0)
        out->who = bd_arena_copy(kept, email);
    else if (out->empty < EXAMPLES)
        out->who = bd_arena_printf(kept, "%.*s, %.*s", BD_ARG(out->who),
                                   BD_ARG(email));
    out->empty++;
}

static enum bd_status take_reader(void *self,
                                  const struct bd_subscriber *reader,
                                  const struct bd_subscription *subscription,
                                  struct bd_err *err)
{
    struct gather *g = self;
    const struct bd_recipient recipient = {
        .email = reader->email,
        .name = reader->name,
        .language = reader->language.len ? reader->language : g->language,
        .attributes = reader->attributes,
    };
    const bd_str *values = NULL;

    (void)subscription;
    (void)err;
    g->readers++;
    bd_arena_clear(g->scratch);
    if (bd_recipient_values(g->scratch, &g->tags, &recipient, NULL, &values,
                            NULL) != BD_OK)
        return BD_OK; /* data that cannot be read: sending tells of it */
    for (size_t i = 0; i < g->tags.name_count; i++)
        take_value(g, &g->out[i], values[i], reader->email);
    return BD_OK;
}

/* Reads all readers, so only if the letter says anything of them. */
static enum bd_status read_values(struct app *app,
                                  const struct cli_letter *letter,
                                  const struct bd_message *message,
                                  struct bd_check_facts *out)
{
    const struct bd_subscriber_filter active = { .list_id = letter->list.id,
                                                 .by_state = true,
                                                 .state = BD_SUB_ACTIVE };
    struct gather g = { .app = app, .language = letter->list.language };
    enum bd_status rc = BD_OK;

    find_tags(&g, message);
    if (g.tags.name_count == 0)
        return BD_OK;
    g.scratch = bd_arena_new();
    rc = bd_subscriber_each(app->store, &active, take_reader, &g, &app->err);
    bd_arena_free(g.scratch);
    if (rc != BD_OK || g.readers == 0)
        return rc;
    out->readers = g.readers;
    out->values = g.out;
    out->value_count = g.tags.name_count;
    return BD_OK;
}

static enum bd_status read_earlier(struct app *app, struct bd_check_facts *out)
{
    const struct bd_page *pages = NULL;
    struct bd_check_earlier *rows = NULL;
    size_t count = 0;
    enum bd_status rc = bd_page_all(app->arena, app->store, &pages, &count,
                                    &app->err);

    if (rc != BD_OK)
        return rc;
    rows = BD_NEW_ARRAY(app->arena, count + 1, struct bd_check_earlier);
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct bd_check_earlier) { pages[i].slug, pages[i].title };
    out->earlier = rows;
    out->earlier_count = count;
    return BD_OK;
}

enum bd_status check_facts_read(struct app *app,
                                const struct cli_letter *letter,
                                const struct bd_message *message,
                                struct bd_check_facts *out)
{
    struct bd_check_facts facts = { .today = bd_day_local(app_now(app)) };
    enum bd_status rc = read_values(app, letter, message, &facts);

    if (rc == BD_OK)
        rc = read_earlier(app, &facts);
    if (rc == BD_OK)
        *out = facts;
    return rc;
}

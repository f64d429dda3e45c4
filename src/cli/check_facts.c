/* What only the store and the clock can tell the checks. */
#include <string.h>

#include "brevduva/compose/recipient.h"
#include "brevduva/store/page.h"
#include "check_facts.h"

#define EXAMPLES   3 /* readers named for each empty merge tag */
#define KEEP_TIMES 100
/* Where nobody is asked, nobody waits for more to be read: the first copy of a
 * million leaves as soon as that of a thousand. */
#define FIRST_READERS 10000

struct gather {
    struct app *app;
    struct bd_arena *scratch;   /* of one reader */
    struct bd_message tags;     /* the letter's merge tags, and no text */
    bd_str language;            /* of readers who have none of their own */
    struct bd_check_value *out; /* one for each tag */
    int64_t readers;
    int64_t most; /* then no more are read */
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
    if (g->readers == g->most)
        return BD_ELIMIT;
    g->readers++;
    bd_arena_clear(g->scratch);
    if (bd_recipient_values(g->scratch, &g->tags, &recipient, NULL, &values,
                            NULL) != BD_OK)
        return BD_OK; /* data that cannot be read: sending tells of it */
    for (size_t i = 0; i < g->tags.name_count; i++)
        take_value(g, &g->out[i], values[i], reader->email);
    return BD_OK;
}

static int64_t clock_ms(const struct app *app)
{
    return app->sys->monotonic_ms(app->sys->self);
}

static bool has_same_tags(const struct check_kept *kept,
                          const struct bd_message *tags)
{
    bool same = kept->value_count == tags->name_count;

    for (size_t i = 0; same && i < tags->name_count; i++)
        same = bd_str_eq(kept->values[i].name, tags->names[i]);
    return same;
}

/* A hundred times as long as it took to read them: of a short list what is true
 * now, of a long one what was true a moment ago. */
static bool is_fresh(const struct app *app, const struct check_kept *kept,
                     int64_t list_id, const struct bd_message *tags)
{
    return kept && kept->arena && kept->list_id == list_id &&
           has_same_tags(kept, tags) &&
           clock_ms(app) - kept->read_ms < KEEP_TIMES * kept->took_ms;
}

static void keep(const struct gather *g, int64_t list_id, int64_t begun_ms)
{
    struct check_kept *kept = g->app->kept;

    check_kept_fini(kept);
    kept->arena = bd_arena_new();
    kept->list_id = list_id;
    kept->read_ms = clock_ms(g->app);
    kept->took_ms = kept->read_ms - begun_ms;
    kept->readers = g->readers;
    kept->value_count = g->tags.name_count;
    kept->values = BD_NEW_ARRAY(kept->arena, kept->value_count,
                                struct bd_check_value);
    for (size_t i = 0; i < kept->value_count; i++)
        kept->values[i] = (struct bd_check_value) {
            .name = bd_arena_copy(kept->arena, g->out[i].name),
            .longest = bd_arena_copy(kept->arena, g->out[i].longest),
            .empty = g->out[i].empty,
            .who = bd_arena_copy(kept->arena, g->out[i].who),
        };
}

void check_kept_fini(struct check_kept *kept)
{
    bd_arena_free(kept->arena);
    *kept = (struct check_kept) { .arena = NULL };
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
    struct gather g = {
        .app = app,
        .language = letter->list.language,
        .most = opt_has(app, "yes") ? FIRST_READERS : INT64_MAX,
    };
    int64_t begun_ms = clock_ms(app);
    enum bd_status rc = BD_OK;

    find_tags(&g, message);
    if (g.tags.name_count == 0)
        return BD_OK;
    if (is_fresh(app, app->kept, letter->list.id, &g.tags)) {
        out->readers = app->kept->readers;
        out->values = app->kept->values;
        out->value_count = app->kept->value_count;
        return BD_OK;
    }
    g.scratch = bd_arena_new();
    rc = bd_subscriber_each(app->store, &active, take_reader, &g, &app->err);
    bd_arena_free(g.scratch);
    out->first = rc == BD_ELIMIT && g.readers == g.most;
    if ((rc != BD_OK && !out->first) || g.readers == 0)
        return rc;
    out->readers = g.readers;
    out->values = g.out;
    out->value_count = g.tags.name_count;
    if (app->kept)
        keep(&g, letter->list.id, begun_ms);
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

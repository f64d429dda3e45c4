/* The issue as it stands in the files now, compiled as `render` and `check` do.
 * One that cannot be made leaves the last one standing. */
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/hash.h"
#include "preview_private.h"

#define READERS_SHOWN 12

static void letter_free(struct preview_letter *letter)
{
    if (!letter)
        return;
    bd_arena_free(letter->app.arena);
    free(letter);
}

struct gather {
    struct bd_arena *arena;
    struct preview_reader *rows;
    size_t count;
};

static void add_reader(struct gather *g, bd_str key, bd_str email)
{
    g->rows[g->count++] = (struct preview_reader) {
        .key = key,
        .email = email.ptr ? bd_arena_cstr(g->arena, email) : NULL,
    };
}

/* The last one ends the reading: BD_EEXIST. */
static enum bd_status take_reader(void *self,
                                  const struct bd_subscriber *reader,
                                  const struct bd_subscription *subscription,
                                  struct bd_err *err)
{
    struct gather *g = self;

    (void)subscription;
    (void)err;
    add_reader(g, bd_arena_printf(g->arena, "%lld", (long long)reader->id),
               reader->email);
    return g->count < READERS_SHOWN ? BD_OK : BD_EEXIST;
}

/* Whom --as names, the made-up one, and the first of the list. */
static enum bd_status list_readers(struct preview_letter *out)
{
    struct app *app = &out->app;
    const char *as = opt_get(app, "as");
    const struct bd_subscriber_filter active = {
        .list_id = out->letter.list.id,
        .by_state = true,
        .state = BD_SUB_ACTIVE,
    };
    struct gather g = { .arena = app->arena,
                        .rows = BD_NEW_ARRAY(app->arena, READERS_SHOWN,
                                             struct preview_reader) };
    enum bd_status rc = BD_OK;

    if (as) {
        add_reader(&g, BD_STR("as"), bd_str_from(as));
        g.rows[0].stranger = !letter_has_reader(app, as);
    }
    add_reader(&g, BD_STR("sample"), BD_STR_NONE);
    rc = bd_subscriber_each(app->store, &active, take_reader, &g, &app->err);
    out->readers = g.rows;
    out->reader_count = g.count;
    return rc == BD_EEXIST ? BD_OK : rc;
}

static enum bd_status compile(struct preview_letter *l)
{
    struct app *app = &l->app;
    const struct {
        const char *as;
        struct bd_message *out;
    } parts[] = { { "eml", &l->full },
                  { "html", &l->html },
                  { "text", &l->plain },
                  { "subject", &l->subject },
                  { "preheader", &l->preheader } };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (letter_compile_as(app, &l->letter, parts[i].as, parts[i].out) !=
            BD_OK)
            return app->err.code;
    return letter_findings(app, &l->letter, &l->full, &l->findings,
                           &l->finding_count);
}

/* With settings and templates of its own, so that one that fails leaves no
 * trace in the last good one. */
static enum bd_status letter_make(struct preview *preview,
                                  struct preview_letter *l)
{
    struct app *app = &l->app;
    enum bd_status rc = BD_OK;

    *app = *preview->app;
    app->arena = bd_arena_new();
    app->templates = NULL;
    app->pictures = NULL;
    app->err = (struct bd_err) { .code = BD_OK };
    rc = app_open_config(app);
    if (rc == BD_OK)
        rc = letter_open(app, preview->name, &l->letter);
    if (rc == BD_OK)
        rc = list_readers(l);
    if (rc == BD_OK)
        rc = compile(l);
    preview->app->strays_told |= app->strays_told;
    return rc;
}

static void add_message(struct bd_buf *all, const struct bd_message *message)
{
    bd_message_freeze(message, all);
}

/* A file saved without a change is nothing to be seen. */
static bool is_new(struct preview *preview, const struct preview_letter *l)
{
    struct bd_buf all;
    bd_str print = BD_STR_NONE;
    bool differs = false;

    bd_buf_init(&all, 0);
    bd_buf_add_cstr(&all, preview->trouble.msg);
    if (preview->trouble.code == BD_OK) {
        add_message(&all, &l->html);
        add_message(&all, &l->plain);
        add_message(&all, &l->subject);
        add_message(&all, &l->preheader);
        for (size_t i = 0; i < l->finding_count; i++)
            bd_buf_printf(&all, "%s %u:%u %.*s\n", l->findings[i].id,
                          l->findings[i].place.line,
                          l->findings[i].place.column,
                          BD_ARG(l->findings[i].text));
        bd_buf_printf(&all, "%.*s\n%zu", BD_ARG(l->letter.options.from_name),
                      l->reader_count);
    }
    print = bd_sha256_hex(l->app.arena, bd_buf_str(&all));
    bd_buf_fini(&all);
    differs = !bd_str_eq(print, bd_str_from(preview->fingerprint));
    memcpy(preview->fingerprint, print.ptr, print.len);
    return differs;
}

bool preview_load(struct preview *preview)
{
    struct preview_letter *l = calloc(1, sizeof *l);
    bool differs = false;

    if (!l)
        bd_out_of_memory();
    preview->trouble = (struct bd_err) { .code = BD_OK };
    if (letter_make(preview, l) != BD_OK)
        preview->trouble = l->app.err;
    differs = is_new(preview, l);
    if (differs) {
        preview->version++;
        preview->made_at = app_now(preview->app);
    }
    if (preview->trouble.code == BD_OK) {
        letter_free(preview->good);
        preview->good = l;
        preview->letter_version = preview->version;
    } else {
        letter_free(l);
    }
    return differs;
}

void preview_fini(struct preview *preview)
{
    letter_free(preview->good);
    preview->good = NULL;
}

const struct preview_reader *
preview_reader_find(const struct preview_letter *letter, bd_str key)
{
    for (size_t i = 0; i < letter->reader_count; i++)
        if (bd_str_eq(letter->readers[i].key, key))
            return &letter->readers[i];
    return &letter->readers[0];
}

/* The preview in the browser: wait for saved files and for the browser. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/assets.h"
#include "brevduva/base/file.h"
#include "brevduva/base/watch.h"
#include "brevduva/web/local.h"
#include "preview_private.h"

/* Editors write, rename and remove in a few steps: look when they rest. */
#define REST_MS 8
#define RESTS   6
#define LOOK_MS 1000 /* a signal may come just before we wait */
#define PAGE_CSP                                                               \
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src "    \
    "'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; "          \
    "frame-ancestors 'none'"
/* What a letter is not to do, also when somebody opens it alone. */
#define VIEW_CSP                                                               \
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: https: "     \
    "http:; font-src data: https:; base-uri 'none'; form-action 'none'; "      \
    "frame-ancestors 'self'; sandbox allow-same-origin allow-popups "          \
    "allow-popups-to-escape-sandbox"
#define FILE_CSP "default-src 'none'"

/* --- what the browser asks for --- */

static void answer_file(bd_str path, struct bd_local_answer *out)
{
    bd_str bytes = BD_STR_NONE;
    bool is_style = bd_str_eq(path, BD_STR("style.css"));

    if (!bd_asset_find(is_style ? BD_STR("templates/preview/style.css")
                                : BD_STR("templates/preview/preview.js"),
                       &bytes))
        return;
    *out = (struct bd_local_answer) {
        .status = 200,
        .type = is_style ? "text/css; charset=utf-8"
                         : "text/javascript; charset=utf-8",
        .policy = FILE_CSP,
        .body = bytes,
    };
}

static void answer_html(enum bd_status rc, bd_str page, const char *policy,
                        const struct bd_err *err, struct bd_arena *arena,
                        struct bd_local_answer *out)
{
    out->status = rc == BD_OK ? 200 : rc == BD_ENOENT ? 404 : 500;
    if (rc == BD_OK) {
        out->type = "text/html; charset=utf-8";
        out->policy = policy;
        out->body = page;
    } else {
        out->body = bd_arena_copy(arena, bd_str_from(err->msg));
    }
}

static void answer(void *self, struct bd_arena *arena,
                   const struct bd_local_request *request,
                   struct bd_local_answer *out)
{
    const struct preview *preview = self;
    bd_str path = bd_local_path(request);
    bd_str reader = bd_local_query(request, "reader");
    struct bd_err err = { .code = BD_OK };
    bd_str page = BD_STR_NONE;
    enum bd_status rc = BD_OK;

    if (bd_str_eq(path, BD_STR("style.css")) ||
        bd_str_eq(path, BD_STR("preview.js"))) {
        answer_file(path, out);
    } else if (path.len == 0) {
        rc = preview_page(preview, arena, reader, false, &page, &err);
        answer_html(rc, page, PAGE_CSP, &err, arena, out);
    } else if (bd_str_starts(path, BD_STR("view/"))) {
        rc = preview_view(preview, arena, bd_str_skip(path, 5), reader, &page,
                          &err);
        answer_html(rc, page, VIEW_CSP, &err, arena, out);
    }
}

/* --- what is saved --- */

/* "a/b/c" -> "a/b" and "c". */
static void watch_path(struct preview *preview, struct bd_watch *watch,
                       const char *path)
{
    const char *slash = strrchr(path, '/');
    bd_str folder = { path, slash ? (size_t)(slash - path) : 0 };

    bd_watch_name(watch,
                  slash ? bd_arena_cstr(preview->app->arena, folder) : ".",
                  slash ? slash + 1 : path);
}

/* Said again after each change, as folders may have come. */
static void watch_all(struct preview *preview, struct bd_watch *watch)
{
    struct app *app = preview->app;
    struct bd_arena *kept = app->arena;
    const char *path = NULL;
    char *real = NULL;
    bd_str beside = BD_STR_NONE;

    app->arena = bd_arena_new();
    path = letter_path(app, preview->name);
    beside = bd_str_from(path);
    if (bd_str_ends(beside, BD_STR(".md")))
        beside.len -= 3;
    bd_watch_name(watch, app->folder, "brevduva.yaml");
    bd_watch_name(watch, app->folder, "templates");
    bd_watch_name(watch, app->folder, "issues");
    bd_watch_tree(watch, bd_path_join(app->arena, app->folder, "templates"));
    if (preview->good && preview->good->app.config.theme.logo.len > 0)
        watch_path(
            preview, watch,
            bd_path_join(app->arena, app->folder,
                         bd_arena_cstr(app->arena,
                                       preview->good->app.config.theme.logo)));
    watch_path(preview, watch, path);
    watch_path(preview, watch, bd_arena_cstr(app->arena, beside));
    bd_watch_tree(watch, bd_arena_cstr(app->arena, beside));
    real = realpath(path, NULL); /* where a link leads */
    if (real)
        watch_path(preview, watch, real);
    free(real);
    bd_arena_free(app->arena);
    app->arena = kept;
}

static void look_again(struct preview *preview, struct bd_watch *watch,
                       struct bd_local *local)
{
    struct pollfd more = { .fd = bd_watch_fd(watch), .events = POLLIN };

    for (int i = 0; i < RESTS && poll(&more, 1, REST_MS) > 0; i++)
        (void)bd_watch_changed(watch);
    watch_all(preview, watch);
    if (preview_load(preview))
        bd_local_tell(local, preview->version);
}

static void loop(struct preview *preview, struct bd_watch *watch,
                 struct bd_local *local)
{
    while (!interrupt_came()) {
        struct pollfd ready[] = {
            { .fd = bd_watch_fd(watch), .events = POLLIN },
            { .fd = bd_local_fd(local), .events = POLLIN },
        };
        int wait = bd_local_timeout(local);

        if (wait < 0 || wait > LOOK_MS)
            wait = LOOK_MS;
        (void)poll(ready, 2, wait);
        bd_local_run(local);
        if (ready[0].revents && bd_watch_changed(watch))
            look_again(preview, watch, local);
    }
}

enum bd_status preview_serve(struct preview *preview)
{
    struct app *app = preview->app;
    struct bd_watch *watch = NULL;
    struct bd_local *local = NULL;
    enum bd_status rc = bd_watch_new(&watch, &app->err);

    if (rc == BD_OK)
        rc = bd_local_start(app->sys, answer, preview, &local, &app->err);
    if (rc == BD_OK) {
        interrupt_watch();
        watch_all(preview, watch);
        (void)preview_load(preview); /* saved since we began */
        bd_local_tell(local, preview->version);
        (void)printf(_("The preview of %s is at %s\n"
                       "It follows what you save; Ctrl-C ends it.\n"),
                     preview->name, bd_local_url(local));
        (void)fflush(stdout);
        if (!opt_has(app, "no-open"))
            preview_open_browser(bd_local_ticket(local));
        loop(preview, watch, local);
    }
    bd_local_stop(local);
    bd_watch_free(watch);
    return rc;
}

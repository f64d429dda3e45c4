/* serve: the reader pages, until told to stop. */
#include <unistd.h>

#include "brevduva/base/file.h"
#include "brevduva/web/server.h"
#include "site_private.h"

#define STEP_MS 200
#define TIDY_MS ((int64_t)60 * 60 * 1000)
#define AGAIN_MS                                                               \
    ((int64_t)60 * 1000) /* after a failure: the file was locked               \
                          */

static void print_line(void *self, const char *line)
{
    (void)self;
    (void)printf("%s\n", line);
    (void)fflush(stdout);
}

static enum bd_status start(struct app *app, struct bd_site *site,
                            struct bd_server **out)
{
    const struct bd_config *c = &app->config;
    struct bd_server_options options = {
        .site = site,
        .database = bd_path_join(app->arena, app->folder, "brevduva.db"),
        .listen = opt_has(app, "listen")
                      ? opt_get(app, "listen")
                      : bd_arena_cstr(app->arena, c->web.listen),
        .proxies = c->web.proxies,
        .tls_cert = c->web.tls_cert,
        .tls_key = c->web.tls_key,
        .log = print_line,
    };

    return bd_server_start(&options, out, &app->err);
}

/* Until told to stop; once an hour what is too old is forgotten. */
static void stand_by(struct app *app, const struct bd_site *site)
{
    int64_t due = 0;

    do {
        int64_t now = app->sys->monotonic_ms(app->sys->self);

        if (now >= due)
            due = now + (bd_site_tidy(site, app->store, NULL) == BD_OK
                             ? TIDY_MS
                             : AGAIN_MS);
    } while (interrupt_sleep(STEP_MS));
}

int cmd_serve(struct app *app, int argc, char **argv)
{
    struct bd_site *site = NULL;
    struct bd_server *server = NULL;

    (void)argc;
    (void)argv;
    if (site_open(app, &site) != BD_OK || start(app, site, &server) != BD_OK) {
        bd_site_free(site);
        return app_fail(app);
    }
    interrupt_watch();
    (void)printf(_("Process %ld serves the pages of %s on port %u.\n"),
                 (long)getpid(), app->folder, bd_server_port(server));
    (void)fflush(stdout);
    stand_by(app, site);
    bd_server_stop(server);
    bd_site_free(site);
    return app_flush(app);
}

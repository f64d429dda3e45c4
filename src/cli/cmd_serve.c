/* serve: the reader pages, until told to stop. */
#include <unistd.h>

#include "brevduva/base/file.h"
#include "brevduva/web/server.h"
#include "site_private.h"

#define STEP_MS 200

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
    while (interrupt_sleep(STEP_MS))
        ;
    bd_server_stop(server);
    bd_site_free(site);
    return app_flush(app);
}

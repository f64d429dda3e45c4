/* serve: the reader pages, until told to stop. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "brevduva/base/file.h"
#include "brevduva/web/server.h"
#include "site_private.h"

#define STEP_MS   200
#define MAX_PEM   (256 * 1024)
#define LINE_SIZE 512 /* below PIPE_BUF: a line is written whole or not */
#define TIDY_MS   ((int64_t)60 * 60 * 1000)
/* after a failure: the file was locked */
#define AGAIN_MS ((int64_t)60 * 1000)

struct access_log {
    unsigned long long lost; /* lines that nobody took */
};

static void write_line(const char *text)
{
    char line[LINE_SIZE];
    int len = snprintf(line, sizeof line, "%s\n", text);

    if (len > 0 && (size_t)len < sizeof line)
        (void)!write(STDOUT_FILENO, line, (size_t)len);
}

/* Whoever reads the log may stand still; the pages may not. */
static void log_line(void *self, const char *line)
{
    struct access_log *log = self;
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

    if (poll(&out, 1, 0) != 1 || !(out.revents & POLLOUT)) {
        log->lost++;
        return;
    }
    if (log->lost > 0) {
        char text[LINE_SIZE];

        (void)snprintf(text, sizeof text,
                       _("Lines missing here, as nobody read them: %llu"),
                       log->lost);
        log->lost = 0;
        write_line(text);
    }
    write_line(line);
}

static enum bd_status read_pem(struct app *app, const char *setting,
                               bd_str name, bd_str *out)
{
    struct bd_err err = { 0 };
    const char *path = NULL;

    if (name.len == 0)
        return BD_OK;
    path = bd_path_join(app->arena, app->folder,
                        bd_arena_cstr(app->arena, name));
    if (app_read(app, path, MAX_PEM, out, &err) != BD_OK)
        return bd_fail(&app->err, BD_EINVAL, "%s: %s", setting, err.msg);
    if (bd_str_find(*out, BD_STR("-----BEGIN ")) == SIZE_MAX)
        return bd_fail(&app->err, BD_EINVAL,
                       _("%s: %s is not in the form PEM, which begins with "
                         "-----BEGIN"),
                       setting, app_shown(app, path));
    return BD_OK;
}

static enum bd_status start(struct app *app, struct bd_site *site,
                            struct access_log *log, struct bd_server **out)
{
    const struct bd_config *c = &app->config;
    struct bd_server_options options = {
        .site = site,
        .database = bd_path_join(app->arena, app->folder, "brevduva.db"),
        .listen = opt_has(app, "listen")
                      ? opt_get(app, "listen")
                      : bd_arena_cstr(app->arena, c->web.listen),
        .proxies = c->web.proxies,
        .metrics = c->web.metrics,
        .log = opt_has(app, "quiet") ? NULL : log_line,
        .log_self = log,
    };

    if (read_pem(app, "web.tls_cert", c->web.tls_cert, &options.tls_cert) !=
            BD_OK ||
        read_pem(app, "web.tls_key", c->web.tls_key, &options.tls_key) != BD_OK)
        return app->err.code;
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
    struct access_log log = { 0 };

    (void)argc;
    (void)argv;
    if (site_open(app, &site) != BD_OK ||
        start(app, site, &log, &server) != BD_OK) {
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

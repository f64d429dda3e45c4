/* run: the services of a newsletter, each a process of its own on the one
 * database, started again when it dies. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "brevduva/base/ip.h"
#include "cli_private.h"

#define STEP_MS      100
#define FIRST_REST   1000 /* before it is started again; doubles */
#define LONGEST_REST 60000
#define STEADY_MS    60000 /* who ran so long is as new */
#define MAX_WORDS    (2 * CLI_MAX_VALUES + 16)

struct service {
    const char *name;
    char *words[MAX_WORDS]; /* its command line */
    pid_t pid;              /* 0: it does not run */
    int64_t since_ms, again_ms, rest_ms;
};

struct run {
    struct app *app;
    struct service services[3];
    size_t count;
};

static int64_t clock_ms(const struct run *run)
{
    return run->app->sys->monotonic_ms(run->app->sys->self);
}

static void add_word(struct service *s, const char *word)
{
    size_t count = 0;

    while (s->words[count])
        count++;
    if (count + 1 < MAX_WORDS)
        s->words[count] = (char *)(uintptr_t)word;
}

/* The same program, folder, settings and language. */
static struct service *add_service(struct run *run, const char *name)
{
    struct app *app = run->app;
    struct service *s = &run->services[run->count++];
    const char *value = NULL;
    size_t at = 0;

    s->name = name;
    add_word(s, "brevduva");
    add_word(s, "-C");
    add_word(s, app->folder);
    if (opt_has(app, "lang")) {
        add_word(s, "--lang");
        add_word(s, opt_get(app, "lang"));
    }
    while ((value = opt_next(app, "set", &at))) {
        add_word(s, "--set");
        add_word(s, value);
    }
    add_word(s, name);
    return s;
}

static void say(const char *text)
{
    (void)printf("%s\n", text);
    (void)fflush(stdout);
}

static void choose_services(struct run *run)
{
    struct app *app = run->app;
    struct service *s = NULL;

    add_word(add_service(run, "deliver"), "--watch");
    if (app->config.inbox.url.len > 0)
        add_word(add_service(run, "inbox"), "--watch");
    if (app->config.web.base_url.len == 0) {
        say(_("web.base_url is not set: mail is sent, and no pages are "
              "served."));
        return;
    }
    s = add_service(run, "serve");
    if (opt_has(app, "listen")) {
        add_word(s, "--listen");
        add_word(s, opt_get(app, "listen"));
    }
    if (opt_has(app, "quiet"))
        add_word(s, "--quiet");
}

/* In the child. It ends when we do, however we end; and Ctrl-C at a terminal
 * reaches us alone, who tell it. */
static _Noreturn void become(struct service *s, pid_t parent)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)setpgid(0, 0);
    if (null >= 0)
        (void)dup2(null, STDIN_FILENO);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent)
        (void)execv("/proc/self/exe", s->words);
    _exit(BD_EXIT_FAILED);
}

static void start(struct run *run, struct service *s)
{
    pid_t parent = getpid();
    pid_t pid = 0;

    (void)fflush(stdout);
    s->since_ms = clock_ms(run);
    pid = fork();
    if (pid == 0)
        become(s, parent);
    if (pid > 0) {
        s->pid = pid;
        say(bd_arena_printf(run->app->arena, _("%s is process %ld."), s->name,
                            (long)pid)
                .ptr);
        return;
    }
    s->again_ms = s->since_ms + LONGEST_REST;
}

/* It ended without being told to. BD_EXIT_USAGE is of no use to try again. */
static int note_end(struct run *run, struct service *s, int status)
{
    struct bd_arena *arena = bd_arena_new();
    int64_t now = clock_ms(run);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    int64_t rest = s->rest_ms ? 2 * s->rest_ms : FIRST_REST;

    s->pid = 0;
    if (now - s->since_ms >= STEADY_MS)
        rest = FIRST_REST;
    s->rest_ms = rest > LONGEST_REST ? LONGEST_REST : rest;
    s->again_ms = now + s->rest_ms;
    if (code != BD_EXIT_USAGE)
        say(bd_arena_printf(arena,
                            WIFSIGNALED(status)
                                ? _("%s was ended by signal %d, and starts "
                                    "again in %lld s.")
                                : _("%s ended with exit status %d, and starts "
                                    "again in %lld s."),
                            s->name,
                            WIFSIGNALED(status) ? WTERMSIG(status) : code,
                            (long long)s->rest_ms / 1000)
                .ptr);
    bd_arena_free(arena);
    return code == BD_EXIT_USAGE ? code : BD_EXIT_OK;
}

static int look_after(struct run *run)
{
    int code = BD_EXIT_OK;

    for (size_t i = 0; i < run->count && code == BD_EXIT_OK; i++) {
        struct service *s = &run->services[i];
        int status = 0;

        if (s->pid > 0 && waitpid(s->pid, &status, WNOHANG) == s->pid)
            code = note_end(run, s, status);
        else if (s->pid == 0 && clock_ms(run) >= s->again_ms)
            start(run, s);
    }
    return code;
}

/* Each finishes what is under way. */
static int end_all(struct run *run)
{
    int code = BD_EXIT_OK;

    for (size_t i = 0; i < run->count; i++)
        if (run->services[i].pid > 0)
            (void)kill(run->services[i].pid, SIGTERM);
    for (size_t i = 0; i < run->count; i++) {
        struct service *s = &run->services[i];
        int status = 0;
        pid_t ended = 0;

        if (s->pid == 0)
            continue;
        do
            ended = waitpid(s->pid, &status, 0);
        while (ended < 0 && errno == EINTR);
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM)
            continue; /* told twice, it ended at once */
        if (!WIFEXITED(status))
            code = BD_EXIT_FAILED;
        else if (WEXITSTATUS(status) != BD_EXIT_OK)
            code = WEXITSTATUS(status);
    }
    return code;
}

/* Also where no pages are served, that is nothing to find out later. */
static enum bd_status check_listen(struct app *app)
{
    struct bd_ip ip;
    uint16_t port = 0;

    if (!opt_has(app, "listen") ||
        bd_ip_parse_port(opt_str(app, "listen"), &ip, &port))
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("%s is no address with a port; give it as "
                     "127.0.0.1:8080 or [::1]:8080"),
                   opt_get(app, "listen"));
}

int cmd_run(struct app *app, int argc, char **argv)
{
    struct run run = { .app = app };
    int failed = BD_EXIT_OK;
    int ended = BD_EXIT_OK;
    int64_t pid = 0;

    (void)argc;
    (void)argv;
    if (check_listen(app) != BD_OK)
        return app_fail(app);
    if (sender_now(app, &pid) == SENDER_WATCH) {
        (void)bd_fail(&app->err, BD_ETEMP,
                      _("process %lld (brevduva deliver --watch) sends "
                        "already: there is nothing to do"),
                      (long long)pid);
        return app_fail(app);
    }
    choose_services(&run);
    interrupt_watch();
    do
        failed = look_after(&run);
    while (failed == BD_EXIT_OK && interrupt_sleep(STEP_MS));
    ended = end_all(&run);
    return failed != BD_EXIT_OK ? failed : ended;
}

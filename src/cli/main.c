#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "brevduva/inbox/reader.h"
#include "brevduva/inbox/source.h"
#include "cli_private.h"

/* Not in the table: what "brevduva" alone does. */
static int cmd_advice(struct app *app, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (advice_print(app) != BD_OK)
        return app_fail(app);
    return app_flush(app);
}

static const struct cli_command advice = {
    "", cmd_advice, NEED_STORE_READ | MAY_LACK_FOLDER, 0, 0, "", "", NULL
};

static enum bd_lang language_of_environment(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    const char *wanted = getenv("LANGUAGE");
    const char *locale = NULL;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        locale = getenv(names[i]);
        if (locale && *locale)
            break;
    }
    return bd_lang_of_locale(bd_str_from(locale), bd_str_from(wanted));
}

/* --lang, else what the environment says. */
static bool choose_language(struct app *app)
{
    const char *given = opt_get(app, "lang");
    enum bd_lang lang = language_of_environment();

    if (given && !bd_lang_parse(bd_str_from(given), &lang)) {
        (void)app_usage(app, _("--lang %s: give sv or en"), given);
        return false;
    }
    bd_lang_set(lang);
    return true;
}

static int run_command(struct app *app, int argc, char **argv)
{
    const struct cli_command *command = app->command;

    if (argc < command->min_args)
        return app_usage(app, _("%s what? \"brevduva %s --help\" tells"),
                         command->name, command->name);
    if (command->max_args >= 0 && argc > command->max_args)
        return app_usage(app, _("%s: one argument too many: %s"), command->name,
                         argv[command->max_args]);
    if (app_open(app) != BD_OK)
        return app_fail(app);
    return command->run(app, argc, argv);
}

/* "brevduva help", "brevduva help list add". */
static int help(struct app *app, int argc, char **argv)
{
    const struct cli_command *command = NULL;

    if (argc > 0)
        command = command_find(argv[0], argc > 1 ? argv[1] : NULL);
    if (command) {
        help_command(stdout, command);
    } else if (argc == 0) {
        help_program(stdout);
    } else if (!help_family(stdout, argv[0])) {
        help_unknown(stderr, argv[0]);
        return BD_EXIT_USAGE;
    }
    return app_flush(app);
}

/* Find the command in argv and parse its options. */
static int dispatch(struct app *app, int argc, char **argv)
{
    const char *second = argc > 1 ? argv[1] : NULL;

    app->command = command_find(argv[0], second);
    if (!app->command && second && strcmp(second, "--help") == 0 &&
        help_family(stdout, argv[0]))
        return app_flush(app);
    if (!app->command) {
        help_unknown(stderr, argv[0]);
        return BD_EXIT_USAGE;
    }
    if (strchr(app->command->name, ' ')) {
        argc--;
        argv++;
    }
    if (!opt_parse(app, argc, argv, false, &argc, &argv))
        return app_fail(app);
    if (!choose_language(app))
        return BD_EXIT_USAGE;
    if (opt_has(app, "help")) {
        help_command(stdout, app->command);
        return app_flush(app);
    }
    return run_command(app, argc, argv);
}

static int run(struct app *app, int argc, char **argv)
{
    (void)choose_language(app); /* for errors in what comes first */
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        (void)printf("brevduva %s\n", BD_VERSION);
        return app_flush(app);
    }
    if (!opt_parse(app, argc, argv, true, &argc, &argv))
        return app_fail(app);
    if (!choose_language(app))
        return BD_EXIT_USAGE;
    if (argc > 0 && strcmp(argv[0], "help") == 0)
        return help(app, argc - 1, argv + 1);
    if (opt_has(app, "help"))
        return help(app, 0, argv);
    if (argc > 0)
        return dispatch(app, argc, argv);
    app->command = &advice;
    return run_command(app, 0, argv);
}

/* inbox --stdin: a mail server bounces what a command fails for, but for one
 * code (sysexits.h); and a bounce that bounces is lost. */
static int pipe_code(const struct app *app, int code)
{
    return opt_has(app, "stdin") && code != BD_EXIT_OK ? EX_TEMPFAIL : code;
}

/* The children of `inbox` are this program under other names. */
static void become_child(const char *name)
{
    if (strcmp(name, BD_READER_NAME) == 0)
        bd_reader_main();
    if (strcmp(name, BD_FETCHER_NAME) == 0)
        bd_fetcher_main();
}

int bd_cli_main(int argc, char **argv)
{
    struct app app;
    int code = BD_EXIT_OK;

    if (argc == 1)
        become_child(argv[0]);

    /* Files past a limit and closed pipes are errors to report, not ends. */
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    app_init(&app);
    code = pipe_code(&app, run(&app, argc, argv));
    app_fini(&app);
    return code;
}

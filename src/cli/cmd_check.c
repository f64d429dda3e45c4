#include <string.h>

#include "brevduva/compose/check.h"

#include "check_facts.h"
#include "cli_private.h"

static const char *level_word(enum bd_check_level level)
{
    static const char *const words[] = {
        [BD_CHECK_ERROR] = N_("error"),
        [BD_CHECK_WARNING] = N_("warning"),
        [BD_CHECK_HINT] = N_("hint"),
    };

    return _(words[level]);
}

static void print_line(const char *path, const struct bd_finding *f)
{
    path = f->path ? f->path : path;
    if (f->place.line > 0)
        (void)printf("%s:%u:%u: ", path, f->place.line, f->place.column);
    else
        (void)printf("%s: ", path);
    (void)printf("%s: %.*s [%s]\n", level_word(f->level), BD_ARG(f->text),
                 f->id);
}

static void print_json(struct app *app, const char *path,
                       const struct bd_finding *f)
{
    struct bd_json *o = bd_json_object(app->arena);

    set_text(app, o, "file", bd_str_from(f->path ? f->path : path));
    set_int(app, o, "line", f->place.line);
    set_int(app, o, "column", f->place.column);
    set_text(app, o, "level", bd_str_from(bd_check_level_name(f->level)));
    set_text(app, o, "id", bd_str_from(f->id));
    set_text(app, o, "text", f->text);
    out_json(o);
}

/* --despite: these errors have been thought about. */
static bool is_despised(const struct app *app, const char *id)
{
    const char *despite = NULL;
    size_t at = 0;

    while ((despite = opt_next(app, "despite", &at)))
        if (strcmp(despite, id) == 0)
            return true;
    return false;
}

enum bd_status letter_findings(struct app *app, const struct cli_letter *letter,
                               const struct bd_message *message,
                               const struct bd_finding **out, size_t *out_count)
{
    struct bd_check_facts facts;
    enum bd_status rc = check_facts_read(app, letter, message, &facts);

    if (rc == BD_OK && opt_has(app, "links"))
        rc = check_links_ask(app, &letter->issue, &facts);
    if (rc == BD_OK)
        bd_check_issue(app->arena, &letter->issue, &letter->options, message,
                       &facts, out, out_count);
    return rc;
}

enum bd_status letter_check(struct app *app, const struct cli_letter *letter,
                            const struct bd_message *message, bool quiet,
                            size_t *out_errors)
{
    const struct bd_finding *findings = NULL;
    size_t count = 0;
    size_t errors = 0;
    enum bd_status rc = letter_findings(app, letter, message, &findings,
                                        &count);

    if (rc != BD_OK)
        return rc;
    for (size_t i = 0; i < count; i++) {
        errors += findings[i].level == BD_CHECK_ERROR &&
                  !is_despised(app, findings[i].id);
        if (opt_has(app, "json"))
            print_json(app, letter->issue.path, &findings[i]);
        else if (!quiet || findings[i].level != BD_CHECK_HINT)
            print_line(letter->issue.path, &findings[i]);
    }
    if (!quiet && !opt_has(app, "json")) {
        (void)printf(P_("%zu finding", "%zu findings", count), count);
        (void)printf(P_(", %zu error\n", ", %zu errors\n", errors), errors);
    }
    *out_errors = errors;
    return BD_OK;
}

enum bd_status letter_check_despite(struct app *app)
{
    const char *id = NULL;
    size_t at = 0;

    while ((id = opt_next(app, "despite", &at)))
        if (!bd_check_find(bd_str_from(id)))
            return bd_fail(&app->err, BD_EINVAL,
                           _("--despite %s: no check is called so; "
                             "\"brevduva check --list\" lists them"),
                           id);
    return BD_OK;
}

/* How many, and how much each of them gets. */
static enum bd_status print_readers(struct app *app,
                                    const struct cli_letter *letter,
                                    const struct bd_message *message)
{
    struct bd_audience audience = { 0 };
    enum bd_status rc = bd_audience_count(app->store, letter->list.id,
                                          BD_STR_NONE, app_now(app), &audience,
                                          &app->err);

    if (rc != BD_OK || opt_has(app, "json"))
        return rc;
    (void)printf(P_("%s: would go to %lld reader\n",
                    "%s: would go to %lld readers\n",
                    (uint64_t)audience.active),
                 letter->issue.path, (long long)audience.active);
    (void)printf(_("%s: each copy has %zu kB\n"), letter->issue.path,
                 (message->literal_bytes + 1023) / 1024);
    return BD_OK;
}

/* With --json also what keeps the letter from being made is an object:
 * "FILE:LINE:COLUMN: text" taken apart. */
static int fail_check(struct app *app)
{
    bd_str rest = bd_str_from(app->err.msg);
    bd_str file = bd_str_cut(&rest, ':');
    uint64_t line = 0;
    uint64_t column = 0;
    struct bd_finding finding = { .id = "issue", .level = BD_CHECK_ERROR };

    if (!opt_has(app, "json"))
        return app_fail(app);
    if (bd_str_to_u64(bd_str_cut(&rest, ':'), &line) &&
        bd_str_to_u64(bd_str_cut(&rest, ':'), &column)) {
        finding.place.line = (uint32_t)line;
        finding.place.column = (uint32_t)column;
        finding.text = bd_str_trim(rest);
    } else {
        file = BD_STR_NONE;
        finding.text = bd_str_from(app->err.msg);
    }
    print_json(app, bd_arena_cstr(app->arena, file), &finding);
    return app_fail(app);
}

static int print_list(struct app *app)
{
    for (const struct bd_check *c = bd_checks; c->id; c++) {
        struct bd_json *o = bd_json_object(app->arena);

        if (opt_has(app, "json")) {
            set_text(app, o, "id", bd_str_from(c->id));
            set_text(app, o, "level",
                     bd_str_from(bd_check_level_name(c->level)));
            set_text(app, o, "help", bd_str_from(_(c->help)));
            out_json(o);
        } else {
            (void)printf("%s (%s): %s\n", c->id, level_word(c->level),
                         _(c->help));
        }
    }
    return app_flush(app);
}

int cmd_check(struct app *app, int argc, char **argv)
{
    struct cli_letter letter;
    struct bd_message message;
    size_t errors = 0;
    int code = BD_EXIT_OK;

    if (opt_has(app, "list"))
        return print_list(app);
    if (argc == 0)
        return app_usage(app, _("%s what? \"brevduva %s --help\" tells"),
                         app->command->name, app->command->name);
    if (letter_open(app, argv[0], &letter) != BD_OK ||
        bd_letter_compile(app->arena, &letter.issue, &letter.options,
                          BD_LETTER_FULL, &message, &app->err) != BD_OK ||
        print_readers(app, &letter, &message) != BD_OK)
        return fail_check(app);
    if (letter_check(app, &letter, &message, false, &errors) != BD_OK)
        return app_fail(app);
    code = app_flush(app);
    return code == BD_EXIT_OK && errors > 0 ? BD_EXIT_FOUND : code;
}

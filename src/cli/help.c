#include <string.h>

#include "brevduva/base/yaml.h"
#include "cli_private.h"

#define MAX_COMMANDS 64

const struct cli_command *command_find(const char *first, const char *second)
{
    for (const struct cli_command *c = cli_commands; c->name; c++) {
        size_t len = strlen(first);

        if (strcmp(c->name, first) == 0)
            return c;
        if (second && strncmp(c->name, first, len) == 0 &&
            c->name[len] == ' ' && strcmp(c->name + len + 1, second) == 0)
            return c;
    }
    return NULL;
}

static void print_padded(FILE *out, const char *text, size_t width)
{
    size_t used = bd_str_width(bd_str_from(text));

    (void)fprintf(out, "  %s%*s", text, used < width ? (int)(width - used) : 1,
                  "");
}

static void print_options(FILE *out, const struct cli_option *options)
{
    char left[80];

    for (; options->name; options++) {
        (void)snprintf(left, sizeof left, "--%s%s%s", options->name,
                       options->arg ? " " : "",
                       options->arg ? _(options->arg) : "");
        print_padded(out, left, 28);
        (void)fprintf(out, "%s\n", _(options->help));
    }
}

void help_program(FILE *out)
{
    (void)fprintf(out,
                  _("brevduva %s: write a newsletter in Markdown, send it, and "
                    "know who got it\n\n"),
                  BD_VERSION);
    (void)fputs(
        _("Usage: brevduva [-C DIR] COMMAND [OPTION...] [ARGUMENT...]\n"), out);
    (void)fputs(_("       brevduva            what the newsletter is waiting "
                  "for\n\n"),
                out);
    (void)fputs(_("Commands:\n"), out);
    for (const struct cli_command *c = cli_commands; c->name; c++) {
        print_padded(out, c->name, 17);
        (void)fprintf(out, "%s\n", _(c->help));
    }
    (void)fputs(_("\nOptions of every command:\n"), out);
    print_options(out, cli_global_options);
    (void)fputs(
        _("\n\"brevduva COMMAND --help\" tells more of each. Exit codes: "
          "0 done, 1 failed,\n2 wrong use or input, 3 done but look at "
          "the result, 4 try again later.\n"),
        out);
}

void help_command(FILE *out, const struct cli_command *command)
{
    const char *synopsis = *command->synopsis ? _(command->synopsis) : "";
    const char *space = *synopsis ? " " : "";

    (void)fprintf(out, "%s\n\n", _(command->help));
    (void)fprintf(out, _("Usage: brevduva %s [OPTION...]%s%s\n"), command->name,
                  space, synopsis);
    if (command->options->name) {
        (void)fputs(_("\nOptions:\n"), out);
        print_options(out, command->options);
    }
    (void)fputs(_("\nOptions of every command:\n"), out);
    print_options(out, cli_global_options);
}

/* "list" of "list add". */
static bool belongs(const struct cli_command *c, const char *word)
{
    size_t len = strlen(word);

    return len > 0 && strncmp(c->name, word, len) == 0 && c->name[len] == ' ';
}

bool help_family(FILE *out, const char *word)
{
    bool found = false;

    for (const struct cli_command *c = cli_commands; c->name; c++) {
        if (!belongs(c, word))
            continue;
        found = true;
        print_padded(out, c->name, 17);
        (void)fprintf(out, "%s\n", _(c->help));
    }
    return found;
}

static bool is_family(const char *word)
{
    for (const struct cli_command *c = cli_commands; c->name; c++)
        if (belongs(c, word))
            return true;
    return false;
}

void help_unknown(FILE *out, const char *word)
{
    const char *known[MAX_COMMANDS + 1] = { NULL };
    const char *near = NULL;
    size_t count = 0;

    if (is_family(word)) {
        (void)fprintf(out, _("brevduva: %s what? One of:\n"), word);
        (void)help_family(out, word);
        return;
    }
    for (const struct cli_command *c = cli_commands;
         c->name && count < MAX_COMMANDS; c++)
        known[count++] = c->name;
    near = bd_nearest(bd_str_from(word), known);
    if (near)
        (void)fprintf(out,
                      _("brevduva: there is no command \"%s\"; did you mean "
                        "\"%s\"?\n"),
                      word, near);
    else
        (void)fprintf(out,
                      _("brevduva: there is no command \"%s\"; \"brevduva "
                        "--help\" lists them\n"),
                      word);
}

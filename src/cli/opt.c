#include <getopt.h>
#include <string.h>

#include "brevduva/base/limits.h"
#include "brevduva/base/yaml.h"
#include "brevduva/mail/address.h"
#include "cli_private.h"

#define MAX_OPTIONS 24
#define FIRST_ID    256 /* above every letter */

static size_t add_options(struct option *out, size_t count,
                          const struct cli_option *options)
{
    for (; options && options->name; options++, count++)
        out[count] = (struct option) { options->name,
                                       options->arg ? required_argument
                                                    : no_argument,
                                       NULL, FIRST_ID + (int)count };
    return count;
}

static void keep(struct app *app, const char *name, const char *value)
{
    if (app->value_count < CLI_MAX_VALUES)
        app->values[app->value_count++] = (struct cli_value) { name, value };
}

/* "--lsit": getopt left it just before optind. */
static void fail_unknown(struct app *app, char **argv,
                         const struct option *table)
{
    const char *known[MAX_OPTIONS + 1] = { NULL };
    const char *given = argv[optind - 1];
    const char *near = NULL;

    for (size_t i = 0; table[i].name; i++)
        known[i] = table[i].name;
    if (strncmp(given, "--", 2) == 0)
        near = bd_nearest(bd_str_from(given + 2), known);
    if (near)
        (void)bd_fail(&app->err, BD_EINVAL,
                      _("unknown option %s; did you mean --%s?"), given, near);
    else
        (void)bd_fail(&app->err, BD_EINVAL,
                      _("unknown option %s; --help lists them"), given);
}

static const char *letter_name(int letter)
{
    switch (letter) {
    case 'C':
        return "directory";
    case 'o':
        return "output";
    default:
        return "help";
    }
}

bool opt_parse(struct app *app, int argc, char **argv, bool stop_at_argument,
               int *out_argc, char ***out_argv)
{
    struct option table[MAX_OPTIONS + 1] = { 0 };
    size_t count = add_options(table, 0, cli_global_options);
    int id = 0;

    if (app->command)
        (void)add_options(table, count, app->command->options);
    optind = 0; /* glibc: begin anew */
    opterr = 0;
    while (
        (id = getopt_long(argc, argv, stop_at_argument ? "+:C:o:h" : ":C:o:h",
                          table, NULL)) != -1) {
        if (id == ':') {
            (void)bd_fail(&app->err, BD_EINVAL, _("%s needs a value"),
                          argv[optind - 1]);
            return false;
        }
        if (id == '?') {
            fail_unknown(app, argv, table);
            return false;
        }
        keep(app, id >= FIRST_ID ? table[id - FIRST_ID].name : letter_name(id),
             optarg);
    }
    *out_argc = argc - optind;
    *out_argv = argv + optind;
    return true;
}

const char *opt_next(const struct app *app, const char *name, size_t *at)
{
    while (*at < app->value_count) {
        const struct cli_value *v = &app->values[(*at)++];

        if (strcmp(v->name, name) == 0)
            return v->value ? v->value : "";
    }
    return NULL;
}

const char *opt_get(const struct app *app, const char *name)
{
    const char *last = NULL;
    const char *value = NULL;
    size_t at = 0;

    while ((value = opt_next(app, name, &at)))
        last = value;
    return last;
}

bd_str opt_str(const struct app *app, const char *name)
{
    return bd_str_from(opt_get(app, name));
}

bd_str opt_domain(struct app *app)
{
    bd_str domain = opt_str(app, "domain");
    bd_str host = BD_STR_NONE;

    if (bd_str_starts(domain, BD_STR("@")))
        domain = bd_str_skip(domain, 1);
    /* what is no host name finds nothing */
    return bd_domain_parse(app->arena, domain, &host, NULL) == BD_OK ? host
                                                                     : domain;
}

bool opt_has(const struct app *app, const char *name)
{
    return opt_get(app, name) != NULL;
}

enum bd_status opt_state(struct app *app, bool *out_given,
                         enum bd_subscription_state *out)
{
    bd_str name = opt_str(app, "state");

    *out_given = name.len > 0;
    if (!*out_given || bd_subscription_state_parse(name, out))
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("--state %.*s: give pending, active, left, bounced or "
                     "complained"),
                   BD_ARG(name));
}

enum bd_status opt_language(struct app *app, bd_str *out)
{
    bd_str given = opt_str(app, "language");
    enum bd_lang lang = BD_LANG_EN;

    if (given.len == 0)
        return BD_OK;
    if (!bd_lang_parse(given, &lang))
        return bd_fail(&app->err, BD_EINVAL,
                       _("--language %.*s: give sv or en"), BD_ARG(given));
    *out = bd_str_from(bd_lang_tag(lang));
    return BD_OK;
}

enum bd_status opt_line(struct app *app, const char *name, size_t max,
                        bd_str *out)
{
    bd_str text = bd_str_trim(opt_str(app, name));

    if (!opt_has(app, name))
        return BD_OK;
    if (!bd_str_is_utf8(text, NULL) || bd_str_has_line_break(text) ||
        bd_str_has_control(text) || text.len > max)
        return bd_fail(&app->err, BD_EINVAL,
                       _("--%s: give one line of text, at most %d octets"),
                       name, (int)max);
    *out = text;
    return BD_OK;
}

#include "cli_private.h"

int cmd_render(struct app *app, int argc, char **argv)
{
    const char *as = opt_get(app, "as");
    const char *to = opt_get(app, "to");
    struct cli_letter letter;
    bd_str copy = BD_STR_NONE;

    (void)argc;
    if (letter_open(app, argv[0], &letter) != BD_OK ||
        letter_render(app, &letter, as ? as : "eml", to, &copy) != BD_OK)
        return app_fail(app);
    if (to && !letter_has_reader(app, to))
        letter_warn_stranger(to);
    out_text(copy);
    return app_flush(app);
}

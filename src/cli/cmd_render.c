#include "cli_private.h"

int cmd_render(struct app *app, int argc, char **argv)
{
    const char *as = opt_get(app, "as");
    struct cli_letter letter;
    bd_str copy = BD_STR_NONE;

    (void)argc;
    if (letter_open(app, argv[0], &letter) != BD_OK ||
        letter_render(app, &letter, as ? as : "eml", opt_get(app, "to"),
                      &copy) != BD_OK)
        return app_fail(app);
    out_text(copy);
    return app_flush(app);
}

#include <unistd.h>

#include "cli_private.h"

enum bd_status confirm_number(struct app *app, const struct question *question)
{
    char answer[64] = "";
    uint64_t typed = 0;

    (void)fflush(stdout);
    if (opt_has(app, "yes"))
        return BD_OK;
    if (isatty(STDIN_FILENO) != 1)
        return bd_fail(&app->err, BD_EINVAL,
                       _("no terminal to ask at; say --yes to %s"),
                       question->to_do);
    (void)fputs(question->text, stderr);
    if (fgets(answer, sizeof answer, stdin) &&
        bd_str_to_u64(bd_str_trim(bd_str_from(answer)), &typed) &&
        typed == (uint64_t)question->number)
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL, _("that is not %lld: %s"),
                   (long long)question->number, question->otherwise);
}

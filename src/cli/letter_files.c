#include "brevduva/store/letter_file.h"
#include "cli_private.h"

enum bd_status letter_files(struct app *app, const struct cli_letter *letter,
                            const struct bd_page_file **out, size_t *out_count)
{
    const struct bd_letter_file *files = NULL;
    struct bd_page_file *rows = NULL;
    size_t count = 0;
    enum bd_status rc = bd_letter_files(app->arena, &letter->issue,
                                        &letter->options, &files, &app->err);

    if (rc != BD_OK)
        return rc;
    for (const struct bd_letter_file *f = files; f; f = f->next)
        count++;
    rows = BD_NEW_ARRAY(app->arena, count + 1, struct bd_page_file);
    *out = rows;
    *out_count = count;
    for (; files; files = files->next)
        *rows++ = (struct bd_page_file) {
            .name = files->name,
            .type = bd_str_from(files->type),
            .bytes = files->bytes,
        };
    return BD_OK;
}

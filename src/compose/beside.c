/* Files beside the issue: pictures and attachments. */
#include "beside_private.h"

#include "document_private.h"

/* Stays in the issue's folder. */
static bool is_inside(bd_str path)
{
    bd_str rest = path;

    if (path.len == 0 || path.ptr[0] == '/' || bd_str_has_line_break(path) ||
        bd_str_has_control(path) || !bd_str_is_utf8(path, NULL))
        return false;
    while (rest.ptr)
        if (bd_str_eq(bd_str_cut(&rest, '/'), BD_STR("..")))
            return false;
    return true;
}

enum bd_status bd_beside_read(const struct bd_issue *issue,
                              const struct bd_letter_options *options,
                              bd_str path, struct bd_place place, bd_str *out,
                              struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    if (is_inside(path) && options->file)
        rc = options->file(options->file_self, path, out, err);
    else
        rc = bd_fail(err, BD_EINVAL,
                     _("\"%.*s\" must be a file in the issue's own folder; "
                       "name it without \"/\" in front and without \"..\""),
                     BD_ARG(path));
    return rc == BD_OK ? rc : bd_fail_at(err, rc, issue->path, place);
}

bd_str bd_beside_name(bd_str path)
{
    return bd_str_after_last(path, '/');
}

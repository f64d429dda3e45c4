#include "out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static enum bd_status fail(struct app *app, const char *path)
{
    return bd_fail(&app->err, BD_EIO, _("%s: cannot write: %s"), path,
                   bd_errno_text(errno));
}

enum bd_status out_file_open(struct app *app, const char *path,
                             struct out_file *out)
{
    int fd = -1;

    out->path = path;
    out->temporary = bd_arena_printf(app->arena, "%s.part", path).ptr;
    fd = open(out->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    out->file = fd >= 0 ? fdopen(fd, "w") : NULL;
    return out->file ? BD_OK : fail(app, path);
}

enum bd_status out_file_finish(struct app *app, struct out_file *out)
{
    bool ok = fflush(out->file) == 0 && fsync(fileno(out->file)) == 0 &&
              rename(out->temporary, out->path) == 0;
    enum bd_status rc = ok ? BD_OK : fail(app, out->path);

    if (!ok)
        (void)unlink(out->temporary);
    (void)fclose(out->file);
    out->file = NULL;
    return rc;
}

void out_file_cancel(struct out_file *out)
{
    if (!out->file)
        return;
    (void)fclose(out->file);
    (void)unlink(out->temporary);
    out->file = NULL;
}

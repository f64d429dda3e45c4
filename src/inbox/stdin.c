/* One mail on standard input, as a mail server's pipe gives it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "brevduva/base/i18n.h"
#include "source_private.h"

#define SPOOL_MAX (256LL * 1024 * 1024) /* octets; more is refused */

struct input {
    FILE *spool; /* all of it; gone when closed */
    int64_t size;
    bool is_given;
};

static enum bd_status no_spool(struct bd_err *err)
{
    return bd_fail(err, BD_ETEMP,
                   _("the mail on standard input cannot be kept: %s"),
                   bd_errno_text(errno));
}

static enum bd_status stdin_open(struct bd_source *source, struct bd_err *err)
{
    struct input *input = calloc(1, sizeof *input);
    char bytes[65536];

    if (!input)
        bd_out_of_memory();
    source->state = input;
    input->spool = tmpfile();
    if (!input->spool)
        return no_spool(err);
    for (;;) {
        ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return bd_fail(err, BD_ETEMP, _("standard input: %s"),
                           bd_errno_text(errno));
        if (n == 0)
            break;
        input->size += n;
        if (input->size > SPOOL_MAX)
            return bd_fail(err, BD_ETEMP,
                           _("the mail on standard input is larger than %d "
                             "MB, and was not taken; set a lower limit in the "
                             "mail server"),
                           (int)(SPOOL_MAX / 1024 / 1024));
        if (fwrite(bytes, 1, (size_t)n, input->spool) != (size_t)n)
            return no_spool(err);
    }
    if (input->size == 0) /* whoever was to write it has died */
        return bd_fail(err, BD_ETEMP,
                       _("no mail came on standard input; nothing was done"));
    return fflush(input->spool) == 0 ? BD_OK : no_spool(err);
}

static enum bd_status stdin_next(struct bd_source *source,
                                 struct bd_source_mail *out, struct bd_err *err)
{
    struct input *input = source->state;
    enum bd_status rc = BD_OK;

    if (input->is_given)
        return BD_ENOENT;
    input->is_given = true;
    if (lseek(fileno(input->spool), 0, SEEK_SET) != 0)
        return no_spool(err);
    rc = source_read_file(source, fileno(input->spool), "-", err);
    out->bytes = bd_buf_str(&source->bytes);
    out->size = (uint64_t)input->size;
    out->name = BD_STR("-");
    return rc;
}

static enum bd_status stdin_whole(struct bd_source *source,
                                  struct bd_arena *arena, size_t max,
                                  bd_str *out, struct bd_err *err)
{
    const struct input *input = source->state;

    if ((uint64_t)input->size > max)
        return bd_fail(err, BD_ELIMIT, _("%s: the mail is too large"), "-");
    return source_whole_file(arena, fileno(input->spool), 0,
                             (size_t)input->size, "-", out, err);
}

static enum bd_status stdin_settle(struct bd_source *source, enum bd_settle how,
                                   struct bd_err *err)
{
    (void)source;
    (void)how;
    (void)err;
    return BD_OK;
}

static enum bd_status stdin_wait(struct bd_source *source, int64_t poll_s,
                                 int64_t max_s, struct bd_err *err)
{
    (void)source;
    (void)poll_s;
    (void)max_s;
    (void)err;
    return BD_OK;
}

static void stdin_close(struct bd_source *source)
{
    struct input *input = source->state;

    if (input && input->spool)
        (void)fclose(input->spool);
    free(input);
}

const struct source_kind source_stdin = {
    stdin_open, stdin_next, stdin_whole, stdin_settle, stdin_wait, stdin_close
};

/* Reading relays' logs for the proof that unknown copies were taken. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "brevduva/mail/relay_log.h"
#include "resolve_private.h"

#define LINE_MAX_OCTETS 16384 /* longer ones are cut */

/* How many there were. */
static int64_t read_lines(FILE *file, struct bd_log_search *search)
{
    int64_t count = 0;
    char line[LINE_MAX_OCTETS];
    bool whole = true; /* `line` begins where a line of the log does */

    while (fgets(line, sizeof line, file)) {
        bd_str text = bd_str_from(line);
        bool ends = bd_str_ends(text, BD_STR("\n"));

        if (whole)
            bd_log_search_line(search, bd_str_trim(text));
        count += whole;
        whole = ends;
    }
    return count;
}

/* Silence of another file would be taken for "not sent". */
static enum bd_status refuse_other(struct app *app, const char *path,
                                   int64_t lines)
{
    return bd_fail(&app->err, BD_EINVAL,
                   P_("%s is no log of Postfix or Exim: %lld line was read, "
                      "and it is not like \"postfix/qmgr[12]: QUEUE-ID: ...\" "
                      "or Exim's \"QUEUE-ID <= ...\"; nothing is settled",
                      "%s is no log of Postfix or Exim: %lld lines were read, "
                      "and none is like \"postfix/qmgr[12]: QUEUE-ID: ...\" "
                      "or Exim's \"QUEUE-ID <= ...\"; nothing is settled",
                      (uint64_t)lines),
                   path, (long long)lines);
}

static enum bd_status read_log(struct app *app, const char *path,
                               struct bd_log_search *search)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "re");
    int64_t known = bd_log_search_known(search);
    int64_t lines = 0;
    int failed = 0;

    if (file) {
        errno = 0;
        lines = read_lines(file, search);
        failed = ferror(file) ? errno : 0;
        if (!is_stdin)
            (void)fclose(file);
    } else {
        failed = errno;
    }
    if (failed == 0)
        return bd_log_search_known(search) > known
                   ? BD_OK
                   : refuse_other(app, path, lines);
    return bd_fail(&app->err, failed == ENOENT ? BD_ENOENT : BD_EIO,
                   _("cannot read the log %s: %s"), path,
                   bd_errno_text(failed));
}

/* The receipt's text: the relay's own word on it where there is one. */
static bd_str proof_text(struct app *app, const struct bd_log_found *found)
{
    bd_str fate = found->fate;

    if (!bd_str_is_utf8(fate, NULL) || bd_str_has_control(fate))
        fate = BD_STR_NONE;
    if (fate.len > 0)
        return bd_arena_printf(app->arena,
                               _("found in the relay's log as %.*s: %.*s"),
                               BD_ARG(found->queue_id), BD_ARG(fate));
    return bd_arena_printf(app->arena, _("found in the relay's log as %.*s"),
                           BD_ARG(found->queue_id));
}

static enum bd_status settle(struct app *app, const struct bd_mailing *m,
                             struct unknown *copy,
                             const struct bd_log_found *found)
{
    struct bd_actor actor = app_actor(app);
    struct bd_resolve_proof proof = {
        .message_id = copy->message_id,
        .queue_id = found->queue_id,
        .text = proof_text(app, found),
    };

    copy->proof = proof.text;
    return bd_resolve_one(app->store, m->id, &proof, &actor, &copy->settled,
                          &app->err);
}

enum bd_status resolve_by_logs(struct app *app, const struct bd_mailing *m,
                               struct unknown *copies, size_t count)
{
    bd_str *ids = BD_NEW_ARRAY(app->arena, count, bd_str);
    struct bd_log_search *search = NULL;
    const char *path = NULL;
    size_t at = 0;
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < count; i++)
        ids[i] = copies[i].message_id;
    search = bd_log_search_new(app->arena, ids, count);
    while (rc == BD_OK && (path = opt_next(app, "from-log", &at)))
        rc = read_log(app, path, search);
    for (size_t i = 0; rc == BD_OK && i < count; i++) {
        const struct bd_log_found *found = bd_log_search_found(search, i);

        if (found->taken)
            rc = settle(app, m, &copies[i], found);
    }
    return rc;
}

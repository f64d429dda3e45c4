/* What came back lately, for `status`. */
#include <dirent.h>

#include "brevduva/base/file.h"
#include "brevduva/store/letter.h"

#include "inbox_private.h"

struct lately {
    int64_t kinds[BD_INCOMING_KINDS];
    int64_t total;
    int64_t left;  /* in the mailbox, for a person to read */
    int64_t files; /* in inbox/left, of a pipe */
    int64_t old;   /* not acted on */
    int64_t lost;  /* letters to the coordinator */
};

static void add(void *self, const struct bd_incoming_count *count)
{
    struct lately *lately = self;

    lately->total += count->count;
    if (bd_str_eq(count->outcome,
                  bd_str_from(bd_inbox_outcome_names[BD_INBOX_LEFT])))
        lately->left += count->count;
    if (bd_str_eq(count->outcome,
                  bd_str_from(bd_inbox_outcome_names[BD_INBOX_OLD])))
        lately->old += count->count;
    for (int k = 0; k < BD_INCOMING_KINDS; k++)
        if (bd_str_eq(count->kind, bd_str_from(bd_incoming_kind_names[k])))
            lately->kinds[k] += count->count;
}

static void print_json(struct app *app, const struct lately *lately, int days,
                       int64_t last)
{
    struct bd_json *o = bd_json_object(app->arena);

    set_text(app, o, "kind", BD_STR("inbox"));
    set_int(app, o, "days", days);
    set_time(app, o, "last", last);
    set_int(app, o, "mails", lately->total);
    for (int k = 0; k < BD_INCOMING_KINDS; k++)
        set_int(app, o, bd_incoming_kind_names[k], lately->kinds[k]);
    set_int(app, o, "left", lately->left);
    set_int(app, o, "files", lately->files);
    set_int(app, o, "old", lately->old);
    set_int(app, o, "lost_letters", lately->lost);
    out_json(o);
}

static void print_lost(struct app *app, int64_t lost, int days)
{
    (void)printf(P_("%.*s letter to you could not be delivered in the last %d "
                    "days (a notice, or a person's mail that was sent on): "
                    "check inbox.forward and send.notify.\n",
                    "%.*s letters to you could not be delivered in the last %d "
                    "days (notices, or people's mails that were sent on): "
                    "check inbox.forward and send.notify.\n",
                    (uint64_t)lost),
                 BD_ARG(word_number(app->arena, lost)), days);
}

static void print_text(struct app *app, const struct lately *lately, int days)
{
    bd_str time = bd_time_local(app->arena,
                                app_now(app) - (int64_t)days * 86400);
    bd_str since = bd_str_cut(&time, ' ');
    bool any = false;

    (void)printf(P_("%.*s mail came in during the last %d days:",
                    "%.*s mails came in during the last %d days:",
                    (uint64_t)lately->total),
                 BD_ARG(word_number(app->arena, lately->total)), days);
    for (int k = 0; k < BD_INCOMING_KINDS; k++) {
        if (lately->kinds[k] == 0)
            continue;
        (void)printf("%s %s %.*s", any ? "," : "",
                     word_incoming((enum bd_incoming_kind)k),
                     BD_ARG(word_number(app->arena, lately->kinds[k])));
        any = true;
    }
    if (lately->old > 0)
        (void)printf(_("; too old to act on: %.*s"),
                     BD_ARG(word_number(app->arena, lately->old)));
    if (lately->left > 0 && app->config.inbox.url.len > 0)
        (void)printf(_("; left in the mailbox since %.*s, for you to read: "
                       "%.*s"),
                     BD_ARG(since),
                     BD_ARG(word_number(app->arena, lately->left)));
    (void)printf(".\n");
}

/* They lie there until somebody takes them away. */
static void count_files(struct app *app, struct lately *lately)
{
    DIR *folder = opendir(bd_path_join(app->arena, app->folder, "inbox/left"));
    const struct dirent *entry = NULL;

    while (folder && (entry = readdir(folder)) != NULL)
        lately->files += entry->d_name[0] != '.';
    if (folder)
        (void)closedir(folder);
}

static void print_files(struct app *app, int64_t files)
{
    (void)printf(P_("%.*s mail waits in inbox/left for you to read.\n",
                    "%.*s mails wait in inbox/left for you to read.\n",
                    (uint64_t)files),
                 BD_ARG(word_number(app->arena, files)));
}

enum bd_status inbox_print_status(struct app *app, int days)
{
    struct lately lately = { 0 };
    int64_t last = 0;
    enum bd_status rc = bd_incoming_since(app->store,
                                          app_now(app) - (int64_t)days * 86400,
                                          add, &lately, &last, &app->err);

    if (rc == BD_OK)
        rc = bd_letters_lost(app->store, app_now(app) - (int64_t)days * 86400,
                             &lately.lost, &app->err);
    if (rc != BD_OK)
        return rc;
    count_files(app, &lately);
    if (opt_has(app, "json")) {
        print_json(app, &lately, days, last);
        return BD_OK;
    }
    if (lately.total > 0)
        print_text(app, &lately, days);
    if (lately.files > 0)
        print_files(app, lately.files);
    if (lately.lost > 0)
        print_lost(app, lately.lost, days);
    return BD_OK;
}

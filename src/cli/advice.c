#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/file.h"
#include "brevduva/store/letter.h"
#include "standing.h"

/* One piece of advice: what the newsletter waits for, and the command. */
static void advise(size_t *count, bd_str what, bd_str command)
{
    (*count)++;
    (void)printf("- %.*s\n", BD_ARG(what));
    if (command.len > 0)
        (void)printf("    %.*s\n", BD_ARG(command));
}

static void advise_settings(struct app *app, size_t *count)
{
    const struct bd_config *c = &app->config;

    if (bd_str_ends(c->from.email, BD_STR(".example")))
        advise(count,
               bd_str_from(_("Put your own sender address in brevduva.yaml: "
                             "from.email is only an example.")),
               BD_STR_NONE);
    if (c->organisation.postal_address.len == 0)
        advise(count,
               bd_str_from(_("Put your postal address in brevduva.yaml "
                             "(organisation.postal_address): each letter must "
                             "say who sends it.")),
               BD_STR_NONE);
    if (bd_str_starts(c->relays[0].url, BD_STR("maildir:")))
        advise(count,
               bd_arena_printf(
                   app->arena,
                   _("Mail is only put in the folder %.*s: set relay.url to "
                     "your mail server when you want it to leave."),
                   BD_ARG(bd_str_skip(c->relays[0].url, 8))),
               BD_STR_NONE);
}

static void advise_mailing(struct app *app, const struct bd_mailing *m,
                           const struct standing_sender *sender, size_t *count)
{
    struct standing s = standing_of(app, m, sender);

    if (s.open && !s.goes_on)
        advise(count,
               bd_arena_printf(app->arena, "%.*s: %.*s",
                               BD_ARG(mailing_name(app, m)), BD_ARG(s.text)),
               s.next);
    if (m->count[BD_DELIVERY_UNKNOWN] > 0)
        advise(count,
               bd_arena_printf(
                   app->arena,
                   P_("%.*s: %lld copy was handed over without an answer; the "
                      "relay may or may not have it.",
                      "%.*s: %lld copies were handed over without an answer; "
                      "the relay may or may not have them.",
                      (uint64_t)m->count[BD_DELIVERY_UNKNOWN]),
                   BD_ARG(mailing_name(app, m)),
                   (long long)m->count[BD_DELIVERY_UNKNOWN]),
               mailing_command(app, "resolve", m));
}

static enum bd_status advise_letters(struct app *app,
                                     const struct standing_sender *sender,
                                     size_t *count)
{
    int64_t letters = 0;

    if (bd_letters_waiting(app->store, &letters, &app->err) != BD_OK)
        return app->err.code;
    if (letters > 0 && sender->who == SENDER_NONE)
        advise(count,
               bd_arena_printf(app->arena,
                               P_("%lld letter waits to be sent.",
                                  "%lld letters wait to be sent.",
                                  (uint64_t)letters),
                               (long long)letters),
               BD_STR("brevduva deliver"));
    return BD_OK;
}

/* What needs nobody, but is good to know. */
static void print_going_on(struct app *app, const struct bd_mailing *mailings,
                           size_t mailing_count,
                           const struct standing_sender *sender)
{
    for (size_t i = 0; i < mailing_count; i++) {
        struct standing s = standing_of(app, &mailings[i], sender);

        if (s.goes_on)
            (void)printf("%.*s: %.*s\n",
                         BD_ARG(mailing_name(app, &mailings[i])),
                         BD_ARG(s.text));
    }
}

/* Not by a mailing that was cancelled before it began. */
static bool was_sent(const struct bd_mailing *mailings, size_t count,
                     bd_str slug)
{
    for (size_t i = 0; i < count; i++)
        if (bd_str_eq(mailings[i].slug, slug) &&
            (mailings[i].state != BD_MAILING_CANCELLED ||
             mailings[i].started_at > 0))
            return true;
    return false;
}

static int by_name(const void *a, const void *b)
{
    return bd_str_cmp(*(const bd_str *)a, *(const bd_str *)b);
}

#define MAX_DRAFTS 100

/* Slugs of issues/ that were never sent, by name. */
static size_t find_drafts(struct app *app, const struct bd_mailing *mailings,
                          size_t mailing_count, bd_str out[MAX_DRAFTS])
{
    DIR *dir = opendir(bd_path_join(app->arena, app->folder, "issues"));
    const struct dirent *entry = NULL;
    size_t count = 0;

    while (dir && count < MAX_DRAFTS && (entry = readdir(dir))) {
        bd_str name = bd_str_from(entry->d_name);

        if (!bd_str_ends(name, BD_STR(".md")) || name.ptr[0] == '.')
            continue;
        name.len -= 3;
        if (!was_sent(mailings, mailing_count, name))
            out[count++] = bd_arena_copy(app->arena, name);
    }
    if (dir)
        (void)closedir(dir);
    qsort(out, count, sizeof *out, by_name);
    return count;
}

static void advise_drafts(struct app *app, const struct bd_mailing *mailings,
                          size_t mailing_count, size_t *count)
{
    bd_str drafts[MAX_DRAFTS];
    size_t found = find_drafts(app, mailings, mailing_count, drafts);

    for (size_t i = 0; i < found; i++)
        advise(count,
               bd_arena_printf(app->arena, _("%.*s is written but not sent."),
                               BD_ARG(drafts[i])),
               bd_arena_printf(app->arena,
                               "brevduva check %.*s && brevduva send %.*s",
                               BD_ARG(drafts[i]), BD_ARG(drafts[i])));
    if (found == 0)
        advise(count, bd_str_from(_("Begin the next issue.")),
               bd_arena_printf(app->arena, "brevduva new \"%s\"",
                               _("Title of the issue")));
}

static enum bd_status advise_readers(struct app *app, size_t *count)
{
    const struct bd_list *lists = NULL;
    size_t list_count = 0;
    int64_t active = 0;
    enum bd_status rc = bd_list_all(app->arena, app->store, &lists, &list_count,
                                    &app->err);

    for (size_t i = 0; rc == BD_OK && i < list_count; i++)
        active += lists[i].active;
    if (rc == BD_OK && active == 0)
        advise(count, bd_str_from(_("Add readers.")),
               bd_arena_printf(app->arena, "brevduva import %s --consent %s",
                               _("readers.csv"),
                               _("\"paper form, annual meeting 2026\"")));
    return rc;
}

enum bd_status advice_print(struct app *app)
{
    const struct bd_mailing *mailings = NULL;
    size_t mailing_count = 0;
    size_t count = 0;
    struct standing_sender sender;

    if (!app->folder) {
        (void)printf(_("There is no newsletter here. Make one:\n"
                       "    brevduva init nyhetsbrev\n"
                       "\"brevduva --help\" lists all commands.\n"));
        return BD_OK;
    }
    if (bd_mailing_all(app->arena, app->store, &mailings, &mailing_count,
                       &app->err) != BD_OK)
        return app->err.code;
    sender = standing_sender(app);
    print_going_on(app, mailings, mailing_count, &sender);
    (void)printf(_("%.*s is waiting for you to:\n"), BD_ARG(app->config.name));
    for (size_t i = 0; i < mailing_count; i++)
        advise_mailing(app, &mailings[i], &sender, &count);
    if (advise_letters(app, &sender, &count) != BD_OK)
        return app->err.code;
    advise_settings(app, &count);
    if (advise_readers(app, &count) != BD_OK)
        return app->err.code;
    advise_drafts(app, mailings, mailing_count, &count);
    return BD_OK;
}

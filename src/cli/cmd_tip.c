/* tip: one mail to a friend of a reader, asked for at the keyboard. */
#include "brevduva/web/tip.h"
#include "site_private.h"

static enum bd_status read_address(struct app *app, const char *option,
                                   struct bd_address *out)
{
    if (!opt_has(app, option))
        return bd_fail(&app->err, BD_EINVAL, _("give --%s EMAIL"), option);
    return bd_address_parse(app->arena, opt_str(app, option), out, &app->err);
}

static enum bd_status read_note(struct app *app, bd_str *out)
{
    enum bd_status rc = bd_tip_note_read(app->arena, opt_str(app, "note"), out);

    if (rc == BD_EINVAL)
        return bd_fail(&app->err, rc, _("--note: not in UTF-8"));
    if (rc == BD_ELIMIT)
        return bd_fail(&app->err, rc, _("--note: at most %d characters"),
                       BD_TIP_MAX_NOTE);
    return rc;
}

/* A name that is too long for a tip is left out, as one that is not known. */
static enum bd_status find_teller(struct app *app, struct bd_subscriber *out,
                                  bd_str *out_name)
{
    struct bd_address from = { 0 };
    enum bd_status rc = read_address(app, "from", &from);

    if (rc == BD_OK)
        rc = bd_subscriber_find(app->arena, app->store, from.key, out,
                                &app->err);
    if (rc == BD_OK &&
        bd_tip_name_read(app->arena, out->name, out_name) != BD_OK)
        *out_name = BD_STR_NONE;
    return rc;
}

static const char *answer_words(enum bd_tip_answer answer)
{
    switch (answer) {
    case BD_TIP_NOT_OFFERED:
        return _("the setting tip.by_server is off");
    case BD_TIP_NO_READER:
        return _("--from is no active reader of the issue's list");
    case BD_TIP_TELLER_DAY:
        return _("this reader has used up the tips of today (tip.per_day)");
    case BD_TIP_NETWORK_DAY:
    case BD_TIP_ALL_DAY:
        return _("the newsletter has used up its tips of today");
    case BD_TIP_SENT:
    case BD_TIP_NOT_SENT:
        break;
    }
    return "";
}

static const char *obstacle_words(enum bd_tip_obstacle obstacle)
{
    switch (obstacle) {
    case BD_TIP_SUPPRESSED:
        return _("the friend's address or domain wants no mail from us");
    case BD_TIP_READER:
        return _("the friend is on the list already, or has asked for it");
    case BD_TIP_LEFT:
        return _("the friend has left the list, complained, or could not be "
                 "reached");
    case BD_TIP_LATELY:
        return _("the friend was given a tip within the last year");
    case BD_TIP_FREE:
        break;
    }
    return "";
}

static enum bd_status refuse(struct app *app, const struct bd_tip_outcome *o)
{
    return bd_fail(&app->err, BD_EINVAL, _("nothing was sent: %s"),
                   o->answer == BD_TIP_NOT_SENT ? obstacle_words(o->obstacle)
                                                : answer_words(o->answer));
}

static enum bd_status show_mail(struct app *app, const struct bd_site *site,
                                const struct bd_tip_ask *ask)
{
    struct bd_tip_mail mail;
    enum bd_status rc = bd_tip_preview(app->arena, site, ask, &mail, &app->err);

    if (rc != BD_OK)
        return rc;
    (void)printf(_("From: %.*s\nTo: %.*s\nSubject: %.*s\n\n%.*s\n"),
                 BD_ARG(mail.from), BD_ARG(mail.to), BD_ARG(mail.subject),
                 BD_ARG(mail.text));
    return BD_OK;
}

/* The same rules and the same counts as on the page. */
static enum bd_status send_it(struct app *app, const struct bd_site *site,
                              const struct bd_tip_ask *ask)
{
    struct bd_tip_outcome outcome = { BD_TIP_SENT, BD_TIP_FREE };
    struct bd_keyring *keys = NULL;
    enum bd_status rc = bd_keys_read(app->store, &keys, &app->err);

    if (rc == BD_OK)
        rc = bd_store_begin(app->store, &app->err);
    if (rc == BD_OK) {
        rc = bd_tip_send(app->arena, site, app->store, keys, ask, &outcome,
                         &app->err);
        if (rc == BD_OK)
            rc = bd_store_commit(app->store, &app->err);
        if (rc != BD_OK)
            bd_store_rollback(app->store);
    }
    bd_keyring_free(keys);
    return rc == BD_OK && outcome.answer != BD_TIP_SENT ? refuse(app, &outcome)
                                                        : rc;
}

/* What anybody would be told before they typed a note. */
static enum bd_status check_teller(struct app *app, const struct bd_site *site,
                                   const struct bd_tip_ask *ask)
{
    struct bd_tip_outcome outcome = { BD_TIP_SENT, BD_TIP_FREE };
    enum bd_status rc = bd_tip_allowed(site, app->store, ask->teller->id,
                                       ask->issue->list_id, &outcome.answer,
                                       &app->err);

    return rc == BD_OK && outcome.answer != BD_TIP_SENT ? refuse(app, &outcome)
                                                        : rc;
}

static enum bd_status tip(struct app *app, const struct bd_site *site,
                          const struct bd_tip_ask *ask)
{
    const struct question question = {
        .number = 1,
        .text = _("Type 1 to send this letter: "),
        .to_do = _("send this letter"),
        .otherwise = _("nothing was sent"),
    };

    if (check_teller(app, site, ask) != BD_OK ||
        show_mail(app, site, ask) != BD_OK ||
        confirm_number(app, &question) != BD_OK ||
        send_it(app, site, ask) != BD_OK)
        return app->err.code;
    (void)printf(_("The letter is in the queue; \"brevduva deliver\" sends "
                   "it, or the service that runs.\n"));
    return BD_OK;
}

int cmd_tip(struct app *app, int argc, char **argv)
{
    struct bd_site *site = NULL;
    struct bd_tip_issue issue;
    struct bd_subscriber teller;
    struct bd_tip_ask ask = { .issue = &issue, .teller = &teller };
    enum bd_status rc = BD_OK;

    (void)argc;
    rc = bd_tip_issue_find(app->arena, app->store, bd_str_from(argv[0]), &issue,
                           &app->err);
    if (rc != BD_OK || find_teller(app, &teller, &ask.name) != BD_OK ||
        read_address(app, "to", &ask.friend) != BD_OK ||
        read_note(app, &ask.note) != BD_OK || site_open(app, &site) != BD_OK)
        return app_fail(app);
    rc = tip(app, site, &ask);
    bd_site_free(site);
    return rc == BD_OK ? app_flush(app) : app_fail(app);
}

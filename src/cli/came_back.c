#include "came_back.h"

#include "amount.h"

/* What a relay has taken may come back for so long: as long as others try. */
#define SETTLE_DAYS 5
/* Copies before a share of them means anything, while more of them leave. */
/* Of a small list one is a large share, and no trend. */
#define FEW_BOUNCES    3
#define FEW_COMPLAINTS 2
#define JUDGED_FROM    50

void bounce_rules_fill(const struct app *app, struct bd_bounce_rules *out)
{
    const struct bd_config_inbox *inbox = &app->config.inbox;

    *out = (struct bd_bounce_rules) { .dead_after = inbox->dead_after,
                                      .soft_after = inbox->soft_after,
                                      .soft_days = inbox->soft_days,
                                      .settle_days = SETTLE_DAYS };
}

bd_str came_back_warning(struct app *app, const struct bd_mailing *m,
                         const struct bd_came_back *came,
                         enum came_back_kind kind)
{
    bool bounced = kind == CAME_BACK_BOUNCED;
    int64_t count = bounced ? came->bounced : came->complained;
    int64_t most = bounced ? app->config.inbox.max_bounced
                           : app->config.inbox.max_complained;
    int64_t few = bounced ? FEW_BOUNCES : FEW_COMPLAINTS;
    struct bd_arena *arena = app->arena;

    if (most == 0 || count < few || count * 1000 <= came->accepted * most ||
        (m->state == BD_MAILING_SENDING && came->accepted < JUDGED_FROM))
        return BD_STR_NONE;
    return bd_saying(
        arena,
        bounced ? N_("%s of %s copies came back (%s), more than %s")
                : N_("%s of %s readers reported it as spam (%s), more than %s"),
        (const bd_str[]) { word_number(arena, count),
                           word_number(arena, came->accepted),
                           amount_share(arena, count, came->accepted),
                           amount_share(arena, most, 1000) },
        4);
}

static enum bd_status tell(struct app *app, const struct bd_mailing *m,
                           bd_str warning, bool paused)
{
    enum bd_lang lang = app->config.language;
    bd_str subject = bd_arena_printf(
        app->arena, L_(lang, "Much of %.*s came back"), BD_ARG(m->slug));
    bd_str text = bd_arena_printf(
        app->arena,
        L_(lang, "Of \"%.*s\" to the list %.*s\n"
                 "\n"
                 "  %.*s.\n"
                 "\n"
                 "From whom, and why:\n"
                 "\n"
                 "  %.*s\n"),
        BD_ARG(m->title), BD_ARG(m->list_slug),
        BD_ARG(bd_saying_text(app->arena, lang, warning)),
        BD_ARG(mailing_command(app, "report", m)));

    if (paused)
        text = bd_arena_printf(
            app->arena,
            L_(lang, "%.*s\n"
                     "The sending is paused. When the cause is mended, let it "
                     "go on:\n"
                     "\n"
                     "  %.*s\n"),
            BD_ARG(text), BD_ARG(mailing_command(app, "resume", m)));
    return notice_send(app, subject, text);
}

static enum bd_status was_told(struct app *app, bd_str name, bool *out)
{
    bd_str value = BD_STR_NONE;
    enum bd_status rc = bd_setting_get(app->arena, app->store, name, &value,
                                       &app->err);

    *out = rc == BD_OK;
    return rc == BD_ENOENT ? BD_OK : rc;
}

static bd_str told_name(struct app *app, const struct bd_mailing *m,
                        enum came_back_kind kind)
{
    return bd_arena_printf(app->arena, "told %s %lld",
                           kind == CAME_BACK_BOUNCED ? "bounced" : "complained",
                           (long long)m->id);
}

static enum bd_status warn(struct app *app, struct bd_mailing *m,
                           enum came_back_kind kind, bd_str warning)
{
    /* Who sends a few copies to see what comes of them has to see it: the next
     * "send" would go on. A person's own pause is theirs. */
    bool pause = app->config.inbox.pause &&
                 (m->state == BD_MAILING_SENDING || mailing_stands_by_limit(m));
    struct bd_actor actor = app_actor(app);
    bd_str name = told_name(app, m, kind);
    bool told = false;
    enum bd_status rc = was_told(app, name, &told);

    if (rc != BD_OK || told)
        return rc;
    rc = bd_setting_set(app->store, name, warning, &app->err);
    if (rc == BD_OK && pause)
        rc = bd_mailing_set_state(app->store, m->id, BD_MAILING_PAUSED, warning,
                                  &actor, &app->err);
    if (rc == BD_OK && pause)
        m->state = BD_MAILING_PAUSED;
    return rc == BD_OK ? tell(app, m, warning, pause) : rc;
}

static enum bd_status check(struct app *app, int64_t mailing_id)
{
    struct bd_mailing m = { 0 };
    struct bd_came_back came = { 0 };
    enum bd_status rc = bd_mailing_get(app->arena, app->store, mailing_id, &m,
                                       &app->err);

    if (rc == BD_OK)
        rc = bd_came_back(app->store, mailing_id, &came, &app->err);
    for (int k = 0; k < CAME_BACK_KINDS && rc == BD_OK; k++) {
        bd_str warning = came_back_warning(app, &m, &came,
                                           (enum came_back_kind)k);

        if (warning.len > 0)
            rc = warn(app, &m, (enum came_back_kind)k, warning);
    }
    return rc;
}

enum bd_status inbox_thresholds(struct app *app, int64_t mailing_id)
{
    enum bd_status rc = bd_store_begin(app->store, &app->err);

    if (rc != BD_OK)
        return rc;
    rc = check(app, mailing_id);
    if (rc == BD_OK)
        return bd_store_commit(app->store, &app->err);
    bd_store_rollback(app->store);
    return rc;
}

const char *word_bounce(struct bd_arena *arena, bd_str reason)
{
    static const char *const words[][2] = {
        { "no-mailbox", N_("no such mailbox") },
        { "no-domain", N_("no such mail domain") },
        { "full", N_("mailbox full") },
        { "size", N_("the letter is too big for the mailbox") },
        { "network", N_("trouble on the network") },
        { "moved", N_("the mailbox has moved away") },
        { "disabled", N_("the mailbox is closed") },
        { "policy", N_("refused by the receiver's rules") },
        { "spam", N_("taken for spam") },
        { "reputation", N_("our server or domain has a bad name there") },
        { "authentication", N_("neither DKIM nor SPF vouches for us") },
        { "rate", N_("too much mail at once") },
        { "content", N_("something in the letter is not accepted") },
        { "temporary", N_("trouble at the receiving server") },
        { "expired", N_("not delivered in time") },
        { "unknown", N_("without a reason that we know") },
        { "", N_("without a reason that we know") },
        { "abuse", N_("reported as spam") },
        { "fraud", N_("reported as fraud") },
        { "virus", N_("reported as a virus") },
        { "opt-out", N_("wants no more of it") },
        { "opt-out-list", N_("wants no more of it") },
        { "not-spam", N_("reported as no spam") },
        { "auth-failure", N_("did not pass SPF, DKIM or DMARC there") },
        { "other", N_("reported for another reason") },
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bd_str_eq(reason, bd_str_from(words[i][0])))
            return _(words[i][1]);
    return bd_arena_cstr(arena, reason);
}

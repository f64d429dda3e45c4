/* Settings of relays -> what deliver needs. */
#include "brevduva/deliver/relay.h"

#include "brevduva/base/buf.h"
#include "brevduva/mail/address.h"
#include "brevduva/store/event.h"
#include "cli_private.h"

static const char *text_or_null(struct app *app, bd_str text)
{
    return text.len ? bd_arena_cstr(app->arena, text) : NULL;
}

static bool is_maildir(const struct bd_config_relay *relay)
{
    return bd_str_starts(relay->url, BD_STR("maildir:"));
}

/* A password must not cross a network that anyone can listen to. */
static enum bd_status check_secrecy(struct app *app,
                                    const struct bd_config_relay *relay,
                                    const struct bd_relay_options *options)
{
    if (!options->password || options->starttls == BD_STARTTLS_REQUIRED ||
        bd_str_starts_nocase(relay->url, BD_STR("smtps:")) ||
        bd_url_is_loopback(options->url))
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("%.*s.starttls is off: the password would cross the "
                     "network unencrypted; use \"required\" or smtps://"),
                   BD_ARG(relay->key));
}

static struct bd_warm_up warm_up_of(const struct bd_config_relay *relay)
{
    return (struct bd_warm_up) { .first = relay->warm_up.first,
                                 .factor = relay->warm_up.factor,
                                 .day0 = relay->warm_up.day0 };
}

static struct bd_rate_limits limits_of(const struct bd_config_rates *rates)
{
    struct bd_rate_limits limits = { .count = rates->count };

    _Static_assert(BD_CONFIG_RATES_MAX <= BD_RATES_MAX, "all of them fit");
    for (size_t i = 0; i < rates->count; i++)
        limits.limit[i] = (struct bd_rate_limit) {
            .count = rates->rate[i].count,
            .period_ms = rates->rate[i].period_ms,
        };
    return limits;
}

/* Domains as the ledger has them: in small letters, IDN in its xn-- form. */
static enum bd_status copy_patterns(struct app *app,
                                    const struct bd_config_relay *relay,
                                    bd_str patterns, bd_str *out)
{
    struct bd_buf buf;
    enum bd_status rc = BD_OK;

    bd_buf_init(&buf, 0);
    while (patterns.ptr && rc == BD_OK) {
        bd_str pattern = bd_str_trim(bd_str_cut(&patterns, ','));
        bd_str domain = BD_STR_NONE;

        if (buf.len > 0)
            bd_buf_add_cstr(&buf, ", ");
        if (bd_str_starts(pattern, BD_STR("*."))) {
            bd_buf_add_cstr(&buf, "*.");
            pattern = bd_str_skip(pattern, 2);
        }
        rc = bd_domain_parse(app->arena, pattern, &domain, &app->err);
        bd_buf_add(&buf, domain);
    }
    if (rc == BD_OK)
        *out = bd_buf_copy(&buf, app->arena);
    else
        bd_err_prefix(&app->err, "%.*s.domains", BD_ARG(relay->key));
    bd_buf_fini(&buf);
    return rc;
}

static enum bd_status fill_domains(struct app *app,
                                   const struct bd_config_relay *relay,
                                   struct bd_relay_options *to)
{
    size_t count = relay->domains.count;
    struct bd_domain_limit *limits = BD_NEW_ARRAY(app->arena, count,
                                                  struct bd_domain_limit);

    for (size_t i = 0; i < count; i++) {
        const struct bd_config_domain_limit *row = &relay->domains.limit[i];

        if (copy_patterns(app, relay, row->patterns, &limits[i].patterns) !=
            BD_OK)
            return app->err.code;
        limits[i].limits = limits_of(&row->rates);
    }
    to->domains = limits;
    to->domain_count = count;
    return BD_OK;
}

/* What renew needs; lives as long as the command. */
struct renewal {
    const struct bd_config_relay *relay;
    const char *folder;
};

static enum bd_status renew(void *self, struct bd_arena *arena, bd_str *out,
                            struct bd_err *err)
{
    const struct renewal *renewal = self;
    bd_str password = BD_STR_NONE;
    enum bd_status rc = bd_config_relay_password(
        arena, renewal->relay, renewal->folder, &password, err);

    if (rc == BD_OK)
        *out = bd_arena_copy(arena, password); /* as a C string, too */
    return rc;
}

static void let_renew(struct app *app, const struct bd_config_relay *relay,
                      struct bd_relay_options *to)
{
    struct renewal *renewal = BD_NEW(app->arena, struct renewal);

    renewal->relay = relay;
    renewal->folder = app->folder;
    to->renew_password = renew;
    to->renew_self = renewal;
}

static enum bd_status fill_password(struct app *app,
                                    const struct bd_config_relay *relay,
                                    struct bd_relay_options *to)
{
    bd_str password = BD_STR_NONE;

    if (is_maildir(relay)) /* needs none */
        return BD_OK;
    if (bd_config_relay_password(app->arena, relay, app->folder, &password,
                                 &app->err) != BD_OK)
        return app->err.code;
    to->password = text_or_null(app, password);
    if (to->password)
        let_renew(app, relay, to);
    return check_secrecy(app, relay, to);
}

static enum bd_status fill_options(struct app *app,
                                   const struct bd_config_relay *relay,
                                   struct bd_relay_options *out)
{
    struct bd_relay_options options = {
        .key = bd_arena_cstr(app->arena, relay->key),
        .url = bd_arena_cstr(app->arena, relay->url),
        .folder = app->folder,
        .starttls = bd_str_eq(relay->starttls, BD_STR("off"))
                        ? BD_STARTTLS_OFF
                        : BD_STARTTLS_REQUIRED,
        .username = text_or_null(app, relay->username),
        .ca_file = text_or_null(app, relay->ca_file),
        .auth = text_or_null(app, relay->auth),
        .proxy = text_or_null(app, relay->proxy),
        .priority = (int)relay->priority,
        .weight = (int)relay->weight,
        .sessions = (int)relay->sessions,
        .chunking = (int)relay->chunking,
        .messages_per_session = relay->messages_per_session,
        .limits = limits_of(&relay->rate),
        .warm_up = warm_up_of(relay),
    };
    bd_str ehlo_name = BD_STR_NONE;

    if (bd_domain_parse(app->arena, relay->ehlo_name, &ehlo_name, &app->err) !=
        BD_OK) {
        bd_err_prefix(&app->err, "%.*s.ehlo_name", BD_ARG(relay->key));
        return app->err.code;
    }
    options.ehlo_name = bd_arena_cstr(app->arena, ehlo_name);
    if (fill_domains(app, relay, &options) != BD_OK ||
        fill_password(app, relay, &options) != BD_OK)
        return app->err.code;
    *out = options;
    return BD_OK;
}

enum bd_status relays_open(struct app *app, const struct bd_relay_options **out,
                           size_t *out_count)
{
    size_t count = app->config.relay_count;
    struct bd_relay_options *options = NULL;

    if (!app->relays) {
        options = BD_NEW_ARRAY(app->arena, count, struct bd_relay_options);
        for (size_t i = 0; i < count; i++)
            if (fill_options(app, &app->config.relays[i], &options[i]) != BD_OK)
                return app->err.code;
        app->relays = options;
    }
    *out = app->relays;
    *out_count = count;
    return BD_OK;
}

bd_str relays_shown(struct app *app)
{
    bd_str shown = BD_STR_NONE;

    for (size_t i = 0; i < app->config.relay_count; i++) {
        const struct bd_config_relay *r = &app->config.relays[i];
        bd_str label = r->url;

        if (r->name.len > 0)
            label = bd_arena_printf(app->arena, "%.*s (%.*s)", BD_ARG(r->name),
                                    BD_ARG(r->url));
        shown = bd_arena_printf(app->arena, "%.*s%s%.*s", BD_ARG(shown),
                                i > 0 ? ", " : "", BD_ARG(label));
    }
    return shown;
}

/* As the ledger has it; empty where the engine would not take the URL. */
static bd_str ledger_name(struct app *app, const struct bd_config_relay *relay)
{
    char name[BD_MAX_RELAY_NAME];

    if (is_maildir(relay))
        return relay->url;
    if (bd_url_public(bd_arena_cstr(app->arena, relay->url), name, NULL) !=
        BD_OK)
        return BD_STR_NONE;
    return bd_arena_copy(app->arena, bd_str_from(name));
}

bd_str relays_name(struct app *app, bd_str ledger)
{
    bd_str name = BD_STR_NONE;
    size_t found = 0;

    for (size_t i = 0; i < app->config.relay_count; i++) {
        const struct bd_config_relay *r = &app->config.relays[i];

        if (!bd_str_eq(ledger_name(app, r), ledger))
            continue;
        name = r->name;
        found++;
    }
    return found == 1 ? name : BD_STR_NONE;
}

/* A relay in text: by what it is called, and by its URL as the settings or the
 * ledger have it. */
static bool is_meant(struct app *app, bd_str ledger, bd_str text)
{
    if (bd_str_contains_nocase(ledger, text) ||
        bd_str_contains_nocase(relays_name(app, ledger), text))
        return true;
    for (size_t i = 0; i < app->config.relay_count; i++) {
        const struct bd_config_relay *r = &app->config.relays[i];

        if (bd_str_eq(ledger_name(app, r), ledger) &&
            bd_str_contains_nocase(r->url, text))
            return true;
    }
    return false;
}

static enum bd_status refuse_relay(struct app *app, bd_str text,
                                   const bd_str *relays, size_t count)
{
    bd_str shown = BD_STR_NONE;

    for (size_t i = 0; i < count; i++) {
        bd_str name = relays_name(app, relays[i]);

        shown = bd_arena_printf(
            app->arena, name.len > 0 ? "%.*s%s%.*s (%.*s)" : "%.*s%s%.*s%.*s",
            BD_ARG(shown), i > 0 ? ", " : "", BD_ARG(name), BD_ARG(relays[i]));
    }
    return bd_fail(&app->err, BD_EINVAL,
                   _("there is no relay \"%.*s\"; there are: %.*s"),
                   BD_ARG(text), BD_ARG(shown));
}

/* All of the ledger and of the settings, each once. */
static enum bd_status all_relays(struct app *app, bd_str **out, size_t *count)
{
    const bd_str *used = NULL;
    bd_str *all = NULL;
    size_t n = 0;
    enum bd_status rc = bd_relays_used(app->arena, app->store, &used, &n,
                                       &app->err);

    if (rc != BD_OK)
        return rc;
    all = BD_NEW_ARRAY(app->arena, n + app->config.relay_count, bd_str);
    for (size_t i = 0; i < n; i++)
        all[i] = used[i];
    for (size_t i = 0; i < app->config.relay_count; i++) {
        bd_str name = ledger_name(app, &app->config.relays[i]);
        size_t at = 0;

        while (at < n && !bd_str_eq(all[at], name))
            at++;
        if (at == n && name.len > 0)
            all[n++] = name;
    }
    *out = all;
    *count = n;
    return BD_OK;
}

enum bd_status relays_find(struct app *app, bd_str text, const bd_str **out,
                           size_t *out_count)
{
    bd_str *all = NULL;
    bd_str *found = NULL;
    size_t count = 0;
    size_t n = 0;

    if (all_relays(app, &all, &n) != BD_OK)
        return app->err.code;
    found = BD_NEW_ARRAY(app->arena, n, bd_str);
    for (size_t i = 0; i < n; i++)
        if (is_meant(app, all[i], text))
            found[count++] = all[i];
    if (count == 0)
        return refuse_relay(app, text, all, n);
    *out = found;
    *out_count = count;
    return BD_OK;
}

static enum bd_status
is_day_full(struct app *app, const struct bd_config_relay *relay, bool *out)
{
    const struct bd_rate_limits limits = limits_of(&relay->rate);
    const struct bd_warm_up plan = warm_up_of(relay);
    int64_t left = 0;
    enum bd_status rc = bd_relay_day_left(
        app->store, ledger_name(app, relay), &limits, &plan,
        bd_day_local(app_now(app)), &left, &app->err);

    *out = rc == BD_OK && left == 0;
    return rc;
}

enum bd_status relays_day_full(struct app *app, bool *out)
{
    enum bd_status rc = BD_OK;

    *out = true;
    for (size_t i = 0; i < app->config.relay_count && *out && rc == BD_OK; i++)
        rc = is_day_full(app, &app->config.relays[i], out);
    return rc;
}

bool relays_reach_out(struct app *app)
{
    for (size_t i = 0; i < app->config.relay_count; i++) {
        const struct bd_config_relay *r = &app->config.relays[i];

        if (!is_maildir(r) &&
            !bd_url_is_loopback(bd_arena_cstr(app->arena, r->url)))
            return true;
    }
    return false;
}

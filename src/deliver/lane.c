#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/i18n.h"
#include "lane_private.h"

/* After a failure: one second, then twice as long each time. */
#define AWAY_FIRST_MS 1000
#define AWAY_MAX_MS   60000
/* What a person must mend is not mended within seconds. */
#define AWAY_FINAL_MS 60000
/* That many failures in a row are about a minute of waiting. */
#define HOPELESS 6
/* One session that fails is no failure of the relay when another had a copy
 * taken so lately. Less than AWAY_FIRST_MS. */
#define LATELY_MS 500

static void set_patience(long *time, long otherwise)
{
    if (*time <= 0)
        *time = otherwise;
}

static void fill_patience(struct bd_relay_patience *p)
{
    set_patience(&p->connect, 60 * 1000);
    set_patience(&p->envelope, 5 * 60 * 1000);
    set_patience(&p->data, 2 * 60 * 1000);
    set_patience(&p->block, 3 * 60 * 1000);
    set_patience(&p->dot, 10 * 60 * 1000);
}

const char *relay_key(const struct bd_relay_options *options)
{
    return options->key ? options->key : "relay";
}

static enum bd_status name_it(struct lane *lane, struct bd_err *err)
{
    const struct bd_relay_options *o = lane->options;
    bd_str url = bd_str_from(o->url);
    const char *key = relay_key(o);

    if (bd_str_starts(url, BD_STR("maildir:")))
        return maildir_open(o, lane->name, &lane->maildir, err);
    if (!bd_str_starts(url, BD_STR("smtp://")) &&
        !bd_str_starts(url, BD_STR("smtps://")))
        return bd_fail(err, BD_EINVAL,
                       _("%s.url is no kind of relay that is known; write "
                         "smtps://host:465, smtp://host:587 or "
                         "maildir:FOLDER"),
                       key);
    if (!o->ehlo_name || !*o->ehlo_name)
        return bd_fail(err, BD_EINVAL,
                       _("the relay must be told our own host name; set "
                         "%s.ehlo_name"),
                       key);
    return bd_url_public(o->url, lane->name, err);
}

enum bd_status lane_init(struct lane *lane,
                         const struct bd_relay_options *options,
                         struct bd_err *err)
{
    *lane = (struct lane) { .options = options, .patience = options->patience };
    atomic_init(&lane->day_left, INT64_MAX);
    fill_patience(&lane->patience);
    bd_rate_init(&lane->rate, &options->limits);
    lane->domains = bd_domains_new(options->domains, options->domain_count);
    (void)pthread_mutex_init(&lane->lock, NULL);
    lane->arena = bd_arena_new();
    lane->password = options->password;
    lane->sessions = calloc((size_t)options->sessions, sizeof *lane->sessions);
    if (!lane->sessions)
        abort();
    return name_it(lane, err);
}

void lane_fini(struct lane *lane)
{
    for (int i = 0; lane->sessions && i < lane->options->sessions; i++)
        session_free(lane->sessions[i]);
    free(lane->sessions);
    bd_arena_free(lane->arena);
    (void)pthread_mutex_destroy(&lane->lock);
    bd_domains_free(lane->domains);
    maildir_close(lane->maildir);
}

static const char *current_password(struct lane *lane)
{
    const char *password = NULL;

    (void)pthread_mutex_lock(&lane->lock);
    password = lane->password;
    (void)pthread_mutex_unlock(&lane->lock);
    return password;
}

/* Is there another one than `old`, which was not accepted? Old ones stay in
 * the arena, as other threads may be logging in with them. */
static bool renew_password(struct lane *lane, const char *old)
{
    const struct bd_relay_options *o = lane->options;
    bd_str fresh = BD_STR_NONE;
    bool changed = false;

    if (!o->renew_password || !old)
        return false;
    (void)pthread_mutex_lock(&lane->lock);
    if (o->renew_password(o->renew_self, lane->arena, &fresh, NULL) == BD_OK &&
        fresh.len > 0 && strcmp(lane->password, fresh.ptr) != 0)
        lane->password = fresh.ptr;
    changed = strcmp(lane->password, old) != 0;
    (void)pthread_mutex_unlock(&lane->lock);
    return changed;
}

enum bd_status lane_open_stream(struct engine *engine, struct lane *lane,
                                struct bd_stream **out, struct bd_err *err)
{
    const struct bd_relay_options *o = lane->options;
    struct bd_stream_options options = {
        .url = o->url,
        .ehlo_name = o->ehlo_name,
        .starttls = o->starttls,
        .username = o->username,
        .password = current_password(lane),
        .key = o->key,
        .ca_file = o->ca_file,
        .auth = o->auth,
        .proxy = o->proxy,
        .connect_timeout_ms = lane->patience.connect,
        .cancelled = &engine->closing,
    };
    enum bd_status rc = bd_stream_open(&options, out, err);

    if (rc != BD_EFINAL || !renew_password(lane, options.password))
        return rc;
    options.password = current_password(lane);
    return bd_stream_open(&options, out, err);
}

void lane_fail(struct lane *lane, enum bd_status status, const char *why,
               int64_t now_ms)
{
    unsigned doublings = lane->failures < 10 ? lane->failures : 10;
    int64_t away = (int64_t)AWAY_FIRST_MS << doublings;

    if (now_ms < lane->away_until_ms) /* one cause, many sessions */
        return;
    if (away > AWAY_MAX_MS)
        away = AWAY_MAX_MS;
    if (status == BD_EFINAL)
        away = AWAY_FINAL_MS;
    lane->failures++;
    lane->status = status;
    lane->away_until_ms = now_ms + away;
    (void)snprintf(lane->trouble, sizeof lane->trouble, "%s", why);
}

void lane_leave(struct lane *lane, const char *why, int64_t now_ms)
{
    for (int i = 0; i < lane->options->sessions; i++)
        if (lane->sessions[i])
            lane->sessions[i]->quitting = true;
    lane->unwanted = lane->connecting;
    lane_fail(lane, BD_ETEMP, why, now_ms);
}

static void forget_failures(struct lane *lane)
{
    lane->failures = 0;
    lane->away_until_ms = 0;
    lane->status = BD_OK;
    lane->trouble[0] = '\0';
}

void lane_open(struct lane *lane)
{
    lane->opened = true;
    if (lane->status == BD_EFINAL)
        forget_failures(lane);
}

/* A session from before says nothing of a password that is wrong by now. */
void lane_succeed(struct lane *lane, int64_t now_ms)
{
    lane->worked_ms = now_ms;
    lane->worked = lane->answered = true;
    lane->broken = lane->put_off = 0;
    if (lane->failures > 0 && (lane->maildir || lane->status != BD_EFINAL))
        forget_failures(lane);
}

bool lane_is_usable(const struct lane *lane, int64_t now_ms)
{
    return atomic_load_explicit(&lane->day_left, memory_order_relaxed) > 0 &&
           (lane->open > 0 || now_ms >= lane->away_until_ms);
}

bool lane_worked_lately(const struct lane *lane, int64_t now_ms)
{
    return lane->open > 0 && lane->worked &&
           now_ms - lane->worked_ms < LATELY_MS;
}

bool lane_goes_first(const struct lane *lane, int64_t now_ms)
{
    return atomic_load_explicit(&lane->day_left, memory_order_relaxed) > 0 &&
           !lane->mute &&
           (lane->failures == 0 || lane_worked_lately(lane, now_ms));
}

bool lane_is_mute(const struct lane *lane, int64_t now_ms, int64_t ms)
{
    return lane->open == 0 && lane->asked_ms > 0 &&
           now_ms - lane->asked_ms >= ms;
}

bool lane_is_hopeless(const struct lane *lane)
{
    return lane->open == 0 && lane->connecting == 0 && lane->failures > 0 &&
           (!lane->worked || lane->status == BD_EFINAL ||
            lane->failures >= HOPELESS);
}

bool lane_is_lost(const struct lane *lane)
{
    return lane->open == 0 && lane->connecting == 0 && lane->failures > 0 &&
           (!lane->answered || lane->status == BD_EFINAL);
}

bool lane_takes_size(const struct lane *lane, const struct bd_outgoing *copy)
{
    return !lane->heard || lane->offers.size_max == 0 ||
           copy->size <= lane->offers.size_max;
}

bool lane_takes(const struct lane *lane, const struct bd_outgoing *copy)
{
    return lane_takes_size(lane, copy) &&
           (!lane->heard || lane->offers.smtputf8 ||
            (bd_str_is_ascii(copy->envelope_from) &&
             bd_str_is_ascii(copy->envelope_to)));
}

bool lane_may_start(const struct lane *lane, int64_t now_ms)
{
    return atomic_load_explicit(&lane->day_left, memory_order_relaxed) > 0 &&
           (lane->rate.limits.count == 0 ||
            bd_rate_wait(&lane->rate, now_ms) == 0);
}

void lane_start(struct lane *lane, int64_t now_ms)
{
    if (lane->rate.limits.count > 0)
        bd_rate_take(&lane->rate, now_ms);
    (void)atomic_fetch_sub_explicit(&lane->day_left, 1, memory_order_relaxed);
    lane->turn += 1.0 / lane->options->weight;
}

void lane_note_day(struct lane *lane, enum bd_smtp_verdict verdict)
{
    if (verdict != BD_SMTP_ACCEPTED && verdict != BD_SMTP_REFUSED &&
        verdict != BD_SMTP_UNKNOWN)
        (void)atomic_fetch_add_explicit(&lane->day_left, 1,
                                        memory_order_relaxed);
}

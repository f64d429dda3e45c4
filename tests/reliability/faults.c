/*
 * Random servers against the ledger. Each round of trials makes a newsletter,
 * sends it to a relay that does anything at any point (fakes/smtp), again and
 * again, and holds the ledger against what the relay truly did:
 *
 *   accepted                    the relay said 2yz to the whole copy
 *   queued, deferred, refused   it never took the copy; refused and deferred
 *                               with a code that it said
 *   unknown                     the answer was lost when the copy may have
 *                               been there whole, and not when it was read
 *   nobody twice; sums add up; what is settled stays so
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/file.h"
#include "news.h"
#include "server.h"

#define READERS_MAX 60
#define WILD_ROUNDS 4
#define CALM_ROUNDS 6
#define START       1000000
#define DEADLINE    172800
#define PATIENCE_MS 700

struct trial {
    uint64_t seed, random;
    struct news news;
    struct server *server;
    struct bd_sys sys; /* its clock is set by hand */
    int64_t now;
    unsigned readers, round;
    struct news_way way;
    enum bd_delivery_state states[READERS_MAX]; /* in the round before */
    unsigned seen;                              /* rows of the ledger */
    unsigned unknown_unseen; /* of them, the server had not read a word */
    struct bd_buf complaints;
};

static struct {
    unsigned trials, scripts, copies, worn;
    unsigned states[BD_DELIVERY_STATES];
} total;

static int64_t trial_now(void *self)
{
    return ((struct trial *)self)->now;
}

static int64_t trial_ms(void *self)
{
    (void)self;
    return bd_sys_real()->monotonic_ms(bd_sys_real()->self);
}

static void trial_random(void *self, void *out, size_t len)
{
    struct trial *t = self;
    unsigned char *octets = out;

    for (size_t i = 0; i < len; i++)
        octets[i] = (unsigned char)script_below(&t->random, 256);
}

static void complain(struct trial *t, const struct bd_log_row *row,
                     const struct truth *truth, const char *what)
{
    static char scripts[8000];

    server_tell(t->server, row->email, scripts, sizeof scripts);
    bd_buf_printf(&t->complaints,
                  "%.*s is %s (%d %.*s), but %s\n"
                  "  the relay took it %u times, told %u, heard %u, doubts "
                  "%u, lies %u\n%s",
                  BD_ARG(row->email), bd_delivery_state_names[row->state],
                  row->reply_code, BD_ARG(row->reply_text), what, truth->taken,
                  truth->told, truth->heard, truth->doubts, truth->lies,
                  scripts);
}

static bool said(const struct trial *t, const struct bd_log_row *row,
                 const struct truth *truth)
{
    return row->reply_code == 0 || truth->lies > 0 ||
           truth_has_code(truth, row->reply_code) ||
           server_has_code(t->server, row->reply_code);
}

/* What is wrong with this row; NULL: nothing. */
static const char *wrong(struct trial *t, const struct bd_log_row *row,
                         const struct truth *truth)
{
    bool late = t->now >= START + DEADLINE;

    if (truth->taken > 1)
        return "it was sent twice";
    switch (row->state) {
    case BD_DELIVERY_ACCEPTED:
        if (truth->told == 0 && truth->lies == 0)
            return "the relay never said so";
        if (truth->taken > 0 &&
            !bd_str_eq(row->message_id, bd_str_from(truth->message_id)))
            return "it had another Message-ID";
        return NULL;
    case BD_DELIVERY_UNKNOWN:
        if (truth->heard > 0)
            return "the answer had been read";
        if (truth->doubts == 0 && truth->lies == 0)
            t->unknown_unseen++;
        return NULL;
    case BD_DELIVERY_QUEUED:
        return truth->taken > 0 ? "the relay took it" : NULL;
    case BD_DELIVERY_DEFERRED:
    case BD_DELIVERY_REFUSED:
        if (truth->taken > 0)
            return "the relay took it";
        if (!said(t, row, truth))
            return "the relay never said that code";
        if (row->state == BD_DELIVERY_REFUSED && row->reply_code < 500 && !late)
            return "that is no refusal";
        return NULL;
    default:
        return "it should not be so";
    }
}

static enum bd_status check_row(void *self, const struct bd_log_row *row,
                                struct bd_err *err)
{
    struct trial *t = self;
    struct truth truth = server_truth(t->server, row->email);
    const char *what = wrong(t, row, &truth);
    enum bd_delivery_state *before = &t->states[t->seen];

    (void)err;
    if (!what && *before != BD_DELIVERY_QUEUED &&
        *before != BD_DELIVERY_DEFERRED && *before != row->state)
        what = "it had been settled";
    if (what)
        complain(t, row, &truth, what);
    *before = row->state;
    if (++t->seen == READERS_MAX)
        t->seen--;
    return BD_OK;
}

static void check_sums(struct trial *t)
{
    struct bd_mailing mailing = { 0 };
    int64_t sum = 0;

    news_must(&t->news,
              bd_mailing_find(t->news.arena, t->news.store, BD_STR("2016-1"),
                              t->news.list, &mailing, &t->news.err));
    for (size_t i = 0; i < BD_DELIVERY_STATES; i++)
        sum += mailing.count[i];
    if (sum != t->readers || mailing.total != t->readers ||
        mailing.count[BD_DELIVERY_HANDING_OVER] > 0)
        bd_buf_printf(&t->complaints,
                      "the sum is %lld, the total %lld, of %u; %lld claimed\n",
                      (long long)sum, (long long)mailing.total, t->readers,
                      (long long)mailing.count[BD_DELIVERY_HANDING_OVER]);
}

static void check(struct trial *t)
{
    const struct bd_log_filter all = { .mailing_id = t->news.mailing };
    struct server_tally tally;

    if (!server_settle(t->server))
        bd_buf_add_cstr(&t->complaints, "a session was left open\n");
    t->seen = 0;
    t->unknown_unseen = 0;
    news_must(&t->news,
              bd_log_each(t->news.store, &all, check_row, t, &t->news.err));
    check_sums(t);
    tally = server_tally(t->server);
    if (t->unknown_unseen > tally.unseen)
        bd_buf_printf(&t->complaints,
                      "%u are unknown without reason (at most %u may be)\n",
                      t->unknown_unseen, tally.unseen);
    if (tally.rude[0] != '\0')
        bd_buf_printf(&t->complaints, "rude: %s\n  in %s\n", tally.rude,
                      tally.rude_in);
}

/* True when all is well. */
static bool run_round(struct trial *t, bool calm, bool *out_finished)
{
    struct news_outcome outcome = { 0 };
    struct bd_err err = { 0 };
    enum bd_status rc;

    server_set_calm(t->server, calm);
    rc = news_send(&t->news, &t->way, &outcome, &err);
    if (rc != BD_OK && rc != BD_ETEMP && rc != BD_EFINAL)
        bd_buf_printf(&t->complaints, "status %d: %s\n", rc, err.msg);
    if (outcome.recovered > 0)
        bd_buf_printf(&t->complaints, "%lld had to be recovered\n",
                      (long long)outcome.recovered);
    check(t);
    *out_finished = outcome.finished;
    t->now += 3600;
    t->round++;
    return t->complaints.len == 0;
}

static void run_rounds(struct trial *t)
{
    bool finished = false;

    for (int i = 0; i < WILD_ROUNDS && !finished; i++)
        if (!run_round(t, false, &finished))
            return;
    for (int i = 0; i < CALM_ROUNDS && !finished; i++)
        if (!run_round(t, true, &finished))
            return;
    if (!finished && t->way.starttls == BD_STARTTLS_OFF)
        bd_buf_add_cstr(&t->complaints, "it does not come to an end\n");
}

static void draw_trial(struct trial *t, struct server_options *server,
                       size_t *out_size)
{
    bool injects = script_below(&t->random, 40) == 0;
    static const int windows[] = { -1, 0, 1, 2, 4, 8 };

    t->readers = 4 + script_below(&t->random, READERS_MAX - 4);
    *out_size = script_below(&t->random, 3) ? script_below(&t->random, 2000)
                                            : script_below(&t->random, 150000);
    *server = (struct server_options) { .seed = t->seed,
                                        .way = (enum script_way)script_below(
                                            &t->random, 4),
                                        .injects = injects,
                                        .tail = NEWS_TAIL };
    t->way = (struct news_way) {
        .starttls = injects ? BD_STARTTLS_REQUIRED : BD_STARTTLS_OFF,
        .sessions = 1 + (int)script_below(&t->random, 6),
        .chunking = windows[script_below(&t->random, 6)],
        .at_most = script_below(&t->random, 3) ? 0 : 1 + t->readers / 4,
        .patience = PATIENCE_MS,
    };
}

static void tally_trial(const struct trial *t)
{
    struct server_tally tally = server_tally(t->server);

    total.trials++;
    total.scripts += tally.sessions;
    total.copies += t->readers;
    total.worn += tally.worn;
    for (unsigned i = 0; i < t->readers; i++)
        total.states[t->states[i]]++;
}

static bool run_trial(uint64_t seed, const char *folder)
{
    struct trial t = { .seed = seed, .random = seed, .now = START };
    struct server_options options;
    char url[64];
    size_t size = 0;
    bool good;

    bd_buf_init(&t.complaints, 1000000);
    t.sys = (struct bd_sys) { trial_now, trial_ms, trial_random, &t };
    t.news.sys = &t.sys;
    draw_trial(&t, &options, &size);
    news_make(&t.news, folder, t.readers, size);
    t.server = server_start(&options);
    (void)snprintf(url, sizeof url, "smtp://127.0.0.1:%d",
                   server_port(t.server));
    t.way.url = url;
    run_rounds(&t);
    tally_trial(&t);
    good = t.complaints.len == 0;
    if (!good)
        (void)printf("seed %llu, round %u, %d sessions, chunking %d:\n%.*s",
                     (unsigned long long)seed, t.round, t.way.sessions,
                     t.way.chunking, BD_ARG(bd_buf_str(&t.complaints)));
    server_stop(t.server);
    news_close(&t.news);
    bd_buf_fini(&t.complaints);
    return good;
}

static void remove_news(const char *folder)
{
    static const char *const names[] = { "brevduva.db", "brevduva.db-wal",
                                         "brevduva.db-shm",
                                         "brevduva.db-sender" };
    char path[200];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
}

static const char usage[] =
    "Usage: faults [--scripts N] [--seed N] [--folder FOLDER]\n"
    "Sends newsletters to relays that do anything at any point and holds the\n"
    "ledger against what they truly did.\n"
    "  --scripts N      stop after so many sessions (300)\n"
    "  --seed N         where to begin; a failure names the seed that repeats\n"
    "                   it with --scripts 1 (1)\n"
    "  --folder FOLDER  for the databases; one in memory is fastest\n";

static bool run_all(uint64_t seed, unsigned scripts, const char *folder)
{
    bool good = true;

    while (good && total.scripts < scripts) {
        good = run_trial(seed++, folder);
        remove_news(folder);
    }
    (void)printf("%u scripts in %u mailings with %u copies:", total.scripts,
                 total.trials, total.copies);
    for (size_t i = 0; i < BD_DELIVERY_STATES; i++)
        if (total.states[i] > 0)
            (void)printf(" %u %s", total.states[i], bd_delivery_state_names[i]);
    (void)printf("; %u sessions closed by the relay for errors\n", total.worn);
    return good;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        { "scripts", required_argument, NULL, 'n' },
        { "seed", required_argument, NULL, 's' },
        { "folder", required_argument, NULL, 'f' },
        { 0 },
    };
    char own[] = "/dev/shm/brevduva-faults-XXXXXX"; /* no disk to wait for */
    char other[] = "/tmp/brevduva-faults-XXXXXX";
    const char *folder = NULL;
    uint64_t seed = 1;
    unsigned scripts = 300;
    int option;
    bool good;

    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 'n') {
            scripts = (unsigned)strtoul(optarg, NULL, 10);
        } else if (option == 's') {
            seed = strtoull(optarg, NULL, 10);
        } else if (option == 'f') {
            folder = optarg;
        } else {
            (void)fputs(usage, stderr);
            return 2;
        }
    }
    if (folder)
        return run_all(seed, scripts, folder) ? 0 : 1;
    folder = mkdtemp(own);
    if (!folder)
        folder = mkdtemp(other);
    if (!folder)
        return 2;
    good = run_all(seed, scripts, folder);
    (void)rmdir(folder);
    return good ? 0 : 1;
}

/*
 * Random servers against the ledger: each trial makes a newsletter and sends
 * it to a relay that does anything at any point (fakes/smtp), again and again,
 * and holds the ledger against what the relay truly did (model.h).
 */
#include <getopt.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model.h"

#define WILD_ROUNDS 4
#define CALM_ROUNDS 6
#define START       1000000
#define DEADLINE    172800
#define PATIENCE_MS 1500
#define LONG_WAIT   28800 /* more than any between two tries */
#define JOBS_MAX    64

struct trial {
    uint64_t seed, random;
    struct news news;
    struct server *server;
    struct bd_sys sys; /* its clock is set by hand */
    int64_t now;
    unsigned readers, round;
    struct news_way way;
    struct model model;
};

/* Of all processes together. */
static struct total {
    atomic_uint trials, scripts, copies, worn;
    atomic_uint states[BD_DELIVERY_STATES];
} * total;

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

static int64_t pause_after(struct trial *t, bool calm)
{
    if (calm)
        return LONG_WAIT;
    return script_below(&t->random, 8) ? 3600 : 86400;
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
        bd_buf_printf(&t->model.complaints, "status %d: %s\n", rc, err.msg);
    if (outcome.recovered > 0)
        bd_buf_printf(&t->model.complaints, "%lld had to be recovered\n",
                      (long long)outcome.recovered);
    t->model.late = t->now >= START + DEADLINE;
    model_check(&t->model);
    *out_finished = outcome.finished;
    t->now += pause_after(t, calm);
    t->round++;
    return t->model.complaints.len == 0;
}

/* Until nobody waits. */
static bool run_rounds(struct trial *t)
{
    bool finished = false;

    for (int i = 0; i < WILD_ROUNDS && !finished; i++)
        if (!run_round(t, false, &finished))
            return false;
    for (int i = 0; i < CALM_ROUNDS && !finished; i++)
        if (!run_round(t, true, &finished))
            return false;
    if (!finished && t->way.starttls == BD_STARTTLS_OFF)
        bd_buf_add_cstr(&t->model.complaints, "it does not come to an end\n");
    return finished;
}

static void draw_trial(struct trial *t, struct server_options *server,
                       size_t *out_size)
{
    bool injects = script_below(&t->random, 40) == 0;
    static const int windows[] = { -1, 0, 1, 2, 4, 8 };

    t->readers = 4 + script_below(&t->random,
                                  script_below(&t->random, 3) ? 56 : 196);
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

    total->trials++;
    total->scripts += tally.sessions;
    total->copies += t->readers;
    total->worn += tally.worn;
    for (unsigned i = 0; i < t->readers; i++)
        total->states[t->model.rows[i].state]++;
}

static bool run_trial(uint64_t seed, const char *folder)
{
    struct trial t = { .seed = seed, .random = seed, .now = START };
    struct server_options options;
    char url[64];
    size_t size = 0;
    bool good;

    t.sys = (struct bd_sys) { trial_now, trial_ms, trial_random, &t };
    t.news.sys = &t.sys;
    draw_trial(&t, &options, &size);
    news_make(&t.news, folder, t.readers, size);
    t.server = server_start(&options);
    (void)snprintf(url, sizeof url, "smtp://127.0.0.1:%d",
                   server_port(t.server));
    t.way.url = url;
    model_init(&t.model, &t.news, t.server, t.readers);
    if (run_rounds(&t) && t.model.count[BD_DELIVERY_UNKNOWN] > 0 &&
        script_below(&t.random, 2)) {
        model_resend(&t.model);
        (void)run_rounds(&t);
    }
    tally_trial(&t);
    good = t.model.complaints.len == 0;
    if (!good)
        (void)printf("seed %llu, round %u, %d sessions, chunking %d:\n%.*s",
                     (unsigned long long)seed, t.round, t.way.sessions,
                     t.way.chunking, BD_ARG(bd_buf_str(&t.model.complaints)));
    server_stop(t.server);
    news_close(&t.news);
    model_fini(&t.model);
    return good;
}

static void remove_news(const char *folder)
{
    static const char *const names[] = { "brevduva.db", "brevduva.db-wal",
                                         "brevduva.db-shm",
                                         "brevduva.db-sender" };
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
}

static const char usage[] =
    "Usage: faults [--scripts N] [--jobs N] [--seed N] [--folder FOLDER]\n"
    "Sends newsletters to relays that do anything at any point and holds the\n"
    "ledger against what they truly did.\n"
    "  --scripts N      stop after so many sessions (300)\n"
    "  --jobs N         processes; they mostly wait (4)\n"
    "  --seed N         where to begin; a failure names the seed that repeats\n"
    "                   it with --scripts 1 --jobs 1 (1)\n"
    "  --folder FOLDER  for the databases; one in memory is fastest\n";

struct options {
    uint64_t seed;
    unsigned scripts, jobs;
    const char *folder;
};

static bool read_options(int argc, char **argv, struct options *out)
{
    static const struct option known[] = {
        { "scripts", required_argument, NULL, 'n' },
        { "jobs", required_argument, NULL, 'j' },
        { "seed", required_argument, NULL, 's' },
        { "folder", required_argument, NULL, 'f' },
        { 0 },
    };
    int option;

    /* no disk to wait for, where there is such a place */
    *out = (struct options) { 1, 300, 4,
                              access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm" };
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 'n')
            out->scripts = (unsigned)strtoul(optarg, NULL, 10);
        else if (option == 'j')
            out->jobs = (unsigned)strtoul(optarg, NULL, 10);
        else if (option == 's')
            out->seed = strtoull(optarg, NULL, 10);
        else if (option == 'f')
            out->folder = optarg;
        else
            return false;
    }
    return optind == argc && out->jobs > 0 && out->jobs <= JOBS_MAX;
}

/* Each job-th seed. */
static bool run_job(const struct options *options, unsigned job)
{
    char folder[200];
    bool good = true;

    (void)snprintf(folder, sizeof folder, "%s/brevduva-faults-XXXXXX",
                   options->folder);
    if (!mkdtemp(folder)) {
        perror(folder);
        return false;
    }
    for (uint64_t seed = options->seed + job;
         good && total->scripts < options->scripts; seed += options->jobs) {
        good = run_trial(seed, folder);
        remove_news(folder);
    }
    (void)rmdir(folder);
    return good;
}

static bool run_jobs(const struct options *options)
{
    pid_t children[JOBS_MAX];
    bool good = true;

    if (options->jobs == 1)
        return run_job(options, 0);
    for (unsigned i = 0; i < options->jobs; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            good = run_job(options, i);
            (void)fflush(NULL);
            _exit(good ? 0 : 1);
        }
    }
    for (unsigned i = 0; i < options->jobs; i++) {
        int status = 1;

        (void)waitpid(children[i], &status, 0);
        good = good && status == 0;
    }
    return good;
}

int main(int argc, char **argv)
{
    struct options options;
    bool good;

    if (!read_options(argc, argv, &options)) {
        (void)fputs(usage, stderr);
        return 2;
    }
    total = mmap(NULL, sizeof *total, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (total == MAP_FAILED)
        return 2;
    good = run_jobs(&options);
    (void)printf("%u scripts in %u mailings with %u copies:", total->scripts,
                 total->trials, total->copies);
    for (size_t i = 0; i < BD_DELIVERY_STATES; i++)
        if (total->states[i] > 0)
            (void)printf(" %u %s", total->states[i],
                         bd_delivery_state_names[i]);
    (void)printf("; %u sessions closed by the relay for errors\n", total->worn);
    return good ? 0 : 1;
}

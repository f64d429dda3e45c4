#include "brevduva/net/probe.h"

#include "brevduva/base/i18n.h"
#include "probe_private.h"

#define STEP_MS 200

static bool is_cancelled(const struct probe_run *run)
{
    return run->options->cancelled && atomic_load(run->options->cancelled);
}

/* Left in peace, or at the end of our own time. */
static void give_up(struct probe_run *run, struct probe_job *job)
{
    job->probe->end = BD_PROBE_NOT_ASKED;
    job->done = true;
    run->done++;
}

/* Begin what can be begun. False: libcurl cannot be had. */
static bool begin(struct probe_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        struct probe_job *job = &run->jobs[i];

        if (run->under_way == PROBE_AT_ONCE)
            return true;
        if (job->done || job->curl || job->server->busy)
            continue;
        if (job->server->silences >= PROBE_SILENCES)
            give_up(run, job);
        else if (!probe_ask(run, job))
            return false;
    }
    return true;
}

static void finish(struct probe_run *run, CURL *curl, CURLcode rc)
{
    struct probe_job *job = NULL;
    char *self = NULL;

    (void)curl_easy_getinfo(curl, CURLINFO_PRIVATE, &self);
    job = (struct probe_job *)(void *)self;
    job->server->busy = false;
    run->under_way--;
    probe_answer(run, job, rc);
    job->curl = NULL;
    (void)curl_multi_remove_handle(run->multi, curl);
    curl_easy_cleanup(curl);
}

static void take_answers(struct probe_run *run)
{
    const CURLMsg *message = NULL;
    int left = 0;

    while ((message = curl_multi_info_read(run->multi, &left)))
        if (message->msg == CURLMSG_DONE)
            finish(run, message->easy_handle, message->data.result);
}

static bool work(struct probe_run *run)
{
    int running = 0;

    while (run->done < run->count && !is_cancelled(run)) {
        if (!begin(run) || curl_multi_perform(run->multi, &running))
            return false;
        take_answers(run);
        if (run->options->progress)
            run->options->progress(run->options->self, run->done, run->count);
        if (run->under_way > 0)
            (void)curl_multi_poll(run->multi, NULL, 0, STEP_MS, NULL);
    }
    return true;
}

/* What is under way is of no use any more. */
static void drop(struct probe_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        struct probe_job *job = &run->jobs[i];

        if (job->curl) {
            (void)curl_multi_remove_handle(run->multi, job->curl);
            curl_easy_cleanup(job->curl);
            job->curl = NULL;
        }
        if (!job->done)
            give_up(run, job);
    }
}

enum bd_status bd_probe_all(struct bd_arena *arena,
                            const struct bd_probe_options *options,
                            struct bd_probe *probes, size_t count,
                            struct bd_err *err)
{
    struct probe_run run = {
        .arena = arena,
        .options = options,
        .multi = curl_multi_init(),
        .jobs = BD_NEW_ARRAY(arena, count + 1, struct probe_job),
        .count = count,
    };
    bool ok = run.multi != NULL;

    for (size_t i = 0; i < count; i++) {
        run.jobs[i].probe = &probes[i];
        run.jobs[i].all_permanent = true;
        probe_turn(&run, &run.jobs[i], probes[i].url);
    }
    ok = ok && work(&run);
    drop(&run);
    (void)curl_multi_cleanup(run.multi);
    if (!ok)
        return bd_fail(err, BD_EIO, _("cannot ask web servers: libcurl fails"));
    return BD_OK;
}

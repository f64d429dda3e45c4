/* How it stands, for whoever looks on. */
#include <stdio.h>

#include "writer_private.h"

#define VIEW_MS 100
#define RATE_MS 1000

static void measure_rate(struct writer *w, int64_t now)
{
    int64_t elapsed = now - w->rate_ms;
    double rate = 0;

    if (elapsed < RATE_MS)
        return;
    rate = (double)(w->out->accepted - w->rate_accepted) * 1000 /
           (double)elapsed;
    w->view.rate = w->view.rate > 0 ? w->view.rate * 0.6 + rate * 0.4 : rate;
    w->rate_ms = now;
    w->rate_accepted = w->out->accepted;
}

static void fill_view(struct writer *w)
{
    struct bd_engine_view *view = &w->view;

    view->mailing_id = 0;
    view->accepted = w->out->accepted;
    view->deferred = w->out->deferred;
    view->refused = w->out->refused;
    view->unknown = w->out->unknown;
    view->sessions = w->state.sessions;
    view->connecting = w->state.connecting;
    view->next_due = w->dry && w->open + w->unstored == 0 ? w->next_due : 0;
    for (const struct job *job = w->jobs; job; job = job->next) {
        if (job->letters || !job->listed || view->mailing_id)
            continue;
        view->mailing_id = job->row.mailing_id;
        view->audience = job->row.audience;
        view->waiting = view->audience - job->accepted - job->refused -
                        job->unknown;
    }
    view->slow_count = w->state.slow_count;
    for (size_t i = 0; i < view->slow_count; i++) {
        (void)snprintf(view->slow[i].domain, sizeof view->slow[i].domain, "%s",
                       w->state.slow[i].domain);
        view->slow[i].wait_ms = w->state.slow[i].wait_ms;
    }
    if (w->store_failures == 0) {
        (void)snprintf(view->trouble, sizeof view->trouble, "%s",
                       w->state.trouble);
        view->trouble_lasts_ms = 0;
    }
    view->well = w->state.well;
    (void)snprintf(view->advice, sizeof view->advice, "%s", w->state.advice);
}

void view_show(struct writer *w, bool always)
{
    const struct bd_engine_options *o = w->options;
    int64_t now = engine_ms(w->engine);

    if (!o->progress || (now < w->next_view_ms && !always))
        return;
    w->next_view_ms = now + VIEW_MS;
    measure_rate(w, now);
    fill_view(w);
    if (o->progress(o->self, &w->view))
        return;
    w->hurried = true;
    if (atomic_load(&w->engine->stopping))
        return;
    w->out->stopped = true;
    atomic_store(&w->engine->stopping, true);
    bd_loop_wake(w->engine->loop);
}

/* check --links: the pages that the letter leads to, asked for. */
#include "brevduva/net/probe.h"
#include "check_facts.h"

#define CONNECT_MS 10000
#define WHOLE_MS   20000
#define USER_AGENT                                                             \
    "brevduva/" BD_VERSION " (checks the links of a newsletter before it "     \
    "is sent)"

static bd_str why_dead(struct app *app, const struct bd_probe *probe)
{
    switch (probe->end) {
    case BD_PROBE_GONE:
        return bd_arena_printf(app->arena,
                               _("the server says %d: there is no such page"),
                               probe->status);
    case BD_PROBE_NO_HOST:
        return bd_str_from(_("there is no server of that name"));
    case BD_PROBE_CIRCLE:
        return bd_str_from(_("it leads round in circles"));
    default:
        return bd_str_from(_("it leads on to what is no page on the web"));
    }
}

static bd_str why_unclear(struct app *app, const struct bd_probe *probe)
{
    switch (probe->end) {
    case BD_PROBE_REFUSED:
        return bd_arena_printf(
            app->arena,
            _("the server says %d: it does not answer everybody, or not now"),
            probe->status);
    case BD_PROBE_BROKEN:
        if (probe->status == 0)
            return bd_str_from(_("what answers there is no web server"));
        return bd_arena_printf(
            app->arena, _("the server says %d: something is wrong with it"),
            probe->status);
    case BD_PROBE_SLOW:
        return bd_arena_printf(app->arena, _("no answer came in %d seconds"),
                               WHOLE_MS / 1000);
    case BD_PROBE_NOT_ASKED:
        return bd_str_from(_("its server did not answer for other pages"));
    default:
        return bd_str_from(_("the server cannot be reached"));
    }
}

static void take(struct app *app, const struct bd_probe *probe,
                 struct bd_check_answer *out)
{
    switch (probe->end) {
    case BD_PROBE_THERE:
        out->heard = probe->moved ? BD_LINK_MOVED : BD_LINK_THERE;
        out->to = bd_str_from(probe->to);
        break;
    case BD_PROBE_GONE:
    case BD_PROBE_NO_HOST:
    case BD_PROBE_CIRCLE:
    case BD_PROBE_ASTRAY:
        out->heard = BD_LINK_DEAD;
        out->why = why_dead(app, probe);
        break;
    case BD_PROBE_CERTIFICATE:
        out->heard = BD_LINK_CERTIFICATE;
        break;
    default:
        out->heard = BD_LINK_UNCLEAR;
        out->why = why_unclear(app, probe);
        break;
    }
    if (out->why.len > 0 && probe->to)
        out->why = bd_arena_printf(app->arena, _("it leads to %s; there %.*s"),
                                   probe->to, BD_ARG(out->why));
}

static void show(void *self, size_t done, size_t total)
{
    progress_show(self, (int64_t)done, (int64_t)total);
}

enum bd_status check_links_ask(struct app *app, const struct bd_issue *issue,
                               struct bd_check_facts *facts)
{
    struct progress progress;
    const struct bd_probe_options options = {
        .user_agent = USER_AGENT,
        .connect_ms = CONNECT_MS,
        .whole_ms = WHOLE_MS,
        .progress = show,
        .self = &progress,
    };
    struct bd_check_answer *answers = NULL;
    struct bd_probe *probes = NULL;
    const bd_str *urls = NULL;
    size_t count = 0;

    bd_check_urls(app->arena, issue, &urls, &count);
    answers = BD_NEW_ARRAY(app->arena, count + 1, struct bd_check_answer);
    probes = BD_NEW_ARRAY(app->arena, count + 1, struct bd_probe);
    for (size_t i = 0; i < count; i++)
        probes[i].url = bd_arena_cstr(app->arena, urls[i]);
    progress_start(&progress, app->sys, _("asking"));
    if (bd_probe_all(app->arena, &options, probes, count, &app->err) != BD_OK)
        return app->err.code;
    progress_end(&progress);
    for (size_t i = 0; i < count; i++) {
        answers[i].url = urls[i];
        take(app, &probes[i], &answers[i]);
    }
    facts->asked = true;
    facts->answers = answers;
    facts->answer_count = count;
    return BD_OK;
}

#include <unistd.h>

#include "cli_private.h"

#define REDRAW_MS 100
#define BAR_WIDTH 24

void progress_start(struct progress *p, const struct bd_sys *sys,
                    const char *what)
{
    *p = (struct progress) { .on = isatty(STDERR_FILENO) == 1,
                             .sys = sys,
                             .what = what,
                             .started_ms = sys->monotonic_ms(sys->self) };
}

static void draw_bar(int64_t done, int64_t total)
{
    int64_t filled = total > 0 ? done * BAR_WIDTH / total : BAR_WIDTH;

    for (int64_t i = 0; i < BAR_WIDTH; i++)
        (void)fputs(i < filled ? "█" : "░", stderr);
}

static void draw_rest(int64_t elapsed_ms, int64_t done, int64_t total)
{
    int64_t left = done > 0 ? elapsed_ms * (total - done) / done / 1000 : 0;

    if (elapsed_ms < 1000 || done == 0)
        return;
    (void)fprintf(stderr, _("  %lld/s, %lld:%02lld left"),
                  (long long)(done * 1000 / elapsed_ms), (long long)(left / 60),
                  (long long)(left % 60));
}

void progress_show(struct progress *p, int64_t done, int64_t total)
{
    int64_t now = p->on ? p->sys->monotonic_ms(p->sys->self) : 0;

    if (!p->on || (now - p->shown_ms < REDRAW_MS && done < total))
        return;
    p->shown_ms = now;
    (void)fprintf(stderr, "\r%s ", p->what);
    draw_bar(done, total);
    (void)fprintf(stderr, " %lld/%lld", (long long)done, (long long)total);
    draw_rest(now - p->started_ms, done, total);
    (void)fputs("\033[K", stderr);
}

void progress_end(struct progress *p)
{
    if (p->on && p->shown_ms > 0)
        (void)fputc('\n', stderr);
}

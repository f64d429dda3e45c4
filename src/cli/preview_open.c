/* The browser of whoever sits here. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "preview_private.h"

static bool has_display(void)
{
    const char *x11 = getenv("DISPLAY");
    const char *wayland = getenv("WAYLAND_DISPLAY");

    return (x11 && *x11) || (wayland && *wayland);
}

/* What it says is nothing for our terminal, and Ctrl-C there is not for it. */
static _Noreturn void become_browser(const char *url)
{
    int nothing = open("/dev/null", O_RDWR);

    (void)setsid();
    for (int fd = 0; fd < 3 && nothing >= 0; fd++)
        (void)dup2(nothing, fd);
    (void)execlp("xdg-open", "xdg-open", url, (char *)NULL);
    _exit(127);
}

/* A child's child, so that nobody has to wait for it. The address stands on the
 * terminal, too: when this fails nothing is lost. */
void preview_open_browser(const char *url)
{
    pid_t child = has_display() ? fork() : -1;

    if (child == 0) {
        if (fork() == 0)
            become_browser(url);
        _exit(0);
    }
    if (child > 0)
        (void)waitpid(child, NULL, 0);
}

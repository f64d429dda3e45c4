#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli_private.h"

static volatile sig_atomic_t came;
static volatile sig_atomic_t came_at; /* seconds */
static atomic_bool flag;              /* the same as `came`, for layers */
static const char *volatile last_words;

static int seconds_now(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int)now.tv_sec;
}

/* Said in a signal handler, where only write() may be called. */
static void say_last_words(void)
{
    const char *text = last_words;

    if (text && write(STDERR_FILENO, text, strlen(text)) < 0)
        last_words = NULL; /* nobody reads it */
}

/* The second one ends the program. But who stops a service may tell all its
 * processes, and `run` then tells its own once more: two SIGTERM at once are
 * one. */
static void note(int number)
{
    if (came == SIGTERM && number == SIGTERM && seconds_now() - came_at <= 1)
        return;
    if (came) {
        say_last_words();
        (void)signal(number, SIG_DFL);
        (void)raise(number); /* comes when we return */
        return;
    }
    came_at = seconds_now();
    came = number;
    atomic_store(&flag, true);
}

/* No SA_RESTART: who sleeps wakes. */
void interrupt_watch(void)
{
    struct sigaction action = { .sa_handler = note };

    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

void interrupt_last_words(const char *text)
{
    last_words = text;
}

bool interrupt_came(void)
{
    return came != 0;
}

bool interrupt_from_keyboard(void)
{
    return came == SIGINT;
}

const atomic_bool *interrupt_flag(void)
{
    return &flag;
}

bool interrupt_sleep(int64_t ms)
{
    struct timespec rest = { .tv_sec = (time_t)(ms / 1000),
                             .tv_nsec = (long)(ms % 1000) * 1000000 };

    if (!came)
        (void)nanosleep(&rest, NULL);
    return !came;
}

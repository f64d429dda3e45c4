#include <signal.h>
#include <time.h>

#include "cli_private.h"

static volatile sig_atomic_t came;

static void note(int number)
{
    came = number;
}

/* SA_RESETHAND: the second one meets the default, which ends the program. No
 * SA_RESTART: who sleeps wakes. */
void interrupt_watch(void)
{
    struct sigaction action = { .sa_handler = note,
                                .sa_flags = (int)SA_RESETHAND };

    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

bool interrupt_came(void)
{
    return came != 0;
}

bool interrupt_sleep(int64_t ms)
{
    struct timespec rest = { .tv_sec = (time_t)(ms / 1000),
                             .tv_nsec = (long)(ms % 1000) * 1000000 };

    if (!came)
        (void)nanosleep(&rest, NULL);
    return !came;
}

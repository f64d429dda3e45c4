/*
 * The fake relay as a program: prints "ready PORT", serves until standard
 * input ends, then says what it did.
 */
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "server.h"

static const char usage[] =
    "Usage: fake_smtp [OPTION]...\n"
    "An SMTP server that does anything at any point, as a seed decides.\n"
    "  --seed N       the same seed, the same scripts (1)\n"
    "  --way WAY      lock-step, overlap, bdat: what it offers (any of them)\n"
    "  --calm         nothing goes wrong; also by SIGUSR1, until SIGUSR2\n"
    "  --honest       it never lies\n"
    "  --delay MS     before the reply to each message (0)\n"
    "  --port N       to listen at (any that is free)\n"
    "  --record FILE  \"MESSAGE-ID RECIPIENT\" for each message it takes\n";

/* Signals are taken here and nowhere else. */
static void block_signals(sigset_t *out)
{
    (void)sigemptyset(out);
    (void)sigaddset(out, SIGUSR1);
    (void)sigaddset(out, SIGUSR2);
    (void)pthread_sigmask(SIG_BLOCK, out, NULL);
}

/* Until standard input ends. */
static void wait_for_end(struct server *server, const sigset_t *signals)
{
    const struct timespec none = { 0 };
    struct pollfd in[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
                            { .events = POLLIN } };
    char octets[256];
    int number;

    in[1].fd = signalfd(-1, signals, SFD_CLOEXEC);
    for (;;) {
        (void)poll(in, 2, -1);
        while ((number = sigtimedwait(signals, NULL, &none)) > 0)
            server_set_calm(server, number == SIGUSR1);
        if (in[0].revents && read(STDIN_FILENO, octets, sizeof octets) <= 0)
            break;
    }
    (void)close(in[1].fd);
}

static enum script_way way_of(const char *word)
{
    if (!strcmp(word, "lock-step"))
        return SCRIPT_LOCK_STEP;
    if (!strcmp(word, "overlap"))
        return SCRIPT_OVERLAP;
    return strcmp(word, "bdat") ? SCRIPT_ANY : SCRIPT_BDAT;
}

static bool read_options(int argc, char **argv, struct server_options *out)
{
    static const struct option known[] = {
        { "seed", required_argument, NULL, 's' },
        { "way", required_argument, NULL, 'w' },
        { "calm", no_argument, NULL, 'c' },
        { "honest", no_argument, NULL, 'h' },
        { "delay", required_argument, NULL, 'd' },
        { "port", required_argument, NULL, 'p' },
        { "record", required_argument, NULL, 'r' },
        { 0 },
    };
    int option;

    *out = (struct server_options) { .seed = 1 };
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 's')
            out->seed = strtoull(optarg, NULL, 10);
        else if (option == 'w')
            out->way = way_of(optarg);
        else if (option == 'c')
            out->calm = true;
        else if (option == 'h')
            out->honest = true;
        else if (option == 'd')
            out->delay_ms = (unsigned)strtoul(optarg, NULL, 10);
        else if (option == 'p')
            out->port = (uint16_t)strtoul(optarg, NULL, 10);
        else if (option == 'r')
            out->record = optarg;
        else
            return false;
    }
    return optind == argc;
}

int main(int argc, char **argv)
{
    struct server_options options;
    struct server *server;
    struct server_tally tally;
    sigset_t signals;

    if (!read_options(argc, argv, &options)) {
        (void)fputs(usage, stderr);
        return 2;
    }
    block_signals(&signals);
    server = server_start(&options);
    (void)printf("ready %d\n", server_port(server));
    (void)fflush(stdout);
    wait_for_end(server, &signals);
    tally = server_tally(server);
    server_stop(server);
    (void)printf("%u sessions, %u copies taken\n", tally.sessions, tally.taken);
    if (tally.rude[0] != '\0')
        (void)printf("rude: %s\n", tally.rude);
    return tally.rude[0] == '\0' ? 0 : 1;
}

/*
 * The fake relay as a program: prints "ready PORT", serves until standard
 * input ends, then says what it did.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

static const char usage[] =
    "Usage: fake_smtp [OPTION]...\n"
    "An SMTP server that does anything at any point, as a seed decides.\n"
    "  --seed N       the same seed, the same scripts (1)\n"
    "  --way WAY      lock-step, overlap, bdat: what it offers (any of them)\n"
    "  --calm         nothing goes wrong\n"
    "  --delay MS     before the reply to each message (0)\n"
    "  --port N       to listen at (any that is free)\n"
    "  --record FILE  \"MESSAGE-ID RECIPIENT\" for each message it takes\n";

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
    char octets[256];

    if (!read_options(argc, argv, &options)) {
        (void)fputs(usage, stderr);
        return 2;
    }
    server = server_start(&options);
    (void)printf("ready %d\n", server_port(server));
    (void)fflush(stdout);
    while (read(STDIN_FILENO, octets, sizeof octets) > 0)
        ;
    tally = server_tally(server);
    server_stop(server);
    (void)printf("%u sessions, %u copies taken\n", tally.sessions, tally.taken);
    if (tally.rude[0] != '\0')
        (void)printf("rude: %s\n", tally.rude);
    return tally.rude[0] == '\0' ? 0 : 1;
}

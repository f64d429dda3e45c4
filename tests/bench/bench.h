/* What the programs of tests/bench share. */
#ifndef BREVDUVA_TESTS_BENCH_H
#define BREVDUVA_TESTS_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "brevduva/base/token.h"
#include "brevduva/compose/letter.h"

static inline void require(bool condition, const char *what)
{
    if (condition)
        return;
    (void)fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

static inline double seconds(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline double cpu_seconds(void)
{
    struct rusage used = { 0 };

    (void)getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* An issue as the village of docs/samples would send it. Ends the program
 * when it cannot be read. */
struct bench_letter {
    struct bd_issue issue;
    struct bd_letter_options options;
    struct bd_signer *signer; /* bd_signer_free */
};
void bench_letter_open(struct bd_arena *arena, const char *path,
                       struct bench_letter *out);

#endif

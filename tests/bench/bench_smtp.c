/*
 * Usage: bench_smtp WAY [COPIES] [OCTETS]
 * What the SMTP conversation itself costs: the machine against replies that
 * stand ready, no socket. WAY is lock-step, overlapped or the width of a BDAT
 * window. Prints copies a second; run it under callgrind for instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "brevduva/deliver/smtp.h"

static const char *const replies[] = {
    [BD_SMTP_RSET] = "250 2.0.0 Ok\r\n",
    [BD_SMTP_MAIL] = "250 2.1.0 Ok\r\n",
    [BD_SMTP_RCPT] = "250 2.1.5 Ok\r\n",
    [BD_SMTP_DATA] = "354 End data with <CR><LF>.<CR><LF>\r\n",
    [BD_SMTP_DOT] = "250 2.0.0 Ok: queued as 4ZbQ3n6Xk2z9rT\r\n",
    [BD_SMTP_QUIT] = "221 2.0.0 Bye\r\n",
};

static bd_str make_message(size_t size)
{
    char *bytes = malloc(size + 2);

    if (!bytes)
        abort();
    memset(bytes, 'x', size);
    memcpy(bytes + size, "\r\n", 2);
    return (bd_str) { bytes, size + 2 };
}

static size_t take_outcomes(struct bd_smtp *smtp)
{
    struct bd_smtp_outcome outcome;
    size_t count = 0;

    for (; bd_smtp_next(smtp, &outcome); count++)
        if (outcome.verdict != BD_SMTP_ACCEPTED || outcome.queue_id.len == 0)
            abort();
    return count;
}

static void converse(struct bd_smtp *smtp, const struct bd_outgoing *copy,
                     size_t copies)
{
    size_t started = 0;

    for (size_t done = 0; done < copies; done += take_outcomes(smtp)) {
        for (; started < copies && bd_smtp_room(smtp) > 0; started++)
            bd_smtp_start(smtp, copy);
        bd_smtp_sent(smtp, bd_smtp_output(smtp).len);
        do
            (void)bd_smtp_push(smtp,
                               bd_str_from(replies[bd_smtp_awaits(smtp)]));
        while (bd_smtp_is_busy(smtp) && bd_smtp_output(smtp).len == 0);
    }
}

static double seconds(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    size_t copies = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000000;
    bd_str bytes = make_message(argc > 3 ? strtoul(argv[3], NULL, 10) : 20000);
    struct bd_outgoing copy = {
        .envelope_from = BD_STR("studs+1a2b3c4d5e6f@brev.example"),
        .envelope_to = BD_STR("asa.oberg@skogsvik.example"),
        .size = bytes.len,
        .write = bd_outgoing_write_text,
        .self = &bytes,
    };
    struct bd_smtp_options options = { 0 };
    struct bd_smtp *smtp = NULL;
    double start = 0;

    if (argc < 2)
        return 2;
    options.lock_step = !strcmp(argv[1], "lock-step");
    options.window = (int)strtol(argv[1], NULL, 10);
    smtp = bd_smtp_new(BD_STR("mx.example\nPIPELINING\nCHUNKING\nSIZE 9999999"),
                       &options);
    start = seconds();
    converse(smtp, &copy, copies);
    (void)printf("%s: %.0f copies a second\n", argv[1],
                 (double)copies / (seconds() - start));
    bd_smtp_free(smtp);
    free((void *)(uintptr_t)bytes.ptr);
    return 0;
}

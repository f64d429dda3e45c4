/*
 * Opens a stream and does with it what it is told, one line of output each:
 *
 *   STATUS ERROR CAPABILITIES               (with tabs between)
 *   STATUS ERROR WHAT-CAME                  for each of the deeds
 *
 * Usage: talk URL [name=value …]
 * Names: ehlo, starttls (required, off), user, ca, auth, proxy, ms (patience).
 * Deeds, in order: sum=N (send that many octets; the relay says their hash),
 * give=N (take that many), say=COMMAND, shout=N (tell the relay to hang up, and
 * send so many all the same). The password comes from the
 * environment variable TALK_PASSWORD. Standard error has "put off N": how many
 * sends had to wait.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/buf.h"
#include "brevduva/net/loop.h"
#include "brevduva/net/stream.h"

#define PATIENCE_MS 20000
#define PATTERN     65521 /* octets until they repeat; peer.py knows them too */

struct talk {
    struct bd_stream *stream;
    struct bd_loop *loop;
    struct bd_buf came;
    unsigned put_off; /* sends that had to wait */
    enum bd_status status;
    struct bd_err err;
};

static const char *const status_names[] = {
    [BD_OK] = "ok",        [BD_EINVAL] = "invalid", [BD_EPARSE] = "parse",
    [BD_ENOENT] = "noent", [BD_EEXIST] = "exists",  [BD_ELIMIT] = "limit",
    [BD_ETEMP] = "later",  [BD_EFINAL] = "final",   [BD_EIO] = "io",
};

static const char *option(char **argv, const char *name)
{
    size_t len = strlen(name);

    for (char **arg = argv + 2; *arg; arg++)
        if (!strncmp(*arg, name, len) && (*arg)[len] == '=')
            return *arg + len + 1;
    return NULL;
}

static void print_line(const struct talk *talk, bd_str text)
{
    (void)printf("%s\t%s\t", status_names[talk->status],
                 talk->status == BD_OK ? "" : talk->err.msg);
    for (size_t i = 0; i < text.len; i++)
        (void)putchar(text.ptr[i] >= ' ' ? text.ptr[i] : ' ');
    (void)putchar('\n');
    (void)fflush(stdout);
}

/* What has come, for as long as something comes. */
static void take_in(struct talk *talk)
{
    enum bd_status rc = BD_OK;

    while (rc == BD_OK) {
        size_t n = 0;

        if (!bd_buf_reserve(&talk->came, 20000))
            abort();
        rc = bd_stream_receive(talk->stream, talk->came.ptr + talk->came.len,
                               20000, &n, &talk->err);
        talk->came.len += rc == BD_OK ? n : 0;
    }
    talk->status = rc == BD_ETEMP ? BD_OK : rc;
}

static void wait_for_more(struct talk *talk)
{
    void *ready = NULL;

    if (!bd_loop_wait(talk->loop, PATIENCE_MS, &ready, 1))
        talk->status = bd_fail(&talk->err, BD_ETEMP, "nothing happens");
}

/* All of it, and each time from another place in memory, with octets behind
 * it that were not there before: as from a buffer that grows. */
static void send_all(struct talk *talk, bd_str bytes)
{
    int fd = bd_stream_fd(talk->stream);
    size_t at = 0;
    size_t shown = bytes.len / 3 + 1;

    while (at < bytes.len && talk->status == BD_OK) {
        size_t len = shown - at;
        char *copy = malloc(len);
        size_t n = 0;
        enum bd_status rc = BD_OK;

        assert(copy);
        memcpy(copy, bytes.ptr + at, len);
        rc = bd_stream_send(talk->stream, (bd_str) { copy, len }, &n,
                            &talk->err);
        memset(copy, 'X', len);
        free(copy);
        at += n;
        talk->put_off += rc == BD_ETEMP;
        if (rc != BD_OK && rc != BD_ETEMP)
            talk->status = rc;
        bd_loop_want_write(talk->loop, fd, talk, at < shown);
        if (rc == BD_ETEMP)
            wait_for_more(talk);
        shown += (bytes.len - shown < 777 || at == shown) ? bytes.len - shown
                                                          : 777;
    }
    bd_loop_want_write(talk->loop, fd, talk, false);
}

static void receive(struct talk *talk, size_t want)
{
    while (talk->status == BD_OK && talk->came.len < want) {
        take_in(talk);
        if (talk->status == BD_OK && talk->came.len < want)
            wait_for_more(talk);
    }
}

/* Until the last line is whole. */
static bd_str receive_line(struct talk *talk)
{
    while (talk->status == BD_OK &&
           !bd_str_ends(bd_buf_str(&talk->came), BD_STR("\n")))
        receive(talk, talk->came.len + 1);
    return bd_str_trim(bd_buf_str(&talk->came));
}

static void say(struct talk *talk, const char *command, size_t number)
{
    char line[200];

    (void)snprintf(line, sizeof line, command, number);
    send_all(talk, bd_str_from(line));
}

static char pattern(size_t i)
{
    i %= PATTERN;
    return (char)(unsigned char)((i * 31 + (i >> 8)) & 0xff);
}

static void do_sum(struct talk *talk, const char *command, size_t size)
{
    struct bd_buf bytes;

    bd_buf_init(&bytes, 0);
    for (size_t i = 0; i < size; i++)
        bd_buf_add_char(&bytes, pattern(i));
    say(talk, command, size);
    if (talk->status == BD_OK)
        send_all(talk, bd_buf_str(&bytes));
    print_line(talk, receive_line(talk));
    bd_buf_fini(&bytes);
}

static void do_give(struct talk *talk, size_t size)
{
    size_t at = 0;

    say(talk, "GIVE %zu\r\n", size);
    receive(talk, size);
    while (at < talk->came.len && talk->came.ptr[at] == pattern(at))
        at++;
    print_line(talk, at == size ? BD_STR("all") : BD_STR("other octets"));
}

static void do_deed(struct talk *talk, const char *deed)
{
    const char *value = strchr(deed, '=');
    size_t number = value ? strtoul(value + 1, NULL, 10) : 0;

    bd_buf_clear(&talk->came);
    if (!strncmp(deed, "sum=", 4)) {
        do_sum(talk, "SUM %zu\r\n", number);
    } else if (!strncmp(deed, "shout=", 6)) {
        do_sum(talk, "CLOSE %zu\r\n", number);
    } else if (!strncmp(deed, "give=", 5)) {
        do_give(talk, number);
    } else if (!strncmp(deed, "say=", 4)) {
        send_all(talk, bd_str_from(value + 1));
        send_all(talk, BD_STR("\r\n"));
        print_line(talk, receive_line(talk));
    }
}

static struct bd_stream_options read_options(char **argv)
{
    const char *starttls = option(argv, "starttls");
    const char *ehlo = option(argv, "ehlo");
    const char *ms = option(argv, "ms");

    return (struct bd_stream_options) {
        .url = argv[1],
        .ehlo_name = ehlo ? ehlo : "brev.example.org",
        .starttls = starttls && !strcmp(starttls, "off") ? BD_STARTTLS_OFF
                                                         : BD_STARTTLS_REQUIRED,
        .username = option(argv, "user"),
        .password = getenv("TALK_PASSWORD"),
        .ca_file = option(argv, "ca"),
        .auth = option(argv, "auth"),
        .proxy = option(argv, "proxy"),
        .connect_timeout_ms = ms ? strtol(ms, NULL, 10) : 10000,
    };
}

int main(int argc, char **argv)
{
    struct talk talk = { 0 };
    struct bd_stream_options options;

    if (argc < 2)
        return 2;
    options = read_options(argv);
    bd_buf_init(&talk.came, 0);
    talk.status = bd_stream_open(&options, &talk.stream, &talk.err);
    print_line(&talk,
               talk.stream ? bd_stream_capabilities(talk.stream) : BD_STR_NONE);
    if (talk.status == BD_OK &&
        (bd_loop_new(&talk.loop, NULL) != BD_OK ||
         bd_loop_add(talk.loop, bd_stream_fd(talk.stream), &talk, NULL) !=
             BD_OK))
        return 2;
    for (char **arg = argv + 2; *arg && talk.status == BD_OK; arg++)
        do_deed(&talk, *arg);
    (void)fprintf(stderr, "put off %u\n", talk.put_off);
    bd_loop_free(talk.loop);
    bd_stream_close(talk.stream);
    bd_buf_fini(&talk.came);
    return 0;
}

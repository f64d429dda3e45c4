/*
 * Sends a mailing to a relay and prints what the ledger says of each copy:
 *
 *   STATUS STATE CODE ENHANCED QUEUE-ID TEXT ERROR      (with tabs between)
 *
 * STATUS and ERROR are the run's and stand in each line.
 *
 * Usage: handover URL COPIES [name=value …]
 * Names: folder, ehlo, starttls (required, off), user, ca, to, size (of the
 * message), patience (milliseconds for everything), sessions, chunking, rate
 * (copies a second), auth, proxy. The password comes from the environment
 * variable HANDOVER_PASSWORD, and when it is asked for anew from
 * HANDOVER_NEW_PASSWORD.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "brevduva/deliver/engine.h"
#include "reliability/news.h"

static const char *const status_names[] = {
    [BD_OK] = "ok",        [BD_EINVAL] = "invalid", [BD_EPARSE] = "parse",
    [BD_ENOENT] = "noent", [BD_EEXIST] = "exists",  [BD_ELIMIT] = "limit",
    [BD_ETEMP] = "later",  [BD_EFINAL] = "final",   [BD_EIO] = "io",
};

static const char *option(int argc, char **argv, const char *name)
{
    size_t len = strlen(name);

    for (int i = 3; i < argc; i++)
        if (!strncmp(argv[i], name, len) && argv[i][len] == '=')
            return argv[i] + len + 1;
    return NULL;
}

static long number(int argc, char **argv, const char *name, long otherwise)
{
    const char *text = option(argc, argv, name);

    return text ? strtol(text, NULL, 10) : otherwise;
}

static enum bd_status renew(void *self, struct bd_arena *arena, bd_str *out,
                            struct bd_err *err)
{
    const char *password = getenv("HANDOVER_NEW_PASSWORD");

    (void)self;
    (void)err;
    if (password)
        *out = bd_arena_copy(arena, bd_str_from(password));
    return password ? BD_OK : BD_ENOENT;
}

static struct bd_relay_options read_options(int argc, char **argv)
{
    const char *patience = option(argc, argv, "patience");
    const char *starttls = option(argc, argv, "starttls");
    const char *ehlo = option(argc, argv, "ehlo");
    long ms = patience ? strtol(patience, NULL, 10) : 5000;
    long rate = number(argc, argv, "rate", 0);

    return (struct bd_relay_options) {
        .url = argv[1],
        .folder = option(argc, argv, "folder"),
        .ehlo_name = ehlo ? ehlo : "brev.example.org",
        .starttls = starttls && !strcmp(starttls, "off") ? BD_STARTTLS_OFF
                                                         : BD_STARTTLS_REQUIRED,
        .username = option(argc, argv, "user"),
        .password = getenv("HANDOVER_PASSWORD"),
        .renew_password = renew,
        .ca_file = option(argc, argv, "ca"),
        .patience = { ms, ms, ms, ms, ms },
        .auth = option(argc, argv, "auth"),
        .proxy = option(argc, argv, "proxy"),
        .priority = 1,
        .weight = 1,
        .sessions = (int)number(argc, argv, "sessions", 1),
        .chunking = (int)number(argc, argv, "chunking", 0),
        .limits = { { { rate, 1000 } }, rate > 0 },
    };
}

/* One log row; `self` is what the run ended with. */
static enum bd_status print_row(void *self, const struct bd_log_row *r,
                                struct bd_err *err)
{
    const struct bd_err *end = self;

    (void)err;
    (void)printf("%s\t%s\t%d\t%.*s\t%.*s\t%.*s\t%s\n", status_names[end->code],
                 bd_delivery_state_names[r->state], r->reply_code,
                 BD_ARG(r->enhanced), BD_ARG(r->queue_id),
                 BD_ARG(r->reply_text), end->msg);
    return BD_OK;
}

static void hand_over(int argc, char **argv, struct news *news)
{
    struct bd_relay_options relay = read_options(argc, argv);
    struct bd_engine_options options = {
        .sys = news->sys,
        .store = news->store,
        .actor = { .channel = BD_STR("cli") },
        .relays = &relay,
        .relay_count = 1,
        .mailing_id = news->mailing,
        .retry_first = 900,
        .retry_network = 60,
        .retry_for = 172800,
    };
    struct bd_engine_result result;
    const struct bd_log_filter all = { .mailing_id = news->mailing };
    struct bd_err end = { 0 };

    end.code = bd_engine_run(&options, &result, &end);
    if (end.code == BD_OK)
        end.msg[0] = '\0';
    news_must(news,
              bd_log_each(news->store, &all, print_row, &end, &news->err));
}

static void remove_folder(const char *folder)
{
    static const char *const files[] = { "brevduva.db", "brevduva.db-wal",
                                         "brevduva.db-shm" };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[100];

        (void)snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/bd-handover-XXXXXX";
    struct news news = { 0 };

    if (argc < 3 || !mkdtemp(folder))
        return 2;
    news.to = option(argc, argv, "to");
    news_make(&news, folder, (unsigned)strtoul(argv[2], NULL, 10),
              (size_t)number(argc, argv, "size", 300));
    hand_over(argc, argv, &news);
    news_close(&news);
    remove_folder(folder);
    return 0;
}

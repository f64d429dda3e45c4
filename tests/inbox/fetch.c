/*
 * Opens a source and does with it what it is told, a line of output each:
 * STATUS, message, and what came of it, with tabs between.
 *
 * Usage: fetch URL [name=value …]
 * Names: user, auth, ca, starttls (off), folder, handled, aside, flag (1),
 * patience (seconds), memory (a file). The password comes from the
 * environment variable FETCH_PASSWORD.
 *
 * Deeds, one a line on standard input:
 *   next          a mail: its name, size, octets, hash, and "feared" or "-"
 *   whole MAX     all of it: octets, hash
 *   handled, aside, leave, later
 *   drain         all that there are, as handled: how many, memory in kB
 *   wait POLL MAX
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "brevduva/base/file.h"
#include "brevduva/base/hash.h"
#include "brevduva/inbox/source.h"

static const char *const status_names[] = {
    [BD_OK] = "ok",        [BD_EINVAL] = "invalid", [BD_EPARSE] = "parse",
    [BD_ENOENT] = "noent", [BD_EEXIST] = "exists",  [BD_ELIMIT] = "limit",
    [BD_ETEMP] = "later",  [BD_EFINAL] = "final",   [BD_EIO] = "io",
};

struct fetch {
    struct bd_source *source;
    struct bd_arena *arena; /* of the deed */
    struct bd_source_mail mail;
    struct bd_err err;
};

static const char *option(char **argv, const char *name)
{
    size_t len = strlen(name);

    for (char **arg = argv + 2; *arg; arg++)
        if (!strncmp(*arg, name, len) && (*arg)[len] == '=')
            return *arg + len + 1;
    return NULL;
}

static enum bd_status load(void *self, struct bd_arena *arena, bd_str name,
                           bd_str *out, struct bd_err *err)
{
    (void)name;
    *out = BD_STR_NONE;
    if (!bd_file_exists(self))
        return BD_OK;
    return bd_file_read(arena, self, BD_SOURCE_MEMORY_MAX, out, err);
}

static enum bd_status save(void *self, bd_str name, bd_str text,
                           struct bd_err *err)
{
    (void)name;
    return bd_file_replace(self, text, 0600, err);
}

static void print_status(const struct fetch *fetch, enum bd_status rc)
{
    (void)printf("%s\t%s", status_names[rc], rc == BD_OK ? "" : fetch->err.msg);
}

static void print_bytes(const struct fetch *fetch, bd_str bytes)
{
    (void)printf("\t%zu\t%s", bytes.len,
                 bd_sha256_hex(fetch->arena, bytes).ptr);
}

static void do_next(struct fetch *fetch)
{
    bd_str withheld = BD_STR_NONE;
    enum bd_status rc = bd_source_next(fetch->source, &fetch->mail,
                                       &fetch->err);

    print_status(fetch, rc);
    if (rc != BD_OK) {
        if (bd_source_withheld(fetch->source, &withheld) > 0)
            (void)printf("\twithheld %.*s", BD_ARG(withheld));
        return;
    }
    (void)printf("\t%.*s\t%llu", BD_ARG(fetch->mail.name),
                 (unsigned long long)fetch->mail.size);
    print_bytes(fetch, fetch->mail.bytes);
    (void)printf("\t%s", fetch->mail.feared ? "feared" : "-");
}

static void do_whole(struct fetch *fetch, const char *max)
{
    bd_str bytes = BD_STR_NONE;
    enum bd_status rc = bd_source_whole(fetch->source, fetch->arena,
                                        strtoul(max, NULL, 10), &bytes,
                                        &fetch->err);

    print_status(fetch, rc);
    if (rc == BD_OK)
        print_bytes(fetch, bytes);
}

static void do_drain(struct fetch *fetch)
{
    size_t count = 0;
    struct rusage use = { 0 };
    enum bd_status rc = BD_OK;

    while (rc == BD_OK) {
        rc = bd_source_next(fetch->source, &fetch->mail, &fetch->err);
        if (rc == BD_OK)
            rc = bd_source_settle(fetch->source, BD_SETTLE_HANDLED,
                                  &fetch->err);
        count += rc == BD_OK;
    }
    (void)getrusage(RUSAGE_SELF, &use);
    print_status(fetch, rc == BD_ENOENT ? BD_OK : rc);
    (void)printf("\t%zu\t%ld", count, use.ru_maxrss);
}

static void do_wait(struct fetch *fetch, const char *args)
{
    char *rest = NULL;
    long poll_s = strtol(args, &rest, 10);
    long max_s = strtol(rest, NULL, 10);

    print_status(fetch,
                 bd_source_wait(fetch->source, poll_s, max_s, &fetch->err));
}

static void do_settle(struct fetch *fetch, const char *word)
{
    enum bd_settle how = BD_SETTLE_HANDLED;

    if (!strcmp(word, "aside"))
        how = BD_SETTLE_ASIDE;
    else if (!strcmp(word, "leave"))
        how = BD_SETTLE_LEAVE;
    else if (!strcmp(word, "later"))
        how = BD_SETTLE_LATER;
    print_status(fetch, bd_source_settle(fetch->source, how, &fetch->err));
}

static void do_deed(struct fetch *fetch, const char *deed)
{
    bd_arena_clear(fetch->arena);
    fetch->err.msg[0] = '\0';
    if (!strcmp(deed, "next"))
        do_next(fetch);
    else if (!strcmp(deed, "drain"))
        do_drain(fetch);
    else if (!strncmp(deed, "whole ", 6))
        do_whole(fetch, deed + 6);
    else if (!strncmp(deed, "wait ", 5))
        do_wait(fetch, deed + 5);
    else
        do_settle(fetch, deed);
    (void)printf("\n");
    (void)fflush(stdout);
}

static const char *or_else(const char *text, const char *other)
{
    return text ? text : other;
}

static struct bd_source_options read_options(char **argv)
{
    const char *patience = option(argv, "patience");

    return (struct bd_source_options) {
        .url = argv[1],
        .username = option(argv, "user"),
        .password = getenv("FETCH_PASSWORD"),
        .auth = option(argv, "auth"),
        .ca_file = option(argv, "ca"),
        .starttls_off = option(argv, "starttls") != NULL,
        .folder = or_else(option(argv, "folder"), "INBOX"),
        .handled = or_else(option(argv, "handled"), "Behandlat"),
        .unreadable = or_else(option(argv, "aside"), "Svårläst"),
        .flag = option(argv, "flag") != NULL,
        .patience_s = patience ? strtol(patience, NULL, 10) : 20,
        .sys = bd_sys_real(),
    };
}

int main(int argc, char **argv)
{
    struct bd_source_options options;
    struct bd_source_memory memory = { load, save, NULL };
    struct fetch fetch = { 0 };
    char line[200];
    enum bd_status rc = BD_OK;

    if (argc > 0 && !strcmp(argv[0], BD_FETCHER_NAME))
        bd_fetcher_main();
    if (argc < 2)
        return 2;
    options = read_options(argv);
    memory.self = (void *)(uintptr_t)option(argv, "memory");
    if (memory.self)
        options.memory = &memory;
    fetch.arena = bd_arena_new();
    rc = bd_source_open(&options, &fetch.source, &fetch.err);
    print_status(&fetch, rc);
    (void)printf("\n");
    (void)fflush(stdout);
    if (!strcmp(argv[1], "-") && rc == BD_OK) {
        do_deed(&fetch, "next");
        do_deed(&fetch, "whole 100000000");
        do_deed(&fetch, "handled");
        do_deed(&fetch, "next");
    }
    while (rc == BD_OK && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        do_deed(&fetch, line);
    }
    bd_source_close(fetch.source);
    bd_arena_free(fetch.arena);
    return 0;
}

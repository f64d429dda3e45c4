/*
 * Hands copies over to a relay and prints what became of each, one line:
 *
 *   STATUS STATE CODE ENHANCED QUEUE-ID TEXT ERROR      (with tabs between)
 *
 * Usage: handover URL COPIES [name=value …]
 * Names: folder, ehlo, starttls (required, off), user, ca, to, size (of the
 * message), patience (milliseconds for everything). The password comes from
 * the environment variable HANDOVER_PASSWORD.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/buf.h"
#include "brevduva/deliver/relay.h"

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

static struct bd_relay_options read_options(int argc, char **argv)
{
    const char *patience = option(argc, argv, "patience");
    const char *starttls = option(argc, argv, "starttls");
    const char *ehlo = option(argc, argv, "ehlo");
    long ms = patience ? strtol(patience, NULL, 10) : 5000;

    return (struct bd_relay_options) {
        .url = argv[1],
        .folder = option(argc, argv, "folder"),
        .ehlo_name = ehlo ? ehlo : "brev.example.org",
        .starttls = starttls && !strcmp(starttls, "off") ? BD_STARTTLS_OFF
                                                         : BD_STARTTLS_REQUIRED,
        .username = option(argc, argv, "user"),
        .password = getenv("HANDOVER_PASSWORD"),
        .ca_file = option(argc, argv, "ca"),
        .patience = { ms, ms, ms, ms, ms },
    };
}

static void write_message(struct bd_buf *out, long number, size_t size)
{
    bd_buf_clear(out);
    bd_buf_printf(out, "Message-ID: <1.%ld.test@brev.example.org>\r\n\r\n",
                  number);
    while (out->len < size)
        bd_buf_add_cstr(out, "Hej. Hej.\r\n=2EHej\r\n");
}

static void print_line(enum bd_status rc, const struct bd_receipt *r,
                       const struct bd_err *err)
{
    (void)printf("%s\t%s\t%d\t%.*s\t%.*s\t%.*s\t%s\n", status_names[rc],
                 bd_delivery_state_names[r->state], r->reply_code,
                 BD_ARG(r->enhanced), BD_ARG(r->queue_id),
                 BD_ARG(r->reply_text), rc == BD_OK ? "" : err->msg);
    (void)fflush(stdout);
}

static void hand_over(struct bd_relay *relay, long number, const char *to,
                      size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_err err = { 0 };
    struct bd_receipt receipt;
    struct bd_buf message;
    struct bd_copy copy = { .envelope_from = BD_STR("brev@example.org") };
    bd_str bytes;
    enum bd_status rc = BD_OK;

    bd_buf_init(&message, 0);
    write_message(&message, number, size);
    copy.envelope_to = to ? bd_str_from(to)
                          : bd_arena_printf(arena, "reader%ld@example.org",
                                            number);
    copy.message_id = bd_arena_printf(arena, "1.%ld.test@brev.example.org",
                                      number);
    bytes = bd_buf_str(&message);
    copy.size = bytes.len;
    copy.write = bd_copy_write_text;
    copy.self = &bytes;
    rc = bd_relay_deliver(arena, relay, &copy, &receipt, &err);
    print_line(rc, &receipt, &err);
    bd_buf_fini(&message);
    bd_arena_free(arena);
}

int main(int argc, char **argv)
{
    struct bd_relay_options options;
    struct bd_relay *relay = NULL;
    struct bd_err err = { 0 };
    const char *size = NULL;

    if (argc < 3)
        return 2;
    options = read_options(argc, argv);
    size = option(argc, argv, "size");
    if (bd_relay_new(&options, &relay, &err) != BD_OK) {
        (void)printf("%s\t\t\t\t\t\t%s\n", status_names[err.code], err.msg);
        return 1;
    }
    (void)fprintf(stderr, "%s\n", bd_relay_name(relay));
    for (long i = 1; i <= strtol(argv[2], NULL, 10); i++)
        hand_over(relay, i, option(argc, argv, "to"),
                  size ? strtoul(size, NULL, 10) : 300);
    bd_relay_free(relay);
    return 0;
}

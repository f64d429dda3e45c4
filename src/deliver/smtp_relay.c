#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/sys.h"
#include "brevduva/deliver/smtp.h"
#include "relay_private.h"

/* Octets that must leave within one block deadline. */
#define BLOCK (64 * 1024)
/* A relay that hangs up while we write has often said why. */
#define LAST_WORDS_MS 1000
/* Nobody waits long for a goodbye. */
#define QUIT_MS 2000

struct smtp_relay {
    const struct bd_relay_options *options;
    struct bd_relay_patience patience;
    struct bd_stream *stream; /* NULL: not connected */
    struct bd_smtp *smtp;     /* NULL: not connected */
};

static void set_patience(long *time, long otherwise)
{
    if (*time <= 0)
        *time = otherwise;
}

static enum bd_status open_relay(const struct bd_relay_options *options,
                                 char *name, void **out, struct bd_err *err)
{
    struct smtp_relay *relay = NULL;
    struct bd_relay_patience *p = NULL;
    enum bd_status rc = bd_url_public(options->url, name, err);

    if (rc != BD_OK)
        return rc;
    if (!options->ehlo_name || !*options->ehlo_name)
        return bd_fail(err, BD_EINVAL,
                       _("the relay must be told our own host name; set "
                         "relay.ehlo_name"));
    relay = calloc(1, sizeof *relay);
    if (!relay)
        abort();
    relay->options = options;
    relay->patience = options->patience;
    p = &relay->patience;
    set_patience(&p->connect, 60 * 1000);
    set_patience(&p->envelope, 5 * 60 * 1000);
    set_patience(&p->data, 2 * 60 * 1000);
    set_patience(&p->block, 3 * 60 * 1000);
    set_patience(&p->dot, 10 * 60 * 1000);
    *out = relay;
    return BD_OK;
}

static int64_t now_ms(void)
{
    const struct bd_sys *sys = bd_sys_real();

    return sys->monotonic_ms(sys->self);
}

static long patience_for(const struct smtp_relay *relay,
                         enum bd_smtp_stage stage)
{
    switch (stage) {
    case BD_SMTP_DATA:
        return relay->patience.data;
    case BD_SMTP_DOT:
        return relay->patience.dot;
    case BD_SMTP_QUIT:
        return QUIT_MS;
    default:
        return relay->patience.envelope;
    }
}

/* Read until a reply is whole; the deadline is for all of it, so that a
 * relay that sends an octet a minute does not hold us for ever. */
static enum bd_status read_reply(struct smtp_relay *relay, long patience,
                                 struct bd_err *err)
{
    int64_t until = now_ms() + patience;
    char bytes[4096];

    for (;;) {
        int64_t left = until - now_ms();
        size_t len = 0;
        enum bd_status rc = bd_stream_read(relay->stream, bytes, sizeof bytes,
                                           left > 0 ? (long)left : 0, &len,
                                           err);

        if (rc != BD_OK)
            return rc;
        if (bd_smtp_push(relay->smtp, (bd_str) { bytes, len }))
            return BD_OK;
        if (now_ms() >= until)
            return bd_fail(err, BD_ETEMP,
                           _("the relay did not come to the end of its "
                             "answer in time"));
    }
}

static enum bd_status write_output(struct smtp_relay *relay, struct bd_err *err)
{
    bd_str output = bd_smtp_output(relay->smtp);

    while (output.len > 0) {
        size_t sent = 0;
        enum bd_status rc = bd_stream_write(relay->stream,
                                            bd_str_sub(output, 0, BLOCK),
                                            relay->patience.block, &sent, err);

        bd_smtp_sent(relay->smtp, sent);
        if (rc != BD_OK)
            return rc;
        output = bd_smtp_output(relay->smtp);
    }
    return BD_OK;
}

/* Write what is to be written and read what is owed, to the end. */
static void converse(struct smtp_relay *relay)
{
    struct bd_smtp *smtp = relay->smtp;

    while (bd_smtp_is_busy(smtp)) {
        struct bd_err err = { 0 };
        struct bd_err ignored = { 0 };
        enum bd_status rc = write_output(relay, &err);

        if (rc != BD_OK) {
            while (bd_smtp_is_busy(smtp) &&
                   read_reply(relay, LAST_WORDS_MS, &ignored) == BD_OK)
                ;
        } else {
            rc = read_reply(relay, patience_for(relay, bd_smtp_awaits(smtp)),
                            &err);
        }
        if (rc != BD_OK)
            bd_smtp_end(smtp, err.msg);
    }
}

static void close_session(struct smtp_relay *relay)
{
    if (relay->smtp && !bd_smtp_is_busy(relay->smtp)) {
        bd_smtp_quit(relay->smtp); /* nothing, if the session has ended */
        converse(relay);
    }
    bd_smtp_free(relay->smtp);
    bd_stream_close(relay->stream);
    relay->smtp = NULL;
    relay->stream = NULL;
}

static void close_relay(void *self)
{
    if (self)
        close_session(self);
    free(self);
}

static enum bd_status open_session(struct smtp_relay *relay, struct bd_err *err)
{
    static const struct bd_smtp_options smtp_options = { 0 };
    const struct bd_relay_options *o = relay->options;
    struct bd_stream_options options = {
        .url = o->url,
        .ehlo_name = o->ehlo_name,
        .starttls = o->starttls,
        .username = o->username,
        .password = o->password,
        .ca_file = o->ca_file,
        .connect_timeout_ms = relay->patience.connect,
    };
    enum bd_status rc = BD_OK;

    close_session(relay);
    rc = bd_stream_open(&options, &relay->stream, err);
    if (rc == BD_OK)
        relay->smtp = bd_smtp_new(bd_stream_capabilities(relay->stream),
                                  &smtp_options);
    return rc;
}

static bool has_session(const struct smtp_relay *relay)
{
    return relay->smtp && bd_smtp_room(relay->smtp) > 0 &&
           bd_stream_is_quiet(relay->stream);
}

static struct bd_smtp_outcome hand_over(struct smtp_relay *relay,
                                        const struct bd_copy *copy)
{
    struct bd_smtp_outcome outcome = { .verdict = BD_SMTP_LOST };

    bd_smtp_start(relay->smtp, copy);
    converse(relay);
    (void)bd_smtp_next(relay->smtp, &outcome);
    return outcome;
}

/* Relays end a session after some number of messages, or of minutes: that is
 * not this copy's fault, and it was certainly not accepted. */
static bool is_end_of_session(const struct bd_smtp_outcome *outcome)
{
    return outcome->verdict == BD_SMTP_LOST ||
           (outcome->code == 421 && outcome->stage != BD_SMTP_DOT);
}

static enum bd_status report(struct bd_arena *arena,
                             const struct bd_smtp_outcome *outcome,
                             struct bd_receipt *out, struct bd_err *err)
{
    static const enum bd_delivery_state states[] = {
        [BD_SMTP_ACCEPTED] = BD_DELIVERY_ACCEPTED,
        [BD_SMTP_DEFERRED] = BD_DELIVERY_DEFERRED,
        [BD_SMTP_REFUSED] = BD_DELIVERY_REFUSED,
        [BD_SMTP_BARRED] = BD_DELIVERY_DEFERRED,
        [BD_SMTP_LOST] = BD_DELIVERY_DEFERRED,
        [BD_SMTP_UNKNOWN] = BD_DELIVERY_UNKNOWN,
    };

    out->state = states[outcome->verdict];
    out->reply_code = outcome->code;
    out->enhanced = bd_arena_copy(arena, outcome->enhanced);
    out->reply_text = bd_arena_copy(arena, outcome->text);
    out->queue_id = bd_arena_copy(arena, outcome->queue_id);
    if (outcome->verdict != BD_SMTP_BARRED)
        return BD_OK;
    if (!outcome->code)
        return bd_fail(err, BD_EFINAL, "%.*s: %.*s", BD_ARG(out->relay),
                       BD_ARG(out->reply_text));
    return bd_fail(err, BD_EFINAL,
                   _("%.*s refuses the newsletter, and not only this reader: "
                     "%d %.*s %.*s"),
                   BD_ARG(out->relay), out->reply_code, BD_ARG(out->enhanced),
                   BD_ARG(out->reply_text));
}

static enum bd_status deliver_copy(struct bd_arena *arena, void *self,
                                   const struct bd_copy *copy,
                                   struct bd_receipt *out, struct bd_err *err)
{
    struct smtp_relay *relay = self;
    bool reused = has_session(relay);
    struct bd_smtp_outcome outcome;
    enum bd_status rc = BD_OK;

    if (!reused && (rc = open_session(relay, err)) != BD_OK)
        return rc;
    outcome = hand_over(relay, copy);
    if (reused && is_end_of_session(&outcome)) {
        rc = open_session(relay, err);
        if (rc != BD_OK)
            return rc;
        outcome = hand_over(relay, copy);
    }
    return report(arena, &outcome, out, err);
}

const struct relay_kind relay_smtp = {
    BD_STR_INIT("smtp://"),
    open_relay,
    deliver_copy,
    close_relay,
};

const struct relay_kind relay_smtps = {
    BD_STR_INIT("smtps://"),
    open_relay,
    deliver_copy,
    close_relay,
};

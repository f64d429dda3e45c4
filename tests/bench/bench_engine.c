/*
 * Usage: bench_engine DATABASE ISSUE.md PORT SESSIONS LIMIT [WORD ...]
 *
 * Send the issue to the first list of the database with the engine alone:
 * compiled, frozen and started before the clock runs. Words:
 *
 *   chunking=N   messages under way by BDAT; 0: DATA
 *   ca=FILE      STARTTLS, verified against it
 *   full, text   both parts, or plain text alone
 *
 * Prints one line of JSON. Linked with store_off.c instead of the store, it
 * sends the same copies without a ledger: that one is called engine_off.
 */
#include <string.h>

#include "bench.h"

#include "brevduva/deliver/engine.h"
#include "brevduva/store/list.h"

struct bench {
    struct bd_arena *arena;
    struct bench_letter letter;
    struct bd_store *store;
    struct bd_relay_options relay;
    enum bd_letter_format format;
    int64_t limit;
    struct bd_err err;
};

static void must(const struct bench *b, enum bd_status rc)
{
    require(rc == BD_OK, b->err.msg);
}

static void read_word(struct bench *b, const char *word)
{
    if (!strncmp(word, "chunking=", 9)) {
        b->relay.chunking = (int)strtol(word + 9, NULL, 10);
    } else if (!strncmp(word, "ca=", 3)) {
        b->relay.ca_file = word + 3;
        b->relay.starttls = BD_STARTTLS_REQUIRED;
    } else {
        b->format = strcmp(word, "text") ? BD_LETTER_FULL : BD_LETTER_TEXT_ONLY;
    }
}

static bd_str frozen(struct bench *b)
{
    struct bd_message message;
    struct bd_buf bytes;
    bd_str kept = BD_STR_NONE;

    must(b, bd_letter_compile(b->arena, &b->letter.issue, &b->letter.options,
                              b->format, &message, &b->err));
    bd_buf_init(&bytes, 0);
    bd_message_freeze(&message, &bytes);
    kept = bd_buf_copy(&bytes, b->arena);
    bd_buf_fini(&bytes);
    return kept;
}

static int64_t start(struct bench *b, int64_t now)
{
    const struct bd_actor actor = { .channel = BD_STR("cli"), .now = now };
    struct bd_issue_row issue = { .slug = BD_STR("bench"),
                                  .title = BD_STR("Bench"),
                                  .source = BD_STR("#"),
                                  .source_hash = BD_STR("abc") };
    struct bd_mailing mailing = {
        .message_id_salt = BD_STR("0a1b2c3d4e5f"),
        .message_id_domain = BD_STR("hyttvik.example"),
        .envelope_from = b->letter.options.from_email,
        .state = BD_MAILING_SENDING,
        .asked_by = BD_STR("eva"),
        .created_at = now,
        .limit = b->limit,
    };
    struct bd_list list;
    int64_t id = 0;

    issue.message = issue.message_text = frozen(b);
    must(b, bd_list_find(b->arena, b->store, BD_STR_NONE, &list, &b->err));
    mailing.list_id = list.id;
    must(b, bd_mailing_start(b->store, &issue, &mailing, &actor, &id, &b->err));
    return id;
}

static void send_all(struct bench *b)
{
    const struct bd_sys *sys = bd_sys_real();
    const struct bd_engine_options options = {
        .sys = sys,
        .store = b->store,
        .signer = b->letter.signer,
        .actor = { .channel = BD_STR("cli"), .now = sys->now(sys->self) },
        .relays = &b->relay,
        .relay_count = 1,
        .end = BD_ENGINE_WHEN_IDLE,
        .mailing_id = start(b, sys->now(sys->self)),
        .retry_first = 900,
        .retry_network = 60,
        .retry_for = 172800,
    };
    struct bd_engine_result r = { 0 };
    double cpu = cpu_seconds();
    double begin = seconds();

    must(b, bd_engine_run(&options, &r, &b->err));
    (void)printf("{\"begin\":%.6f,\"end\":%.6f,\"cpu\":%.6f,"
                 "\"accepted\":%lld,\"refused\":%lld,\"other\":%lld}\n",
                 begin, seconds(), cpu_seconds() - cpu, (long long)r.accepted,
                 (long long)r.refused, (long long)(r.deferred + r.unknown));
}

int main(int argc, char **argv)
{
    struct bench b = {
        .arena = bd_arena_new(),
        .relay = { .ehlo_name = "brev.hyttvik.example",
                   .starttls = BD_STARTTLS_OFF,
                   .priority = 1,
                   .weight = 1 },
    };

    require(argc >= 6, "usage: bench_engine DATABASE ISSUE.md PORT SESSIONS "
                       "LIMIT [WORD ...]");
    b.relay.url = bd_arena_printf(b.arena, "smtp://127.0.0.1:%s", argv[3]).ptr;
    b.relay.sessions = (int)strtol(argv[4], NULL, 10);
    b.limit = strtol(argv[5], NULL, 10);
    for (int i = 6; i < argc; i++)
        read_word(&b, argv[i]);
    bench_letter_open(b.arena, argv[2], &b.letter);
    must(&b, bd_store_open(argv[1], BD_STORE_WRITE, &b.store, &b.err));
    send_all(&b);
    bd_store_close(b.store);
    bd_signer_free(b.letter.signer);
    bd_arena_free(b.arena);
    return 0;
}

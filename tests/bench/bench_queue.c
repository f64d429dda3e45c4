/*
 * What the ledger costs for each copy: claims of 500, results of 500, one
 * commit for both with synchronous=FULL, as the sender does it. The store
 * alone, no network.
 *
 * usage: bench_queue FOLDER [READERS [CLAIM]]   (100000, 500)
 *
 * Prints microseconds of processor time for each copy; the last line is what
 * all took on the clock, waiting for the disk included.
 */
#include <string.h>

#include "bench.h"
#include "brevduva/store/import.h"
#include "brevduva/store/list.h"
#include "brevduva/store/queue.h"

struct bench {
    struct bd_store *store;
    struct bd_arena *arena;
    int64_t mailing;
    size_t max; /* copies in a claim */
    size_t copies;
    double claim, result, commit; /* seconds of processor time */
    struct bd_err err;
};

static void must(const struct bench *b, enum bd_status rc)
{
    require(rc == BD_OK, b->err.msg);
}

static void make_row(struct bd_arena *arena, uint32_t i,
                     struct bd_import_row *out)
{
    uint32_t n = i * 2654435761U; /* scattered, as in a real file */

    bd_arena_clear(arena);
    *out = (struct bd_import_row) { .line = i + 2, .state = BD_SUB_ACTIVE };
    out->subscriber.email = bd_arena_printf(
        arena, "fornamn.%u@lasare%u.example", n, n % 50);
    out->subscriber.email_key = out->subscriber.email;
    out->subscriber.name = bd_arena_printf(arena, "Förnamn Läsare-%u", n);
    out->subscriber.attributes = bd_arena_printf(
        arena, "{\"ort\":\"Kumla\",\"medlem\":\"%u\",\"roll\":\"kassör\"}", i);
}

static void add_readers(struct bench *b, int64_t list, uint32_t count)
{
    const struct bd_import_options options = {
        .list_id = list,
        .consent = BD_STR("a form, 2016-01-01"),
        .actor = { .channel = BD_STR("import"), .now = 1000 },
    };
    struct bd_import_summary summary;
    struct bd_import *import = NULL;

    must(b, bd_import_begin(b->store, &options, NULL, NULL, &import, &b->err));
    for (uint32_t i = 0; i < count; i++) {
        struct bd_import_row row;

        make_row(b->arena, i, &row);
        must(b, bd_import_add(import, &row, &b->err));
    }
    must(b, bd_import_finish(import, &summary, &b->err));
}

static void start_mailing(struct bench *b, int64_t list)
{
    const struct bd_issue_row issue = { .slug = BD_STR("2016-1"),
                                        .source_hash = BD_STR("abc") };
    const struct bd_mailing mailing = { .list_id = list,
                                        .message_id_salt = BD_STR("salt"),
                                        .state = BD_MAILING_SENDING };
    const struct bd_actor actor = { .channel = BD_STR("cli"), .now = 1000 };

    must(b, bd_mailing_start(b->store, &issue, &mailing, &actor, &b->mailing,
                             &b->err));
}

static void make_receipts(const struct bd_delivery *copies, size_t count,
                          struct bd_receipt *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (struct bd_receipt) {
            .copy = &copies[i],
            .state = BD_DELIVERY_ACCEPTED,
            .at = 1000,
            .reply_code = 250,
            .enhanced = BD_STR("2.0.0"),
            .reply_text = BD_STR("2.0.0 Ok: queued as 4bQhX26kHyz1Xq"),
            .queue_id = BD_STR("4bQhX26kHyz1Xq"),
            .relay = BD_STR("smtp://relay.lasare.example:587"),
            .session = 1 + (int64_t)(i % 50),
            .took_ms = 31,
        };
}

/* Seconds since `*from`, which is set to now. */
static double lap(double *from)
{
    double start = *from;

    *from = cpu_seconds();
    return *from - start;
}

/* One round of the writer: store results, claim anew, commit both. */
static size_t turn(struct bench *b, struct bd_receipt *receipts, int64_t *claim,
                   size_t done)
{
    const struct bd_delivery *copies = NULL;
    size_t count = 0;
    double from = cpu_seconds();

    must(b, bd_store_begin(b->store, &b->err));
    if (done > 0)
        must(b, bd_queue_result(b->store, *claim, receipts, done, &b->err));
    b->result += lap(&from);
    bd_arena_clear(b->arena);
    must(b, bd_queue_claim(b->arena, b->store, b->mailing, b->max, 1000, claim,
                           &copies, &count, &b->err));
    b->claim += lap(&from);
    must(b, bd_store_commit(b->store, &b->err));
    b->commit += lap(&from);
    make_receipts(copies, count, receipts);
    b->copies += count;
    return count;
}

static void say(const char *what, double seconds, size_t copies)
{
    (void)printf("%-12s %6.2f us a copy\n", what,
                 seconds * 1e6 / (double)copies);
}

static void hand_over(struct bench *b)
{
    struct bd_receipt *receipts = calloc(b->max, sizeof *receipts);
    double start = seconds();
    int64_t claim = 0;
    size_t count = 0;

    require(receipts, "out of memory");
    do
        count = turn(b, receipts, &claim, count);
    while (count > 0);
    free(receipts);
    say("claim", b->claim, b->copies);
    say("result", b->result, b->copies);
    say("commit", b->commit, b->copies);
    say("together", b->claim + b->result + b->commit, b->copies);
    say("by the clock", seconds() - start, b->copies);
}

int main(int argc, char **argv)
{
    struct bd_list list = { .slug = BD_STR("nyhetsbrev"),
                            .language = BD_STR("sv") };
    uint32_t readers = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 100000;
    struct bench b = { .arena = bd_arena_new(),
                       .max = argc > 3 ? strtoul(argv[3], NULL, 10) : 500 };
    const char *path = NULL;
    double start = 0;

    require(argc > 1, "usage: bench_queue FOLDER [READERS [CLAIM]]");
    path = strdup(bd_arena_printf(b.arena, "%s/queue.db", argv[1]).ptr);
    must(&b, bd_store_create(path, &b.err));
    must(&b, bd_store_open(path, BD_STORE_WRITE, &b.store, &b.err));
    must(&b, bd_list_add(b.store, &list, &list.id, &b.err));
    add_readers(&b, list.id, readers);
    start = seconds();
    start_mailing(&b, list.id);
    (void)printf("%-12s %6.2f ms\n", "start", (seconds() - start) * 1e3);
    hand_over(&b);
    require(b.copies == readers, "copies are missing");
    bd_store_close(b.store);
    bd_arena_free(b.arena);
    free((char *)path);
    return 0;
}

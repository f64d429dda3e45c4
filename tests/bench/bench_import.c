/*
 * Import made-up readers into a fresh database, then export them, and start
 * a mailing to them: seconds and peak memory. Rows come from a generator, so
 * that neither CSV nor address parsing is measured.
 *
 * usage: bench_import FOLDER [ROWS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "brevduva/base/buf.h"
#include "brevduva/store/import.h"
#include "brevduva/store/list.h"
#include "brevduva/store/queue.h"

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(enum bd_status rc, const struct bd_err *err)
{
    if (rc == BD_OK)
        return;
    (void)fprintf(stderr, "%s\n", err->msg);
    exit(1);
}

static void say(const char *what, double start)
{
    struct rusage used;

    (void)getrusage(RUSAGE_SELF, &used);
    (void)printf("%-20s %6.2f s   so far %6.2f s of cpu, peak %5.1f MB\n", what,
                 now() - start,
                 (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                     (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) /
                         1e6,
                 (double)used.ru_maxrss / 1024);
    (void)fflush(stdout);
}

/* Scattered, as in a real file; one in a hundred comes twice. */
static void make_row(struct bd_arena *arena, uint32_t i,
                     struct bd_import_row *out)
{
    uint32_t n = (i % 100 == 99 ? i - 50 : i) * 2654435761U;

    bd_arena_clear(arena);
    *out = (struct bd_import_row) { .line = i + 2, .state = BD_SUB_ACTIVE };
    out->subscriber.email = bd_arena_printf(
        arena, "fornamn.%u@lasare%u.example", n, n % 50);
    out->subscriber.email_key = out->subscriber.email;
    out->subscriber.name = bd_arena_printf(arena, "Förnamn Läsare-%u", n);
    out->subscriber.attributes = bd_arena_printf(
        arena, "{\"ort\":\"Kumla\",\"medlem\":\"%u\",\"roll\":\"kassör\"}", i);
}

static void import(struct bd_store *store, int64_t list, uint32_t rows)
{
    const struct bd_import_options options = {
        .list_id = list,
        .consent = BD_STR("a form, 2016-01-01"),
        .actor = { .channel = BD_STR("import"),
                   .name = BD_STR("eva"),
                   .now = 1000 },
    };
    struct bd_arena *arena = bd_arena_new();
    struct bd_import *import = NULL;
    struct bd_import_summary summary;
    struct bd_err err;
    double start = now();

    must(bd_import_begin(store, &options, NULL, NULL, &import, &err), &err);
    for (uint32_t i = 0; i < rows; i++) {
        struct bd_import_row row;

        make_row(arena, i, &row);
        must(bd_import_add(import, &row, &err), &err);
    }
    say("  rows taken", start);
    must(bd_import_finish(import, &summary, &err), &err);
    say("import", start);
    (void)printf("  added %lld, updated %lld, unchanged %lld, twice %lld\n",
                 (long long)summary.added, (long long)summary.updated,
                 (long long)summary.unchanged, (long long)summary.duplicates);
    bd_arena_free(arena);
}

static enum bd_status print(void *self, const struct bd_subscriber *reader,
                            const struct bd_subscription *subscription,
                            struct bd_err *err)
{
    struct bd_buf *out = self;

    (void)err;
    bd_buf_add(out, reader->email);
    bd_buf_add_char(out, ',');
    bd_buf_add(out, reader->name);
    bd_buf_add_char(out, ',');
    bd_buf_add(out, reader->attributes);
    bd_buf_add_char(out, ',');
    bd_buf_add_cstr(out, bd_subscription_state_names[subscription->state]);
    bd_buf_add_char(out, '\n');
    if (out->len > (size_t)1024 * 1024)
        bd_buf_clear(out);
    return BD_OK;
}

static void export(struct bd_store *store, int64_t list)
{
    const struct bd_subscriber_filter filter = { .list_id = list };
    struct bd_buf out;
    struct bd_err err;
    double start = now();

    bd_buf_init(&out, 0);
    must(bd_subscriber_each(store, &filter, print, &out, &err), &err);
    bd_buf_fini(&out);
    say("export", start);
}

static void mail(struct bd_store *store, struct bd_arena *arena, int64_t list)
{
    const struct bd_issue_row issue = { .slug = BD_STR("2016-1"),
                                        .source_hash = BD_STR("abc") };
    const struct bd_mailing mailing = { .list_id = list,
                                        .message_id_salt = BD_STR("salt"),
                                        .state = BD_MAILING_SENDING };
    const struct bd_actor actor = { .channel = BD_STR("cli"), .now = 1000 };
    struct bd_mailing found;
    struct bd_audience audience;
    struct bd_err err;
    int64_t id = 0;
    double start = now();

    must(bd_audience_count(store, list, BD_STR_NONE, 0, &audience, &err), &err);
    say("audience", start);
    start = now();
    must(bd_mailing_start(store, &issue, &mailing, &actor, &id, &err), &err);
    say("start a mailing", start);
    start = now();
    must(bd_mailing_find(arena, store, issue.slug, list, &found, &err), &err);
    say("count its copies", start);
}

static void hand_over(struct bd_store *store, int64_t mailing, size_t batch)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_receipt *receipts = calloc(batch, sizeof *receipts);
    double start = now();
    struct bd_err err;

    for (;;) {
        const struct bd_delivery *copies = NULL;
        size_t count = 0;
        int64_t claim = 0;

        bd_arena_clear(arena);
        must(bd_queue_claim(arena, store, mailing, batch, 1000, &claim, &copies,
                            &count, &err),
             &err);
        if (count == 0)
            break;
        for (size_t i = 0; i < count; i++)
            receipts[i] = (struct bd_receipt) {
                .copy = &copies[i],
                .state = BD_DELIVERY_ACCEPTED,
                .at = 1000,
                .reply_code = 250,
                .enhanced = BD_STR("2.0.0"),
                .reply_text = BD_STR("2.0.0 Ok: queued as 4bQhX26kHyz1Xq"),
                .queue_id = BD_STR("4bQhX26kHyz1Xq"),
                .relay = BD_STR("smtp://relay.lasare.example:587"),
            };
        must(bd_queue_result(store, claim, receipts, count, &err), &err);
    }
    say("hand over", start);
    free(receipts);
    bd_arena_free(arena);
}

int main(int argc, char **argv)
{
    struct bd_list list = { .slug = BD_STR("nyhetsbrev") };
    uint32_t rows = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1000000;
    struct bd_arena *arena = bd_arena_new();
    struct bd_store *store = NULL;
    struct bd_err err;
    const char *path = NULL;
    double start = 0;

    if (argc < 2)
        return 2;
    path = bd_arena_printf(arena, "%s/bench.db", argv[1]).ptr;
    must(bd_store_create(path, &err), &err);
    must(bd_store_open(path, BD_STORE_WRITE, &store, &err), &err);
    must(bd_list_add(store, &list, &list.id, &err), &err);
    import(store, list.id, rows);
    import(store, list.id, rows);
    start = now();
    must(bd_list_find(arena, store, list.slug, &list, &err), &err);
    say("find the list", start);
    export(store, list.id);
    mail(store, arena, list.id);
    hand_over(store, 1, 500);
    start = now();
    must(bd_store_check(store, &err), &err);
    say("check", start);
    bd_store_close(store);
    bd_arena_free(arena);
    return 0;
}

/*
 * A store that stores nothing, in place of src/store: one mailing to readers
 * made up on the spot, claims that are only counted, results that are
 * dropped. What the engine does with it is what sending costs without a
 * ledger. Only what the engine and bench_engine ask for: when the linker says
 * that functions are defined twice, one that they ask for is missing here.
 */
#include <string.h>

#include "bench.h"

#include "brevduva/store/begun.h"
#include "brevduva/store/incoming.h"
#include "brevduva/store/list.h"
#include "brevduva/store/queue.h"

struct bd_store {
    bd_str message, message_text;
    struct bd_job job;
    int64_t claims, copies, most;
};

enum bd_status bd_store_open(const char *path, enum bd_store_mode mode,
                             struct bd_store **out, struct bd_err *err)
{
    (void)path;
    (void)mode;
    (void)err;
    *out = calloc(1, sizeof **out);
    require(*out != NULL, "out of memory");
    return BD_OK;
}

void bd_store_close(struct bd_store *store)
{
    free(store);
}

enum bd_status bd_store_begin(struct bd_store *store, struct bd_err *err)
{
    (void)store;
    (void)err;
    return BD_OK;
}

enum bd_status bd_store_commit(struct bd_store *store, struct bd_err *err)
{
    (void)store;
    (void)err;
    return BD_OK;
}

void bd_store_rollback(struct bd_store *store)
{
    (void)store;
}

bool bd_store_changed(struct bd_store *store)
{
    (void)store;
    return false;
}

enum bd_status bd_list_find(struct bd_arena *arena, struct bd_store *store,
                            bd_str slug, struct bd_list *out,
                            struct bd_err *err)
{
    (void)arena;
    (void)store;
    (void)slug;
    (void)err;
    *out = (struct bd_list) { .id = 1 };
    return BD_OK;
}

/* Texts are borrowed: they live as long as the program. */
enum bd_status bd_mailing_start(struct bd_store *store,
                                const struct bd_issue_row *issue,
                                const struct bd_mailing *mailing,
                                const struct bd_actor *actor, int64_t *out_id,
                                struct bd_err *err)
{
    (void)err;
    store->most = mailing->limit;
    store->message = issue->message;
    store->message_text = issue->message_text;
    store->job = (struct bd_job) {
        .mailing_id = 1,
        .list_id = mailing->list_id,
        .slug = issue->slug,
        .message_id_salt = mailing->message_id_salt,
        .message_id_domain = mailing->message_id_domain,
        .envelope_from = mailing->envelope_from,
        .tried_from = actor->now,
        .audience = INT32_MAX,
    };
    *out_id = store->job.mailing_id;
    return BD_OK;
}

enum bd_status bd_mailing_message(struct bd_arena *arena,
                                  struct bd_store *store, int64_t mailing_id,
                                  bd_str *out_message, bd_str *out_message_text,
                                  struct bd_err *err)
{
    (void)arena;
    (void)mailing_id;
    (void)err;
    *out_message = store->message;
    *out_message_text = store->message_text;
    return BD_OK;
}

enum bd_status bd_mailing_set_state(struct bd_store *store, int64_t id,
                                    enum bd_mailing_state state, bd_str reason,
                                    const struct bd_actor *actor,
                                    struct bd_err *err)
{
    (void)store;
    (void)id;
    (void)actor;
    if (state == BD_MAILING_DONE)
        return BD_OK;
    return bd_fail(err, BD_EFINAL, "%.*s", BD_ARG(reason));
}

enum bd_status bd_mailing_get(struct bd_arena *arena, struct bd_store *store,
                              int64_t id, struct bd_mailing *out,
                              struct bd_err *err)
{
    (void)arena;
    (void)store;
    (void)id;
    (void)err;
    *out = (struct bd_mailing) { .state = BD_MAILING_DONE };
    return BD_OK;
}

enum bd_status bd_list_all(struct bd_arena *arena, struct bd_store *store,
                           const struct bd_list **out, size_t *out_count,
                           struct bd_err *err)
{
    (void)arena;
    (void)store;
    (void)err;
    *out = NULL;
    *out_count = 0;
    return BD_OK;
}

enum bd_status bd_mailing_limit_left(struct bd_store *store, int64_t id,
                                     int64_t *out, struct bd_err *err)
{
    (void)store;
    (void)id;
    (void)err;
    *out = INT64_MAX;
    return BD_OK;
}

bd_str bd_mailing_limit_reason(struct bd_arena *arena, int64_t limit)
{
    return bd_arena_printf(arena, "%lld", (long long)limit);
}

enum bd_status bd_queue_recover(struct bd_store *store,
                                const struct bd_actor *actor,
                                int64_t *out_unknown, struct bd_err *err)
{
    (void)store;
    (void)actor;
    (void)err;
    *out_unknown = 0;
    return BD_OK;
}

void bd_begun_start(struct bd_store *store)
{
    (void)store;
}

void bd_begun_stop(struct bd_store *store)
{
    (void)store;
}

void bd_begun_note(struct bd_store *store, int64_t delivery_id)
{
    (void)store;
    (void)delivery_id;
}

enum bd_status bd_queue_session(struct bd_store *store, int64_t *out,
                                struct bd_err *err)
{
    (void)store;
    (void)err;
    *out = 1;
    return BD_OK;
}

enum bd_status bd_queue_relay_day(struct bd_store *store, bd_str relay,
                                  int64_t day, int64_t *out_count,
                                  int64_t *out_first_day, struct bd_err *err)
{
    (void)store;
    (void)relay;
    (void)err;
    *out_count = 0;
    *out_first_day = day;
    return BD_OK;
}

enum bd_status bd_queue_jobs(struct bd_arena *arena, struct bd_store *store,
                             const struct bd_actor *actor,
                             const struct bd_job **out, size_t *out_count,
                             struct bd_err *err)
{
    (void)arena;
    (void)actor;
    (void)err;
    *out = &store->job;
    *out_count = 1;
    return BD_OK;
}

enum bd_status bd_queue_claim_letters(struct bd_arena *arena,
                                      struct bd_store *store, size_t max,
                                      int64_t now, int64_t *out_claim,
                                      const struct bd_delivery **out,
                                      const struct bd_letter_mail **out_letters,
                                      size_t *out_count, struct bd_err *err)
{
    (void)arena;
    (void)store;
    (void)max;
    (void)now;
    (void)out_claim;
    (void)out;
    (void)out_letters;
    (void)err;
    *out_count = 0;
    return BD_OK;
}

/* "fornamn.efternamn0000123@skogsvik.example", without printf: nothing here may
 * cost. */
static bd_str address(struct bd_arena *arena, int64_t n)
{
    static const bd_str form = BD_STR_INIT(
        "fornamn.efternamn0000000@skogsvik.example");
    static const size_t digits_end = sizeof "fornamn.efternamn0000000" - 1;
    char *text = bd_arena_alloc(arena, form.len);

    memcpy(text, form.ptr, form.len);
    for (char *c = text + digits_end; n > 0; n /= 10)
        *--c = (char)('0' + n % 10);
    return (bd_str) { text, form.len };
}

enum bd_status bd_queue_claim(struct bd_arena *arena, struct bd_store *store,
                              int64_t mailing_id, size_t max, int64_t now,
                              int64_t *out_claim,
                              const struct bd_delivery **out, size_t *out_count,
                              struct bd_err *err)
{
    size_t left = (size_t)(store->most - store->copies);
    struct bd_delivery *copies = NULL;

    (void)mailing_id;
    (void)now;
    (void)err;
    max = max < left ? max : left;
    copies = BD_NEW_ARRAY(arena, max, struct bd_delivery);
    for (size_t i = 0; i < max; i++) {
        int64_t n = ++store->copies;

        copies[i] = (struct bd_delivery) {
            .id = n,
            .subscriber_id = n,
            .email = address(arena, n),
            .name = BD_STR("Åsa Öberg"),
            .language = BD_STR("sv"),
            .attributes = BD_STR("{\"ort\":\"Övre Kvarn\"}"),
        };
    }
    *out = copies;
    *out_count = max;
    *out_claim = ++store->claims;
    return BD_OK;
}

enum bd_status bd_queue_result(struct bd_store *store, int64_t claim,
                               const struct bd_receipt *receipts, size_t count,
                               struct bd_err *err)
{
    (void)store;
    (void)claim;
    (void)receipts;
    (void)count;
    (void)err;
    return BD_OK;
}

enum bd_status bd_queue_waits(struct bd_store *store, int64_t mailing_id,
                              bool *out, struct bd_err *err)
{
    (void)mailing_id;
    (void)err;
    *out = store->copies < store->most;
    return BD_OK;
}

enum bd_status bd_queue_is_due(struct bd_store *store, int64_t mailing_id,
                               int64_t now, bool *out, struct bd_err *err)
{
    (void)mailing_id;
    (void)now;
    (void)err;
    *out = store->copies < store->most;
    return BD_OK;
}

enum bd_status bd_queue_next_due(struct bd_store *store, int64_t mailing_id,
                                 int64_t *out, struct bd_err *err)
{
    (void)store;
    (void)mailing_id;
    (void)err;
    *out = 0;
    return BD_OK;
}

enum bd_status bd_bounce_add(struct bd_store *store,
                             const struct bd_bounce *bounce,
                             const struct bd_bounce_rules *rules,
                             const struct bd_actor *actor,
                             enum bd_bounce_effect *out, struct bd_err *err)
{
    (void)store;
    (void)bounce;
    (void)rules;
    (void)actor;
    (void)err;
    *out = BD_BOUNCE_NOTED;
    return BD_OK;
}

enum bd_status bd_queue_call_back(struct bd_store *store, int64_t now,
                                  struct bd_err *err)
{
    (void)store;
    (void)now;
    (void)err;
    return BD_OK;
}

enum bd_status bd_setting_get(struct bd_arena *arena, struct bd_store *store,
                              bd_str name, bd_str *out, struct bd_err *err)
{
    (void)arena;
    (void)store;
    (void)name;
    (void)out;
    (void)err;
    return BD_ENOENT;
}

enum bd_status bd_setting_set(struct bd_store *store, bd_str name, bd_str value,
                              struct bd_err *err)
{
    (void)store;
    (void)name;
    (void)value;
    (void)err;
    return BD_OK;
}

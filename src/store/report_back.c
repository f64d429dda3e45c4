#include "report_private.h"

#define DOMAINS ((size_t)20)
#define REASONS ((size_t)32)
#define COUNTED ((size_t)1 << 17) /* domains, and pairs with a reason */

struct back {
    struct bd_arena *arena;      /* of the report */
    struct report_table domains; /* how many of each */
    struct report_table pairs;   /* "no-mailbox example.org" */
    bd_str reasons[REASONS];     /* met so far; in the arena */
    size_t reason_count;
};

/* Those past the ceiling, which nobody writes, are told without a reason. */
static bd_str known_reason(struct back *b, bd_str reason)
{
    for (size_t i = 0; i < b->reason_count; i++)
        if (bd_str_eq(b->reasons[i], reason))
            return b->reasons[i];
    if (b->reason_count == REASONS)
        return b->reasons[0];
    b->reasons[b->reason_count] = bd_arena_copy(b->arena, reason);
    return b->reasons[b->reason_count++];
}

static void pair_name(struct bd_buf *out, bd_str reason, bd_str domain)
{
    bd_buf_clear(out);
    bd_buf_add(out, reason);
    bd_buf_add_char(out, ' ');
    bd_buf_add(out, domain);
}

static enum bd_status count(struct back *b, struct bd_store *store,
                            int64_t mailing_id, struct bd_buf *pair,
                            struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_REPORT_BACK, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    (void)known_reason(b, BD_STR_NONE);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        bd_str domain = bd_str_after_last(store_column(query, 0), '@');

        pair_name(pair, known_reason(b, store_column(query, 1)), domain);
        report_table_add(&b->domains, domain, 1);
        report_table_add(&b->pairs, bd_buf_str(pair), 1);
    }
    return rc;
}

/* The reasons of one domain, most first; returns how many. */
static size_t write_domain(const struct back *b, bd_str domain,
                           struct bd_buf *pair, struct bd_report_back *out)
{
    size_t count = 0;

    for (size_t i = 0; i < b->reason_count; i++) {
        struct bd_report_back row = { .domain = domain,
                                      .reason = b->reasons[i] };
        const struct report_slot *slot = NULL;
        size_t at = count;

        pair_name(pair, row.reason, domain);
        slot = report_table_find(&b->pairs, bd_buf_str(pair));
        if (!slot->domain.ptr)
            continue;
        row.count = slot->value;
        for (; at > 0 && out[at - 1].count < row.count; at--)
            out[at] = out[at - 1];
        out[at] = row;
        count++;
    }
    return count;
}

static size_t write(const struct back *b, struct bd_buf *pair,
                    const struct bd_report_back **out)
{
    bd_str names[DOMAINS];
    size_t domains = report_table_biggest(&b->domains, DOMAINS, names);
    struct bd_report_back *rows = BD_NEW_ARRAY(
        b->arena, domains * b->reason_count + 1, struct bd_report_back);
    size_t count = 0;

    for (size_t i = 0; i < domains; i++)
        count += write_domain(b, bd_arena_copy(b->arena, names[i]), pair,
                              rows + count);
    *out = rows;
    return count;
}

enum bd_status report_back_read(struct bd_arena *arena, struct bd_store *store,
                                int64_t mailing_id,
                                const struct bd_report_back **out,
                                size_t *out_count, struct bd_err *err)
{
    struct back b = { .arena = arena };
    struct bd_buf pair;
    enum bd_status rc = BD_OK;

    bd_buf_init(&pair, 0);
    report_table_init(&b.domains, COUNTED);
    report_table_init(&b.pairs, COUNTED);
    rc = count(&b, store, mailing_id, &pair, err);
    if (rc == BD_OK)
        *out_count = write(&b, &pair, out);
    report_table_fini(&b.domains);
    report_table_fini(&b.pairs);
    bd_buf_fini(&pair);
    return rc;
}

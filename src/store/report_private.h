/* What the files of the report share. */
#ifndef REPORT_PRIVATE_H
#define REPORT_PRIVATE_H

#include "brevduva/store/report.h"
#include "store_queue.h"

/* A table of domains, hashed by name: open addressing, never more than half
 * full, names compared without case. */
struct report_slot {
    bd_str domain; /* .ptr NULL: free */
    int64_t value;
};

struct report_table {
    struct bd_arena *arena; /* slots and names */
    struct report_slot *slots;
    size_t room, count; /* slots, and those in use */
    size_t ceiling;     /* of count */
};

/* --- report_count.c: copies of each domain, with flat memory --- */

void report_table_init(struct report_table *table, size_t ceiling);
void report_table_fini(struct report_table *table);
/* The domain's slot, or the free one where it belongs. */
struct report_slot *report_table_find(const struct report_table *table,
                                      bd_str domain);
/* Add to the domain's value. When the table is full, the smallest are dropped
 * to make room. */
void report_table_add(struct report_table *table, bd_str domain, int64_t value);
/* At most `max` names, biggest first; they live as long as the table. */
size_t report_table_biggest(const struct report_table *table, size_t max,
                            bd_str *out);

/* --- report_domains.c: all about the biggest domains --- */

/* A copy as SQL_REPORT_COPIES has it; texts until the next row. */
struct report_copy {
    enum bd_delivery_state state;
    bd_str domain;
    int64_t took_ms; /* 0: not known */
};

struct report_domains {
    struct bd_arena *arena;
    struct report_table index;
    struct report_detail *details; /* the last one: of all others */
    size_t count;
};

/* Tell these apart. */
void report_domains_init(struct report_domains *domains, const bd_str *names,
                         size_t count);
void report_domains_fini(struct report_domains *domains);
void report_domains_add(struct report_domains *domains,
                        const struct report_copy *copy);
/* The biggest of them, then the others, in the arena; returns how many. */
size_t report_domains_write(struct report_domains *domains,
                            struct bd_arena *arena,
                            const struct bd_report_domain **out);

/* --- report_reasons.c: copies by outcome and reason --- */

struct report_reasons {
    struct bd_arena *arena; /* of the report */
    struct bd_report_reason *rows;
    size_t count;
    size_t last; /* the one met last: often the next, too */
};

void report_reasons_init(struct report_reasons *reasons,
                         struct bd_arena *arena);
void report_reasons_add(struct report_reasons *reasons,
                        struct bd_report_reason want, int64_t copies);
/* Most first; returns how many. */
size_t report_reasons_write(struct report_reasons *reasons,
                            const struct bd_report_reason **out);

/* --- report_back.c: what came back, by domain and reason --- */

enum bd_status report_back_read(struct bd_arena *arena, struct bd_store *store,
                                int64_t mailing_id,
                                const struct bd_report_back **out,
                                size_t *out_count,
                                struct bd_err *err) BD_MUST_USE;

#endif

/*
 * `--where`: a condition on readers, in a small language of its own.
 *
 *   language = sv and ort in (Kumla, "Örebro") and not list = vip
 *
 *   names     language, text_only, name, email, domain (of the address), list
 *             (an active subscription), created (when the reader was added),
 *             since (when the subscription became active), and attributes;
 *             attribute:NAME when a name of ours is in the way
 *   tests     = != < <= > >=, in (A, B), not in (A, B), has NAME
 *   together  and, or, not, parentheses; "and" binds tighter than "or"
 *   values    words, or text in single or double quotes with \ before a quote
 *
 * Text compares without regard to case. Numbers compare as such when the
 * reader's value is one too; in quotes they are text. Dates are 2026-12-01,
 * of the newsletter's time zone, and mean the whole day. What a reader lacks
 * is the empty text, and neither less nor more than anything.
 *
 * It becomes a tree that is walked for each reader; no SQL is made of it.
 */
#ifndef BREVDUVA_STORE_FILTER_H
#define BREVDUVA_STORE_FILTER_H

#include "brevduva/store/list.h"
#include "brevduva/store/subscriber.h"

struct bd_filter;

/* What a condition may name besides the names above. */
struct bd_filter_names {
    const bd_str *attributes;
    size_t attribute_count;
    const struct bd_list *lists;
    size_t list_count;
};

/*
 * Pure.
 *
 * text     the condition; copied. Blank: BD_OK, and *out is NULL: everyone
 * returns  BD_OK; BD_EINVAL with the column, what is wrong there, and for an
 *          unknown name the nearest one; BD_ELIMIT (too long, too deep)
 */
enum bd_status bd_filter_parse(struct bd_arena *arena, bd_str text,
                               const struct bd_filter_names *names,
                               const struct bd_filter **out,
                               struct bd_err *err) BD_MUST_USE;

/* The same, with the names that the store knows. */
enum bd_status bd_filter_read(struct bd_arena *arena, struct bd_store *store,
                              bd_str text, const struct bd_filter **out,
                              struct bd_err *err) BD_MUST_USE;

/*
 * Is the reader meant?
 *
 * scratch       for values on the way; the caller clears it now and then
 * store         asked for other lists of the reader
 * filter        NULL: everyone is
 * reader        language: the list's where the reader chose none
 * since         of the subscription
 */
enum bd_status bd_filter_match(struct bd_arena *scratch, struct bd_store *store,
                               const struct bd_filter *filter,
                               const struct bd_subscriber *reader,
                               int64_t since, bool *out,
                               struct bd_err *err) BD_MUST_USE;

#endif

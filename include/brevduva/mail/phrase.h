/*
 * Finding the phrases of a table in a text, all in one pass: what refusals,
 * bounces and automatic answers say. Pure.
 */
#ifndef BREVDUVA_MAIL_PHRASE_H
#define BREVDUVA_MAIL_PHRASE_H

#include <stdatomic.h>

#include "brevduva/base/str.h"

#define BD_PHRASES_MAX     500 /* rows of one table */
#define BD_PHRASES_BUCKETS 2048

/*
 * A table whose rows each begin with a `const char *`: the phrase, in small
 * letters. It begins where a word begins. A blank in it stands for any number
 * of blanks and line ends, "*" for at most 80 octets of anything; not as one
 * of the first three octets. Static: what finds its rows is made when it is
 * first used, by whichever thread.
 *
 *     static struct bd_phrases phrases = BD_PHRASES(rows);
 */
struct bd_phrases {
    const char *rows; /* borrowed */
    size_t stride, count;
    atomic_bool is_ready;
    bool begins[256]; /* octets that phrases begin with */
    /* By the first three octets: row + 1, 0: none. */
    uint16_t first[BD_PHRASES_BUCKETS];
    uint16_t next[BD_PHRASES_MAX];
};
#define BD_PHRASES(table)                                                      \
    {                                                                          \
        .rows = (const char *)(table), .stride = sizeof *(table),              \
        .count = sizeof(table) / sizeof *(table)                               \
    }

/* Text as phrases are looked for in it, octet for octet: small letters,
 * blanks for white space, straight quotes. `out` holds text.len octets. */
void bd_phrase_fold(bd_str text, char *out);

/*
 * The next phrase of folded text.
 *
 * at       from where; becomes where it begins, or the end of the text
 * out_end  where it ends
 * returns  its row, the first one if several begin there; SIZE_MAX: no more
 */
size_t bd_phrases_next(struct bd_phrases *phrases, bd_str folded, size_t *at,
                       size_t *out_end);
/* The first row of the table that stands in the text, or SIZE_MAX. */
size_t bd_phrases_best(struct bd_phrases *phrases, bd_str folded);

#endif

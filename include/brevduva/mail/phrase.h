/*
 * Finding the phrases of a table in a text, all in one pass: what refusals,
 * bounces and automatic answers say. Pure.
 */
#ifndef BREVDUVA_MAIL_PHRASE_H
#define BREVDUVA_MAIL_PHRASE_H

#include "brevduva/base/str.h"

#define BD_PHRASES_MAX     500 /* rows of one table */
#define BD_PHRASES_BUCKETS 512

/*
 * A table whose rows each begin with a `const char *`: the phrase, in small
 * letters. It begins where a word begins. A blank in it stands for any number
 * of blanks and line ends, "*" for at most 80 octets of anything;
 * not as one of the first two octets.
 */
struct bd_phrases {
    const char *rows; /* borrowed */
    size_t stride, count;
    /* By the first two octets: row + 1, 0: none. */
    uint16_t first[BD_PHRASES_BUCKETS];
    uint16_t next[BD_PHRASES_MAX];
};
void bd_phrases_init(struct bd_phrases *out, const void *rows, size_t stride,
                     size_t count);

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
size_t bd_phrases_next(const struct bd_phrases *phrases, bd_str folded,
                       size_t *at, size_t *out_end);
/* The first row of the table that stands in the text, or SIZE_MAX. */
size_t bd_phrases_best(const struct bd_phrases *phrases, bd_str folded);

#endif

#include "brevduva/mail/phrase.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#define GAP    80     /* octets that "*" stands for */
#define FILLER '\x01' /* what is left of a longer character */

static const char *phrase_of(const struct bd_phrases *phrases, size_t row)
{
    const char *phrase = NULL;

    memcpy(&phrase, phrases->rows + row * phrases->stride, sizeof phrase);
    return phrase;
}

/* The third octet does not count behind what may be longer in a text than in
 * the phrase. */
static size_t bucket_of(const char *three)
{
    bool two = three[1] == ' ' || three[1] == '\'';

    return ((size_t)(unsigned char)three[0] * 169 +
            (size_t)(unsigned char)three[1] * 13 +
            (two ? 0 : (unsigned char)three[2])) %
           BD_PHRASES_BUCKETS;
}

static void index_rows(struct bd_phrases *phrases)
{
    assert(phrases->count <= BD_PHRASES_MAX);
    for (size_t row = phrases->count; row-- > 0;) {
        const char *phrase = phrase_of(phrases, row);
        size_t bucket = bucket_of(phrase);

        assert(strlen(phrase) > 2 && !memchr(phrase, '*', 3));
        phrases->begins[(unsigned char)phrase[0]] = true;
        phrases->next[row] = phrases->first[bucket];
        phrases->first[bucket] = (uint16_t)(row + 1);
    }
}

static void make_ready(struct bd_phrases *phrases)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

    if (atomic_load_explicit(&phrases->is_ready, memory_order_acquire))
        return;
    (void)pthread_mutex_lock(&lock);
    if (!atomic_load_explicit(&phrases->is_ready, memory_order_relaxed))
        index_rows(phrases);
    atomic_store_explicit(&phrases->is_ready, true, memory_order_release);
    (void)pthread_mutex_unlock(&lock);
}

static char octet_at(bd_str text, size_t at)
{
    return at < text.len ? text.ptr[at] : 0;
}

static unsigned char octet(bd_str text, size_t at)
{
    return (unsigned char)octet_at(text, at);
}

static bool is_one_of(unsigned char c, unsigned char first, unsigned char last)
{
    return c >= first && c <= last;
}

/* ASCII as phrases have it; controls are blanks. */
static const char small[] = "                                 !\"#$%&'()*+,-./"
                            "0123456789:;<=>?@abcdefghijklmnopqrstuvwxyz[\\]"
                            "^_`abcdefghijklmnopqrstuvwxyz{|}~ ";
static_assert(sizeof small == 0x80 + 1, "one for each octet, and the NUL");

/* Write the octets at `at` that are none of ASCII, and return how many. */
static size_t fold_char(bd_str text, size_t at, char *out)
{
    unsigned char c = octet(text, at), next = octet(text, at + 1);

    out[at] = text.ptr[at];
    if (at + 1 == text.len)
        return 1;
    if (c == 0xC2 && next == 0xA0) { /* no-break space */
        memcpy(out + at, "  ", 2);
        return 2;
    }
    if (c == 0xC3 && is_one_of(next, 0x80, 0x9E) && next != 0x97) {
        out[at + 1] = (char)(next + 0x20); /* Å to å, and so on */
        return 2;
    }
    if (c == 0xE2 && next == 0x80 &&
        is_one_of(octet(text, at + 2), 0x98, 0x99)) {
        out[at] = '\'';
        out[at + 1] = out[at + 2] = FILLER;
        return 3;
    }
    return 1;
}

void bd_phrase_fold(bd_str text, char *out)
{
    for (size_t at = 0; at < text.len;) {
        unsigned char c = (unsigned char)text.ptr[at];

        if (c < 0x80)
            out[at++] = small[c];
        else
            at += fold_char(text, at, out);
    }
}

static size_t skip(bd_str text, size_t at, char c)
{
    while (at < text.len && text.ptr[at] == c)
        at++;
    return at;
}

/* Match up to the next "*" or the end of the phrase, which is returned; *at
 * moves on. NULL: it does not stand there. */
static const char *match_part(const char *phrase, bd_str text, size_t *at)
{
    size_t i = *at;

    for (; *phrase && *phrase != '*'; phrase++) {
        if (i >= text.len || text.ptr[i] != *phrase)
            return NULL;
        i++;
        if (*phrase == ' ')
            i = skip(text, i, ' ');
        else if (*phrase == '\'')
            i = skip(text, i, FILLER);
    }
    *at = i;
    return phrase;
}

/* Where the phrase ends that stands at `at`; 0: it does not. */
static size_t match(const char *phrase, bd_str text, size_t at)
{
    phrase = match_part(phrase, text, &at);
    while (phrase && *phrase == '*') {
        const char *after = NULL;

        for (size_t last = at + GAP; at < text.len && at <= last; at++) {
            after = text.ptr[at] == phrase[1]
                        ? match_part(phrase + 1, text, &at)
                        : NULL;
            if (after)
                break;
        }
        phrase = after;
    }
    return phrase ? at : 0;
}

static const bool is_word[256] = { ['a' ... 'z'] = true,
                                   ['0' ... '9'] = true,
                                   [0x80 ... 0xFF] = true };

/* The first row whose phrase begins at `at`; SIZE_MAX: none does. */
static size_t row_at(const struct bd_phrases *phrases, bd_str text, size_t at,
                     size_t *out_end)
{
    uint16_t row = phrases->first[bucket_of(text.ptr + at)];

    for (; row != 0; row = phrases->next[row - 1]) {
        *out_end = match(phrase_of(phrases, row - 1U), text, at);
        if (*out_end != 0)
            return row - 1U;
    }
    return SIZE_MAX;
}

size_t bd_phrases_next(struct bd_phrases *phrases, bd_str folded, size_t *at,
                       size_t *out_end)
{
    size_t i = *at;

    make_ready(phrases);
    if (i > 0 && i < folded.len && is_word[octet(folded, i - 1)])
        i += bd_str_span(bd_str_skip(folded, i), is_word);
    while (i + 2 < folded.len) {
        unsigned char c = octet(folded, i);
        size_t row = phrases->begins[c] ? row_at(phrases, folded, i, out_end)
                                        : SIZE_MAX;

        if (row != SIZE_MAX) {
            *at = i;
            return row;
        }
        i++;
        if (is_word[c])
            i += bd_str_span(bd_str_skip(folded, i), is_word);
    }
    *at = folded.len;
    return SIZE_MAX;
}

size_t bd_phrases_best(struct bd_phrases *phrases, bd_str folded)
{
    size_t best = SIZE_MAX, end = 0;

    for (size_t at = 0;; at++) {
        size_t row = bd_phrases_next(phrases, folded, &at, &end);

        if (row == SIZE_MAX)
            return best;
        if (row < best)
            best = row;
    }
}

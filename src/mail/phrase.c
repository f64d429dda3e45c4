#include "brevduva/mail/phrase.h"

#include <assert.h>
#include <string.h>

#define GAP    80     /* octets that "*" stands for */
#define FILLER '\x01' /* what is left of a longer character */

static const char *phrase_of(const struct bd_phrases *phrases, size_t row)
{
    const char *phrase = NULL;

    memcpy(&phrase, phrases->rows + row * phrases->stride, sizeof phrase);
    return phrase;
}

static size_t bucket_of(char first, char second)
{
    return ((size_t)(unsigned char)first * 13 + (unsigned char)second) %
           BD_PHRASES_BUCKETS;
}

void bd_phrases_init(struct bd_phrases *out, const void *rows, size_t stride,
                     size_t count)
{
    assert(count <= BD_PHRASES_MAX);
    memset(out->first, 0, sizeof out->first);
    out->rows = rows;
    out->stride = stride;
    out->count = count;
    for (size_t row = count; row-- > 0;) {
        const char *phrase = phrase_of(out, row);
        size_t bucket = bucket_of(phrase[0], phrase[1]);

        assert(phrase[0] && phrase[1] && phrase[1] != '*');
        out->next[row] = out->first[bucket];
        out->first[bucket] = (uint16_t)(row + 1);
    }
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

/* Other than as it is: capitals, white space, what begins longer ones. */
static const bool is_special[256] = {
    [0 ... ' ' - 1] = true, ['A' ... 'Z'] = true, [0x7F] = true,
    [0xC2] = true,          [0xC3] = true,        [0xE2] = true,
};

/* Write the special character at `at`, and return its octets. */
static size_t fold_char(bd_str text, size_t at, char *out)
{
    unsigned char c = octet(text, at), next = octet(text, at + 1);

    out[at] = text.ptr[at];
    if (is_one_of(c, 'A', 'Z'))
        out[at] = (char)(c + 0x20);
    else if (c <= ' ' || c == 0x7F)
        out[at] = ' ';
    if (c < 0x80 || at + 1 == text.len)
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
        if (is_special[(unsigned char)text.ptr[at]]) {
            at += fold_char(text, at, out);
        } else {
            out[at] = text.ptr[at];
            at++;
        }
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
        i = skip(text, i + 1, FILLER);
        if (*phrase == ' ')
            i = skip(text, i, ' ');
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

/* A word goes on at `at`: no phrase begins here. */
static bool is_inside_word(bd_str text, size_t at)
{
    return at > 0 && is_word[octet(text, at)] && is_word[octet(text, at - 1)];
}

size_t bd_phrases_next(const struct bd_phrases *phrases, bd_str folded,
                       size_t *at, size_t *out_end)
{
    for (size_t i = *at; i + 1 < folded.len; i++) {
        uint16_t row = 0;

        if (is_inside_word(folded, i))
            continue;
        row = phrases->first[bucket_of(folded.ptr[i], folded.ptr[i + 1])];
        for (; row != 0; row = phrases->next[row - 1]) {
            *out_end = match(phrase_of(phrases, row - 1U), folded, i);
            if (*out_end != 0) {
                *at = i;
                return row - 1U;
            }
        }
    }
    *at = folded.len;
    return SIZE_MAX;
}

size_t bd_phrases_best(const struct bd_phrases *phrases, bd_str folded)
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

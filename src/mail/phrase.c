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

void bd_phrases_init(struct bd_phrases *out, const void *rows, size_t stride,
                     size_t count)
{
    assert(count <= BD_PHRASES_MAX);
    memset(out->first, 0, sizeof out->first);
    out->rows = rows;
    out->stride = stride;
    out->count = count;
    for (size_t row = count; row-- > 0;) {
        unsigned char c = (unsigned char)*phrase_of(out, row);

        out->next[row] = out->first[c];
        out->first[c] = (uint16_t)(row + 1);
    }
}

static unsigned char octet(bd_str text, size_t at)
{
    return at < text.len ? (unsigned char)text.ptr[at] : 0;
}

static bool is_one_of(unsigned char c, unsigned char first, unsigned char last)
{
    return c >= first && c <= last;
}

/* Write the character at `at`, and return its octets. */
static size_t fold_char(bd_str text, size_t at, char *out)
{
    unsigned char c = octet(text, at), next = octet(text, at + 1);

    out[at] = text.ptr[at];
    if (is_one_of(c, 'A', 'Z'))
        out[at] = (char)(c + 0x20);
    else if (c <= ' ' || c == 0x7F)
        out[at] = ' ';
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
    for (size_t at = 0; at < text.len;)
        at += fold_char(text, at, out);
}

static size_t skip(bd_str text, size_t at, char c)
{
    while (at < text.len && text.ptr[at] == c)
        at++;
    return at;
}

/* Where a phrase without "*" ends that stands at `at`; 0: it does not. */
static size_t match_plain(const char *phrase, size_t len, bd_str text,
                          size_t at)
{
    for (size_t i = 0; i < len; i++) {
        if (at >= text.len || text.ptr[at] != phrase[i])
            return 0;
        at = skip(text, at + 1, FILLER);
        if (phrase[i] == ' ')
            at = skip(text, at, ' ');
    }
    return at;
}

static size_t match(const char *phrase, bd_str text, size_t at)
{
    for (;;) {
        const char *star = strchr(phrase, '*');
        size_t len = star ? (size_t)(star - phrase) : strlen(phrase);
        size_t end = match_plain(phrase, len, text, at);
        size_t last = at;

        if (end == 0 || !star)
            return end;
        phrase = star + 1;
        len = strcspn(phrase, "*");
        for (at = end, last = end + GAP; at < text.len && at <= last; at++)
            if (match_plain(phrase, len, text, at))
                break;
        if (at >= text.len || at > last)
            return 0;
    }
}

static bool is_word(char c)
{
    return is_one_of((unsigned char)c, 'a', 'z') ||
           is_one_of((unsigned char)c, '0', '9') || (unsigned char)c >= 0x80;
}

size_t bd_phrases_next(const struct bd_phrases *phrases, bd_str folded,
                       size_t *at, size_t *out_end)
{
    for (size_t i = *at; i < folded.len; i++) {
        uint16_t row = phrases->first[(unsigned char)folded.ptr[i]];

        if (row == 0 ||
            (i > 0 && is_word(folded.ptr[i]) && is_word(folded.ptr[i - 1])))
            continue;
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

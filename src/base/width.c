/* Columns of text, and where its lines may be broken (UAX 11, 14, 29). */
#include "brevduva/base/str.h"

#include <stdlib.h>
#include <string.h>

#include <unigbrk.h>
#include <unilbrk.h>
#include <unistr.h>
#include <uniwidth.h>

#include "brevduva/base/arena.h"

#define COMBINING   0x0300         /* first of the combining marks */
#define EMOJI_STYLE 0xfe0f         /* variation selector 16: as a picture */
#define JOINER      "\xe2\x80\x8d" /* U+200D: emoji into one */
#define FLAG_FIRST  0x1f1e6        /* regional indicators: two make a flag */
#define FLAG_LAST   0x1f1ff
#define PICTURES    0x1f000 /* and what is wide from there on is no script */
#define IDEOGRAPHIC 0x20000
#define PICTURE     2 /* columns */

/* No mark to combine, nothing wide: each character is a column. */
static bool is_simple(bd_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0xcc) /* U+0300 and on */
            return false;
    return true;
}

static size_t count_characters(bd_str text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return count;
}

static ucs4_t character_at(const uint8_t *at, const uint8_t *end, int *out_len)
{
    ucs4_t c = 0;

    *out_len = u8_mbtouc(&c, at, (size_t)(end - at));
    return c;
}

/* What is seen as one: a letter with its marks, a family of emoji, a flag. */
static size_t cluster_width(const uint8_t *at, const uint8_t *end)
{
    int widest = 0;
    int flags = 0;

    while (at < end) {
        int len = 0;
        ucs4_t c = character_at(at, end, &len);
        int width = c == EMOJI_STYLE ? PICTURE : uc_width(c, "UTF-8");

        flags += c >= FLAG_FIRST && c <= FLAG_LAST;
        widest = width > widest ? width : widest;
        at += len;
    }
    return flags > 1 ? PICTURE * (size_t)(flags / 2) : (size_t)widest;
}

static bool ends_in_joiner(const uint8_t *at, const uint8_t *end)
{
    return end - at >= 3 && memcmp(end - 3, JOINER, 3) == 0;
}

/* The end of what is seen as one: the library does not know of joiners. */
static const uint8_t *cluster_end(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *next = u8_grapheme_next(at, end);

    while (next && next < end && ends_in_joiner(at, next))
        next = u8_grapheme_next(next, end);
    return next ? next : end;
}

size_t bd_str_width(bd_str text)
{
    const uint8_t *at = (const uint8_t *)text.ptr;
    const uint8_t *end = NULL;
    size_t width = 0;

    if (is_simple(text)) /* also an empty one, which may be NULL */
        return count_characters(text);
    end = at + text.len;
    while (at < end) {
        const uint8_t *next = cluster_end(at, end);

        width += cluster_width(at, next);
        at = next;
    }
    return width;
}

/* Written without blanks: Chinese and Japanese. Korean has them. */
static bool is_ideographic(ucs4_t c)
{
    bool hangul = (c >= 0x1100 && c <= 0x11ff) || (c >= 0xac00 && c <= 0xd7ff);

    return !hangul && (c < PICTURES || c >= IDEOGRAPHIC) &&
           uc_width(c, "UTF-8") == 2;
}

size_t bd_str_unbroken(bd_str word)
{
    const uint8_t *start = (const uint8_t *)word.ptr;
    const uint8_t *end = NULL;
    const uint8_t *at = start;
    char *breaks = NULL;
    size_t len = word.len;
    bool before = false;

    if (is_simple(word))
        return word.len;
    breaks = calloc(word.len, 1);
    if (!breaks)
        bd_out_of_memory();
    end = start + word.len;
    u8_possible_linebreaks(start, word.len, "UTF-8", breaks);
    while (at < end && len == word.len) {
        int octets = 0;
        bool here = is_ideographic(character_at(at, end, &octets));

        if (at > start && (here || before) &&
            breaks[at - start] == UC_BREAK_POSSIBLE)
            len = (size_t)(at - start);
        before = here;
        at += octets;
    }
    free(breaks);
    return len;
}

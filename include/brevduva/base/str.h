/*
 * Borrowed text: a pointer and a length, passed by value. Holds bytes that
 * are UTF-8 unless a header says otherwise; not NUL-terminated.
 */
#ifndef BREVDUVA_BASE_STR_H
#define BREVDUVA_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *ptr; /* may be NULL when len is 0 */
    size_t len;      /* octets */
} bd_str;

#define BD_STR(literal) ((bd_str) { (literal), sizeof(literal) - 1 })
#define BD_STR_INIT(literal)                                                   \
    {                                                                          \
        (literal), sizeof(literal) - 1                                         \
    }
#define BD_STR_NONE ((bd_str) { NULL, 0 })

/* For printf's "%.*s": BD_ARG(text). */
#define BD_ARG(text) (int)(text).len, (text).ptr ? (text).ptr : ""

/* The text of a NUL-terminated string; NULL gives the empty text. */
bd_str bd_str_from(const char *string);

bool bd_str_eq(bd_str a, bd_str b);
/* ASCII letters compare without case, all other bytes exactly. */
bool bd_str_eq_nocase(bd_str a, bd_str b);
int bd_str_cmp(bd_str a, bd_str b); /* as memcmp; a prefix comes first */
bool bd_str_starts(bd_str text, bd_str prefix);
bool bd_str_ends(bd_str text, bd_str suffix);
bool bd_str_starts_nocase(bd_str text, bd_str prefix);

/* `text` from octet `from` on; empty when that is past the end. */
bd_str bd_str_skip(bd_str text, size_t from);
/* At most `len` octets of `text` from octet `from`. */
bd_str bd_str_sub(bd_str text, size_t from, size_t len);
/* Without spaces, tabs, CR and LF at both ends. */
bd_str bd_str_trim(bd_str text);

/* Where `needle` first stands in `text`, or SIZE_MAX. */
size_t bd_str_find(bd_str text, bd_str needle);
size_t bd_str_find_char(bd_str text, char c);
/* So many octets at the start of `text` are in the set: set[octet]. */
size_t bd_str_span(bd_str text, const bool set[256]);
/* `part` stands in `text`, capital and small letters of any alphabet being
 * the same. Both valid UTF-8. */
bool bd_str_contains_nocase(bd_str text, bd_str part);

/*
 * Cut `*rest` at the first `separator`: what stood before is returned, what
 * stands after is left in `*rest`. Without a separator all is returned and
 * `*rest` becomes { NULL, 0 }, which tells "no more" from "empty last part".
 */
bd_str bd_str_cut(bd_str *rest, char separator);

/* What stands after the last `c`; the whole text when there is none. */
bd_str bd_str_after_last(bd_str text, char c);

/* The next line, without its LF or CRLF; `*rest` as for bd_str_cut. */
bd_str bd_str_cut_line(bd_str *rest);

/* Decimal digits only, whole text, no sign. False on overflow or other. */
bool bd_str_to_u64(bd_str text, uint64_t *out);

/* Whole text is valid UTF-8 (RFC 3629). `out_bad`: first bad octet. */
bool bd_str_is_utf8(bd_str text, size_t *out_bad);
/* At most `max` octets, cut between characters of valid UTF-8. */
bd_str bd_str_cut_utf8(bd_str text, size_t max);
/* The first C0 control other than TAB, LF and CR, or DEL, or C1
 * (U+0080-9F) of valid UTF-8, or SIZE_MAX. */
size_t bd_str_find_control(bd_str text);
bool bd_str_has_control(bd_str text);
/* Has CR, LF or NUL: may not stand in a header or an SMTP command. */
bool bd_str_has_line_break(bd_str text);
/* Octets of the mark at its start that turns the direction of what follows,
 * and so could reorder a line (U+202A-202E, U+2066-2069; UAX 9); 0: none. */
size_t bd_str_direction_mark(bd_str text);
/* The same, or of a mark that takes no room (U+200B-200F, U+2060, U+FEFF):
 * emoji and some scripts need a few of them, words of machines none. */
size_t bd_str_hidden_mark(bd_str text);
/* Octets of ASCII that the text begins with. */
size_t bd_str_ascii_len(bd_str text);
/* Holds only ASCII. */
bool bd_str_is_ascii(bd_str text);
/* Columns on a terminal or in a plain text part: wide characters count 2,
 * combining ones 0; flags and emoji that are made of several count 2. */
size_t bd_str_width(bd_str text);
/* Octets at the start of a word, which has no blanks, that stay on one line.
 * Words are whole, but for scripts that are written without blanks. */
size_t bd_str_unbroken(bd_str word);

/* Line and column, both from 1, of octet `offset`; columns in characters. */
struct bd_place {
    uint32_t line;
    uint32_t column;
};
struct bd_place bd_str_place(bd_str text, size_t offset);

#endif

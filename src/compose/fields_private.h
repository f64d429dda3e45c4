/*
 * Per-recipient places in the making of a letter. A merge tag or a field of
 * our own ("@unsubscribe") is one row here; in texts it is a marker: 0x01, a
 * letter for its escape context, the row's number in decimal, 0x02. No other
 * text holds control characters, so markers cannot be forged.
 */
#ifndef COMPOSE_FIELDS_PRIVATE_H
#define COMPOSE_FIELDS_PRIVATE_H

#include "brevduva/compose/issue.h"
#include "brevduva/compose/message.h"

#define MARKER_OPEN  '\x01'
#define MARKER_CLOSE '\x02'

struct bd_fields {
    struct bd_arena *arena;
    struct bd_merge *rows;
    size_t count;
    size_t cap;
};

/* The number of the new row. */
size_t bd_fields_add(struct bd_fields *fields, struct bd_merge row);

void bd_marker_write(struct bd_buf *out, enum bd_escape escape, size_t row);

struct bd_marker {
    enum bd_escape escape;
    size_t row;
};

/* Cut the text before the first marker off `*rest`, and the marker. False
 * when there is none: then all of `*rest` is in `out_before`. */
bool bd_marker_cut(bd_str *rest, bd_str *out_before, struct bd_marker *out);

/* Octets of the marker that starts `text`, or 0. */
size_t bd_marker_len(bd_str text);

/* The same text with all its markers in another context. */
bd_str bd_marked_as(struct bd_arena *arena, bd_str text, enum bd_escape escape);

/*
 * Replace the merge tags "{{name}}" and "{{name|default text}}" in `text` by
 * markers, and BD_ESCAPED "{{" by "{{".
 *
 * out      in the arena; `text` itself when there is nothing to replace
 * out_bad  on BD_EPARSE the octet where the bad tag starts
 * returns  BD_OK, or BD_EPARSE "what; what to do", without a place
 */
enum bd_status bd_merge_mark(struct bd_fields *fields, bd_str text, bd_str *out,
                             size_t *out_bad, struct bd_err *err) BD_MUST_USE;

/* The text as a person would read it about the letter: markers as their
 * default text or "{{name}}". */
bd_str bd_merge_show(struct bd_arena *arena, const struct bd_issue *issue,
                     bd_str marked);

#endif

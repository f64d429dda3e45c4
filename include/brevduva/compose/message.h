/*
 * A compiled message: literal bytes and fields between them. Compiled once
 * for an issue; a recipient's copy is made by splicing their values in. The
 * literals are already encoded (headers folded, bodies quoted-printable, all
 * lines CRLF, dot-safe), so a copy costs little more than copying its bytes.
 */
#ifndef BREVDUVA_COMPOSE_MESSAGE_H
#define BREVDUVA_COMPOSE_MESSAGE_H

#include "brevduva/base/arena.h"
#include "brevduva/base/buf.h"
#include "brevduva/base/status.h"

/* Where a field stands decides how its value is made harmless there. */
enum bd_escape {
    BD_ESCAPE_NONE,   /* header value that is correct as it is (Date, ids) */
    BD_ESCAPE_TEXT,   /* plain text */
    BD_ESCAPE_HTML,   /* HTML text or quoted attribute */
    BD_ESCAPE_URL,    /* one component of a URL: unreserved or %XX */
    BD_ESCAPE_WORD,   /* header text: encoded-words (RFC 2047) */
    BD_ESCAPE_LINES,  /* plain text of several lines, which are kept */
    BD_ESCAPE_QUOTED, /* the same in a quote: "> " begins all lines but the
                       * first, which the literal begins */
    BD_ESCAPE_BREAKS  /* HTML text of several lines: <br> between them */
};

enum bd_transfer {
    BD_TRANSFER_NONE,  /* as it is */
    BD_TRANSFER_QP,    /* quoted-printable piece: starts and ends a line */
    BD_TRANSFER_BASE64 /* the value's octets, whatever they are, in whole lines:
                        * an attachment */
};

struct bd_piece {
    bd_str literal; /* written first; may be empty */
    bool has_field; /* then this field follows the literal */
    uint16_t name;  /* index into the message's names */
    enum bd_escape escape;
    enum bd_transfer transfer;
    bd_str fallback; /* taken when the value is empty */
};

struct bd_message {
    size_t name_count;
    const bd_str *names; /* "first_name", attributes; "@..." are ours */
    size_t piece_count;
    const struct bd_piece *pieces;
    size_t literal_bytes; /* sum of all literals */
};

/*
 * Write one copy.
 *
 * values   message->name_count texts, in the order of message->names; UTF-8
 *          of any content: control characters are dropped, line breaks
 *          become spaces where lines are not kept
 * out      appended to; BD_ELIMIT when it is full
 */
enum bd_status bd_message_splice(const struct bd_message *message,
                                 const bd_str *values,
                                 struct bd_buf *out) BD_MUST_USE;

/* The message as bytes to be stored, and back. Same message, same bytes. */
void bd_message_freeze(const struct bd_message *message, struct bd_buf *out);

/*
 * frozen   borrowed for as long as the message is used: literals point into
 *          it
 * returns  BD_OK, or BD_EPARSE when these are not the bytes of a message
 */
enum bd_status bd_message_thaw(struct bd_arena *arena, bd_str frozen,
                               struct bd_message *out,
                               struct bd_err *err) BD_MUST_USE;

#endif

/* Text with markers cut into the pieces of a message. */
#ifndef COMPOSE_PIECES_PRIVATE_H
#define COMPOSE_PIECES_PRIVATE_H

#include "fields_private.h"

struct bd_pieces {
    struct bd_arena *arena;
    const struct bd_fields *fields;
    struct bd_buf literal; /* not yet in a piece */
    struct bd_piece *rows;
    size_t count, cap;
    bd_str *names;
    size_t name_count;
    size_t literal_bytes;
};

void bd_pieces_init(struct bd_pieces *pieces, struct bd_arena *arena,
                    const struct bd_fields *fields);

/* A field whose value is written as it is: "@to", "@date" … */
void bd_pieces_own(struct bd_pieces *pieces, const char *name);
/* A field whose value is a file. */
void bd_pieces_base64(struct bd_pieces *pieces, const char *name);
/* Text with markers as it is; as encoded-words, after a header's name that
 * ends at `column`; as quoted-printable. */
void bd_pieces_plain(struct bd_pieces *pieces, bd_str text);
void bd_pieces_words(struct bd_pieces *pieces, size_t column, bd_str text);
void bd_pieces_qp(struct bd_pieces *pieces, bd_str text);

/* BD_ELIMIT when the message is larger than BD_MAX_MESSAGE_BYTES. */
enum bd_status bd_pieces_finish(struct bd_pieces *pieces,
                                struct bd_message *out,
                                struct bd_err *err) BD_MUST_USE;
void bd_pieces_fini(struct bd_pieces *pieces);

#endif

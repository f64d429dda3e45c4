#include "pieces_private.h"

#include <assert.h>
#include <string.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"
#include "brevduva/mail/header.h"
#include "brevduva/mail/mime_write.h"

#define OWN_NAMES 6 /* "@to", "@date" ... of one message */

void bd_pieces_init(struct bd_pieces *pieces, struct bd_arena *arena,
                    const struct bd_fields *fields)
{
    *pieces = (struct bd_pieces) { .arena = arena, .fields = fields };
    /* each row has a name of its own at most */
    pieces->names = BD_NEW_ARRAY(arena, fields->count + OWN_NAMES, bd_str);
    bd_buf_init(&pieces->literal, BD_MAX_MESSAGE_BYTES);
}

void bd_pieces_fini(struct bd_pieces *pieces)
{
    bd_buf_fini(&pieces->literal);
}

static size_t name_index(struct bd_pieces *pieces, bd_str name)
{
    size_t i = 0;

    while (i < pieces->name_count && !bd_str_eq(pieces->names[i], name))
        i++;
    assert(i < pieces->fields->count + OWN_NAMES);
    if (i == pieces->name_count)
        pieces->names[pieces->name_count++] = name;
    return i;
}

/* Close the literal with the field that follows it. */
static void add_piece(struct bd_pieces *pieces, struct bd_piece piece)
{
    if (pieces->count == pieces->cap) {
        size_t cap = pieces->cap ? pieces->cap * 2 : 32;
        struct bd_piece *rows = BD_NEW_ARRAY(pieces->arena, cap,
                                             struct bd_piece);

        if (pieces->count > 0)
            memcpy(rows, pieces->rows, pieces->count * sizeof *rows);
        pieces->rows = rows;
        pieces->cap = cap;
    }
    piece.literal = bd_buf_copy(&pieces->literal, pieces->arena);
    pieces->literal_bytes += piece.literal.len;
    pieces->literal.len = 0; /* but stays full, once it is */
    pieces->rows[pieces->count++] = piece;
}

static void add_field(struct bd_pieces *pieces, const struct bd_merge *row,
                      enum bd_escape escape, enum bd_transfer transfer)
{
    add_piece(pieces, (struct bd_piece) {
                          .has_field = true,
                          .name = (uint16_t)name_index(pieces, row->name),
                          .escape = escape,
                          .transfer = transfer,
                          .fallback = row->fallback });
}

static const struct bd_merge *row_of(const struct bd_pieces *pieces,
                                     const struct bd_marker *marker)
{
    assert(marker->row < pieces->fields->count);
    return &pieces->fields->rows[marker->row];
}

void bd_pieces_own(struct bd_pieces *pieces, const char *name)
{
    struct bd_merge row = { .name = bd_str_from(name) };

    add_field(pieces, &row, BD_ESCAPE_NONE, BD_TRANSFER_NONE);
}

void bd_pieces_base64(struct bd_pieces *pieces, const char *name)
{
    struct bd_merge row = { .name = bd_str_from(name) };

    add_field(pieces, &row, BD_ESCAPE_NONE, BD_TRANSFER_BASE64);
}

void bd_pieces_plain(struct bd_pieces *pieces, bd_str text)
{
    struct bd_marker marker = { 0 };
    bd_str before = BD_STR_NONE;

    while (bd_marker_cut(&text, &before, &marker)) {
        bd_buf_add(&pieces->literal, before);
        add_field(pieces, row_of(pieces, &marker), marker.escape,
                  BD_TRANSFER_NONE);
    }
    bd_buf_add(&pieces->literal, before);
}

void bd_pieces_words(struct bd_pieces *pieces, size_t column, bd_str text)
{
    struct bd_marker marker = { 0 };
    bd_str before = BD_STR_NONE;
    bool more = bd_marker_cut(&text, &before, &marker);

    if (before.len > 0) {
        bd_buf_add_char(&pieces->literal, ' ');
        bd_header_words_from(&pieces->literal, column + 1, before);
    }
    while (more) {
        add_field(pieces, row_of(pieces, &marker), BD_ESCAPE_WORD,
                  BD_TRANSFER_NONE);
        more = bd_marker_cut(&text, &before, &marker);
        bd_header_words(&pieces->literal, before);
    }
}

void bd_pieces_qp(struct bd_pieces *pieces, bd_str text)
{
    struct bd_marker marker = { 0 };
    bd_str before = BD_STR_NONE;

    while (bd_marker_cut(&text, &before, &marker)) {
        bd_qp_write(&pieces->literal, before);
        add_field(pieces, row_of(pieces, &marker), marker.escape,
                  BD_TRANSFER_QP);
    }
    bd_qp_write_last(&pieces->literal, before);
}

enum bd_status bd_pieces_finish(struct bd_pieces *pieces,
                                struct bd_message *out, struct bd_err *err)
{
    add_piece(pieces, (struct bd_piece) { .has_field = false });
    if (pieces->literal.full || pieces->literal_bytes > BD_MAX_MESSAGE_BYTES)
        return bd_fail(
            err, BD_ELIMIT,
            _("the letter is larger than %d MB; make its attachments or "
              "pictures smaller, or put them on the web"),
            BD_MAX_MESSAGE_BYTES / 1024 / 1024);
    if (pieces->name_count > UINT16_MAX)
        return bd_fail(err, BD_ELIMIT,
                       _("the letter uses too many merge tags"));
    *out = (struct bd_message) {
        .name_count = pieces->name_count,
        .names = pieces->names,
        .piece_count = pieces->count,
        .pieces = pieces->rows,
        .literal_bytes = pieces->literal_bytes,
    };
    return BD_OK;
}

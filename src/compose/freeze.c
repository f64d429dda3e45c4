/*
 * A message as bytes: "BDM1", names, pieces. Numbers are 32 bits, lowest
 * octet first; texts are their length and octets. A piece is literal, flags
 * (has_field), name, escape, transfer (an octet each but the name), fallback.
 */
#include "brevduva/compose/message.h"

#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"

static const bd_str magic = BD_STR_INIT("BDM1");

static void put_number(struct bd_buf *out, size_t number)
{
    for (int shift = 0; shift < 32; shift += 8)
        bd_buf_add_char(out, (char)(number >> shift & 0xff));
}

static void put_text(struct bd_buf *out, bd_str text)
{
    put_number(out, text.len);
    bd_buf_add(out, text);
}

void bd_message_freeze(const struct bd_message *message, struct bd_buf *out)
{
    bd_buf_add(out, magic);
    put_number(out, message->name_count);
    for (size_t i = 0; i < message->name_count; i++)
        put_text(out, message->names[i]);
    put_number(out, message->piece_count);
    for (size_t i = 0; i < message->piece_count; i++) {
        const struct bd_piece *piece = &message->pieces[i];

        put_text(out, piece->literal);
        bd_buf_add_char(out, piece->has_field ? 1 : 0);
        if (!piece->has_field)
            continue;
        put_number(out, piece->name);
        bd_buf_add_char(out, (char)piece->escape);
        bd_buf_add_char(out, (char)piece->transfer);
        put_text(out, piece->fallback);
    }
}

/* Take from the front of `*rest`; false when it does not hold that much. */
static bool take_octet(bd_str *rest, unsigned *out)
{
    if (rest->len == 0)
        return false;
    *out = (unsigned char)rest->ptr[0];
    *rest = bd_str_skip(*rest, 1);
    return true;
}

static bool take_number(bd_str *rest, size_t *out)
{
    size_t number = 0;
    unsigned octet = 0;

    for (int shift = 0; shift < 32; shift += 8) {
        if (!take_octet(rest, &octet))
            return false;
        number |= (size_t)octet << shift;
    }
    *out = number;
    return true;
}

static bool take_text(bd_str *rest, bd_str *out)
{
    size_t len = 0;

    if (!take_number(rest, &len) || len > rest->len)
        return false;
    *out = bd_str_sub(*rest, 0, len);
    *rest = bd_str_skip(*rest, len);
    return true;
}

static bool take_field(bd_str *rest, const struct bd_message *message,
                       struct bd_piece *piece)
{
    size_t name = 0;
    unsigned escape = 0;
    unsigned transfer = 0;

    if (!take_number(rest, &name) || !take_octet(rest, &escape) ||
        !take_octet(rest, &transfer) || !take_text(rest, &piece->fallback) ||
        name >= message->name_count || name > UINT16_MAX ||
        escape > BD_ESCAPE_BREAKS || transfer > BD_TRANSFER_BASE64)
        return false;
    /* only our own values are correct as they are */
    if (escape == BD_ESCAPE_NONE &&
        !bd_str_starts(message->names[name], BD_STR("@")))
        return false;
    piece->name = (uint16_t)name;
    piece->escape = (enum bd_escape)escape;
    piece->transfer = (enum bd_transfer)transfer;
    return true;
}

static bool take_piece(bd_str *rest, const struct bd_message *message,
                       struct bd_piece *piece)
{
    unsigned has_field = 0;

    if (!take_text(rest, &piece->literal) || !take_octet(rest, &has_field) ||
        has_field > 1)
        return false;
    piece->has_field = has_field == 1;
    return !piece->has_field || take_field(rest, message, piece);
}

static bool take_names(struct bd_arena *arena, bd_str *rest,
                       struct bd_message *message)
{
    bd_str *names = NULL;

    if (!take_number(rest, &message->name_count) ||
        message->name_count >
            rest->len / 4) /* each takes at least its length */
        return false;
    message->names = names = BD_NEW_ARRAY(arena, message->name_count, bd_str);
    for (size_t i = 0; i < message->name_count; i++)
        if (!take_text(rest, &names[i]))
            return false;
    return true;
}

static bool take_pieces(struct bd_arena *arena, bd_str *rest,
                        struct bd_message *message)
{
    struct bd_piece *pieces = NULL;

    if (!take_number(rest, &message->piece_count) ||
        message->piece_count > rest->len / 5)
        return false;
    message->pieces = pieces = BD_NEW_ARRAY(arena, message->piece_count,
                                            struct bd_piece);
    for (size_t i = 0; i < message->piece_count; i++) {
        if (!take_piece(rest, message, &pieces[i]))
            return false;
        message->literal_bytes += pieces[i].literal.len;
    }
    return true;
}

enum bd_status bd_message_thaw(struct bd_arena *arena, bd_str frozen,
                               struct bd_message *out, struct bd_err *err)
{
    struct bd_message message = { 0 };
    bd_str rest = bd_str_skip(frozen, magic.len);

    if (!bd_str_starts(frozen, magic) || !take_names(arena, &rest, &message) ||
        !take_pieces(arena, &rest, &message) || rest.len > 0)
        return bd_fail(err, BD_EPARSE,
                       _("the stored message is damaged or from another "
                         "version of brevduva"));
    *out = message;
    return BD_OK;
}

/* layer: deliver */
/*
 * The reader of replies. Input: an octet that says in what pieces the bytes
 * come, then the bytes. In pieces or whole, the same is read; and what is
 * read can be shown and stored.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/buf.h"
#include "brevduva/deliver/smtp_reply.h"

/* All replies, as text that two readings can be compared by. */
static void add_reply(struct bd_buf *out, const struct bd_smtp_reply *reply)
{
    bd_str text = bd_smtp_reply_text(reply);

    assert(reply->code >= 200 && reply->code <= 599);
    assert(text.len <= BD_MAX_REPLY_TEXT);
    assert(bd_str_is_utf8(text, NULL) && !bd_str_has_control(text) &&
           !bd_str_has_line_break(text));
    assert(!reply->has_enhanced || reply->enhanced.class == reply->code / 100);
    assert(bd_str_find(text, bd_smtp_queue_id(text)) != SIZE_MAX);
    bd_buf_printf(out, "%d %d %u.%u.%u %.*s\n", reply->code,
                  reply->has_enhanced, reply->enhanced.class,
                  reply->enhanced.subject, reply->enhanced.detail,
                  BD_ARG(text));
}

static void read_all(bd_str bytes, size_t piece, struct bd_buf *out)
{
    static struct bd_smtp_reader reader;
    enum bd_smtp_progress progress = BD_SMTP_MORE;

    memset(&reader, 0, sizeof reader);
    bd_smtp_reader_init(&reader);
    while (bytes.len > 0 && progress != BD_SMTP_BROKEN) {
        bd_str part = bd_str_sub(bytes, 0, piece);
        char *copy = malloc(part.len); /* exact: ASan sees overreads */
        const char *why = NULL;

        if (!copy)
            abort();
        memcpy(copy, part.ptr, part.len);
        bytes = bd_str_skip(bytes, part.len);
        part.ptr = copy;
        do {
            progress = bd_smtp_reader_take(&reader, &part, &why);
            if (progress == BD_SMTP_WHOLE)
                add_reply(out, &reader.reply);
        } while (progress == BD_SMTP_WHOLE);
        assert(progress == BD_SMTP_BROKEN || part.len == 0);
        if (progress == BD_SMTP_BROKEN)
            bd_buf_add_cstr(out, why);
        free(copy);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bd_str bytes = { (const char *)data + 1, size - 1 };
    struct bd_buf whole;
    struct bd_buf pieces;

    if (size == 0)
        return 0;
    bd_buf_init(&whole, 0);
    bd_buf_init(&pieces, 0);
    read_all(bytes, SIZE_MAX, &whole);
    read_all(bytes, 1 + data[0] % 64, &pieces);
    assert(bd_str_eq(bd_buf_str(&whole), bd_buf_str(&pieces)));
    bd_buf_fini(&whole);
    bd_buf_fini(&pieces);
    return 0;
}

#include <string.h>

#include "brevduva/base/buf.h"
#include "store_import.h"

/* Fixed part of a row's record; the texts follow, without the key. */
struct packed {
    int64_t since;
    uint32_t line;
    uint8_t state;
    uint8_t text_only;
    uint16_t email_len; /* 0: the same as the key */
    uint32_t name_len;
    uint32_t language_len;
    uint32_t attributes_len;
};

void import_row_write(const struct bd_import_row *row, struct bd_buf *out)
{
    const struct bd_subscriber *s = &row->subscriber;
    bd_str email = bd_str_eq(s->email, s->email_key) ? BD_STR_NONE : s->email;
    struct packed packed;

    memset(&packed, 0, sizeof packed); /* padding is written, too */
    packed.since = row->since;
    packed.line = row->line;
    packed.state = (uint8_t)row->state;
    packed.text_only = s->text_only;
    packed.email_len = (uint16_t)email.len;
    packed.name_len = (uint32_t)s->name.len;
    packed.language_len = (uint32_t)s->language.len;
    packed.attributes_len = (uint32_t)s->attributes.len;
    bd_buf_add(out, (bd_str) { (const char *)&packed, sizeof packed });
    bd_buf_add(out, email);
    bd_buf_add(out, s->name);
    bd_buf_add(out, s->language);
    bd_buf_add(out, s->attributes);
}

static bd_str take(bd_str *rest, size_t len)
{
    bd_str text = bd_str_sub(*rest, 0, len);

    *rest = bd_str_skip(*rest, len);
    return text;
}

void import_row_read(bd_str key, bd_str record, struct bd_import_row *out)
{
    bd_str rest = bd_str_skip(record, sizeof(struct packed));
    struct packed packed;
    bd_str email;

    memcpy(&packed, record.ptr, sizeof packed);
    email = take(&rest, packed.email_len);
    *out = (struct bd_import_row) {
        .line = packed.line,
        .state = (enum bd_subscription_state)packed.state,
        .since = packed.since,
        .subscriber = { .email = email.len ? email : key,
                        .email_key = key,
                        .text_only = packed.text_only != 0 },
    };
    out->subscriber.name = take(&rest, packed.name_len);
    out->subscriber.language = take(&rest, packed.language_len);
    out->subscriber.attributes = take(&rest, packed.attributes_len);
}

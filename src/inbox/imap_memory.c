/* What is remembered of a mailbox on a server. */
#include <stdio.h>
#include <stdlib.h>

#include "imap_private.h"

#define DONE_BYTES (BD_SOURCE_MEMORY_MAX - 24000)

bd_str imap_key(uint32_t uid, char out[16])
{
    (void)snprintf(out, 16, "%u", uid);
    return bd_str_from(out);
}

struct source_tried *imap_find_tried(struct bd_source *source, uint32_t uid)
{
    char key[16];

    return source_find_tried(source, imap_key(uid, key));
}

enum bd_status imap_ask(struct bd_source *source, enum frame_kind kind,
                        bd_str *out, struct bd_err *err)
{
    struct imap *imap = source->state;
    enum bd_status rc = fetcher_ask(&imap->fetcher, source, kind,
                                    imap->patience_s + IMAP_SLACK_S, out, err);

    if (rc != BD_OK && rc != BD_ENOENT)
        bd_err_prefix(err, "%s", imap->server);
    return rc;
}

enum bd_status imap_remember(struct bd_source *source, struct bd_err *err)
{
    struct imap *imap = source->state;
    enum bd_status rc = BD_OK;
    struct bd_buf own;
    struct bd_buf done;

    bd_buf_init(&own, 0);
    bd_buf_init(&done, DONE_BYTES);
    bd_buf_printf(&own, "validity %u\n", imap->box.validity);
    uid_write(&imap->done, &done);
    bd_buf_printf(&own, "done %.*s\n", BD_ARG(bd_buf_str(&done)));
    rc = source_remember(source, bd_buf_str(&own), err);
    bd_buf_fini(&done);
    bd_buf_fini(&own);
    return rc;
}

/* What was known of another mailbox by this name is forgotten. */
enum bd_status imap_recall(struct bd_source *source, struct bd_err *err)
{
    struct imap *imap = source->state;
    bd_str text = BD_STR_NONE;
    uint64_t validity = 0;
    enum bd_status rc = source_recall(source, &text, err);

    if (rc != BD_OK)
        return rc;
    while (text.len > 0) {
        bd_str value = bd_str_cut_line(&text);
        bd_str word = bd_str_cut(&value, ' ');

        if (bd_str_eq(word, BD_STR("validity")))
            (void)bd_str_to_u64(value, &validity);
        else if (bd_str_eq(word, BD_STR("done")))
            uid_read(&imap->done, value);
    }
    if (validity != imap->box.validity) {
        source->tried_count = 0;
        imap->done.count = 0;
    }
    return BD_OK;
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* Tried mails that are no longer there. */
void imap_forget_gone(struct bd_source *source)
{
    const struct imap *imap = source->state;

    for (size_t i = source->tried_count; i-- > 0;) {
        bd_str key = bd_str_from(source->tried[i].key);
        uint64_t number = 0;
        uint32_t uid = bd_str_to_u64(key, &number) ? (uint32_t)number : 0;

        if (imap->count == 0 ||
            !bsearch(&uid, imap->uids, imap->count, sizeof uid, compare))
            source_forget_tried(source, key);
    }
}

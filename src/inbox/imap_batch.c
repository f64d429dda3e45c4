/* Which mails are fetched next, how many at a time. */
#include <stdio.h>

#include "imap_private.h"

static void note_missing(struct imap *imap, const struct imap_mail *mails,
                         size_t count)
{
    for (size_t i = 0; i < count && imap->missing_count < IMAP_MISSING; i++)
        if (!mails[i].is_there)
            imap->missing[imap->missing_count++] = mails[i].uid;
}

/* The sizes of the next mails. One that the server does not name is gone. */
enum bd_status imap_look_ahead(struct bd_source *source, struct bd_err *err)
{
    struct imap *imap = source->state;
    struct frame_rest rest = { 0 };
    enum bd_status rc = BD_OK;

    imap->ahead_at = 0;
    imap->ahead_count = 0;
    while (imap->ahead_count < IMAP_AHEAD && imap->at < imap->count) {
        uint32_t uid = imap->uids[imap->at++];

        imap->ahead[imap->ahead_count++] = (struct imap_mail) { .uid = uid };
        frame_put_u32(&imap->fetcher.out, uid);
    }
    if (imap->ahead_count == 0)
        return BD_ENOENT;
    rc = imap_ask(source, FRAME_SIZES, &rest.rest, err);
    while (rc == BD_OK && rest.rest.len > 0 && !rest.is_bad) {
        uint32_t uid = frame_take_u32(&rest);
        uint32_t size = frame_take_u32(&rest);

        for (size_t i = 0; i < imap->ahead_count; i++)
            if (imap->ahead[i].uid == uid)
                imap->ahead[i] = (struct imap_mail) { .uid = uid,
                                                      .size = size,
                                                      .is_there = true };
    }
    if (rc == BD_OK)
        note_missing(imap, imap->ahead, imap->ahead_count);
    return rc;
}

enum bd_status imap_look_for_missing(struct bd_source *source,
                                     struct bd_err *err)
{
    struct imap *imap = source->state;
    struct frame_rest rest = { 0 };
    uint32_t first = 0;
    size_t count = imap->missing_count;
    enum bd_status rc = BD_OK;

    imap->missing_count = 0;
    if (count == 0)
        return BD_OK;
    rc = imap_ask(source, FRAME_LIST, &rest.rest, err);
    while (rc == BD_OK && rest.rest.len > 0 && !rest.is_bad) {
        uint32_t uid = frame_take_u32(&rest);
        bool is_missing = false;

        for (size_t i = 0; i < count && !is_missing; i++)
            is_missing = imap->missing[i] == uid;
        if (is_missing && source->withheld++ == 0)
            first = uid;
    }
    (void)snprintf(imap->missing_name, sizeof imap->missing_name, "%.200s/%u",
                   source->options.folder, first);
    source->withheld_name = bd_str_from(imap->missing_name);
    return rc;
}

/* Choose what is fetched next: several, but one alone that was tried before;
 * and nothing of one that was tried too often. */
static void choose_batch(struct bd_source *source)
{
    struct imap *imap = source->state;
    size_t bytes = 0;

    imap->batch_count = 0;
    imap->batch_at = 0;
    while (imap->batch_count < IMAP_BATCH &&
           imap->ahead_at < imap->ahead_count) {
        struct imap_mail mail = imap->ahead[imap->ahead_at];
        struct source_tried *tried = imap_find_tried(source, mail.uid);
        size_t size = mail.size < BD_FETCH_MAX_BYTES ? mail.size
                                                     : BD_FETCH_MAX_BYTES;

        if (imap->batch_count > 0 && (tried || bytes + size > IMAP_BATCH_BYTES))
            return;
        imap->ahead_at++;
        if (!mail.is_there)
            continue;
        mail.is_there = false;
        mail.feared = tried && tried->times >= SOURCE_FEARED;
        imap->batch[imap->batch_count++] = mail;
        bytes += size;
        if (tried)
            return;
    }
}

/* Before they are fetched, so that they come alone the next time; and, when
 * the fetcher is seen to die over one that came alone, that it did. That we
 * ourselves were killed says nothing against a mail. */
static enum bd_status note_tries(struct bd_source *source, uint32_t more,
                                 struct bd_err *err)
{
    struct imap *imap = source->state;

    for (size_t i = 0; i < imap->batch_count; i++) {
        uint32_t uid = imap->batch[i].uid;
        struct source_tried *tried = imap_find_tried(source, uid);
        char key[16];

        source_set_tried(source, imap_key(uid, key),
                         (tried ? tried->times : 0) + more);
    }
    return imap_remember(source, err);
}

static void keep_mail(struct imap *imap, uint32_t uid, bd_str bytes)
{
    for (size_t i = 0; i < imap->batch_count; i++) {
        struct imap_mail *mail = &imap->batch[i];

        if (mail->uid != uid || mail->is_there)
            continue;
        mail->is_there = true;
        mail->bytes = bd_arena_copy(imap->batch_arena,
                                    bd_str_sub(bytes, 0, BD_FETCH_MAX_BYTES));
        if (mail->size < mail->bytes.len)
            mail->size = (uint32_t)mail->bytes.len;
    }
}

enum bd_status imap_fetch_batch(struct bd_source *source, struct bd_err *err)
{
    struct imap *imap = source->state;
    struct bd_buf *out = &imap->fetcher.out;
    struct frame_rest rest = { 0 };
    enum bd_status rc = BD_OK;

    bd_arena_clear(imap->batch_arena);
    choose_batch(source);
    if (imap->batch_count == 0)
        return BD_OK;
    if (imap->batch[0].feared) {
        imap->batch[0].is_there = true;
        return BD_OK;
    }
    if (imap->batch_count == 1) /* the fetcher may die of it */
        rc = imap_flush(source, err);
    if (rc == BD_OK)
        rc = note_tries(source, 0, err);
    if (rc != BD_OK) {
        imap->batch_count = 0;
        return rc;
    }
    frame_put_u32(out, 0);
    frame_put_u32(out, BD_FETCH_MAX_BYTES);
    for (size_t i = 0; i < imap->batch_count; i++)
        frame_put_u32(out, imap->batch[i].uid);
    rc = imap_ask(source, FRAME_FETCH, &rest.rest, err);
    while (rc == BD_OK && rest.rest.len > 0 && !rest.is_bad) {
        uint32_t uid = frame_take_u32(&rest);

        keep_mail(imap, uid, frame_take_text(&rest));
    }
    if (rc == BD_OK)
        note_missing(imap, imap->batch, imap->batch_count);
    if (rc != BD_OK && imap->batch_count == 1)
        (void)note_tries(source, 1, NULL);
    if (rc != BD_OK)
        imap->batch_count = 0; /* they stay tried */
    return rc;
}

/* Those that were fetched and not given out were not tried. */
void imap_forgive(struct bd_source *source)
{
    struct imap *imap = source->state;

    for (size_t i = imap->batch_at; i < imap->batch_count; i++) {
        char key[16];

        if (!imap->batch[i].feared)
            source_forget_tried(source, imap_key(imap->batch[i].uid, key));
    }
    imap->batch_count = 0;
    imap->batch_at = 0;
}

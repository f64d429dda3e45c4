/*
 * A mailbox on a server. What speaks IMAP is a process of its own
 * (fetcher.c); here is decided which mails are fetched, and remembered which
 * ones were, before they are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/i18n.h"
#include "brevduva/net/stream.h"
#include "imap_private.h"

static void describe(const struct bd_source *source, struct bd_buf *out)
{
    const struct bd_source_options *o = &source->options;
    const struct imap *imap = source->state;
    /* the fetcher stands in another folder */
    char *ca_file = o->ca_file ? realpath(o->ca_file, NULL) : NULL;
    const struct frame_open open = {
        .url = bd_str_from(o->url),
        .username = bd_str_from(o->username),
        .password = bd_str_from(o->password),
        .auth = bd_str_from(o->auth),
        .ca_file = bd_str_from(ca_file ? ca_file : o->ca_file),
        .proxy = bd_str_from(o->proxy),
        .folder = bd_str_from(o->folder),
        .handled = bd_str_from(o->handled),
        .unreadable = bd_str_from(o->unreadable),
        .starttls_off = o->starttls_off,
        .flag = o->flag,
        .patience_s = (uint32_t)imap->patience_s,
        .language = bd_lang_get(),
    };

    frame_put_open(out, &open);
    free(ca_file);
}

static enum bd_status imap_open(struct bd_source *source, struct bd_err *err)
{
    struct imap *imap = calloc(1, sizeof *imap);
    const struct bd_source_options *o = &source->options;
    enum bd_status rc = BD_OK;
    bd_str answer = BD_STR_NONE;

    if (!imap)
        bd_out_of_memory();
    source->state = imap;
    imap->batch_arena = bd_arena_new();
    imap->patience_s = o->patience_s > 0 ? o->patience_s : SOURCE_PATIENCE_S;
    rc = bd_url_mailbox(o->url, imap->server, err);
    if (rc != BD_OK)
        return rc;
    source->name = bd_arena_printf(source->arena, "%s %s %s", imap->server,
                                   o->username ? o->username : "", o->folder);
    rc = fetcher_start(&imap->fetcher, err);
    if (rc != BD_OK)
        return rc;
    describe(source, &imap->fetcher.out);
    rc = fetcher_ask(&imap->fetcher, source, FRAME_OPEN,
                     imap->patience_s * 2 + IMAP_SLACK_S, &answer, err);
    if (rc == BD_ENOENT)
        return bd_fail(err, BD_ETEMP, _("%s: connecting was given up"),
                       imap->server);
    if (rc == BD_OK && !frame_take_opened(answer, &imap->box))
        return bd_fail(err, BD_ETEMP,
                       _("what fetches the mail makes no sense; try again"));
    return rc == BD_OK ? imap_recall(source, err) : rc;
}

static enum bd_status list(struct bd_source *source, struct bd_err *err)
{
    struct imap *imap = source->state;
    bd_str answer = BD_STR_NONE;
    enum bd_status rc = imap_ask(source, FRAME_LIST, &answer, err);
    size_t kept = 0;

    if (rc != BD_OK)
        return rc;
    free(imap->uids);
    imap->uids = calloc(answer.len / 4 + 1, sizeof *imap->uids);
    if (!imap->uids)
        bd_out_of_memory();
    imap->count = frame_take_uids(answer, imap->uids);
    for (size_t i = 0; i < imap->count; i++)
        if (!uid_is_in(&imap->done, imap->uids[i]))
            imap->uids[kept++] = imap->uids[i];
    imap->count = kept;
    imap->at = 0;
    imap->missing_count = 0;
    imap->has_list = true;
    imap_forget_gone(source);
    return BD_OK;
}

static enum bd_status imap_next(struct bd_source *source,
                                struct bd_source_mail *out, struct bd_err *err)
{
    struct imap *imap = source->state;
    enum bd_status rc = imap->has_list ? BD_OK : list(source, err);

    while (rc == BD_OK) {
        while (imap->batch_at < imap->batch_count) {
            struct imap_mail *mail = &imap->batch[imap->batch_at++];

            if (!mail->is_there)
                continue;
            imap->current = *mail;
            (void)snprintf(imap->current_name, sizeof imap->current_name,
                           "%.200s/%u", source->options.folder, mail->uid);
            out->bytes = mail->bytes;
            out->size = mail->size;
            out->feared = mail->feared;
            out->name = bd_str_from(imap->current_name);
            return BD_OK;
        }
        if (imap->ahead_at == imap->ahead_count)
            rc = imap_flush(source, err);
        if (rc == BD_OK && imap->ahead_at == imap->ahead_count)
            rc = imap_look_ahead(source, err);
        if (rc == BD_OK)
            rc = imap_fetch_batch(source, err);
    }
    if (rc == BD_ENOENT && !source_is_cancelled(source)) {
        rc = imap_look_for_missing(source, err);
        return rc == BD_OK ? BD_ENOENT : rc;
    }
    return rc;
}

/* Piece by piece, so that no answer is large. */
static enum bd_status imap_whole(struct bd_source *source,
                                 struct bd_arena *arena, size_t max,
                                 bd_str *out, struct bd_err *err)
{
    struct imap *imap = source->state;
    size_t size = imap->current.size;
    enum bd_status rc = BD_OK;
    char *bytes = NULL;
    size_t len = 0;

    if (size > max)
        return bd_fail(err, BD_ELIMIT, _("%s: the mail is too large"),
                       imap->current_name);
    bytes = bd_arena_alloc(arena, size + 1);
    while (rc == BD_OK && len < size) {
        struct frame_rest rest = { 0 };
        bd_str piece = BD_STR_NONE;

        frame_put_u32(&imap->fetcher.out, (uint32_t)len);
        frame_put_u32(&imap->fetcher.out, BD_FETCH_MAX_BYTES);
        frame_put_u32(&imap->fetcher.out, imap->current.uid);
        rc = imap_ask(source, FRAME_FETCH, &rest.rest, err);
        if (rc != BD_OK)
            break;
        (void)frame_take_u32(&rest);
        piece = bd_str_sub(frame_take_text(&rest), 0, size - len);
        if (piece.len == 0)
            break;
        memcpy(bytes + len, piece.ptr, piece.len);
        len += piece.len;
    }
    if (rc == BD_OK && len == 0 && size > 0)
        return bd_fail(err, BD_ETEMP, _("%s: the mail is no longer there"),
                       imap->current_name);
    *out = (bd_str) { bytes, len };
    return rc == BD_ENOENT ? bd_fail(err, BD_ETEMP, _("given up")) : rc;
}

static bool is_marked(const struct bd_source *source, enum bd_settle how)
{
    return how == BD_SETTLE_LEAVE ||
           (how == BD_SETTLE_HANDLED && source->options.flag);
}

enum bd_status imap_flush(struct bd_source *source, struct bd_err *err)
{
    struct imap *imap = source->state;
    size_t count = imap->settled_count;
    bd_str answer = BD_STR_NONE;
    enum bd_status rc = BD_OK;

    if (count == 0)
        return BD_OK;
    imap->settled_count = 0;
    frame_put_u32(&imap->fetcher.out, imap->settled_how);
    for (size_t i = 0; i < count; i++)
        frame_put_u32(&imap->fetcher.out, imap->settled[i]);
    rc = imap_ask(source, FRAME_SETTLE, &answer, err);
    if (rc != BD_OK || imap->box.can_mark ||
        !is_marked(source, imap->settled_how))
        return rc;
    for (size_t i = 0; i < count; i++)
        uid_add(&imap->done, imap->settled[i]);
    return imap_remember(source, err);
}

/* A mail that cannot be moved was read all the same: it did no harm. */
static enum bd_status imap_settle(struct bd_source *source, enum bd_settle how,
                                  struct bd_err *err)
{
    struct imap *imap = source->state;
    enum bd_status rc = BD_OK;
    char key[16];

    source_forget_tried(source, imap_key(imap->current.uid, key));
    if (how == BD_SETTLE_LATER)
        return imap_remember(source, err);
    if (how != imap->settled_how || imap->settled_count == IMAP_AHEAD)
        rc = imap_flush(source, err);
    if (rc != BD_OK)
        return rc == BD_ENOENT ? bd_fail(err, BD_ETEMP, _("given up")) : rc;
    imap->settled_how = how;
    imap->settled[imap->settled_count++] = imap->current.uid;
    return BD_OK;
}

static enum bd_status imap_wait(struct bd_source *source, int64_t poll_s,
                                int64_t max_s, struct bd_err *err)
{
    struct imap *imap = source->state;
    bd_str answer = BD_STR_NONE;
    enum bd_status rc = BD_OK;

    imap_forgive(source);
    rc = imap_remember(source, err);
    if (rc == BD_OK)
        rc = imap_flush(source, err);
    imap->has_list = false;
    imap->ahead_at = imap->ahead_count;
    if (rc != BD_OK)
        return rc == BD_ENOENT ? BD_OK : rc; /* cancelled */
    if (max_s < 1)
        max_s = 1;
    frame_put_u32(&imap->fetcher.out, (uint32_t)poll_s);
    frame_put_u32(&imap->fetcher.out, (uint32_t)max_s);
    rc = fetcher_ask(&imap->fetcher, source, FRAME_WAIT,
                     max_s + imap->patience_s + IMAP_SLACK_S, &answer, err);
    if (rc != BD_OK && rc != BD_ENOENT)
        bd_err_prefix(err, "%s", imap->server);
    return rc == BD_ENOENT ? BD_OK : rc; /* cancelled */
}

static void imap_close(struct bd_source *source)
{
    struct imap *imap = source->state;

    if (!imap)
        return;
    if (imap->has_list) {
        imap_forgive(source);
        if (imap_flush(source, NULL) != BD_OK ||
            imap_remember(source, NULL) !=
                BD_OK) /* a mail comes again, alone */
            source->tried_count = 0;
    }
    fetcher_end(&imap->fetcher);
    uid_fini(&imap->done);
    bd_arena_free(imap->batch_arena);
    free(imap->uids);
    free(imap);
}

const struct source_kind source_imap = { imap_open,   imap_next, imap_whole,
                                         imap_settle, imap_wait, imap_close };

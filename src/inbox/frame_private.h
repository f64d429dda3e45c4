/*
 * How the fetcher and its parent talk: frames of a kind, a length and as many
 * octets. Each side checks all that the other says.
 */
#ifndef FRAME_PRIVATE_H
#define FRAME_PRIVATE_H

#include "brevduva/base/buf.h"
#include "brevduva/base/str.h"

#define FRAME_MAX (24U * 1024 * 1024)

enum frame_kind {
    /* To the fetcher; each is answered by one frame. */
    FRAME_OPEN = 1, /* struct frame_open */
    FRAME_LIST,     /* nothing -> u32 for each UID */
    FRAME_SIZES,    /* u32 for each UID -> u32 UID, u32 octets for each */
    FRAME_FETCH,    /* u32 offset, u32 octets, u32 for each UID
                     *                            -> u32 UID, text for each */
    FRAME_SETTLE,   /* u32 enum bd_settle, u32 for each UID -> nothing */
    FRAME_WAIT,     /* u32 poll, u32 at most, seconds -> nothing */
    /* From the fetcher. */
    FRAME_DONE,
    FRAME_FAILED /* u32 enum bd_status, text */
};

struct frame_head {
    uint32_t kind;
    uint32_t len;
};

/* A head that the other end may send. */
bool frame_is_sane(const struct frame_head *head);

void frame_put_u32(struct bd_buf *out, uint32_t number);
void frame_put_text(struct bd_buf *out, bd_str text);

/* What is left to be read; `is_bad` stays once something was missing. */
struct frame_rest {
    bd_str rest;
    bool is_bad;
};
uint32_t frame_take_u32(struct frame_rest *in); /* 0 when bad */
bd_str frame_take_text(struct frame_rest *in);  /* empty when bad */

/* What the fetcher must know to connect; empty texts are none. */
struct frame_open {
    bd_str url, username, password, auth, ca_file, proxy;
    bd_str folder, handled, unreadable;
    uint32_t starttls_off, flag, patience_s, language;
};
void frame_put_open(struct bd_buf *out, const struct frame_open *open);
bool frame_take_open(bd_str in, struct frame_open *out);

/* Its answer. */
struct frame_opened {
    uint32_t validity;
    uint32_t can_mark; /* the mailbox keeps keywords */
};
bool frame_take_opened(bd_str in, struct frame_opened *out);

/* UIDs, sorted and each once; 0 is none. Returns how many, at most those of
 * the frame. `out` has room for in.len / 4. */
size_t frame_take_uids(bd_str in, uint32_t *out);

/* Of FRAME_FAILED: never BD_OK, whatever it says. */
enum bd_status frame_take_failure(bd_str in, struct bd_err *err);

#endif

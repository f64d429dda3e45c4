/* What the kinds of sources share. */
#ifndef SOURCE_PRIVATE_H
#define SOURCE_PRIVATE_H

#include "brevduva/base/buf.h"
#include "brevduva/inbox/source.h"

#define SOURCE_TRIED      64 /* mails that are remembered as tried */
#define SOURCE_TRIED_KEY  280
#define SOURCE_FEARED     2 /* tries after which a mail is not read again */
#define SOURCE_PATIENCE_S 60

struct source_tried {
    char key[SOURCE_TRIED_KEY];
    uint32_t times; /* 0: it was among others when one of them was tried */
};

struct source_kind {
    enum bd_status (*open)(struct bd_source *, struct bd_err *);
    enum bd_status (*next)(struct bd_source *, struct bd_source_mail *,
                           struct bd_err *);
    enum bd_status (*whole)(struct bd_source *, struct bd_arena *, size_t max,
                            bd_str *out, struct bd_err *);
    enum bd_status (*settle)(struct bd_source *, enum bd_settle,
                             struct bd_err *);
    enum bd_status (*wait)(struct bd_source *, int64_t poll_s, int64_t max_s,
                           struct bd_err *);
    void (*close)(struct bd_source *);
};

extern const struct source_kind source_imap;
extern const struct source_kind source_maildir;
extern const struct source_kind source_mbox;
extern const struct source_kind source_stdin;

struct bd_source {
    const struct source_kind *kind;
    struct bd_source_options options;
    struct bd_arena *arena; /* for as long as the source */
    bd_str name;            /* in the memory */
    bool is_out;            /* a mail was given out and is not settled */
    struct bd_buf bytes;    /* of that mail */
    struct source_tried tried[SOURCE_TRIED];
    size_t tried_count;
    size_t withheld; /* mails; see bd_source_withheld */
    bd_str withheld_name;
    void *state; /* of the kind */
};

/* What is remembered: the kind's own lines; those of tried mails go to
 * `source->tried`. The text is in source->arena. */
enum bd_status source_recall(struct bd_source *source, bd_str *out,
                             struct bd_err *err) BD_MUST_USE;
/* The kind's own lines, and the tried mails. */
enum bd_status source_remember(struct bd_source *source, bd_str own,
                               struct bd_err *err) BD_MUST_USE;
/* Pure: the text apart, and put together. */
void source_read_tried(struct bd_source *source, bd_str *text,
                       struct bd_buf *own);
void source_write_tried(const struct bd_source *source, struct bd_buf *out);

/* NULL: it was never tried. */
struct source_tried *source_find_tried(struct bd_source *source, bd_str key);
void source_set_tried(struct bd_source *source, bd_str key, uint32_t times);
void source_forget_tried(struct bd_source *source, bd_str key);

bool source_is_cancelled(const struct bd_source *source);
/* So long, or until cancelled. */
void source_sleep(const struct bd_source *source, int64_t seconds);
int64_t source_now_ms(const struct bd_source *source);

/* At most BD_FETCH_MAX_BYTES of the file from its position on, to
 * source->bytes. */
enum bd_status source_read_file(struct bd_source *source, int fd,
                                const char *name,
                                struct bd_err *err) BD_MUST_USE;
/* All that there is from the file's offset `at` on. */
enum bd_status source_whole_file(struct bd_arena *arena, int fd, int64_t at,
                                 size_t len, const char *name, bd_str *out,
                                 struct bd_err *err) BD_MUST_USE;

/* A folder's name as IMAP and Maildir++ write it: modified UTF-7 (RFC 3501
 * 5.1.3), with `delimiter` in the place of each slash. */
const char *source_folder_name(struct bd_arena *arena, bd_str name,
                               char delimiter);

#endif

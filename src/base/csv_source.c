/*
 * The octets of a CSV file as UTF-8, and what can be told from its start.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <unistr.h>

#include "brevduva/base/i18n.h"
#include "csv_private.h"

#define NOT_UTF8 '\xff' /* an octet that no UTF-8 text has */

/* Windows-1252 from 0x80 to 0x9f, 0 where it has no character; above that it
 * is Latin-1. */
static const uint16_t windows_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

static enum bd_status fail_read(struct bd_err *err)
{
    return bd_fail(err, BD_EIO, _("cannot read the CSV file: %s"),
                   bd_errno_text(errno));
}

static enum bd_status read_fd(struct csv_source *s, void *out, size_t size,
                              size_t *out_len, struct bd_err *err)
{
    ssize_t got = 0;

    do
        got = read(s->fd, out, size);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail_read(err);
    s->end = got == 0;
    *out_len = (size_t)got;
    return BD_OK;
}

/* Read until `raw` is full or the file ends. */
static enum bd_status fill_raw(struct csv_source *s, struct bd_err *err)
{
    while (s->raw_len < CSV_SAMPLE_BYTES && !s->end) {
        size_t got = 0;
        enum bd_status rc = read_fd(s, s->raw + s->raw_len,
                                    CSV_SAMPLE_BYTES - s->raw_len, &got, err);

        if (rc != BD_OK)
            return rc;
        s->raw_len += got;
    }
    return BD_OK;
}

/* What a file's octets above ASCII look like. */
struct tally {
    size_t characters; /* whole ones of UTF-8 */
    size_t strays;     /* octets that belong to none */
};

static size_t count_characters(const uint8_t *at, const uint8_t *end)
{
    size_t count = 0;

    for (; at < end; at++)
        count += *at >= 0xc0; /* how each starts */
    return count;
}

/* Count what stands in `bytes`. Returns the octets counted: when more of the
 * file follows, not those of a character that is cut at the end. */
static size_t count_octets(const uint8_t *bytes, size_t len, bool more,
                           struct tally *tally)
{
    const uint8_t *end = bytes + len;
    const uint8_t *at = bytes;
    ucs4_t unused = 0;

    while (at < end) {
        const uint8_t *stray = u8_check(at, (size_t)(end - at));
        const uint8_t *good_end = stray ? stray : end;

        tally->characters += count_characters(at, good_end);
        at = good_end;
        if (!stray ||
            (more && u8_mbtoucr(&unused, at, (size_t)(end - at)) == -2))
            break;
        tally->strays++;
        at++;
    }
    return (size_t)(at - bytes);
}

/* Count all that stands in the file from `at` on. */
static enum bd_status count_rest(const struct csv_source *s, off_t at,
                                 struct tally *tally, struct bd_err *err)
{
    uint8_t *piece = s->raw + CSV_SAMPLE_BYTES;
    ssize_t got = 0;

    for (;;) {
        got = pread(s->fd, piece, CSV_SAMPLE_BYTES, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        /* a character has up to 4 octets: a shorter piece is the last */
        at += (off_t)count_octets(piece, (size_t)got, got >= 4, tally);
    }
    return got < 0 ? fail_read(err) : BD_OK;
}

/*
 * Whole file if it can be read twice, else its start: UTF-8 or not?
 *
 * Text in Windows-1252 hardly ever forms a character of UTF-8, so a file that
 * has two or more for each stray octet is UTF-8 with some rows damaged.
 */
static enum bd_status find_charset(struct csv_source *s, bool bom,
                                   struct bd_err *err)
{
    const uint8_t *start = s->raw + s->raw_from;
    size_t len = s->raw_len - s->raw_from;
    off_t pos = lseek(s->fd, 0, SEEK_CUR);
    struct tally tally = { 0 };
    size_t counted = count_octets(start, len, !s->end, &tally);
    bool unseen = !s->end && pos < 0;
    enum bd_status rc = BD_OK;

    if (!s->end && !unseen)
        rc = count_rest(s, pos - (off_t)(len - counted), &tally, err);
    s->windows_1252 = !bom && tally.characters / 2 < tally.strays;
    s->doubtful = !s->windows_1252 && (tally.strays > 0 || unseen);
    return rc;
}

static bool starts(const struct csv_source *s, const char *bytes, size_t len)
{
    return s->raw_len >= len && !memcmp(s->raw, bytes, len);
}

/* Files that people take for CSV. */
static enum bd_status refuse_others(const struct csv_source *s,
                                    struct bd_err *err)
{
    const unsigned char *b = s->raw;
    bool wide = s->raw_len >= 4 &&
                ((b[0] == 0 && b[2] == 0) || (b[1] == 0 && b[3] == 0));

    if (wide || starts(s, "\xff\xfe", 2) || starts(s, "\xfe\xff", 2))
        return bd_fail(err, BD_EPARSE,
                       _("this file is UTF-16 text; save it as \"CSV UTF-8\" "
                         "and try again"));
    if (starts(s, "PK\x03\x04", 4) || starts(s, "\xd0\xcf\x11\xe0", 4))
        return bd_fail(err, BD_EPARSE,
                       _("this file is a workbook, not CSV; save it as \"CSV "
                         "UTF-8\" and try again"));
    return BD_OK;
}

enum bd_status csv_source_init(struct csv_source *source, int fd, char *memory,
                               struct bd_err *err)
{
    enum bd_status rc = BD_OK;
    bool bom = false;

    *source = (struct csv_source) { .fd = fd };
    source->raw = (unsigned char *)memory;
    rc = fill_raw(source, err);
    if (rc == BD_OK)
        rc = refuse_others(source, err);
    if (rc != BD_OK)
        return rc;
    bom = starts(source, "\xef\xbb\xbf", 3);
    source->raw_from = bom ? 3 : 0;
    return find_charset(source, bom, err);
}

/* As many octets of `raw` as fit, from Windows-1252. */
static size_t convert(struct csv_source *s, char *out, size_t size)
{
    size_t len = 0;

    while (s->raw_from < s->raw_len && len + 3 <= size) {
        unsigned char c = s->raw[s->raw_from++];
        ucs4_t wide = c < 0x80 || c > 0x9f ? c : windows_1252[c - 0x80];

        if (c < 0x80) {
            out[len++] = (char)c;
        } else if (wide == 0) {
            out[len++] = NOT_UTF8;
            s->doubtful = true;
        } else {
            len += (size_t)u8_uctomb((uint8_t *)out + len, wide, 3);
        }
    }
    return len;
}

enum bd_status csv_source_read(struct csv_source *source, char *out,
                               size_t size, size_t *out_len, struct bd_err *err)
{
    size_t left = source->raw_len - source->raw_from;
    enum bd_status rc = BD_OK;

    if (left == 0 && !source->windows_1252)
        return read_fd(source, out, size, out_len, err);
    if (left == 0) {
        source->raw_from = source->raw_len = 0;
        rc = fill_raw(source, err);
        if (rc != BD_OK)
            return rc;
    }
    if (source->windows_1252) {
        *out_len = convert(source, out, size);
        return BD_OK;
    }
    *out_len = left < size ? left : size;
    memcpy(out, source->raw + source->raw_from, *out_len);
    source->raw_from += *out_len;
    return BD_OK;
}

char csv_find_delimiter(bd_str text, size_t *out_skip)
{
    static const char known[] = { ',', ';', '\t' };
    size_t count[sizeof known] = { 0 };
    bool quoted = false;
    size_t best = 0;
    size_t from = 0;

    *out_skip = 0;
    if (bd_str_starts_nocase(text, BD_STR("sep=")) && text.len > 4 &&
        memchr(known, text.ptr[4], sizeof known) &&
        (text.len == 5 || text.ptr[5] == '\r' || text.ptr[5] == '\n')) {
        *out_skip = 5;
        return text.ptr[4];
    }
    while (from < text.len &&
           (text.ptr[from] == '\r' || text.ptr[from] == '\n'))
        from++;
    for (size_t i = from; i < text.len; i++) {
        char c = text.ptr[i];
        const char *hit = memchr(known, c, sizeof known);

        if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '\r' || c == '\n'))
            break;
        else if (!quoted && hit)
            count[hit - known]++;
    }
    for (size_t i = 1; i < sizeof known; i++)
        if (count[i] > count[best])
            best = i;
    return known[best];
}

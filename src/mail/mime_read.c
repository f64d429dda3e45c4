/* The parts of a mail, found line by line (RFC 2046 5.1.1). */
#include <string.h>

#include "mail_private.h"
#include "mime_read_private.h"

#define FEW_PARTS 6 /* most mails have no more */
#define MULTIPART BD_STR("multipart/")
#define MESSAGE   BD_STR("message/rfc822")

/* A multipart that is being read. */
struct frame {
    bd_str rest; /* from the next part on */
    bd_str boundary;
    bd_str type;
    bool done; /* its last part is taken */
};

struct splitter {
    struct bd_arena *arena;
    struct bd_mail *mail;
    struct bd_mail_part *parts;
    size_t room; /* for so many parts */
    struct frame frames[BD_MAIL_MAX_DEPTH];
    int depth;
};

static bd_str skip_from_line(bd_str bytes)
{
    if (bd_str_starts(bytes, BD_STR("From ")))
        (void)mime_cut_line(&bytes);
    return bytes;
}

/* A mail of an old Macintosh ends its lines with CR. */
static bd_str with_lines(struct bd_arena *arena, bd_str bytes)
{
    char *copy = NULL;

    if (bd_str_find_char(bytes, '\n') != SIZE_MAX ||
        bd_str_find_char(bytes, '\r') == SIZE_MAX)
        return bytes;
    copy = bd_arena_alloc(arena, bytes.len);
    for (size_t i = 0; i < bytes.len; i++)
        copy[i] = bytes.ptr[i] == '\r' ? '\n' : bytes.ptr[i];
    return (bd_str) { copy, bytes.len };
}

/* Whether the line parts, and whether it is the last that does. */
static bool is_delimiter(bd_str line, bd_str boundary, bool *out_last)
{
    if (!bd_str_starts(line, BD_STR("--")) ||
        !bd_str_starts(bd_str_skip(line, 2), boundary))
        return false;
    line = bd_str_skip(line, 2 + boundary.len);
    *out_last = bd_str_starts(line, BD_STR("--"));
    if (*out_last)
        line = bd_str_skip(line, 2);
    return bd_str_trim(line).len == 0;
}

/* What stands before the next delimiter, without the line end that belongs to
 * it. False: there is none, and *out is all. */
static bool take_to_delimiter(bd_str *rest, bd_str boundary, bd_str *out,
                              bool *out_last)
{
    bd_str at = *rest;

    *out_last = false;
    while (at.ptr) {
        size_t before = (size_t)(at.ptr - rest->ptr);

        if (!is_delimiter(mime_cut_line(&at), boundary, out_last))
            continue;
        *out = bd_str_sub(*rest, 0, before);
        if (bd_str_ends(*out, BD_STR("\n")))
            out->len--;
        while (bd_str_ends(*out, BD_STR("\r")))
            out->len--;
        *rest = at;
        return true;
    }
    *out = *rest;
    *rest = BD_STR_NONE;
    return false;
}

/* Read on inside a multipart. False: nothing in it parts, and all of `*body`
 * is text. */
static bool enter(struct splitter *s, bd_str *body, bd_str boundary,
                  bd_str type)
{
    struct frame frame = { *body, boundary, type, false };
    bool last = false;

    if (boundary.len == 0 || boundary.len > MIME_MAX_BOUNDARY ||
        !take_to_delimiter(&frame.rest, boundary, body, &last) || last)
        return false;
    s->frames[s->depth++] = frame;
    return true;
}

/* Delimiters one after the other are one. */
static void skip_delimiters(struct frame *frame)
{
    bd_str after = frame->rest;
    bool last = false;

    while (after.ptr &&
           is_delimiter(mime_cut_line(&after), frame->boundary, &last) && !last)
        frame->rest = after;
}

static bool next_child(struct frame *frame, bd_str *out)
{
    bool last = false;

    if (frame->done)
        return false;
    skip_delimiters(frame);
    frame->done =
        !take_to_delimiter(&frame->rest, frame->boundary, out, &last) || last;
    return true;
}

static bool has_kind(bd_str type, const char *kind)
{
    return bd_str_starts(type, bd_str_from(kind));
}

/* Whether octets that call themselves something else can be read. */
static bool looks_like_text(bd_str bytes)
{
    size_t odd = 0;

    for (size_t i = 0; i < bytes.len && i < 4096; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];

        if (c == 0)
            return false;
        odd += c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' &&
               c != 0x1b;
    }
    return odd * 50 <= bytes.len;
}

static bool is_read(const struct bd_mail_part *part)
{
    static const char *const never[] = { "image/", "audio/", "video/", "font/",
                                         "model/" };

    if (has_kind(part->type, "text/") || has_kind(part->type, "message/"))
        return true;
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (has_kind(part->type, never[i]))
            return false;
    return looks_like_text(part->bytes);
}

/* Line ends become LF; NUL would only hide words from those who look. */
static size_t clean_lines(char *text, size_t len)
{
    size_t out = 0;

    if (!memchr(text, '\r', len) && !memchr(text, 0, len))
        return len;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\r') {
            text[out++] = '\n';
            i += i + 1 < len && text[i + 1] == '\n';
        } else if (text[i]) {
            text[out++] = text[i];
        }
    }
    return out;
}

static bd_str text_of(struct splitter *s, const struct bd_mail_part *part)
{
    struct bd_buf text = { 0 };
    bd_str copy = BD_STR_NONE;

    if (!is_read(part))
        return BD_STR_NONE;
    bd_buf_init(&text, BD_MAIL_MAX_TEXT);
    mime_to_utf8(&text, part->charset, part->bytes);
    s->mail->cut = s->mail->cut || text.full;
    if (text.len > 0)
        text.len = clean_lines(text.ptr, text.len);
    copy = bd_buf_copy(&text, s->arena);
    bd_buf_fini(&text);
    return copy;
}

/* "type/subtype", or what is meant when that cannot be read (RFC 2045 5.2). */
static bd_str type_of(struct bd_arena *arena, bd_str value, bool in_digest)
{
    bd_str type = mime_first(arena, value);
    size_t slash = bd_str_find_char(type, '/');

    type = bd_str_sub(type, 0, bd_str_find_char(type, ' '));
    type = bd_str_sub(type, 0, bd_str_find_char(type, '\t'));
    if (slash != SIZE_MAX && slash > 0 && slash + 1 < type.len)
        return type;
    return in_digest && value.len == 0 ? MESSAGE : BD_STR("text/plain");
}

/* Encoded words do not belong into a parameter, and are common there. */
static bd_str file_name(struct bd_arena *arena, bd_str how, bd_str type)
{
    bd_str name = mime_param(arena, how, "filename");
    struct bd_buf text = { 0 };
    struct bd_buf scratch = { 0 };

    if (name.len == 0)
        name = mime_param(arena, type, "name");
    if (!bd_mail_has_word_mark(name))
        return name;
    mime_words(&text, name, false);
    name = bd_mail_clean(bd_buf_str(&text), &scratch);
    name = bd_arena_copy(arena, bd_str_trim(name));
    bd_buf_fini(&text);
    bd_buf_fini(&scratch);
    return name;
}

static struct bd_mail_part *new_part(struct splitter *s)
{
    size_t count = s->mail->part_count++;
    struct bd_mail_part *parts = s->parts;

    if (count == s->room) {
        s->room = count > 0 ? BD_MAIL_MAX_PARTS : FEW_PARTS;
        parts = BD_NEW_ARRAY(s->arena, s->room, struct bd_mail_part);
        if (count > 0)
            memcpy(parts, s->parts, count * sizeof *parts);
    }
    s->mail->parts = s->parts = parts;
    return &parts[count];
}

static void add_part(struct splitter *s, const struct bd_mail_header *header,
                     bd_str type, bd_str value, bd_str body)
{
    struct bd_mail_part *part = new_part(s);
    bd_str how = mime_unfolded(s->arena, header, "Content-Disposition");
    bd_str encoding = mime_unfolded(s->arena, header,
                                    "Content-Transfer-Encoding");
    bd_str charset = mime_param(s->arena, value, "charset");

    part->type = type;
    part->charset = mime_lower(s->arena, charset);
    part->name = file_name(s->arena, how, value);
    part->attached = bd_str_eq(mime_first(s->arena, how), BD_STR("attachment"));
    part->depth = s->depth;
    if (s->depth > 0)
        part->parent = s->frames[s->depth - 1].type;
    part->header = *header;
    part->bytes = mime_undo(s->arena, mime_first(s->arena, encoding), body);
    part->text = text_of(s, part);
}

static bool in_digest(const struct splitter *s)
{
    return s->depth > 0 &&
           bd_str_eq(s->frames[s->depth - 1].type, BD_STR("multipart/digest"));
}

/* A mail or one of its parts: a header and what it says of the rest. */
static void read_entity(struct splitter *s, bd_str bytes, bool whole)
{
    struct bd_mail_header header = { 0 };
    bd_str body = BD_STR_NONE;
    bd_str value = BD_STR_NONE;
    bd_str type = BD_STR_NONE;

    mime_header(s->arena, bytes, &header, &body, &s->mail->cut);
    value = mime_unfolded(s->arena, &header, "Content-Type");
    type = type_of(s->arena, value, in_digest(s));
    if (whole) {
        s->mail->header = header;
        s->mail->type = type;
        s->mail->report_type = mime_lower(
            s->arena, mime_param(s->arena, value, "report-type"));
    }
    if (bd_str_starts(type, MULTIPART)) {
        if (s->depth == BD_MAIL_MAX_DEPTH) {
            s->mail->cut = true;
            return;
        }
        if (enter(s, &body, mime_param(s->arena, value, "boundary"), type))
            return;
        type = BD_STR("text/plain");
    }
    add_part(s, &header, type, value, body);
}

static void read_parts(struct splitter *s)
{
    while (s->depth > 0) {
        bd_str child = BD_STR_NONE;

        if (!next_child(&s->frames[s->depth - 1], &child)) {
            s->depth--;
            continue;
        }
        if (s->mail->part_count == BD_MAIL_MAX_PARTS) {
            s->mail->cut = true;
            return;
        }
        read_entity(s, child, false);
    }
}

void bd_mail_read(struct bd_arena *arena, bd_str bytes, struct bd_mail *out)
{
    struct splitter s = { .arena = arena, .mail = out };

    *out = (struct bd_mail) { .cut = bytes.len > BD_MAIL_MAX_BYTES };
    bytes = bd_str_sub(bytes, 0, BD_MAIL_MAX_BYTES);
    read_entity(&s, skip_from_line(with_lines(arena, bytes)), true);
    read_parts(&s);
    if (out->part_count == 0) /* all of it lies too deep */
        *new_part(&s) = (struct bd_mail_part) { .type = BD_STR("text/plain"),
                                                .header = out->header };
}

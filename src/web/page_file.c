/* Files: pictures of letters and issues, attachments. A name changes with the
 * bytes, so it tells whether one has them. */
#include "pages_private.h"

#include "brevduva/compose/attachment.h"
#include "brevduva/store/letter_file.h"

/* Nothing else is ever sent as what it says it is. */
static const char *picture_type(bd_str type)
{
    static const char *const known[] = { "image/png", "image/jpeg",
                                         "image/gif" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bd_str_eq(type, bd_str_from(known[i])))
            return known[i];
    return NULL;
}

/* To be saved, under its own name: never a page of ours (RFC 6266). */
static bd_str disposition(struct web_visit *v, bd_str shown)
{
    struct bd_buf buf = { 0 };
    bd_str out = BD_STR_NONE;

    bd_buf_add_cstr(&buf, "attachment; filename*=UTF-8''");
    for (size_t i = 0; i < shown.len; i++) {
        unsigned char c = (unsigned char)shown.ptr[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_';

        if (plain)
            bd_buf_add_char(&buf, (char)c);
        else
            bd_buf_printf(&buf, "%%%02X", c);
    }
    out = bd_buf_copy(&buf, v->arena);
    bd_buf_fini(&buf);
    return out;
}

static enum bd_status give(struct web_visit *v, const struct bd_page_file *file)
{
    v->out->type = file->shown.len > 0 ? bd_attachment_type(file->type)
                                       : picture_type(file->type);
    if (!v->out->type)
        return BD_ENOENT;
    v->out->body = file->bytes;
    v->out->etag = bd_arena_printf(v->arena, "\"%.*s\"", BD_ARG(file->name));
    v->out->keep = WEB_FOR_LONG;
    if (file->shown.len > 0) {
        v->out->disposition = disposition(v, file->shown);
        v->out->keep = WEB_PUBLIC; /* the issue may be hidden again */
    }
    return BD_OK;
}

enum bd_status issue_file(struct web_visit *v)
{
    struct bd_page_file file;
    enum bd_status rc = bd_page_file_get(v->arena, v->store, v->args[0],
                                         v->args[1], &file, &v->err);

    return rc == BD_OK ? give(v, &file) : rc;
}

/* For mail programs, also those that are pages of other sites. */
enum bd_status letter_file(struct web_visit *v)
{
    struct bd_page_file file;
    enum bd_status rc = bd_letter_file_get(v->arena, v->store, v->args[0],
                                           &file, &v->err);

    v->out->anywhere = rc == BD_OK;
    return rc == BD_OK ? give(v, &file) : rc;
}

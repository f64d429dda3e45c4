#include "frame_private.h"

#include <stdlib.h>
#include <string.h>

#include "brevduva/base/i18n.h"

bool frame_is_sane(const struct frame_head *head)
{
    return head->kind >= FRAME_OPEN && head->kind <= FRAME_FAILED &&
           head->len <= FRAME_MAX;
}

void frame_put_u32(struct bd_buf *out, uint32_t number)
{
    bd_buf_add(out, (bd_str) { (const char *)&number, sizeof number });
}

void frame_put_text(struct bd_buf *out, bd_str text)
{
    frame_put_u32(out, (uint32_t)text.len);
    bd_buf_add(out, text);
}

uint32_t frame_take_u32(struct frame_rest *in)
{
    uint32_t number = 0;

    if (in->rest.len < sizeof number) {
        in->is_bad = true;
        return 0;
    }
    memcpy(&number, in->rest.ptr, sizeof number);
    in->rest = bd_str_skip(in->rest, sizeof number);
    return number;
}

bd_str frame_take_text(struct frame_rest *in)
{
    uint32_t len = frame_take_u32(in);
    bd_str text = bd_str_sub(in->rest, 0, len);

    if (in->is_bad || text.len < len) {
        in->is_bad = true;
        return BD_STR_NONE;
    }
    in->rest = bd_str_skip(in->rest, len);
    return text;
}

void frame_put_open(struct bd_buf *out, const struct frame_open *open)
{
    const bd_str texts[] = { open->url,    open->username, open->password,
                             open->auth,   open->ca_file,  open->proxy,
                             open->folder, open->handled,  open->unreadable };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        frame_put_text(out, texts[i]);
    frame_put_u32(out, open->starttls_off);
    frame_put_u32(out, open->flag);
    frame_put_u32(out, open->patience_s);
    frame_put_u32(out, open->language);
}

bool frame_take_open(bd_str in, struct frame_open *out)
{
    struct frame_rest rest = { in, false };
    bd_str *const texts[] = { &out->url,    &out->username, &out->password,
                              &out->auth,   &out->ca_file,  &out->proxy,
                              &out->folder, &out->handled,  &out->unreadable };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = frame_take_text(&rest);
    out->starttls_off = frame_take_u32(&rest);
    out->flag = frame_take_u32(&rest);
    out->patience_s = frame_take_u32(&rest);
    out->language = frame_take_u32(&rest);
    return !rest.is_bad && rest.rest.len == 0 &&
           out->language < BD_LANG_COUNT && out->patience_s > 0;
}

bool frame_take_opened(bd_str in, struct frame_opened *out)
{
    struct frame_rest rest = { in, false };

    out->validity = frame_take_u32(&rest);
    out->can_mark = frame_take_u32(&rest);
    return !rest.is_bad && rest.rest.len == 0;
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

size_t frame_take_uids(bd_str in, uint32_t *out)
{
    size_t count = in.len / sizeof *out;
    size_t kept = 0;

    if (count == 0)
        return 0;
    memcpy(out, in.ptr, count * sizeof *out);
    qsort(out, count, sizeof *out, compare);
    for (size_t i = 0; i < count; i++)
        if (out[i] != 0 && (kept == 0 || out[kept - 1] != out[i]))
            out[kept++] = out[i];
    return kept;
}

enum bd_status frame_take_failure(bd_str in, struct bd_err *err)
{
    struct frame_rest rest = { in, false };
    uint32_t code = frame_take_u32(&rest);
    bd_str text = frame_take_text(&rest);

    if (rest.is_bad || text.len == 0 || text.len > 4096)
        return bd_fail(err, BD_ETEMP,
                       _("what fetches the mail makes no "
                         "sense; try again"));
    if (code == BD_OK || code > BD_EIO)
        code = BD_ETEMP;
    return bd_fail(err, (enum bd_status)code, "%.*s", BD_ARG(text));
}

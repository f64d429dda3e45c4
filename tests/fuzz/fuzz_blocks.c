/* layer: compose */
/* Any content of any block: the first octet says which. What is read is
 * rendered in all forms, and no control gets through. */
#include <stdlib.h>

#include "brevduva/base/assets.h"
#include "brevduva/compose/recipient.h"
#include "brevduva/compose/web.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "button", "contact", "image",   "quote",
                                     "table",  "toc",     "columns", "events" };

static bool find_template(void *self, bd_str path, bd_str *out)
{
    return bd_asset_find(bd_arena_printf(self, "templates/%.*s", BD_ARG(path)),
                         out);
}

static enum bd_status read_picture(void *self, bd_str path, bd_str *out,
                                   struct bd_err *err)
{
    (void)self;
    (void)path;
    (void)err;
    *out = BD_STR("GIF89a\1\0\1\0\200\0\0\377\377\377\0\0\0,\0\0\0\0\1\0\1\0"
                  "\0\2\2D\1\0;");
    return BD_OK;
}

static const struct bd_recipient reader = {
    .email = BD_STR_INIT("a@b.example"),
    .name = BD_STR_INIT("<b>\"A\"\r\nB"),
    .language = BD_STR_INIT("sv"),
    .message_id = BD_STR_INIT("1"),
};

static void copy(struct bd_arena *arena, const struct bd_message *message)
{
    const bd_str *values = NULL;
    struct bd_buf out = { 0 };

    if (bd_recipient_values(arena, message, &reader, NULL, &values, NULL) !=
            BD_OK ||
        bd_message_splice(message, values, &out) != BD_OK ||
        bd_str_has_control(bd_buf_str(&out)))
        abort();
    bd_buf_fini(&out);
}

static void render(struct bd_arena *arena, const struct bd_issue *issue)
{
    struct bd_letter_options options = {
        .newsletter = BD_STR("Brevet"),
        .from_email = BD_STR("brev@brev.example"),
        .template = find_template,
        .template_self = arena,
        .file = read_picture,
    };
    struct bd_message message = { 0 };
    struct bd_web_page page = { .title = BD_STR_NONE };

    if (bd_letter_compile(arena, issue, &options, BD_LETTER_FULL, &message,
                          NULL) == BD_OK)
        copy(arena, &message);
    for (int part = BD_LETTER_HTML; part <= BD_LETTER_PLAIN; part++)
        if (bd_letter_compile_part(arena, issue, &options,
                                   (enum bd_letter_part)part, &message,
                                   NULL) == BD_OK)
            copy(arena, &message);
    if (bd_web_page_make(arena, issue, &options, &page, NULL) == BD_OK &&
        (bd_str_has_control(page.body) ||
         bd_str_find(page.body, BD_STR(" style=\"")) != SIZE_MAX))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = NULL;
    struct bd_issue issue = { .path = NULL };
    bd_str text = BD_STR_NONE;

    if (size == 0)
        return 0;
    arena = bd_arena_new();
    text = bd_arena_printf(arena,
                           "---\ntitle: T\n---\n## {{name|Å}}\n> - "
                           "~~~~~~~~%s\n",
                           names[data[0] % (sizeof names / sizeof *names)]);
    if (data[0] & 0x80) /* not in a list in a quote */
        text = bd_arena_printf(arena, "---\ntitle: T\n---\n## H\n~~~~~~~~%s\n",
                               names[data[0] % (sizeof names / sizeof *names)]);
    text = bd_arena_printf(arena, "%.*s%.*s", BD_ARG(text), (int)(size - 1),
                           (const char *)data + 1);
    if (bd_issue_read(arena, "i.md", text, &issue, NULL) == BD_OK)
        render(arena, &issue);
    bd_arena_free(arena);
    return 0;
}

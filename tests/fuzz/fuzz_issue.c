/* layer: compose */
/* Any issue file: read, compiled, checked, a copy made. Whatever the issue
 * says, the copy keeps the rules of mail. */
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/assets.h"
#include "brevduva/compose/check.h"
#include "brevduva/compose/recipient.h"
#include "brevduva/compose/web.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool find_template(void *self, bd_str path, bd_str *out)
{
    return bd_asset_find(bd_arena_printf(self, "templates/%.*s", BD_ARG(path)),
                         out);
}

static enum bd_status read_picture(void *self, bd_str path, bd_str *out,
                                   struct bd_err *err)
{
    (void)self;
    (void)err;
    *out = path; /* its name, so that broken pictures come up too */
    if (path.len % 2)
        *out = BD_STR("GIF89a\1\0\1\0\200\0\0\377\377\377\0\0\0,\0\0\0\0\1\0\1"
                      "\0\0\2\2D\1\0;");
    return BD_OK;
}

static const struct bd_recipient reader = {
    .email = BD_STR_INIT("a@b.example"),
    .name = BD_STR_INIT("<b>\"A\"\r\nBcc: c@d.example"),
    .language = BD_STR_INIT("sv"),
    .attributes = BD_STR_INIT("{\"ort\":\"&\\u0001\\r\\n=.\"}"),
    .message_id = BD_STR_INIT("1"),
};

/* F1, F2: CRLF only, lines of at most 998 octets, ASCII header. */
static void require_mail(bd_str mail)
{
    size_t header = bd_str_find(mail, BD_STR("\r\n\r\n"));

    if (header == SIZE_MAX || !bd_str_is_ascii(mail) ||
        bd_str_find(bd_str_sub(mail, 0, header), BD_STR("\nBcc")) != SIZE_MAX)
        abort();
    while (mail.ptr) {
        bd_str line = bd_str_cut(&mail, '\n');

        if (line.len > 999 || (mail.ptr && !bd_str_ends(line, BD_STR("\r"))) ||
            bd_str_has_control(line) ||
            bd_str_find_char(bd_str_sub(line, 0, line.len - (line.len > 0)),
                             '\r') != SIZE_MAX)
            abort();
    }
}

static void copy(struct bd_arena *arena, const struct bd_message *message,
                 bool mail)
{
    const bd_str *values = NULL;
    struct bd_buf out = { 0 };

    if (bd_recipient_values(arena, message, &reader, NULL, &values, NULL) !=
            BD_OK ||
        bd_message_splice(message, values, &out) != BD_OK)
        abort();
    if (mail)
        require_mail(bd_buf_str(&out));
    else if (bd_str_has_control(bd_buf_str(&out)))
        abort();
    bd_buf_fini(&out);
}

/* Nothing of a reader's, no control, no style, no script. */
static void require_page(const struct bd_web_page *page)
{
    static const char *const never[] = { "\x01", " style=\"", "<script",
                                         "href=\"javascript:", " src=\"http" };

    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (bd_str_find(page->body, bd_str_from(never[i])) != SIZE_MAX)
            abort();
    if (page->title.len == 0 || bd_str_has_control(page->title) ||
        bd_str_has_control(page->body) || !bd_str_is_utf8(page->words, NULL))
        abort();
    for (const struct bd_web_file *f = page->files; f; f = f->next)
        if (bd_str_find_char(f->name, '/') != SIZE_MAX ||
            bd_str_starts(f->name, BD_STR(".")) || !bd_str_is_ascii(f->name))
            abort();
}

static void use(struct bd_arena *arena, const struct bd_issue *issue)
{
    static const bd_str attributes[] = { BD_STR_INIT("ort") };
    struct bd_letter_options options = {
        .newsletter = BD_STR("N"),
        .from_name = BD_STR("N"),
        .from_email = BD_STR("n@b.example"),
        .list_id = BD_STR("n.b.example"),
        .base_url = BD_STR("https://b.example"),
        .attributes = attributes,
        .attribute_count = 1,
        .template = find_template,
        .template_self = arena,
        .file = read_picture,
    };
    struct bd_message message = { 0 };
    struct bd_web_page page = { .title = BD_STR_NONE };
    const struct bd_check_value value = { .name = BD_STR("ort"), .empty = 1 };
    const struct bd_check_facts facts = {
        .today = 20784, .readers = 2, .values = &value, .value_count = 1
    };
    const struct bd_finding *findings = NULL;
    size_t count = 0;

    if (bd_letter_compile(arena, issue, &options, BD_LETTER_FULL, &message,
                          NULL) == BD_OK) {
        copy(arena, &message, true);
        bd_check_issue(arena, issue, &options, &message, &facts, &findings,
                       &count);
    }
    if (bd_letter_compile_part(arena, issue, &options, BD_LETTER_HTML, &message,
                               NULL) == BD_OK)
        copy(arena, &message, false);
    if (bd_web_page_make(arena, issue, &options, &page, NULL) == BD_OK)
        require_page(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_issue issue = { .path = NULL };

    if (bd_issue_read(arena, "issue.md", (bd_str) { (const char *)data, size },
                      &issue, NULL) == BD_OK)
        use(arena, &issue);
    bd_arena_free(arena);
    return 0;
}

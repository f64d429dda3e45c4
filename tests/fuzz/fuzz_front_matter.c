/* layer: compose */
/* Any front matter, of an issue and of a single mail: what is read holds to its
 * promises. */
#include <stdlib.h>

#include "brevduva/compose/issue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require_clean(bd_str text)
{
    if (bd_str_has_control(text) || bd_str_has_line_break(text) ||
        !bd_str_is_utf8(text, NULL))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str text = bd_arena_printf(arena, "---\n%.*s\n---\nText\n", (int)size,
                                  (const char *)data);
    struct bd_issue issue = { .path = NULL };
    struct bd_err err = { 0 };

    if (bd_issue_read(arena, "issue.md", text, &issue, &err) == BD_OK) {
        require_clean(issue.title);
        require_clean(issue.subject);
        require_clean(issue.preheader);
        require_clean(issue.from_name);
        require_clean(issue.reply_to);
        if (issue.title.len == 0 || issue.slug.len == 0 ||
            !bd_str_eq(bd_slug(arena, issue.slug), issue.slug))
            abort();
    } else if (!err.msg[0]) {
        abort();
    }
    if (bd_note_read(arena, "note.md", text, &issue, NULL) == BD_OK) {
        require_clean(issue.title);
        require_clean(issue.action);
        require_clean(issue.stop);
    }
    bd_arena_free(arena);
    return 0;
}

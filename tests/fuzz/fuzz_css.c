/* layer: compose */
/* Input: a style sheet; the same as a start tag; the same as what a rule says
 * and what stood in style="…" before. Never Modest: that one only ever sees the
 * owner's templates. */
#include "css_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_part(bd_str part, bd_str whole)
{
    return part.len == 0 || (part.ptr >= whole.ptr &&
                             part.ptr + part.len <= whole.ptr + whole.len);
}

static void read_list(struct bd_arena *arena, bd_str list, char separator)
{
    while (list.ptr) {
        bd_str part = bd_css_cut(&list, separator, separator == ':');
        struct bd_css_declaration declaration = { 0 };

        (void)bd_css_selector_read(bd_css_squeeze(arena, part));
        if (bd_css_declaration_read(arena, part, &declaration) &&
            declaration.name.len == 0)
            __builtin_trap();
    }
}

static void read_sheet(struct bd_arena *arena, bd_str css)
{
    struct bd_css_rule rule = { 0 };
    struct bd_css_fault fault = { 0 };
    size_t at = 0;

    for (;;) {
        size_t before = at;

        if (bd_css_next(css, &at, &rule, &fault) != BD_OK) {
            if (!fault.what || fault.at >= css.len)
                __builtin_trap();
            return;
        }
        if (rule.kind == BD_CSS_END)
            return;
        if (at <= before || at > css.len || rule.end != at ||
            rule.start < before || !is_part(rule.selectors, css) ||
            !is_part(rule.block, css))
            __builtin_trap();
        read_list(arena, rule.selectors, ',');
        read_list(arena, rule.block, ';');
    }
}

static void read_tag(bd_str html)
{
    struct bd_css_start_tag tag = bd_css_start_tag(html, 0);
    struct bd_css_attribute attribute = { 0 };

    for (size_t before = 0; bd_css_attribute_next(&tag, &attribute);
         before = tag.next)
        if (tag.next <= before || tag.next > html.len ||
            !is_part(attribute.name, html) || !is_part(attribute.value, html))
            __builtin_trap();
    if (tag.end > html.len)
        __builtin_trap();
}

/* Nothing that is written may end the attribute. */
static void check_quotes(bd_str text, bd_str before, char quote)
{
    size_t at = bd_str_find(text, before);

    for (size_t i = 0; i < text.len; i++) {
        if (before.len > 0 && i == at)
            i += before.len;
        if (i >= text.len)
            return;
        if (bd_css_tag_len(bd_str_skip(text, i)) > 0)
            i += bd_css_tag_len(bd_str_skip(text, i)) - 1;
        else if (text.ptr[i] == quote)
            __builtin_trap();
    }
}

static void weigh(struct bd_arena *arena, bd_str text, char quote)
{
    struct bd_css_declaration one[2] = { 0 };
    struct bd_css_block blocks[2] = { { 1, &one[0], 1 }, { 2, &one[1], 1 } };
    struct bd_css_match second = { NULL, &blocks[1], 5 };
    struct bd_css_match first = { &second, &blocks[0], 5 };
    bd_str before = text;

    for (size_t i = 0; i < 2; i++)
        if (!before.ptr || !bd_css_declaration_read(
                               arena, bd_css_cut(&before, ';', false), &one[i]))
            return;
    if (bd_str_find_char(before, quote) != SIZE_MAX)
        return;
    check_quotes(bd_css_cascade(arena, &first, before, quote), before, quote);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str text = { (const char *)data, size };

    read_sheet(arena, text);
    read_list(arena, text, ':'); /* as in an attribute */
    if (size > 0)
        read_tag(text);
    weigh(arena, text, '"');
    weigh(arena, text, '\'');
    bd_arena_free(arena);
    return 0;
}

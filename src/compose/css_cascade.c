#include "css_private.h"

#include <stdlib.h>

/* One declaration on its way into an element. */
struct entry {
    const struct bd_css_declaration *declaration;
    uint32_t specificity;
    size_t rule;
    size_t place; /* in its rule */
    bool lost;
};

/* CSS Cascading 4, 6.1, without what cannot stand in a letter: important
 * ones last, then by specificity, then by order. */
static int by_weight(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;

    if (x->declaration->important != y->declaration->important)
        return x->declaration->important ? 1 : -1;
    if (x->specificity != y->specificity)
        return x->specificity > y->specificity ? 1 : -1;
    if (x->rule != y->rule)
        return x->rule > y->rule ? 1 : -1;
    return (x->place > y->place) - (x->place < y->place);
}

static bool same_name(const struct bd_css_declaration *a,
                      const struct bd_css_declaration *b)
{
    if (a->value.len == 0 || b->value.len == 0)
        return false; /* a lone tag: nobody knows what it sets */
    if (bd_str_starts(a->name, BD_STR("--")))
        return bd_str_eq(a->name, b->name);
    return bd_str_eq_nocase(a->name, b->name);
}

static size_t count_all(const struct bd_css_match *matches)
{
    size_t count = 0;

    for (; matches; matches = matches->next)
        count += matches->block->count;
    return count;
}

static struct entry *sorted(struct bd_arena *arena,
                            const struct bd_css_match *matches, size_t count)
{
    struct entry *entries = BD_NEW_ARRAY(arena, count + 1, struct entry);
    size_t n = 0;

    for (; matches; matches = matches->next)
        for (size_t i = 0; i < matches->block->count; i++)
            entries[n++] = (struct entry) {
                .declaration = &matches->block->declarations[i],
                .specificity = matches->specificity,
                .rule = matches->block->order,
                .place = i,
            };
    qsort(entries, count, sizeof *entries, by_weight);
    return entries;
}

/* What another rule says again, later, is lost. In one rule both stay: the
 * first is meant for programs that do not know the second. */
static void drop_lost(struct entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count && !entries[i].lost; j++)
            entries[i].lost = entries[i].rule != entries[j].rule &&
                              same_name(entries[i].declaration,
                                        entries[j].declaration);
}

/* style="…" wins over rules, but for important ones over its others. True:
 * its last declaration is not ended. */
static bool drop_overruled(struct bd_arena *arena, struct entry *entries,
                           size_t count, bd_str before)
{
    bool open = false;

    while (before.ptr) {
        bd_str text = bd_css_cut(&before, ';', true);
        struct bd_css_declaration own = { 0 };

        open = bd_str_trim(text).len > 0;
        if (!bd_css_declaration_read(arena, text, &own))
            continue;
        for (size_t i = 0; i < count; i++)
            if (same_name(entries[i].declaration, &own) &&
                (own.important || !entries[i].declaration->important))
                entries[i].lost = true;
    }
    return open;
}

/* `text` for an attribute. Tags stay; quotes are changed for the others where
 * that is the same to CSS. */
static void add_escaped(struct bd_buf *buf, bd_str text, char quote)
{
    char other = quote == '"' ? '\'' : '"';
    bool free = bd_str_find_char(text, other) == SIZE_MAX;

    for (size_t i = 0; i < text.len; i++) {
        size_t tag = bd_css_tag_len(bd_str_skip(text, i));

        if (tag > 0) {
            bd_buf_add(buf, bd_str_sub(text, i, tag));
            i += tag - 1;
        } else if (text.ptr[i] == quote && free) {
            bd_buf_add_char(buf, other);
        } else if (text.ptr[i] == quote) {
            bd_buf_add_cstr(buf, quote == '"' ? "&quot;" : "&#39;");
        } else if (text.ptr[i] == '&') {
            bd_buf_add_cstr(buf, "&amp;");
        } else if (text.ptr[i] == '<') {
            bd_buf_add_cstr(buf, "&lt;");
        } else {
            bd_buf_add_char(buf, text.ptr[i]);
        }
    }
}

static void add_all(struct bd_buf *buf, const struct entry *entries,
                    size_t count, bool important, char quote, bool *open)
{
    for (size_t i = 0; i < count; i++) {
        const struct bd_css_declaration *d = entries[i].declaration;

        if (entries[i].lost || d->important != important)
            continue;
        if (*open)
            bd_buf_add_char(buf, ';');
        *open = true;
        add_escaped(buf, d->name, quote);
        if (d->value.len == 0)
            continue;
        bd_buf_add_char(buf, ':');
        add_escaped(buf, d->value, quote);
    }
}

bd_str bd_css_cascade(struct bd_arena *arena,
                      const struct bd_css_match *matches, bd_str before,
                      char quote)
{
    size_t count = count_all(matches);
    struct entry *entries = sorted(arena, matches, count);
    struct bd_buf buf = { 0 };
    bd_str out = BD_STR_NONE;
    bool open_before = drop_overruled(arena, entries, count, before);
    bool open = false;

    drop_lost(entries, count);
    add_all(&buf, entries, count, false, quote, &open);
    if (bd_str_trim(before).len > 0) {
        if (open)
            bd_buf_add_char(&buf, ';');
        bd_buf_add(&buf, before);
        open = open_before;
    }
    add_all(&buf, entries, count, true, quote, &open);
    out = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return out;
}

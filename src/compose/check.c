#include "check_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct bd_check *bd_check_find(bd_str id)
{
    for (const struct bd_check *c = bd_checks; c->id; c++)
        if (bd_str_eq(id, bd_str_from(c->id)))
            return c;
    return NULL;
}

const char *bd_check_level_name(enum bd_check_level level)
{
    static const char *const names[] = { "error", "warning", "hint" };

    return names[level];
}

static struct bd_finding *new_finding(struct bd_check_run *run)
{
    if (run->count == run->cap) {
        size_t cap = run->cap ? run->cap * 2 : 16;
        struct bd_finding *rows = BD_NEW_ARRAY(run->arena, cap,
                                               struct bd_finding);

        if (run->count > 0)
            memcpy(rows, run->findings, run->count * sizeof *rows);
        run->findings = rows;
        run->cap = cap;
    }
    return &run->findings[run->count++];
}

void bd_check_report(struct bd_check_run *run, struct bd_place place,
                     const char *format, ...)
{
    struct bd_finding *finding = new_finding(run);
    char text[400];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    finding->id = run->check->id;
    finding->level = run->check->level;
    finding->path = NULL;
    finding->place = place;
    finding->text = bd_arena_copy(
        run->arena, bd_str_cut_utf8(bd_str_from(text), sizeof text - 4));
}

void bd_check_elsewhere(struct bd_check_run *run, const char *path)
{
    run->findings[run->count - 1].path = path;
}

const struct bd_node *bd_check_next(const struct bd_check_run *run,
                                    const struct bd_node *node,
                                    enum bd_node_kind kind)
{
    const struct bd_node *root = run->issue->document;

    node = bd_node_walk(root, node ? node : root);
    while (node && node->kind != kind)
        node = bd_node_walk(root, node);
    return node;
}

/* Latin-1's signs and general punctuation, as U+00BB and U+2013. */
static bool is_sign(bd_str text, size_t at)
{
    const unsigned char *p = (const unsigned char *)text.ptr;

    while (at > 0 && (p[at] & 0xc0) == 0x80)
        at--;
    return p[at] == 0xc2 ||
           (p[at] == 0xe2 && at + 1 < text.len && p[at + 1] <= 0x81);
}

bool bd_check_is_letter(bd_str text, size_t at)
{
    unsigned char c = at < text.len ? (unsigned char)text.ptr[at] : ' ';

    return (c >= 0x80 && !is_sign(text, at)) || (c >= '0' && c <= '9') ||
           (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

size_t bd_check_find_word(bd_str text, size_t from, const char *word,
                          bool any_case)
{
    bd_str want = bd_str_from(word);

    for (size_t i = from; i + want.len <= text.len; i++) {
        bd_str here = bd_str_sub(text, i, want.len);
        bool same = any_case ? bd_str_eq_nocase(here, want)
                             : bd_str_eq(here, want);

        if (same && (i == 0 || !bd_check_is_letter(text, i - 1)) &&
            !bd_check_is_letter(text, i + want.len))
            return i;
    }
    return SIZE_MAX;
}

void bd_check_silence_unneeded(struct bd_check_run *run)
{
    const struct bd_silence *silence = run->issue->silence;

    for (size_t i = 0; silence[i].id; i++)
        if (run->idle[i])
            bd_check_report(run, silence[i].place,
                            _("the check %s finds nothing here; take it out "
                              "of the list"),
                            silence[i].id);
}

/* In the order of the text; what concerns the whole letter, and then what is
 * in templates, comes last. */
static int by_place(const void *a, const void *b)
{
    const struct bd_finding *x = a;
    const struct bd_finding *y = b;
    uint32_t line_x = x->place.line - 1; /* 0 becomes the largest */
    uint32_t line_y = y->place.line - 1;

    if (!x->path != !y->path)
        return x->path ? 1 : -1;
    if (line_x != line_y)
        return line_x < line_y ? -1 : 1;
    if (x->place.column != y->place.column)
        return x->place.column < y->place.column ? -1 : 1;
    return strcmp(x->id, y->id);
}

/* Run one check, and take back what it found if it is silenced. */
static void run_one(struct bd_check_run *run, bool *idle)
{
    const struct bd_silence *silence = run->issue->silence;
    size_t before = run->count;
    size_t found = 0;

    run->check->run(run);
    found = run->count - before;
    for (size_t i = 0; silence[i].id; i++)
        if (strcmp(silence[i].id, run->check->id) == 0) {
            idle[i] = found == 0 &&
                      (run->facts->asked || !bd_check_asks(run->check));
            run->count = before;
        }
}

/* The issue's language, or the newsletter's. */
static enum bd_lang language(const struct bd_check_run *run)
{
    enum bd_lang lang = run->options->language;

    (void)bd_lang_parse(run->issue->language, &lang);
    return lang;
}

void bd_check_issue(struct bd_arena *arena, const struct bd_issue *issue,
                    const struct bd_letter_options *options,
                    const struct bd_message *message,
                    const struct bd_check_facts *facts,
                    const struct bd_finding **out, size_t *out_count)
{
    static const struct bd_check_facts nothing = { .today = 0 };
    struct bd_check_run run = { .arena = arena,
                                .issue = issue,
                                .options = options,
                                .message = message,
                                .facts = facts ? facts : &nothing };
    const struct bd_check *last = bd_check_find(BD_STR("silence-unneeded"));
    size_t silenced = 0;
    bool *idle = NULL;

    while (issue->silence[silenced].id)
        silenced++;
    idle = BD_NEW_ARRAY(arena, silenced + 1, bool);
    run.idle = idle;
    run.lang = language(&run);
    for (run.check = bd_checks; run.check->id; run.check++)
        if (run.check != last)
            run_one(&run, idle);
    run.check = last; /* it looks at what the others found */
    run_one(&run, idle);
    if (run.count > 0)
        qsort(run.findings, run.count, sizeof *run.findings, by_place);
    *out = run.findings;
    *out_count = run.count;
}

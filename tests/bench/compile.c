/*
 * Usage: bench_compile ours|cmark TIMES ISSUE.md
 * For tests/bench/compose: read the issue and compile the whole message with
 * its theme, or make HTML of the same Markdown with cmark and nothing else.
 */
#include <string.h>

#include <cmark.h>

#include "bench.h"

static size_t compile(const struct bench_letter *letter)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_issue issue = { 0 };
    struct bd_message message = { 0 };
    struct bd_err err = { 0 };
    size_t bytes = 0;

    require(bd_issue_read(arena, letter->issue.path, letter->issue.source,
                          &issue, &err) == BD_OK &&
                bd_letter_compile(arena, &issue, &letter->options,
                                  BD_LETTER_FULL, &message, &err) == BD_OK,
            err.msg);
    bytes = message.literal_bytes;
    bd_arena_free(arena);
    return bytes;
}

/* What follows the front matter. */
static bd_str markdown_of(bd_str source)
{
    size_t end = bd_str_find(bd_str_skip(source, 4), BD_STR("\n---\n"));

    return end == SIZE_MAX ? source : bd_str_skip(source, end + 9);
}

static size_t cmark_alone(const struct bench_letter *letter)
{
    bd_str text = markdown_of(letter->issue.source);
    char *html = cmark_markdown_to_html(text.ptr, text.len, CMARK_OPT_DEFAULT);
    size_t bytes = strlen(html);

    free(html);
    return bytes;
}

int main(int argc, char **argv)
{
    struct bd_arena *arena = bd_arena_new();
    struct bench_letter letter = { 0 };
    bool ours = argc == 4 && !strcmp(argv[1], "ours");
    size_t bytes = 0;

    require(argc == 4, "bench_compile ours|cmark TIMES ISSUE.md");
    bench_letter_open(arena, argv[3], &letter);
    for (long times = strtol(argv[2], NULL, 10); times > 0; times--)
        bytes += ours ? compile(&letter) : cmark_alone(&letter);
    (void)printf("%zu\n", bytes);
    bd_signer_free(letter.signer);
    bd_arena_free(arena);
    return 0;
}

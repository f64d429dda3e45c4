/* What changed in an issue since its editor last saw it as a mail: `test` notes
 * it, `send` tells. */
#include "brevduva/base/diff.h"
#include "brevduva/base/hash.h"
#include "brevduva/store/tested.h"
#include "send_private.h"
#include "term.h"

#define ROWS_SHOWN   24
#define COLUMNS      68
#define WORDS_AROUND 3

/* --- the letter as it was seen --- */

/* All that goes out is in it: text, templates, settings, pictures. */
static enum bd_status hash_letter(struct app *app,
                                  const struct cli_letter *letter,
                                  const struct bd_issue *issue, bd_str *out,
                                  struct bd_err *err)
{
    struct bd_message full;
    enum bd_status rc = bd_letter_compile(app->arena, issue, &letter->options,
                                          BD_LETTER_FULL, &full, err);

    if (rc == BD_OK)
        *out = bd_sha256_hex(app->arena, send_freeze(app, &full));
    return rc;
}

enum bd_status tested_note(struct app *app, const struct cli_letter *letter)
{
    struct bd_tested tested = { .slug = letter->issue.slug,
                                .source = letter->issue.source,
                                .tested_at = app_now(app) };

    if (hash_letter(app, letter, &letter->issue, &tested.letter_hash,
                    &app->err) != BD_OK)
        return app->err.code;
    return bd_tested_put(app->store, &tested, &app->err);
}

/* The text that was tested makes another letter today than it did then. A
 * picture that is not there any more does, too. */
static bool frame_changed(struct app *app, const struct cli_letter *letter,
                          const struct bd_tested *tested)
{
    struct bd_issue issue;
    bd_str hash = BD_STR_NONE;

    return bd_issue_read(app->arena, letter->issue.path, tested->source, &issue,
                         NULL) != BD_OK ||
           hash_letter(app, letter, &issue, &hash, NULL) != BD_OK ||
           !bd_str_eq(hash, tested->letter_hash);
}

/* --- lines --- */

struct rows {
    struct app *app;
    const bd_str *a, *b; /* the old lines, the new ones */
    size_t left;         /* so many rows may still be printed */
    size_t hidden;
};

static bool has_room(struct rows *r)
{
    if (r->left == 0) {
        r->hidden++;
        return false;
    }
    r->left--;
    return true;
}

static void print_row(struct rows *r, size_t number, char sign, bd_str text)
{
    if (!has_room(r))
        return;
    if (number > 0)
        (void)printf("  %5zu %c ", number, sign);
    else
        (void)printf("        %c ", sign);
    out_text(term_cut(r->app->arena, text, COLUMNS));
    (void)putchar('\n');
}

/* Some words and a few around them. */
static bd_str excerpt(struct bd_arena *arena, const bd_str *words, size_t count,
                      size_t at, size_t len)
{
    size_t from = at > WORDS_AROUND ? at - WORDS_AROUND : 0;
    size_t to = at + len + WORDS_AROUND < count ? at + len + WORDS_AROUND
                                                : count;
    struct bd_buf out = { 0 };
    bd_str text = BD_STR_NONE;

    bd_buf_add_cstr(&out, from > 0 ? "… " : "");
    for (size_t i = from; i < to; i++) {
        bd_buf_add_cstr(&out, i > from ? " " : "");
        bd_buf_add(&out, words[i]);
    }
    bd_buf_add_cstr(&out, to < count ? " …" : "");
    text = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return text;
}

/* Changes that would show the same words around them are shown as one. */
static struct bd_change joined(const struct bd_change *changes, size_t count,
                               size_t *at)
{
    struct bd_change all = changes[(*at)++];

    while (*at < count &&
           changes[*at].a - (all.a + all.a_len) <= 2 * WORDS_AROUND) {
        const struct bd_change *next = &changes[(*at)++];

        all.a_len = next->a + next->a_len - all.a;
        all.b_len = next->b + next->b_len - all.b;
    }
    return all;
}

/* One line that became another: the words that differ, as a paragraph is often
 * one line. */
static void print_pair(struct rows *r, size_t number, bd_str old, bd_str new)
{
    struct bd_arena *arena = r->app->arena;
    const struct bd_change *changes = NULL;
    size_t a_count = 0;
    size_t b_count = 0;
    size_t count = 0;
    const bd_str *a = bd_diff_rows(arena, old, ' ', &a_count);
    const bd_str *b = bd_diff_rows(arena, new, ' ', &b_count);

    bd_diff(arena, a, a_count, b, b_count, &changes, &count);
    for (size_t i = 0; i < count;) {
        struct bd_change c = joined(changes, count, &i);

        if (a_count > 0)
            print_row(r, number, '-', excerpt(arena, a, a_count, c.a, c.a_len));
        if (b_count > 0)
            print_row(r, a_count > 0 ? 0 : number, '+',
                      excerpt(arena, b, b_count, c.b, c.b_len));
    }
}

static void print_change(struct rows *r, const struct bd_change *c)
{
    size_t pairs = c->a_len < c->b_len ? c->a_len : c->b_len;

    for (size_t i = 0; i < pairs; i++)
        print_pair(r, c->b + i + 1, r->a[c->a + i], r->b[c->b + i]);
    for (size_t i = pairs; i < c->a_len; i++)
        if (bd_str_trim(r->a[c->a + i]).len > 0)
            print_row(r, c->b + pairs + 1, '-', r->a[c->a + i]);
    for (size_t i = pairs; i < c->b_len; i++)
        if (bd_str_trim(r->b[c->b + i]).len > 0)
            print_row(r, c->b + i + 1, '+', r->b[c->b + i]);
}

/* Empty ones do not count. */
static size_t count_lines(const struct rows *r, const struct bd_change *c)
{
    size_t lines = 0;

    for (size_t i = 0; i < c->a_len || i < c->b_len; i++)
        lines += (i < c->a_len && bd_str_trim(r->a[c->a + i]).len > 0) ||
                 (i < c->b_len && bd_str_trim(r->b[c->b + i]).len > 0);
    return lines;
}

static void print_lines(struct app *app, bd_str old, bd_str new, bd_str when)
{
    struct rows r = { .app = app, .left = ROWS_SHOWN };
    const struct bd_change *changes = NULL;
    size_t a_count = 0;
    size_t b_count = 0;
    size_t count = 0;
    size_t lines = 0;

    r.a = bd_diff_rows(app->arena, old, '\n', &a_count);
    r.b = bd_diff_rows(app->arena, new, '\n', &b_count);
    bd_diff(app->arena, r.a, a_count, r.b, b_count, &changes, &count);
    for (size_t i = 0; i < count; i++)
        lines += count_lines(&r, &changes[i]);
    (void)printf(P_("Since the test of %.*s %zu line has changed:\n",
                    "Since the test of %.*s %zu lines have changed:\n", lines),
                 BD_ARG(when), lines);
    for (size_t i = 0; i < count; i++)
        print_change(&r, &changes[i]);
    if (r.hidden > 0)
        (void)printf(P_("        (and %zu more)\n", "        (and %zu more)\n",
                        r.hidden),
                     r.hidden);
}

/* --- what send says --- */

static void print_tested(struct app *app, const struct cli_letter *letter,
                         const struct bd_tested *tested)
{
    bd_str when = bd_time_local(app->arena, tested->tested_at);
    bool same = bd_str_eq(letter->issue.source, tested->source);
    bool frame = frame_changed(app, letter, tested);

    if (!same)
        print_lines(app, tested->source, letter->issue.source, when);
    if (same && !frame)
        (void)printf(_("Nothing has changed since the test of %.*s.\n"),
                     BD_ARG(when));
    else if (frame)
        (void)printf(_("The letter around the text has changed since the test "
                       "of %.*s: a template, a setting, a picture or file, or "
                       "the program.\n"),
                     BD_ARG(when));
    if (!same || frame)
        (void)printf(_("Not tested since: \"brevduva test %.*s EMAIL\" mails "
                       "it as it is now.\n"),
                     BD_ARG(letter->issue.slug));
}

enum bd_status send_show_changes(struct app *app,
                                 const struct cli_letter *letter)
{
    struct bd_tested tested;
    struct bd_err err = { .code = BD_OK };
    enum bd_status rc = bd_tested_get(app->arena, app->store,
                                      letter->issue.slug, &tested, &err);

    if (rc == BD_OK) {
        print_tested(app, letter, &tested);
    } else if (rc == BD_ENOENT) {
        (void)printf(_("Never tested: \"brevduva test %.*s EMAIL\" mails it to "
                       "you first.\n"),
                     BD_ARG(letter->issue.slug));
    } else {
        app->err = err;
        return rc;
    }
    return BD_OK;
}

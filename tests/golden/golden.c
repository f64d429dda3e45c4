/*
 * Compile tests/golden/<case>/issue.md and compare with what stands beside
 * it: expected.eml, expected.html, expected.txt, expected.web (the body for
 * the web), or expected.err for an issue that must be refused.
 *
 *   golden [--update] [--as eml|html|txt|web] FOLDER...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/assets.h"
#include "brevduva/base/file.h"
#include "brevduva/base/limits.h"
#include "brevduva/compose/check.h"
#include "brevduva/compose/recipient.h"
#include "brevduva/compose/web.h"

struct folder {
    struct bd_arena *arena;
    const char *path;
};

static bool find_template(void *self, bd_str path, bd_str *out)
{
    const struct folder *f = self;

    return bd_asset_find(
        bd_arena_printf(f->arena, "templates/%.*s", BD_ARG(path)), out);
}

static enum bd_status read_beside(void *self, bd_str path, bd_str *out,
                                  struct bd_err *err)
{
    const struct folder *f = self;
    const char *full =
        bd_arena_printf(f->arena, "%s/issue/%.*s", f->path, BD_ARG(path)).ptr;

    return bd_file_read(f->arena, full, BD_MAX_MESSAGE_BYTES, out, err);
}

static const bd_str attributes[] = { BD_STR_INIT("ort"),
                                     BD_STR_INIT("medlem") };

static struct bd_letter_options options_for(struct folder *f)
{
    return (struct bd_letter_options) {
        .newsletter = BD_STR("Nyhetsbrev för Brevdalen"),
        .language = BD_LANG_EN,
        .from_name = BD_STR("Brevdalens förening"),
        .from_email = BD_STR("brev@brevdalen.example"),
        .reply_to = BD_STR("svar@brevdalen.example"),
        .list_title = BD_STR("Nyhetsbrevet"),
        .list_id = BD_STR("nyhetsbrev.brevdalen.example"),
        .list_number = 1,
        .time_zone = BD_STR("Europe/Stockholm"),
        .base_url = BD_STR("https://brev.brevdalen.example"),
        .unsubscribe_mailto = BD_STR("avsluta@brevdalen.example"),
        .organisation = { .name = BD_STR("Brevdalens förening"),
                          .postal_address = BD_STR(
                              "Storgatan 1\n123 45 Brevdalen"),
                          .email = BD_STR("info@brevdalen.example"),
                          .phone = BD_STR("019 – 00 00 00"),
                          .website = BD_STR("www.brevdalen.example") },
        .attributes = attributes,
        .attribute_count = 2,
        .template = find_template,
        .template_self = f,
        .file = read_beside,
        .file_self = f,
    };
}

static const struct bd_recipient recipient = {
    .email = BD_STR_INIT("anna@xn--lsare-gra.example"),
    .name = BD_STR_INIT("Anna Åberg"),
    .language = BD_STR_INIT("sv"),
    .attributes = BD_STR_INIT("{\"ort\":\"Örebro & \\\"Kumla\\\"\"}"),
    .subscriber = 7,
    .list = 1,
    .mailing = 3,
    .message_id = BD_STR_INIT("3.7.abc"),
    .date = 1795420003,
    .zone = 60,
};

static enum bd_status compile(struct folder *f, const char *as,
                              const struct bd_issue *issue,
                              struct bd_message *out, struct bd_err *err)
{
    struct bd_letter_options options = options_for(f);

    if (strcmp(as, "eml") == 0)
        return bd_letter_compile(f->arena, issue, &options, BD_LETTER_FULL, out,
                                 err);
    return bd_letter_compile_part(
        f->arena, issue, &options,
        strcmp(as, "html") == 0 ? BD_LETTER_HTML : BD_LETTER_PLAIN, out, err);
}

/* What there is of the page, in lines. */
static enum bd_status make_page(struct folder *f, const struct bd_issue *issue,
                                struct bd_buf *out, struct bd_err *err)
{
    struct bd_letter_options options = options_for(f);
    struct bd_web_page page = { .title = BD_STR_NONE };
    enum bd_status rc = bd_web_page_make(f->arena, issue, &options, &page, err);

    if (rc != BD_OK)
        return rc;
    bd_buf_printf(out, "%s\n%.*s\n%.*s\n%.*s\n", bd_lang_tag(page.language),
                  BD_ARG(page.title), BD_ARG(page.description),
                  BD_ARG(page.words));
    for (const struct bd_web_file *i = page.files; i; i = i->next)
        bd_buf_printf(out, "%.*s %s %zu\n", BD_ARG(i->name), i->type,
                      i->bytes.len);
    bd_buf_add(out, page.body);
    return BD_OK;
}

static enum bd_status make(struct folder *f, const char *as, struct bd_buf *out,
                           struct bd_err *err)
{
    const char *path = bd_arena_printf(f->arena, "%s/issue.md", f->path).ptr;
    struct bd_issue issue = { .path = NULL };
    struct bd_message message = { 0 };
    const bd_str *values = NULL;
    bd_str text = BD_STR_NONE;
    enum bd_status rc = bd_file_read(f->arena, path, BD_MAX_ISSUE_BYTES + 1,
                                     &text, err);

    if (rc == BD_OK)
        rc = bd_issue_read(f->arena, "issues/issue.md", text, &issue, err);
    if (rc == BD_OK && strcmp(as, "web") == 0)
        return make_page(f, &issue, out, err);
    if (rc == BD_OK)
        rc = compile(f, as, &issue, &message, err);
    if (rc == BD_OK)
        rc = bd_recipient_values(f->arena, &message, &recipient, NULL, &values,
                                 err);
    if (rc == BD_OK)
        rc = bd_message_splice(&message, values, out);
    return rc;
}

/* The difference is shown by diff(1) on a file beside the expected one. */
static int compare(const char *expected, bd_str got, bool update)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_err err = { 0 };
    bd_str want = BD_STR_NONE;
    int failed = 0;

    if (update) {
        failed = bd_file_replace(expected, got, 0644, &err) != BD_OK;
    } else if (bd_file_read(arena, expected, BD_MAX_MESSAGE_BYTES, &want,
                            &err) != BD_OK ||
               !bd_str_eq(want, got)) {
        (void)fprintf(stderr, "%s: differs; got:\n%.*s\n", expected,
                      BD_ARG(got));
        failed = 1;
    }
    if (err.msg[0])
        (void)fprintf(stderr, "%s\n", err.msg);
    bd_arena_free(arena);
    return failed;
}

static int run_one(const char *path, const char *as, bool show, bool update)
{
    struct folder f = { bd_arena_new(), path };
    struct bd_buf out = { 0 };
    struct bd_err err = { 0 };
    const char *suffix = as;
    int failed = 0;

    if (make(&f, as, &out, &err) != BD_OK) {
        bd_buf_clear(&out);
        bd_buf_printf(&out, "%s\n", err.msg);
        suffix = "err";
    }
    if (show)
        (void)fwrite(out.ptr, 1, out.len, stdout);
    else
        failed = compare(
            bd_arena_printf(f.arena, "%s/expected.%s", path, suffix).ptr,
            bd_buf_str(&out), update);
    bd_buf_fini(&out);
    bd_arena_free(f.arena);
    return failed;
}

/* Which kinds a case has: those whose expected file is there. */
static bool has(const char *path, const char *suffix)
{
    char name[4096];

    (void)snprintf(name, sizeof name, "%s/expected.%s", path, suffix);
    return bd_file_exists(name);
}

static int run_all(const char *path, bool update)
{
    static const char *const kinds[] = { "eml", "html", "txt", "web" };
    int failed = 0;
    int count = 0;

    if (has(path, "err"))
        return run_one(path, "eml", false, update);
    for (size_t i = 0; i < 4; i++) {
        if (!has(path, kinds[i]))
            continue;
        failed |= run_one(path, kinds[i], false, update);
        count++;
    }
    if (count == 0)
        (void)fprintf(stderr, "%s: nothing expected\n", path);
    return failed || count == 0;
}

int main(int argc, char **argv)
{
    bool update = false;
    const char *as = NULL;
    int failed = 0;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--update") == 0)
            update = true;
        else if (strcmp(argv[i], "--as") == 0 && i + 1 < argc)
            as = argv[++i];
        else
            failed |= as ? run_one(argv[i], as, true, false)
                         : run_all(argv[i], update);
    }
    return failed;
}

/* A letter that the checks find nothing in, for the tests of them to spoil. */
#ifndef TESTS_UNIT_COMPOSE_CHECK_WORLD_H
#define TESTS_UNIT_COMPOSE_CHECK_WORLD_H

#include "t.h"

#include "brevduva/base/assets.h"
#include "brevduva/compose/check.h"

/* What the checks are told, and templates of the owner's. */
struct world {
    struct bd_arena *arena;
    struct bd_letter_options options;
    struct bd_check_facts facts;
    bd_str own_path, own_text; /* path empty: none */
    size_t beside;             /* octets of each file beside the issue */
};

static bool find_template(void *self, bd_str path, bd_str *out)
{
    const struct world *w = self;

    if (w->own_path.len > 0 && bd_str_eq(path, w->own_path)) {
        *out = w->own_text;
        return true;
    }
    return bd_asset_find(
        bd_arena_printf(w->arena, "templates/%.*s", BD_ARG(path)), out);
}

/* Every file has so many octets. */
static enum bd_status read_beside(void *self, bd_str path, bd_str *out,
                                  struct bd_err *err)
{
    struct world *w = self;

    (void)path;
    (void)err;
    *out = (bd_str) { bd_arena_alloc(w->arena, w->beside), w->beside };
    return BD_OK;
}

/* Every picture is fit for a letter. */
static enum bd_status make_picture(void *self, bd_str bytes, unsigned max_width,
                                   struct bd_picture *out, struct bd_err *err)
{
    (void)self;
    (void)max_width;
    (void)err;
    *out = (struct bd_picture) { "image/gif", bytes, 1, 1, false };
    return BD_OK;
}

static const struct bd_check_value values[] = {
    { BD_STR_INIT("ort"), BD_STR_INIT("Kumla"), 2, BD_STR_INIT("a@b.test") },
};
static const struct bd_check_earlier earlier[] = {
    { BD_STR_INIT("2026-1"), BD_STR_INIT("Vårens möten") },
};
static const bd_str attributes[] = { BD_STR_INIT("ort") };

static inline struct world *new_world(struct bd_arena *arena)
{
    struct world *w = BD_NEW(arena, struct world);

    w->arena = arena;
    w->beside = 10;
    w->options = (struct bd_letter_options) {
        .newsletter = BD_STR("Brevet"),
        .language = BD_LANG_SV,
        .from_name = BD_STR("Brevdalen"),
        .from_email = BD_STR("brev@brev.test"),
        .base_url = BD_STR("https://brev.test"),
        .organisation = { .postal_address = BD_STR("Storgatan 1") },
        .attributes = attributes,
        .attribute_count = 1,
        .template = find_template,
        .template_self = w,
        .file = read_beside,
        .file_self = w,
        .picture = make_picture,
    };
    w->facts = (struct bd_check_facts) { .today = 20784, /* 2026-11-27 */
                                         .readers = 12,
                                         .values = values,
                                         .value_count = 1,
                                         .earlier = earlier,
                                         .earlier_count = 1 };
    return w;
}

static inline void run(const struct world *w, bd_str text,
                       const struct bd_finding **out, size_t *out_count)
{
    struct bd_issue issue = { .path = NULL };
    struct bd_message message = { 0 };
    struct bd_err err = { 0 };

    if (bd_issue_read(w->arena, "a.md", text, &issue, &err) != BD_OK ||
        bd_letter_compile(w->arena, &issue, &w->options, BD_LETTER_FULL,
                          &message, &err) != BD_OK)
        fail_msg("%s", err.msg);
    bd_check_issue(w->arena, &issue, &w->options, &message, &w->facts, out,
                   out_count);
}

#define PREHEADER "preheader: Datum, platser och hur du anmäler dig till dem\n"
/* The same with attachments. */
#define WITH(files)                                                            \
    "---\ntitle: Höstens möten\nattachments: " files "\n" PREHEADER            \
    "---\nBilagan."
#define BODY(text) "---\ntitle: Höstens möten\n" PREHEADER "---\n" text

#endif

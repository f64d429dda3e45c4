/* What the template of the preview's page can name. */
#include "brevduva/mail/mime_read.h"
#include "preview_private.h"
#include "report_data.h"

#define WIDE           480 /* px; narrower windows are phones */
#define SNIPPET_OCTETS 200 /* no inbox shows more beside the subject */

/* clang-format off */
const struct preview_kind preview_kinds[] = {
    { "desktop", N_("Computer"), N_("In a wide window, light"), 660,
      false, false },
    { "phone", N_("Phone"), N_("375 pixels wide, light"), 375, false, false },
    { "dark", N_("Dark"),
      N_("As the letter itself says for dark mode; some mail programs change "
         "colours on top of that"), 660, true, false },
    { "bare", N_("Pictures off"),
      N_("As many see it first, and some always"), 660, false, true },
    { NULL, NULL, NULL, 0, false, false },
};
/* clang-format on */

static void set_flag(struct app *app, struct bd_json *o, const char *key,
                     bool value)
{
    bd_json_set(o, bd_str_from(key), bd_json_bool(app->arena, value));
}

static void set_words(struct app *app, struct bd_json *o)
{
    static const char *const words[][2] = {
        { "preview", N_("Preview") },
        { "as", N_("As it comes to") },
        { "show", N_("Show") },
        { "inbox", N_("In the inbox") },
        { "inbox_wide", N_("On a computer") },
        { "inbox_narrow", N_("On a phone") },
        { "checks", N_("Checks") },
        { "nothing", N_("The checks find nothing to mend.") },
        { "size", N_("Size") },
        { "plain", N_("Plain text") },
        { "plain_note", N_("What readers get who want text only") },
        { "stale", N_("Below stands the letter as it was before.") },
        { "lost", N_("The preview has ended: start it again in the terminal, "
                     "and use the address that it shows.") },
        { "none", N_("There is no letter to show yet.") },
    };
    struct bd_json *all = bd_json_object(app->arena);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        set_cstr(app, all, words[i][0], _(words[i][1]));
    bd_json_set(o, BD_STR("words"), all);
}

/* Without a preheader, what the letter begins with stands there. */
static bd_str snippet(struct app *app, const struct preview_shown *shown)
{
    struct bd_buf line = { 0 };
    bd_str text = shown->preheader;
    bool blank = true;
    bd_str out = BD_STR_NONE;

    if (bd_str_trim(text).len == 0)
        text = bd_mail_text_of_html(app->arena, shown->html);
    bd_buf_init(&line, SNIPPET_OCTETS + 4);
    for (size_t i = 0; i < text.len && !line.full; i++) {
        bool is_blank = text.ptr[i] == '\n' || text.ptr[i] == ' ';

        if (!is_blank || !blank)
            bd_buf_add_char(&line, is_blank ? ' ' : text.ptr[i]);
        blank = is_blank;
    }
    out = bd_arena_copy(app->arena,
                        bd_str_cut_utf8(bd_buf_str(&line), SNIPPET_OCTETS));
    bd_buf_fini(&line);
    return out;
}

static void set_inbox(struct app *app, struct bd_json *o,
                      const struct preview_shown *shown)
{
    const struct preview_letter *l = shown->preview->good;

    set_text(app, o, "from",
             l->letter.issue.from_name.len > 0 ? l->letter.issue.from_name
                                               : l->letter.options.from_name);
    set_text(app, o, "subject", shown->subject);
    set_text(app, o, "snippet", snippet(app, shown));
}

static bd_str label(struct app *app, const struct preview_reader *reader)
{
    if (!reader->email)
        return bd_str_from(_("a made-up reader, Anna Exempel"));
    if (reader->stranger)
        return bd_arena_printf(app->arena, _("%s, who is no reader"),
                               reader->email);
    return bd_arena_copy(app->arena, bd_str_from(reader->email));
}

static void set_readers(struct app *app, struct bd_json *o,
                        const struct preview_shown *shown)
{
    const struct preview_letter *l = shown->preview->good;
    struct bd_json *rows = bd_json_array(app->arena);

    for (size_t i = 0; i < l->reader_count; i++) {
        const struct preview_reader *reader = &l->readers[i];
        struct bd_json *row = bd_json_object(app->arena);

        set_text(app, row, "key", reader->key);
        set_text(app, row, "label", label(app, reader));
        set_flag(app, row, "selected", reader == shown->reader);
        bd_json_push(rows, row);
    }
    bd_json_set(o, BD_STR("readers"), rows);
    set_text(app, o, "reader", label(app, shown->reader));
}

static const char *level_word(enum bd_check_level level)
{
    static const char *const words[] = {
        [BD_CHECK_ERROR] = N_("error"),
        [BD_CHECK_WARNING] = N_("warning"),
        [BD_CHECK_HINT] = N_("hint"),
    };

    return _(words[level]);
}

static bd_str place_of(struct app *app, const struct preview_letter *l,
                       const struct bd_finding *f)
{
    const char *path = f->path ? f->path : l->letter.issue.path;

    if (f->place.line == 0)
        return bd_str_from(path);
    return bd_arena_printf(app->arena, "%s:%u:%u", path, f->place.line,
                           f->place.column);
}

static bd_str summary(struct app *app, const size_t count[3])
{
    return bd_arena_printf(
        app->arena, "%s, %s, %s",
        bd_arena_printf(app->arena, P_("%zu error", "%zu errors", count[0]),
                        count[0])
            .ptr,
        bd_arena_printf(app->arena, P_("%zu warning", "%zu warnings", count[1]),
                        count[1])
            .ptr,
        bd_arena_printf(app->arena, P_("%zu hint", "%zu hints", count[2]),
                        count[2])
            .ptr);
}

static void set_checks(struct app *app, struct bd_json *o,
                       const struct preview_letter *l)
{
    struct bd_json *rows = bd_json_array(app->arena);
    size_t count[3] = { 0 };

    for (size_t i = 0; i < l->finding_count; i++) {
        const struct bd_finding *f = &l->findings[i];
        struct bd_json *row = bd_json_object(app->arena);

        count[f->level]++;
        set_cstr(app, row, "level", bd_check_level_name(f->level));
        set_cstr(app, row, "word", level_word(f->level));
        set_cstr(app, row, "id", f->id);
        set_text(app, row, "place", place_of(app, l, f));
        set_text(app, row, "text", f->text);
        bd_json_push(rows, row);
    }
    bd_json_set(o, BD_STR("checks"), rows);
    set_flag(app, o, "no_checks", l->finding_count == 0);
    set_text(app, o, "summary", summary(app, count));
}

static void set_size(struct app *app, struct bd_json *o,
                     const struct preview_shown *shown)
{
    bool over = shown->html_octets > BD_CLIP_OCTETS;

    set_int(app, o, "octets", (int64_t)shown->html_octets);
    set_int(app, o, "limit", BD_CLIP_OCTETS);
    set_flag(app, o, "over", over);
    set_text(app, o, "size",
             bd_arena_printf(
                 app->arena,
                 over ? _("As it is mailed, the HTML has %.*s octets: over "
                          "%.*s, where Gmail cuts it.")
                      : _("As it is mailed, the HTML has %.*s octets of the "
                          "%.*s that Gmail shows."),
                 BD_ARG(word_number(app->arena, (int64_t)shown->html_octets)),
                 BD_ARG(word_number(app->arena, BD_CLIP_OCTETS))));
    set_text(app, o, "whole_size",
             bd_arena_printf(
                 app->arena,
                 _("The whole letter, with plain text and pictures: %.*s kB."),
                 BD_ARG(word_number(app->arena,
                                    (int64_t)(shown->octets / 1024 + 1)))));
}

static void set_views(struct app *app, struct bd_json *o,
                      const struct preview_shown *shown)
{
    struct bd_json *rows = bd_json_array(app->arena);
    struct bd_err err = { .code = BD_OK };

    for (const struct preview_kind *k = preview_kinds; k->key; k++) {
        struct bd_json *row = bd_json_object(app->arena);
        bd_str page = BD_STR_NONE;

        set_cstr(app, row, "key", k->key);
        set_cstr(app, row, "title", _(k->title));
        set_cstr(app, row, "note", _(k->note));
        set_int(app, row, "width", k->width);
        set_flag(app, row, "narrow", k->width < WIDE);
        if (shown->once &&
            preview_view(shown->preview, app->arena, bd_str_from(k->key),
                         shown->reader->key, &page, &err) == BD_OK)
            bd_json_set(row, BD_STR("page"), bd_json_string(app->arena, page));
        bd_json_push(rows, row);
    }
    bd_json_set(o, BD_STR("views"), rows);
}

static void set_letter(struct app *app, struct bd_json *o,
                       const struct preview_shown *shown)
{
    const struct preview_letter *l = shown->preview->good;
    struct bd_json *letter = bd_json_object(app->arena);

    set_inbox(app, letter, shown);
    set_readers(app, letter, shown);
    set_checks(app, letter, l);
    set_size(app, letter, shown);
    set_views(app, letter, shown);
    set_text(app, letter, "key", shown->reader->key);
    set_text(app, letter, "plain", shown->plain);
    bd_json_set(o, BD_STR("letter"), letter);
}

struct bd_json *preview_data(struct app *app, const struct preview_shown *shown)
{
    const struct preview *p = shown->preview;
    struct bd_json *o = bd_json_object(app->arena);
    bd_str made = bd_time_local(app->arena, p->made_at);

    set_words(app, o);
    set_cstr(app, o, "language", bd_lang_tag(bd_lang_get()));
    set_flag(app, o, "once", shown->once);
    set_flag(app, o, "live", !shown->once);
    set_int(app, o, "version", (int64_t)p->version);
    set_int(app, o, "letter_version", (int64_t)p->letter_version);
    set_text(app, o, "title",
             p->good ? p->good->letter.issue.title : bd_str_from(p->name));
    if (p->good)
        set_letter(app, o, shown);
    set_flag(app, o, "no_letter", !p->good);
    set_text(app, o, "status",
             bd_arena_printf(app->arena, _("As saved %.*s"), BD_ARG(made)));
    if (p->trouble.code != BD_OK)
        set_cstr(app, o, "trouble", p->trouble.msg);
    return o;
}

/*
 * Usage: note_mails FOLDER
 * Writes one mail of each kind in each language, FOLDER/KIND.LANGUAGE.eml, and
 * FOLDER/tip-bare.LANGUAGE.eml, a tip without words of the teller's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/assets.h"
#include "brevduva/base/file.h"
#include "brevduva/desk/post.h"

#define TOKEN "bX0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2y"

static const struct bd_note_value values[] = {
    { BD_STR_INIT("lists"), BD_STR_INIT("Nyhetsbrevet och Lokalnytt i Hälle") },
    { BD_STR_INIT("email"), BD_STR_INIT("asa.lindstrom@lasare.example") },
    { BD_STR_INIT("when"), BD_STR_INIT("27 november 2026") },
    { BD_STR_INIT("teller"), BD_STR_INIT("Göran Ek") },
    { BD_STR_INIT("title"), BD_STR_INIT("Höstens möten & utflykter") },
    { BD_STR_INIT("note"),
      BD_STR_INIT("Hej Åsa!\r\nSe sidan 2: <b>kakorna</b>, eller "
                  "https://kakor.example/hälle?a=1.\r\n\r\nHälsningar\r\n"
                  "Göran") },
    { BD_STR_INIT("newsletter"), BD_STR_INIT("Nyhetsbrev för Brevdalen") },
    { BD_STR_INIT("subscribe"),
      BD_STR_INIT("https://brev.brevdalen.example/subscribe") },
    { BD_STR_INIT("commands"), BD_STR_INIT("brev@brevdalen.example") },
    { BD_STR_INIT("masked"), BD_STR_INIT("l…@ny.example") },
    { BD_STR_INIT("data"),
      BD_STR_INIT("Adress: asa.lindstrom@lasare.example\nNamn: Åsa Lindström\n"
                  "\nPrenumerationer\nNyhetsbrevet: sedan 2019-03-01, "
                  "bekräftad") },
    { BD_STR_INIT("from_name"), BD_STR_INIT("Åsa Lindström") },
    { BD_STR_INIT("message"),
      BD_STR_INIT("Hej!\n\nNär är nästa möte?\n.\nFrom där jag bor är det "
                  "långt.") },
};

static bool find_template(void *self, bd_str path, bd_str *out)
{
    return bd_asset_find(bd_arena_printf(self, "templates/%.*s", BD_ARG(path)),
                         out);
}

static void must(enum bd_status rc, const struct bd_err *err)
{
    if (rc == BD_OK)
        return;
    (void)fprintf(stderr, "note_mails: %s\n", err->msg);
    exit(1);
}

/* Without its `note` when `bare`. */
static void write_one(struct bd_arena *arena, const struct bd_post *post,
                      const char *folder, enum bd_note_kind kind,
                      enum bd_lang lang, bool bare)
{
    struct bd_note_value given[sizeof values / sizeof *values];
    struct bd_note_mail mail = {
        .kind = kind,
        .language = lang,
        .to = BD_STR("asa.lindstrom@lasare.example"),
        .action = kind == BD_NOTE_TIP ? BD_STR("2026-4") : BD_STR(TOKEN),
        .stop = BD_STR(TOKEN),
        .values = given,
        .value_count = sizeof values / sizeof *values,
        .attachment = BD_STR("{\"email\":\"asa.lindstrom@lasare.example\"}\n"),
    };
    struct bd_letter_row letter = { .kind = BD_LETTER_NOTICE };
    struct bd_err err = { 0 };
    bd_str path = bd_arena_printf(arena, "%s/%s%s.%s.eml", folder,
                                  bd_note_kind_names[kind], bare ? "-bare" : "",
                                  bd_lang_tag(lang));

    memcpy(given, values, sizeof given);
    for (size_t i = 0; i < mail.value_count; i++)
        if (bare && bd_str_eq(given[i].name, BD_STR("note")))
            given[i].value = BD_STR_NONE;
    must(bd_post_write(arena, post, &mail, bd_sys_real(), &letter, &err), &err);
    must(bd_file_replace(path.ptr, letter.bytes, 0644, &err), &err);
}

int main(int argc, char **argv)
{
    struct bd_arena *arena = bd_arena_new();
    const struct bd_letter_options sender = {
        .newsletter = BD_STR("Nyhetsbrev för Brevdalen"),
        .from_name = BD_STR("Brevdalens förening"),
        .from_email = BD_STR("brev@brevdalen.example"),
        .reply_to = BD_STR("svar@brevdalen.example"),
        .base_url = BD_STR("https://brev.brevdalen.example"),
        .organisation = { .name = BD_STR("Brevdalens förening"),
                          .postal_address = BD_STR(
                              "Storgatan 1\n123 45 Brevdalen") },
        .template = find_template,
        .template_self = arena,
    };
    struct bd_post_options options = { .sender = &sender };
    struct bd_post *post = NULL;
    struct bd_err err = { 0 };

    if (argc != 2)
        return 2;
    must(bd_post_new(&options, &post, &err), &err);
    for (int i = 0; i < BD_NOTE_KINDS * BD_LANG_COUNT; i++) {
        enum bd_note_kind kind = (enum bd_note_kind)(i / BD_LANG_COUNT);
        enum bd_lang lang = (enum bd_lang)(i % BD_LANG_COUNT);

        write_one(arena, post, argv[1], kind, lang, false);
        if (kind == BD_NOTE_TIP)
            write_one(arena, post, argv[1], kind, lang, true);
    }
    bd_post_free(post);
    bd_arena_free(arena);
    return 0;
}

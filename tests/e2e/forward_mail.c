/*
 * Usage: forward_mail FOLDER FILE ...
 * Writes the letters that pass the FILEs on: FOLDER/NAME.eml.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/assets.h"
#include "brevduva/base/file.h"
#include "brevduva/base/limits.h"
#include "brevduva/desk/forward.h"

static bool find_template(void *self, bd_str path, bd_str *out)
{
    return bd_asset_find(bd_arena_printf(self, "templates/%.*s", BD_ARG(path)),
                         out);
}

static void must(enum bd_status rc, const struct bd_err *err)
{
    if (rc == BD_OK)
        return;
    (void)fprintf(stderr, "forward_mail: %s\n", err->msg);
    exit(1);
}

static void pass_on(struct bd_desk *desk, const char *file, const char *folder)
{
    const char *slash = strrchr(file, '/');
    struct bd_forward forward = {
        .to = BD_STR("samordnare@brevdalen.example"),
        .language = BD_LANG_SV,
        .from = BD_STR("asa.lindstrom@lasare.example"),
        .from_name = BD_STR("Åsa Lindström"),
        .subject = BD_STR("Re: Höstens möten"),
        .place = BD_STR("INBOX/4711"),
    };
    struct bd_letter_row letter = { .to = BD_STR_NONE };
    bool whole = false;

    must(bd_file_read(desk->arena, file, BD_MAX_MESSAGE_BYTES,
                      &forward.original, desk->err),
         desk->err);
    forward.size = forward.original.len;
    must(bd_forward_write(desk, &forward, &letter, &whole), desk->err);
    must(bd_file_replace(bd_arena_printf(desk->arena, "%s/%s.eml", folder,
                                         slash ? slash + 1 : file)
                             .ptr,
                         letter.bytes, 0644, desk->err),
         desk->err);
}

int main(int argc, char **argv)
{
    struct bd_arena *arena = bd_arena_new();
    const struct bd_letter_options sender = {
        .newsletter = BD_STR("Nyhetsbrev för Brevdalen"),
        .from_name = BD_STR("Brevdalens förening"),
        .from_email = BD_STR("brev@brevdalen.example"),
        .base_url = BD_STR("https://brev.brevdalen.example"),
        .template = find_template,
        .template_self = arena,
    };
    const struct bd_post_options options = { .sender = &sender };
    struct bd_err err = { 0 };
    struct bd_desk desk = { .sys = bd_sys_real(), .arena = arena, .err = &err };
    struct bd_post *post = NULL;

    if (argc < 3)
        return 2;
    must(bd_post_new(&options, &post, &err), &err);
    desk.post = post;
    desk.actor.now = desk.sys->now(desk.sys->self);
    for (int i = 2; i < argc; i++)
        pass_on(&desk, argv[i], argv[1]);
    bd_post_free(post);
    bd_arena_free(arena);
    return 0;
}

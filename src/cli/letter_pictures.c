/*
 * Pictures that were made fit for letters before: in this run, and in the
 * folder cache/pictures, which may be deleted at any time. A file there is
 * "BDP1 SHA256 MOVES\n" and the picture, under a name of what it was made
 * from; one that is not whole is made anew.
 */
#include "brevduva/base/file.h"
#include "brevduva/base/hash.h"
#include "cli_private.h"

#define HEX      64
#define HEAD_LEN (5 + HEX + 1)

struct cli_picture {
    bd_str key;
    struct bd_picture picture;
    struct cli_picture *next;
};

static bd_str key_of(struct app *app, bd_str bytes, unsigned max_width)
{
    return bd_arena_printf(app->arena, "%.*s-%u-%d", HEX,
                           bd_sha256_hex(app->arena, bytes).ptr, max_width,
                           BD_PICTURE_VERSION);
}

static const char *path_of(struct app *app, bd_str key)
{
    return bd_path_join(
        app->arena, app->folder,
        bd_arena_printf(app->arena, "cache/pictures/%.*s", BD_ARG(key)).ptr);
}

/* "BDP1 SHA256 ": of what follows. */
static bd_str head_of(struct app *app, bd_str rest)
{
    return bd_arena_printf(app->arena, "BDP1 %.*s ", HEX,
                           bd_sha256_hex(app->arena, rest).ptr);
}

static bool read_kept(struct app *app, bd_str key, bd_str *out)
{
    const char *path = path_of(app, key);
    bd_str file = BD_STR_NONE;

    if (!bd_file_exists(path) ||
        bd_file_read(app->arena, path, HEAD_LEN + 2 + BD_MAX_BESIDE_BYTES,
                     &file, NULL) != BD_OK)
        return false;
    *out = bd_str_skip(file, HEAD_LEN);
    return bd_str_eq(bd_str_sub(file, 0, HEAD_LEN), head_of(app, *out));
}

/* From the folder. */
static bool find_kept(struct app *app, bd_str key, struct bd_picture *out)
{
    struct bd_picture_head head;
    bd_str kept = BD_STR_NONE;

    if (!read_kept(app, key, &kept) ||
        bd_picture_look(bd_str_skip(kept, 2), &head, NULL) != BD_OK)
        return false;
    *out = (struct bd_picture) { .type = head.type,
                                 .bytes = bd_str_skip(kept, 2),
                                 .width = head.width,
                                 .height = head.height,
                                 .moves = bd_str_starts(kept, BD_STR("1")) };
    return true;
}

static bool is_there(enum bd_status made)
{
    return made == BD_OK || made == BD_EEXIST;
}

/* git shall not keep what can be made. */
static bool make_folder(struct app *app)
{
    const char *folder = bd_path_join(app->arena, app->folder, "cache");

    return is_there(bd_folder_create(folder, 0700, NULL)) &&
           is_there(
               bd_file_create(bd_path_join(app->arena, folder, ".gitignore"),
                              BD_STR("*\n"), 0600, NULL)) &&
           is_there(bd_folder_create(
               bd_path_join(app->arena, folder, "pictures"), 0700, NULL));
}

/* False where nothing can be written, as by one who may only read: then
 * pictures are made each time. */
static bool keep(struct app *app, bd_str key, const struct bd_picture *picture)
{
    struct bd_buf rest = { 0 };
    struct bd_buf file = { 0 };
    bool kept = false;

    bd_buf_add_cstr(&rest, picture->moves ? "1\n" : "0\n");
    bd_buf_add(&rest, picture->bytes);
    bd_buf_add(&file, head_of(app, bd_buf_str(&rest)));
    bd_buf_add(&file, bd_buf_str(&rest));
    kept = make_folder(app) &&
           bd_file_replace(path_of(app, key), bd_buf_str(&file), 0600, NULL) ==
               BD_OK;
    bd_buf_fini(&rest);
    bd_buf_fini(&file);
    return kept;
}

static void remember(struct app *app, bd_str key,
                     const struct bd_picture *picture)
{
    struct cli_picture *known = BD_NEW(app->arena, struct cli_picture);

    *known = (struct cli_picture) { key, *picture, app->pictures };
    app->pictures = known;
}

enum bd_status letter_picture(void *self, bd_str bytes, unsigned max_width,
                              struct bd_picture *out, struct bd_err *err)
{
    struct app *app = self;
    bd_str key = key_of(app, bytes, max_width);
    enum bd_status rc = BD_OK;

    for (const struct cli_picture *p = app->pictures; p; p = p->next)
        if (bd_str_eq(p->key, key)) {
            *out = p->picture;
            return BD_OK;
        }
    if (!find_kept(app, key, out)) {
        rc = bd_picture_make(app->arena, bytes, max_width, out, err);
        if (rc == BD_OK)
            (void)keep(app, key, out);
    }
    if (rc == BD_OK)
        remember(app, key, out);
    return rc;
}

#include "bench.h"

#include "brevduva/base/assets.h"
#include "brevduva/base/file.h"
#include "brevduva/base/limits.h"

static bool find_template(void *self, bd_str path, bd_str *out)
{
    return bd_asset_find(bd_arena_printf(self, "templates/%.*s", BD_ARG(path)),
                         out);
}

void bench_letter_open(struct bd_arena *arena, const char *path,
                       struct bench_letter *out)
{
    static const unsigned char key[BD_TOKEN_KEY_LEN] = "a key for measuring";
    static const bd_str attributes[] = { BD_STR_INIT("ort") };
    bd_str source = BD_STR_NONE;
    struct bd_err err = { 0 };

    out->signer = bd_signer_new(1, key);
    out->options = (struct bd_letter_options) {
        .newsletter = BD_STR("Hyttviksbladet"),
        .language = BD_LANG_SV,
        .from_name = BD_STR("Hyttviks byalag"),
        .from_email = BD_STR("bladet@hyttvik.example"),
        .list_id = BD_STR("nyhetsbrev.hyttvik.example"),
        .list_number = 1,
        .base_url = BD_STR("https://brev.hyttvik.example"),
        .attributes = attributes,
        .attribute_count = 1,
        .template = find_template,
        .template_self = arena,
    };
    require(bd_file_read(arena, path, BD_MAX_ISSUE_BYTES, &source, &err) ==
                    BD_OK &&
                bd_issue_read(arena, path, source, &out->issue, &err) == BD_OK,
            err.msg);
}

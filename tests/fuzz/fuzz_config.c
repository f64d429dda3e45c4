/* layer: config */
#include <assert.h>
#include <stdint.h>

#include "brevduva/config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_value(bd_str text)
{
    assert(bd_str_is_utf8(text, NULL));
    assert(!bd_str_has_control(text) && !bd_str_has_line_break(text));
}

static void check_config(const struct bd_config *c)
{
    const bd_str values[] = {
        c->name,
        c->time_zone,
        c->from.name,
        c->from.email,
        c->from.reply_to,
        c->organisation.name,
        c->organisation.postal_address,
        c->organisation.email,
        c->organisation.phone,
        c->organisation.website,
        c->web.base_url,
        c->relay.url,
        c->relay.starttls,
        c->relay.username,
        c->relay.password_command,
        c->relay.password_file,
        c->relay.password_env,
        c->relay.ca_file,
        c->relay.ehlo_name,
    };

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        check_value(values[i]);
    assert(!bd_str_ends(c->web.base_url, BD_STR("/")));
    assert(bd_str_find_char(c->relay.url, '@') == SIZE_MAX ||
           bd_str_starts(c->relay.url, BD_STR("maildir:")));
    assert(c->relay.sessions >= 1 && c->relay.sessions <= 100);
    assert(c->language < BD_LANG_COUNT);
}

/* The file's text, and behind a line "%%" one --set argument. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str text = { (const char *)data, size };
    size_t cut = bd_str_find(text, BD_STR("\n%%\n"));
    bd_str override = BD_STR_NONE;
    struct bd_config config;
    struct bd_err err = { 0 };

    if (cut != SIZE_MAX) {
        override = bd_str_skip(text, cut + 4);
        text.len = cut;
    }
    if (bd_config_parse(arena, "x", text, &override, cut != SIZE_MAX, &config,
                        &err) == BD_OK)
        check_config(&config);
    else
        assert(bd_str_starts(bd_str_from(err.msg), BD_STR("x:")) ||
               bd_str_starts(bd_str_from(err.msg), BD_STR("--set")));
    bd_arena_free(arena);
    return 0;
}

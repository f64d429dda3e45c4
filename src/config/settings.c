#include <stddef.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/limits.h"
#include "brevduva/base/nearest.h"
#include "config_private.h"

#define AT(field)        offsetof(struct bd_config, field)
#define MAX_URL_BYTES    500
#define MAX_PATH_BYTES   1000
#define MAX_LINE_BYTES   300
#define MAX_HOST_BYTES   255
#define MAX_SESSIONS     100
#define MAX_SETTINGS_ALL 64

/* The file, --set, the hints and docs/settings.md all follow this table. */
/* clang-format off */
const struct setting config_settings[] = {
    { "name", put_text, AT(name), BD_MAX_NAME_BYTES, NULL },
    { "language", put_language, AT(language), 20, "en" },
    { "time_zone", put_time_zone, AT(time_zone), 64, NULL },
    { "from.name", put_text, AT(from.name), BD_MAX_NAME_BYTES, NULL },
    { "from.email", put_email, AT(from.email), BD_MAX_ADDRESS_OCTETS, NULL },
    { "from.reply_to", put_email, AT(from.reply_to), BD_MAX_ADDRESS_OCTETS,
      NULL },
    { "organisation.name", put_text, AT(organisation.name), BD_MAX_NAME_BYTES,
      NULL },
    { "organisation.postal_address", put_text, AT(organisation.postal_address),
      MAX_LINE_BYTES, NULL },
    { "organisation.email", put_email, AT(organisation.email),
      BD_MAX_ADDRESS_OCTETS, NULL },
    { "organisation.phone", put_text, AT(organisation.phone), 50, NULL },
    { "organisation.website", put_website, AT(organisation.website),
      MAX_URL_BYTES, NULL },
    { "web.base_url", put_base_url, AT(web.base_url), MAX_URL_BYTES, NULL },
    { "relay.url", put_relay_url, AT(relay.url), MAX_PATH_BYTES,
      "maildir:outbox" },
    { "relay.sessions", put_number, AT(relay.sessions), MAX_SESSIONS, "1" },
    { "relay.starttls", put_starttls, AT(relay.starttls), 20, NULL },
    { "relay.username", put_text, AT(relay.username), MAX_LINE_BYTES, NULL },
    { "relay.password_command", put_text, AT(relay.password_command),
      MAX_PATH_BYTES, NULL },
    { "relay.password_file", put_text, AT(relay.password_file),
      MAX_PATH_BYTES, NULL },
    { "relay.password_env", put_variable, AT(relay.password_env),
      MAX_LINE_BYTES, NULL },
    { "relay.ca_file", put_text, AT(relay.ca_file), MAX_PATH_BYTES, NULL },
    { "relay.ehlo_name", put_host, AT(relay.ehlo_name), MAX_HOST_BYTES, NULL },
    { NULL, NULL, 0, 0, NULL },
};
/* clang-format on */

_Static_assert(sizeof config_settings / sizeof *config_settings <=
                   MAX_SETTINGS_ALL,
               "known_beside has room for all");

const char *bd_config_key(size_t index)
{
    return index < sizeof config_settings / sizeof *config_settings
               ? config_settings[index].key
               : NULL;
}

const struct setting *setting_find(bd_str key)
{
    for (const struct setting *s = config_settings; s->key; s++)
        if (bd_str_eq(bd_str_from(s->key), key))
            return s;
    return NULL;
}

static bool is_within(bd_str key, bd_str group)
{
    return bd_str_starts(key, group) && key.len > group.len &&
           key.ptr[group.len] == '.';
}

bool setting_is_group(bd_str key)
{
    for (const struct setting *s = config_settings; s->key; s++)
        if (is_within(bd_str_from(s->key), key))
            return true;
    return false;
}

static bd_str leaf_of(bd_str key)
{
    size_t dot = bd_str_find_char(key, '.');

    return dot == SIZE_MAX ? key : bd_str_skip(key, dot + 1);
}

/* The one setting of that last name, or NULL: "base_url" is web.base_url. */
static const char *only_one_called(bd_str leaf)
{
    const char *found = NULL;

    for (const struct setting *s = config_settings; s->key; s++) {
        if (!bd_str_eq(leaf_of(bd_str_from(s->key)), leaf))
            continue;
        if (found)
            return NULL;
        found = s->key;
    }
    return found;
}

/* What may stand where `unknown` stands: the settings of its group, or the
 * names of the first level. */
static void list_beside(struct bd_arena *arena, bd_str unknown,
                        const char *out[MAX_SETTINGS_ALL])
{
    bd_str group = bd_str_sub(unknown, 0, bd_str_find_char(unknown, '.'));
    bool inside = setting_is_group(group);
    bd_str last = BD_STR_NONE;
    size_t count = 0;

    for (const struct setting *s = config_settings; s->key; s++) {
        bd_str key = bd_str_from(s->key);

        if (inside && !is_within(key, group))
            continue;
        if (!inside)
            key = bd_str_sub(key, 0, bd_str_find_char(key, '.'));
        if (!bd_str_eq(key, last))
            out[count++] = bd_arena_cstr(arena, key);
        last = key;
    }
    out[count] = NULL;
}

const char *setting_hint(struct bd_arena *arena, bd_str unknown)
{
    const char *beside[MAX_SETTINGS_ALL];
    const char *meant = NULL;
    struct bd_buf list;
    const char *hint = NULL;

    list_beside(arena, unknown, beside);
    meant = setting_is_group(unknown) ? NULL : bd_nearest(unknown, beside);
    if (!meant)
        meant = only_one_called(leaf_of(unknown));
    if (meant)
        return bd_arena_printf(arena, _("did you mean %s?"), meant).ptr;
    bd_buf_init(&list, 0);
    for (size_t i = 0; beside[i]; i++)
        bd_buf_printf(&list, "%s%s", i ? ", " : "", beside[i]);
    hint = bd_arena_printf(arena, _("known here: %.*s"),
                           BD_ARG(bd_buf_str(&list)))
               .ptr;
    bd_buf_fini(&list);
    return hint;
}

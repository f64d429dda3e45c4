#include <stddef.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/limits.h"
#include "brevduva/base/nearest.h"
#include "config_private.h"

#define AT(field)         offsetof(struct bd_config, field)
#define RELAY(field)      offsetof(struct bd_config_relay, field)
#define MAX_URL_BYTES     500
#define MAX_PATH_BYTES    1000
#define MAX_LINE_BYTES    300
#define MAX_HOST_BYTES    255
#define MAX_WORDING_BYTES 1000
#define MAX_SESSIONS      500 /* a process may commonly open 1,024 files */
#define MAX_MESSAGES      1000000
#define DAY               86400
#define MAX_SETTINGS_ALL  128

/* The file, --set, the hints and docs/settings.md all follow this table; the
 * settings of "relay" are also those of each of "relays". */
/* clang-format off */
const struct setting config_settings[] = {
    { "name", put_text, AT(name), BD_MAX_NAME_BYTES, NULL },
    { "language", put_language, AT(language), 20, "en" },
    { "time_zone", put_time_zone, AT(time_zone), 64, NULL },
    { "images", put_images, AT(images), 20, "embed" },
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
    { "theme.name", put_theme, AT(theme.name), 40, NULL },
    { "theme.colour", put_colour, AT(theme.colour), 20, NULL },
    { "theme.background", put_colour, AT(theme.background), 20, NULL },
    { "theme.font", put_font, AT(theme.font), MAX_LINE_BYTES, NULL },
    { "theme.heading_font", put_font, AT(theme.heading_font), MAX_LINE_BYTES,
      NULL },
    { "theme.width", put_width, AT(theme.width), BD_MAX_LETTER_WIDTH, "0" },
    { "theme.logo", put_text, AT(theme.logo), MAX_PATH_BYTES, NULL },
    { "theme.logo_alt", put_text, AT(theme.logo_alt), BD_MAX_NAME_BYTES,
      NULL },
    { "theme.logo_width", put_count, AT(theme.logo_width), 600, "0" },
    { "theme.links", put_links, AT(theme.links), MAX_URL_BYTES, "none" },
    { "theme.parties", put_links, AT(theme.parties), MAX_URL_BYTES, "none" },
    { "web.base_url", put_base_url, AT(web.base_url), MAX_URL_BYTES, NULL },
    { "web.listen", put_listen, AT(web.listen), MAX_HOST_BYTES,
      "127.0.0.1:8080" },
    { "web.proxies", put_networks, AT(web.proxies), MAX_LINE_BYTES, NULL },
    { "web.metrics", put_networks, AT(web.metrics), MAX_LINE_BYTES,
      "127.0.0.1, ::1" },
    { "web.tls_cert", put_text, AT(web.tls_cert), MAX_PATH_BYTES, NULL },
    { "web.tls_key", put_text, AT(web.tls_key), MAX_PATH_BYTES, NULL },
    { "web.privacy_url", put_website, AT(web.privacy_url), MAX_URL_BYTES,
      NULL },
    { "web.contact", put_notify, AT(web.contact), BD_MAX_ADDRESS_OCTETS,
      NULL },
    { "web.archive", put_archive, AT(web.archive), 20, "public" },
    { "web.clicks", put_switch, AT(web.clicks), 20, "off" },
    { "subscribe.wording", put_text, AT(subscribe.wording), MAX_WORDING_BYTES,
      NULL },
    { "subscribe.welcome", put_switch, AT(subscribe.welcome), 20, "off" },
    { "subscribe.farewell", put_switch, AT(subscribe.farewell), 20, "off" },
    { "tip.by_server", put_switch, AT(tip.by_server), 20, "on" },
    { "tip.per_day", put_number, AT(tip.per_day), 100, "5" },
    { "relay.url", put_relay_url, RELAY(url), MAX_PATH_BYTES, NULL },
    { "relay.name", put_text, RELAY(name), BD_MAX_NAME_BYTES, NULL },
    { "relay.priority", put_number, RELAY(priority), 9, "1" },
    { "relay.weight", put_number, RELAY(weight), 100, "1" },
    { "relay.sessions", put_number, RELAY(sessions), MAX_SESSIONS, "10" },
    { "relay.chunking", put_chunking, RELAY(chunking), 10, "auto" },
    { "relay.messages_per_session", put_count, RELAY(messages_per_session),
      MAX_MESSAGES, "0" },
    { "relay.rate", put_rates, RELAY(rate), MAX_LINE_BYTES, "none" },
    { "relay.domains", put_domains, RELAY(domains), MAX_PATH_BYTES, "none" },
    { "relay.warm_up", put_warm_up, RELAY(warm_up), MAX_LINE_BYTES, "none" },
    { "relay.starttls", put_starttls, RELAY(starttls), 20, NULL },
    { "relay.username", put_text, RELAY(username), MAX_LINE_BYTES, NULL },
    { "relay.password_command", put_text, RELAY(password_command),
      MAX_PATH_BYTES, NULL },
    { "relay.password_file", put_text, RELAY(password_file), MAX_PATH_BYTES,
      NULL },
    { "relay.password_env", put_variable, RELAY(password_env), MAX_LINE_BYTES,
      NULL },
    { "relay.auth", put_auth, RELAY(auth), 20, NULL },
    { "relay.proxy", put_proxy, RELAY(proxy), MAX_URL_BYTES, NULL },
    { "relay.ca_file", put_text, RELAY(ca_file), MAX_PATH_BYTES, NULL },
    { "relay.ehlo_name", put_host, RELAY(ehlo_name), MAX_HOST_BYTES, NULL },
    { "send.approvals", put_number, AT(send.approvals), 2, "1" },
    { "send.retry_first", put_duration, AT(send.retry_first), DAY, "15m" },
    { "send.retry_network", put_duration, AT(send.retry_network), DAY, "1m" },
    { "send.deadline", put_duration, AT(send.deadline), 30 * DAY, "2d" },
    { "send.max_refused", put_percent, AT(send.max_refused), 100, "10" },
    { "send.unknown", put_unknown, AT(send.unknown), 20, "ask" },
    { "send.notify", put_notify, AT(send.notify), BD_MAX_ADDRESS_OCTETS,
      NULL },
    { "inbox.url", put_inbox_url, AT(inbox.url), MAX_PATH_BYTES, NULL },
    { "inbox.address", put_return_path, AT(inbox.address),
      BD_MAX_ADDRESS_OCTETS, NULL },
    { "inbox.username", put_text, AT(inbox.username), MAX_LINE_BYTES, NULL },
    { "inbox.password_command", put_text, AT(inbox.password_command),
      MAX_PATH_BYTES, NULL },
    { "inbox.password_file", put_text, AT(inbox.password_file),
      MAX_PATH_BYTES, NULL },
    { "inbox.password_env", put_variable, AT(inbox.password_env),
      MAX_LINE_BYTES, NULL },
    { "inbox.auth", put_auth, AT(inbox.auth), 20, NULL },
    { "inbox.starttls", put_starttls, AT(inbox.starttls), 20, NULL },
    { "inbox.ca_file", put_text, AT(inbox.ca_file), MAX_PATH_BYTES, NULL },
    { "inbox.proxy", put_proxy, AT(inbox.proxy), MAX_URL_BYTES, NULL },
    { "inbox.folder", put_text, AT(inbox.folder), MAX_HOST_BYTES, NULL },
    { "inbox.handled", put_text, AT(inbox.handled), MAX_HOST_BYTES, NULL },
    { "inbox.unreadable", put_text, AT(inbox.unreadable), MAX_HOST_BYTES,
      NULL },
    { "inbox.after", put_after, AT(inbox.after), 20, "move" },
    { "inbox.forward", put_notify, AT(inbox.forward), BD_MAX_ADDRESS_OCTETS,
      NULL },
    { "inbox.poll", put_duration, AT(inbox.poll), DAY, "1m" },
    { "inbox.authserv_id", put_text, AT(inbox.authserv_id), MAX_HOST_BYTES,
      NULL },
    { "inbox.dead_after", put_number, AT(inbox.dead_after), 2, "1" },
    { "inbox.soft_after", put_number, AT(inbox.soft_after), 100, "5" },
    { "inbox.soft_days", put_count, AT(inbox.soft_days), 365, "14" },
    { "inbox.max_bounced", put_permille, AT(inbox.max_bounced), 20, "5" },
    { "inbox.max_complained", put_permille, AT(inbox.max_complained), 20,
      "0.3" },
    { "inbox.pause", put_switch, AT(inbox.pause), 20, "off" },
    { NULL, NULL, 0, 0, NULL },
};
/* clang-format on */

_Static_assert(sizeof config_settings / sizeof *config_settings <
                   MAX_SETTINGS_ALL,
               "list_beside has room for all, and for relays");

const char *bd_config_key(size_t index)
{
    return index < sizeof config_settings / sizeof *config_settings
               ? config_settings[index].key
               : NULL;
}

size_t setting_count(void)
{
    return sizeof config_settings / sizeof *config_settings - 1;
}

const struct setting *setting_find(bd_str key)
{
    for (const struct setting *s = config_settings; s->key; s++)
        if (bd_str_eq(bd_str_from(s->key), key))
            return s;
    return NULL;
}

bool setting_is_number(const struct setting *setting)
{
    return setting->put == put_number || setting->put == put_count ||
           setting->put == put_percent || setting->put == put_duration ||
           setting->put == put_width;
}

bool is_within(bd_str key, bd_str group)
{
    return bd_str_starts(key, group) && key.len > group.len &&
           key.ptr[group.len] == '.';
}

bool setting_is_of_relay(const struct setting *setting)
{
    return is_within(bd_str_from(setting->key), BD_STR("relay"));
}

bool setting_is_group(bd_str key)
{
    for (const struct setting *s = config_settings; s->key; s++)
        if (is_within(bd_str_from(s->key), key))
            return true;
    return false;
}

bd_str setting_shown(struct bd_arena *arena, bd_str key, bd_str relay)
{
    bd_str group = BD_STR("relay");

    if (!bd_str_eq(key, group) && !is_within(key, group))
        return key;
    return bd_arena_printf(arena, "%.*s%.*s", BD_ARG(relay),
                           BD_ARG(bd_str_skip(key, group.len)));
}

static bd_str leaf_of(bd_str key)
{
    size_t dot = bd_str_find_char(key, '.');

    return dot == SIZE_MAX ? key : bd_str_skip(key, dot + 1);
}

/* The one setting of that last name, or nothing: "base_url" is web.base_url. */
static bd_str only_one_called(bd_str leaf)
{
    bd_str found = BD_STR_NONE;

    for (const struct setting *s = config_settings; s->key; s++) {
        if (!bd_str_eq(leaf_of(bd_str_from(s->key)), leaf))
            continue;
        if (found.len > 0)
            return BD_STR_NONE;
        found = bd_str_from(s->key);
    }
    return found;
}

/* What may stand where `unknown` stands: the settings of its group, or the
 * names of the first level. */
static void list_beside(struct bd_arena *arena, bd_str unknown, bd_str relay,
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
        if (inside)
            key = setting_shown(arena, key, relay);
        else
            key = bd_str_sub(key, 0, bd_str_find_char(key, '.'));
        if (bd_str_eq(key, last))
            continue;
        out[count++] = bd_arena_cstr(arena, key);
        if (bd_str_eq(key, BD_STR("relay")))
            out[count++] = "relays";
        last = key;
    }
    out[count] = NULL;
}

const char *setting_hint(struct bd_arena *arena, bd_str unknown, bd_str relay)
{
    const char *beside[MAX_SETTINGS_ALL];
    bd_str meant = BD_STR_NONE;
    struct bd_buf list;
    const char *hint = NULL;

    list_beside(arena, unknown, relay, beside);
    if (!setting_is_group(unknown))
        meant = bd_str_from(
            bd_nearest(setting_shown(arena, unknown, relay), beside));
    if (meant.len == 0)
        meant = setting_shown(arena, only_one_called(leaf_of(unknown)), relay);
    if (meant.len > 0)
        return bd_arena_printf(arena, _("did you mean %.*s?"), BD_ARG(meant))
            .ptr;
    bd_buf_init(&list, 0);
    for (size_t i = 0; beside[i]; i++)
        bd_buf_printf(&list, "%s%s", i ? ", " : "", beside[i]);
    hint = bd_arena_printf(arena, _("known here: %.*s"),
                           BD_ARG(bd_buf_str(&list)))
               .ptr;
    bd_buf_fini(&list);
    return hint;
}

#include "brevduva/config/config.h"

#include <string.h>

#include "config_private.h"

#define SHOWN_KEY_BYTES   60
#define MAX_PATTERN_BYTES 1000

static bd_str relay_key(const struct parse *p)
{
    return p->slot->relay->key;
}

enum bd_status complain(const struct parse *p, const struct origin *origin,
                        bd_str key, const char *what)
{
    bd_str shown = bd_str_cut_utf8(setting_shown(p->arena, key, relay_key(p)),
                                   SHOWN_KEY_BYTES);

    if (origin->override)
        return bd_fail(p->err, BD_EINVAL, "--set %.*s: %s", BD_ARG(shown),
                       what);
    return bd_fail(p->err, BD_EINVAL, "%s:%u:%u: %.*s: %s", p->name,
                   origin->place.line, origin->place.column, BD_ARG(shown),
                   what);
}

static struct origin *origin_of(const struct parse *p, const struct setting *s)
{
    return (setting_is_of_relay(s) ? p->slot->origins : p->origins) +
           (s - config_settings);
}

static void *field_of(struct parse *p, const struct setting *s)
{
    return (setting_is_of_relay(s) ? (char *)p->slot->relay
                                   : (char *)&p->config) +
           s->offset;
}

enum bd_status complain_of(const struct parse *p, const char *key,
                           const char *what)
{
    const struct setting *s = setting_find(bd_str_from(key));
    const struct origin relay = { .place = p->slot->place };
    const struct origin *origin = origin_of(p, s);

    return complain(p, origin->set ? origin : &relay, bd_str_from(key), what);
}

static const char *check_text(struct bd_arena *arena, bd_str text, size_t max)
{
    if (!bd_str_is_utf8(text, NULL))
        return _("the value is not UTF-8");
    if (bd_str_has_control(text))
        return _("the value has a control character in it; remove it");
    if (bd_str_has_line_break(text) || bd_str_find_char(text, '\t') != SIZE_MAX)
        return _("the value must be one line without tabs");
    if (text.len > max)
        return bd_arena_printf(
                   arena, _("the value is too long; at most %zu bytes fit"),
                   max)
            .ptr;
    return NULL;
}

/* An empty value is as if the setting were not there. */
static const char *put(struct parse *p, const struct setting *s, bd_str text)
{
    void *field = field_of(p, s);

    if (text.len == 0)
        text = bd_str_from(s->fallback);
    if (text.len == 0) {
        *(bd_str *)field = BD_STR_NONE;
        return NULL;
    }
    return s->put(p->arena, s, text, field);
}

static enum bd_status take(struct parse *p, const struct setting *s,
                           bd_str text, struct origin origin)
{
    bd_str value = bd_str_trim(text);
    size_t max = setting_is_number(s) ? SIZE_MAX : (size_t)s->max;
    const char *complaint = check_text(p->arena, value, max);

    if (!complaint)
        complaint = put(p, s, value);
    if (complaint)
        return complain(p, &origin, bd_str_from(s->key), complaint);
    origin.set = true;
    *origin_of(p, s) = origin;
    return BD_OK;
}

void put_fallbacks(struct parse *p, bool of_relay)
{
    for (const struct setting *s = config_settings; s->key; s++)
        if (setting_is_of_relay(s) == of_relay)
            (void)put(p, s, BD_STR_NONE);
}

/* A row of relay.domains. */
static enum bd_status take_domains(struct parse *p, bd_str patterns,
                                   bd_str limit, const struct origin *origin)
{
    const struct setting *s = setting_find(BD_STR("relay.domains"));
    bd_str key = bd_str_trim(patterns);
    bd_str value = bd_str_trim(limit);
    const char *complaint = check_text(p->arena, key, MAX_PATTERN_BYTES);

    if (!complaint)
        complaint = check_text(p->arena, value, (size_t)s->max);
    if (!complaint)
        complaint = domains_add(p->arena, field_of(p, s), key, value);
    if (complaint)
        return complain(p, origin, bd_str_from(s->key), complaint);
    return BD_OK;
}

static enum bd_status read_domains(struct parse *p, const struct setting *s,
                                   const struct bd_yaml *node)
{
    *origin_of(p, s) = (struct origin) { .set = true,
                                         .place = node->key_place };
    for (const struct bd_yaml *m = node->first; m; m = m->next) {
        const struct origin origin = { .place = m->key_place };
        enum bd_status rc = BD_OK;

        if (m->kind != BD_YAML_SCALAR)
            return complain(p, &origin, bd_str_from(s->key),
                            _("write the limit behind the colon, as 20/min"));
        rc = take_domains(p, m->key, m->text, &origin);
        if (rc != BD_OK)
            return rc;
    }
    return BD_OK;
}

/* "Text: address" on each line, or a list of texts. */
static enum bd_status read_links(struct parse *p, const struct setting *s,
                                 const struct bd_yaml *node)
{
    *origin_of(p, s) = (struct origin) { .set = true,
                                         .place = node->key_place };
    for (const struct bd_yaml *m = node->first; m; m = m->next) {
        bool named = node->kind == BD_YAML_MAPPING;
        const struct origin origin = { .place = named ? m->key_place
                                                      : m->place };
        bd_str text = bd_str_trim(named ? m->key : m->text);
        bd_str url = named ? bd_str_trim(m->text) : BD_STR_NONE;
        const char *complaint = check_text(p->arena, text, SIZE_MAX);

        if (m->kind != BD_YAML_SCALAR)
            complaint = put_links(p->arena, s, BD_STR_NONE, field_of(p, s));
        if (!complaint)
            complaint = check_text(p->arena, url, (size_t)s->max);
        if (!complaint)
            complaint = links_add(p->arena, field_of(p, s), text, url);
        if (complaint)
            return complain(p, &origin, bd_str_from(s->key), complaint);
    }
    return BD_OK;
}

static bool may_have_rows(const struct setting *s, const struct bd_yaml *node)
{
    if (s->put == put_domains)
        return node->kind == BD_YAML_MAPPING;
    return s->put == put_links && node->kind != BD_YAML_SCALAR;
}

/* People expect this key; its value must never be read, let alone shown. */
static bool is_password(bd_str key)
{
    return bd_str_eq_nocase(key, BD_STR("password")) ||
           bd_str_eq_nocase(key, BD_STR("relay.password")) ||
           bd_str_eq_nocase(key, BD_STR("inbox.password"));
}

static enum bd_status refuse_unknown(const struct parse *p,
                                     const struct origin *origin, bd_str key)
{
    bd_str group = is_within(key, BD_STR("inbox")) ? BD_STR("inbox")
                                                   : relay_key(p);
    const char *what = NULL;

    if (is_password(key))
        what = bd_arena_printf(p->arena,
                               _("a password is never written here; use "
                                 "%.*s.password_command, %.*s.password_file or "
                                 "%.*s.password_env"),
                               BD_ARG(group), BD_ARG(group), BD_ARG(group))
                   .ptr;
    else
        what = bd_arena_printf(p->arena, _("there is no such setting; %s"),
                               setting_hint(p->arena, key, relay_key(p)))
                   .ptr;
    return complain(p, origin, key, what);
}

static enum bd_status read_setting(struct parse *p, const struct setting *s,
                                   const struct bd_yaml *node)
{
    const struct origin *before = origin_of(p, s);
    struct origin origin = { .place = node->key_place };

    if (node->kind != BD_YAML_SCALAR && !may_have_rows(s, node))
        return complain(p, &origin, bd_str_from(s->key),
                        _("this setting has one value, no list and no "
                          "settings of its own; write it behind the colon"));
    if (before->set) /* "relay.url:" beside "relay:" with "url:" in it */
        return complain(
            p, &origin, bd_str_from(s->key),
            bd_arena_printf(p->arena,
                            _("the setting stands twice, first in line %u; "
                              "remove one of them"),
                            before->place.line)
                .ptr);
    if (node->kind != BD_YAML_SCALAR)
        return s->put == put_links ? read_links(p, s, node)
                                   : read_domains(p, s, node);
    origin.place = node->place;
    return take(p, s, node->text, origin);
}

static enum bd_status read_member(struct parse *p, const struct bd_yaml *node,
                                  bd_str key)
{
    const struct origin origin = { .place = node->key_place };
    const struct setting *s = setting_find(key);

    if (s)
        return read_setting(p, s, node);
    if (bd_str_eq(key, BD_STR("relays")))
        return read_relays(p, node);
    if (!setting_is_group(key))
        return refuse_unknown(p, &origin, key);
    if (node->kind == BD_YAML_MAPPING)
        return read_group(p, node, key);
    if (node->kind == BD_YAML_SCALAR && !node->quoted && node->text.len == 0)
        return BD_OK; /* all its settings are commented out */
    return complain(p, &origin, key,
                    _("this is a group; write its settings on the lines "
                      "below, indented by two spaces"));
}

enum bd_status read_group(struct parse *p, const struct bd_yaml *mapping,
                          bd_str group)
{
    for (const struct bd_yaml *m = mapping->first; m; m = m->next) {
        bd_str key = m->key;
        enum bd_status rc = BD_OK;

        if (group.len > 0)
            key = bd_arena_printf(p->arena, "%.*s.%.*s", BD_ARG(group),
                                  BD_ARG(m->key));
        rc = read_member(p, m, key);
        if (rc != BD_OK)
            return rc;
    }
    return BD_OK;
}

static enum bd_status read_override(struct parse *p, bd_str argument)
{
    static const char domains[] = "relay.domains.";
    const struct origin origin = { .override = true };
    bd_str value = argument;
    bd_str key = bd_str_trim(bd_str_cut(&value, '='));
    const struct setting *s = NULL;
    enum bd_status rc = BD_OK;

    if (!value.ptr || key.len == 0) /* not shown: who knows what it is */
        return bd_fail(p->err, BD_EINVAL,
                       _("--set: give it as KEY=VALUE, as in "
                         "relay.url=maildir:outbox"));
    rc = aim_override(p, &key);
    if (rc != BD_OK)
        return rc;
    value = bd_arena_copy(p->arena, value);
    s = setting_find(key);
    if (bd_str_eq(key, BD_STR("send.approvals")))
        return complain(p, &origin, key,
                        bd_arena_printf(p->arena,
                                        _("this can only be changed in %s, so "
                                          "that who sends cannot leave the "
                                          "second person out by an option"),
                                        p->name)
                            .ptr);
    if (s)
        return take(p, s, value, origin);
    if (bd_str_starts(key, BD_STR(domains)))
        return take_domains(
            p, bd_arena_copy(p->arena, bd_str_skip(key, strlen(domains))),
            value, &origin);
    return refuse_unknown(p, &origin, key);
}

/* Where mails to the coordinator go; "off" is nowhere. */
static void default_to_sender(const struct bd_config *config, bd_str *address)
{
    if (bd_str_eq(*address, BD_STR("off")))
        *address = BD_STR_NONE;
    else if (address->len == 0)
        *address = config->from.reply_to.len > 0 ? config->from.reply_to
                                                 : config->from.email;
}

static void fill_defaults(struct bd_config *config)
{
    default_to_sender(config, &config->send.notify);
    default_to_sender(config, &config->web.contact);
    default_to_sender(config, &config->inbox.forward);
}

static enum bd_status check_tls(const struct parse *p)
{
    bool cert = p->config.web.tls_cert.len > 0;
    bool key = p->config.web.tls_key.len > 0;

    if (cert && !key)
        return complain_of(p, "web.tls_cert",
                           _("the certificate needs its key; give the file "
                             "with it as web.tls_key"));
    if (key && !cert)
        return complain_of(p, "web.tls_key",
                           _("the key needs its certificate; give the file "
                             "with it as web.tls_cert"));
    return BD_OK;
}

static enum bd_status check_images(const struct parse *p)
{
    if (p->config.images == BD_IMAGES_EMBED || p->config.web.base_url.len > 0)
        return BD_OK;
    return complain_of(p, "images",
                       _("pictures can only be served where the readers' pages "
                         "are; set web.base_url, or write embed"));
}

static void parse_init(struct parse *p, struct bd_arena *arena)
{
    p->arena = arena;
    p->origins = BD_NEW_ARRAY(arena, setting_count(), struct origin);
    p->single = slot_new(p, BD_NEW(arena, struct bd_config_relay),
                         BD_STR("relay"));
    p->slot = &p->single;
    put_fallbacks(p, false);
}

enum bd_status bd_config_parse(struct bd_arena *arena, const char *name,
                               bd_str text, const bd_str *overrides,
                               size_t override_count, struct bd_config *out,
                               struct bd_err *err)
{
    struct parse p = { .name = name, .err = err };
    struct bd_yaml *root = NULL;
    enum bd_status rc = bd_yaml_parse(arena, name, 1, text, &root, err);

    if (rc != BD_OK)
        return rc;
    parse_init(&p, arena);
    rc = read_group(&p, root, BD_STR_NONE);
    if (rc == BD_OK)
        rc = choose_relays(&p, overrides, override_count);
    for (size_t i = 0; rc == BD_OK && i < override_count; i++)
        rc = read_override(&p, overrides[i]);
    if (rc == BD_OK)
        rc = finish_relays(&p);
    if (rc == BD_OK)
        rc = check_tls(&p);
    if (rc == BD_OK)
        rc = check_images(&p);
    if (rc == BD_OK)
        rc = finish_inbox(&p);
    if (rc != BD_OK)
        return rc;
    fill_defaults(&p.config);
    *out = p.config;
    return BD_OK;
}

#include "brevduva/config/config.h"

#include "brevduva/base/yaml.h"
#include "config_private.h"

#define SHOWN_KEY_BYTES 60

struct origin {
    bool set;
    bool override;         /* by --set; else in the file, at place */
    struct bd_place place; /* of the value */
};

struct parse {
    struct bd_arena *arena;
    const char *name;
    struct origin *origins; /* beside config_settings */
    struct bd_config config;
    struct bd_err *err;
};

/* "NAME:LINE:COLUMN: KEY: what" or "--set KEY: what". */
static enum bd_status complain(const struct parse *p,
                               const struct origin *origin, bd_str key,
                               const char *what)
{
    bd_str shown = bd_str_cut_utf8(key, SHOWN_KEY_BYTES);

    if (origin->override)
        return bd_fail(p->err, BD_EINVAL, "--set %.*s: %s", BD_ARG(shown),
                       what);
    return bd_fail(p->err, BD_EINVAL, "%s:%u:%u: %.*s: %s", p->name,
                   origin->place.line, origin->place.column, BD_ARG(shown),
                   what);
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
    void *field = (char *)&p->config + s->offset;

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
    size_t max = s->put == put_number ? SIZE_MAX : (size_t)s->max;
    const char *complaint = check_text(p->arena, value, max);

    if (!complaint)
        complaint = put(p, s, value);
    if (complaint)
        return complain(p, &origin, bd_str_from(s->key), complaint);
    origin.set = true;
    p->origins[s - config_settings] = origin;
    return BD_OK;
}

/* People expect this key; its value must never be read, let alone shown. */
static bool is_password(bd_str key)
{
    return bd_str_eq_nocase(key, BD_STR("password")) ||
           bd_str_eq_nocase(key, BD_STR("relay.password"));
}

static enum bd_status refuse_unknown(const struct parse *p,
                                     const struct origin *origin, bd_str key)
{
    const char *what = NULL;

    if (is_password(key))
        what = _("a password is never written here; use "
                 "relay.password_command, relay.password_file or "
                 "relay.password_env");
    else
        what = bd_arena_printf(p->arena, _("there is no such setting; %s"),
                               setting_hint(p->arena, key))
                   .ptr;
    return complain(p, origin, key, what);
}

static enum bd_status read_setting(struct parse *p, const struct setting *s,
                                   const struct bd_yaml *node)
{
    const struct origin *before = &p->origins[s - config_settings];
    struct origin origin = { .place = node->key_place };

    if (node->kind != BD_YAML_SCALAR)
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
    origin.place = node->place;
    return take(p, s, node->text, origin);
}

static enum bd_status read_group(struct parse *p, const struct bd_yaml *mapping,
                                 bd_str group);

static enum bd_status read_member(struct parse *p, const struct bd_yaml *node,
                                  bd_str key)
{
    const struct origin origin = { .place = node->key_place };
    const struct setting *s = setting_find(key);

    if (s)
        return read_setting(p, s, node);
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

static enum bd_status read_group(struct parse *p, const struct bd_yaml *mapping,
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
    const struct origin origin = { .override = true };
    bd_str value = argument;
    bd_str key = bd_str_trim(bd_str_cut(&value, '='));
    const struct setting *s = setting_find(key);

    if (!value.ptr || key.len == 0) /* not shown: who knows what it is */
        return bd_fail(p->err, BD_EINVAL,
                       _("--set: give it as KEY=VALUE, as in "
                         "relay.url=maildir:outbox"));
    if (s)
        return take(p, s, bd_arena_copy(p->arena, value), origin);
    return refuse_unknown(p, &origin, key);
}

static bool is_loopback(bd_str host)
{
    bool number = true;

    for (size_t i = 0; i < host.len; i++)
        number = number && (host.ptr[i] == '.' ||
                            (host.ptr[i] >= '0' && host.ptr[i] <= '9'));
    return bd_str_eq_nocase(host, BD_STR("localhost")) ||
           bd_str_eq(host, BD_STR("::1")) ||
           (number && bd_str_starts(host, BD_STR("127.")));
}

static void fill_defaults(struct bd_config *config)
{
    bd_str domain = config->from.email;

    (void)bd_str_cut(&domain, '@');
    if (config->relay.ehlo_name.len == 0)
        config->relay.ehlo_name = domain;
    if (config->relay.starttls.len == 0)
        config->relay.starttls = is_loopback(relay_host(config->relay.url))
                                     ? BD_STR("off")
                                     : BD_STR("required");
}

static enum bd_status complain_of(const struct parse *p, const char *key,
                                  const char *what)
{
    const struct setting *s = setting_find(bd_str_from(key));

    return complain(p, &p->origins[s - config_settings], bd_str_from(key),
                    what);
}

/* A user name and one source of its password, or neither. */
static enum bd_status check_login(const struct parse *p)
{
    const struct bd_config *c = &p->config;
    const struct {
        const char *key;
        bd_str value;
    } sources[] = {
        { "relay.password_command", c->relay.password_command },
        { "relay.password_file", c->relay.password_file },
        { "relay.password_env", c->relay.password_env },
    };
    const char *source = NULL;

    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if (sources[i].value.len == 0)
            continue;
        if (source)
            return complain_of(p, sources[i].key,
                               _("the password has another source already; "
                                 "keep one of relay.password_command, "
                                 "relay.password_file and "
                                 "relay.password_env"));
        source = sources[i].key;
    }
    if (source && c->relay.username.len == 0)
        return complain_of(p, source,
                           _("a password needs a user name; set "
                             "relay.username too"));
    if (!source && c->relay.username.len > 0)
        return complain_of(p, "relay.username",
                           _("a user name needs a password; set "
                             "relay.password_command, relay.password_file or "
                             "relay.password_env too"));
    return BD_OK;
}

enum bd_status bd_config_parse(struct bd_arena *arena, const char *name,
                               bd_str text, const bd_str *overrides,
                               size_t override_count, struct bd_config *out,
                               struct bd_err *err)
{
    struct parse p = { .arena = arena, .name = name, .err = err };
    struct bd_yaml *root = NULL;
    enum bd_status rc = bd_yaml_parse(arena, name, 1, text, &root, err);
    size_t count = 0;

    if (rc != BD_OK)
        return rc;
    for (const struct setting *s = config_settings; s->key; s++, count++)
        (void)put(&p, s, BD_STR_NONE);
    p.origins = BD_NEW_ARRAY(arena, count, struct origin);
    rc = read_group(&p, root, BD_STR_NONE);
    for (size_t i = 0; rc == BD_OK && i < override_count; i++)
        rc = read_override(&p, overrides[i]);
    if (rc == BD_OK)
        rc = check_login(&p);
    if (rc != BD_OK)
        return rc;
    fill_defaults(&p.config);
    *out = p.config;
    return BD_OK;
}

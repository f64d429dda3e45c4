/* One relay or several: the list, and what must hold for each and for all. */
#include <string.h>

#include "config_private.h"

struct slot slot_new(struct parse *p, struct bd_config_relay *relay, bd_str key)
{
    struct slot slot = {
        .relay = relay,
        .origins = BD_NEW_ARRAY(p->arena, setting_count(), struct origin),
    };

    relay->key = key;
    p->slot = &slot;
    put_fallbacks(p, true);
    p->slot = NULL;
    return slot;
}

static enum bd_status read_relay(struct parse *p, const struct bd_yaml *node)
{
    const struct origin origin = { .place = node->place };

    p->slot->place = node->place;
    if (node->kind != BD_YAML_MAPPING)
        return complain(p, &origin, BD_STR("relay"),
                        _("write the settings of the relay behind the dash "
                          "and below, as \"- url: smtps://mail.example\""));
    return read_group(p, node, BD_STR("relay"));
}

enum bd_status read_relays(struct parse *p, const struct bd_yaml *node)
{
    const struct origin origin = { .place = node->key_place };
    struct bd_config_relay *relays = NULL;
    enum bd_status rc = BD_OK;

    if (node->kind == BD_YAML_SCALAR && !node->quoted && node->text.len == 0)
        return BD_OK; /* all are commented out */
    if (node->kind != BD_YAML_SEQUENCE)
        return complain(p, &origin, BD_STR("relays"),
                        _("this is a list; begin each relay with a dash on a "
                          "line below, as \"- url: smtps://mail.example\""));
    p->list_place = node->key_place;
    relays = BD_NEW_ARRAY(p->arena, RELAYS_MAX, struct bd_config_relay);
    for (const struct bd_yaml *m = node->first; m && rc == BD_OK; m = m->next) {
        size_t i = p->listed_count;

        if (i == RELAYS_MAX)
            return complain(p, &origin, BD_STR("relays"),
                            bd_arena_printf(p->arena,
                                            _("at most %d relays can be "
                                              "listed"),
                                            RELAYS_MAX)
                                .ptr);
        p->listed[i] = slot_new(p, &relays[i],
                                bd_arena_printf(p->arena, "relays.%zu", i + 1));
        p->listed_count++;
        p->slot = &p->listed[i];
        rc = read_relay(p, m);
    }
    p->slot = &p->single;
    return rc;
}

/* The first setting below relay:, or NULL. */
static const struct origin *first_of_single(const struct parse *p)
{
    for (size_t i = 0; i < setting_count(); i++)
        if (p->single.origins[i].set)
            return &p->single.origins[i];
    return NULL;
}

static bool is_among(const bd_str *overrides, size_t count, bd_str key)
{
    for (size_t i = 0; i < count; i++) {
        bd_str rest = overrides[i];

        if (bd_str_eq(bd_str_trim(bd_str_cut(&rest, '=')), key) && rest.ptr)
            return true;
    }
    return false;
}

enum bd_status choose_relays(struct parse *p, const bd_str *overrides,
                             size_t count)
{
    const struct origin list = { .place = p->list_place };
    const struct origin *single = first_of_single(p);

    if (p->listed_count > 0 && single)
        return complain(p, &list, BD_STR("relays"),
                        bd_arena_printf(p->arena,
                                        _("there is a relay in line %u as "
                                          "well; keep relay for one, or "
                                          "relays for several"),
                                        single->place.line)
                            .ptr);
    if (is_among(overrides, count, BD_STR("relay.url")))
        p->listed_count = 0;
    return BD_OK;
}

/* "relays.2.url": which, and "relay.url". */
static enum bd_status aim_at_listed(struct parse *p, bd_str *key)
{
    const struct origin origin = { .override = true };
    bd_str leaf = *key;
    uint64_t number = 0;

    (void)bd_str_cut(&leaf, '.'); /* relays */
    if (p->listed_count == 0)
        return complain(p, &origin, *key,
                        _("no relays are listed; with one relay it is called "
                          "as in relay.url"));
    if (!bd_str_to_u64(bd_str_cut(&leaf, '.'), &number) || number < 1 ||
        number > p->listed_count || leaf.len == 0)
        return complain(p, &origin, *key,
                        bd_arena_printf(p->arena,
                                        _("say which relay and what of it, "
                                          "as in relays.1.url; the last is "
                                          "relays.%zu"),
                                        p->listed_count)
                            .ptr);
    p->slot = &p->listed[number - 1];
    *key = bd_arena_printf(p->arena, "relay.%.*s", BD_ARG(leaf));
    return BD_OK;
}

enum bd_status aim_override(struct parse *p, bd_str *key)
{
    const struct origin origin = { .override = true };

    p->slot = &p->single;
    if (bd_str_eq(*key, BD_STR("relays")) || is_within(*key, BD_STR("relays")))
        return aim_at_listed(p, key);
    if (p->listed_count == 0 || !is_within(*key, BD_STR("relay")))
        return BD_OK;
    return complain(p, &origin, *key,
                    _("there are several relays; say which, as in "
                      "relays.1.sessions, or put one in the place of all with "
                      "relay.url"));
}

static bool is_maildir(bd_str url)
{
    return bd_str_starts(url, BD_STR("maildir:"));
}

/* The ledger tells relays apart by their URLs, people by their names. */
static enum bd_status check_against(const struct parse *p,
                                    const struct bd_config_relay *other)
{
    const struct bd_config_relay *r = p->slot->relay;

    if (is_maildir(r->url) != is_maildir(other->url))
        return complain_of(p, "relay.url",
                           _("a folder and a server cannot stand side by "
                             "side: copies would stay in the folder; remove "
                             "one of them"));
    if (bd_str_eq_nocase(r->url, other->url))
        return complain_of(p, "relay.url",
                           bd_arena_printf(p->arena,
                                           _("this is the relay of %.*s too; "
                                             "remove one of them, and raise "
                                             "the sessions of the other"),
                                           BD_ARG(other->key))
                               .ptr);
    if (r->name.len > 0 && bd_str_eq(r->name, other->name))
        return complain_of(p, "relay.name",
                           bd_arena_printf(p->arena,
                                           _("%.*s has the same name; change "
                                             "one of them"),
                                           BD_ARG(other->key))
                               .ptr);
    return BD_OK;
}

bool is_loopback(bd_str host)
{
    bool number = true;

    for (size_t i = 0; i < host.len; i++)
        number = number && (host.ptr[i] == '.' ||
                            (host.ptr[i] >= '0' && host.ptr[i] <= '9'));
    return bd_str_eq_nocase(host, BD_STR("localhost")) ||
           bd_str_eq(host, BD_STR("::1")) ||
           (number && bd_str_starts(host, BD_STR("127.")));
}

static void fill_relay(struct bd_config_relay *relay, bd_str email)
{
    (void)bd_str_cut(&email, '@');
    if (relay->url.len == 0)
        relay->url = BD_STR("maildir:outbox");
    if (relay->ehlo_name.len == 0)
        relay->ehlo_name = email; /* its domain */
    if (relay->starttls.len == 0)
        relay->starttls = is_loopback(server_host(relay->url))
                              ? BD_STR("off")
                              : BD_STR("required");
}

enum bd_status finish_relays(struct parse *p)
{
    bool several = p->listed_count > 0;
    struct slot *slots = several ? p->listed : &p->single;
    size_t count = several ? p->listed_count : 1;
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < count && rc == BD_OK; i++) {
        struct bd_config_relay *relay = slots[i].relay;

        p->slot = &slots[i];
        if (several && relay->url.len == 0)
            return complain_of(p, "relay.url",
                               _("this relay has no url; give it as "
                                 "smtps://mail.example"));
        rc = check_login(
            p, &(struct login) { "relay", relay->username,
                                 relay->password_command, relay->password_file,
                                 relay->password_env, relay->auth });
        for (size_t j = 0; j < i && rc == BD_OK; j++)
            rc = check_against(p, slots[j].relay);
        fill_relay(relay, p->config.from.email);
    }
    p->config.relays = slots[0].relay;
    p->config.relay_count = count;
    return rc;
}

/* The table of settings, how their values are taken, and the parsing. */
#ifndef CONFIG_PRIVATE_H
#define CONFIG_PRIVATE_H

#include "brevduva/base/yaml.h"
#include "brevduva/config/config.h"

#define RELAYS_MAX 16

struct setting;

/*
 * Check a value and put it in its field. `text` is UTF-8 without control
 * characters, spaces at the ends or more than the setting's limit of octets;
 * it is not empty and lives as long as the config.
 *
 * returns  NULL, or "what; what to do" without the value, translated
 */
typedef const char *(*setting_fn)(struct bd_arena *arena,
                                  const struct setting *setting, bd_str text,
                                  void *field);

struct setting {
    const char *key; /* "relay.url"; a dot at most */
    setting_fn put;
    size_t offset;        /* of the field in struct bd_config; in struct
                           * bd_config_relay when it is one of a relay */
    int64_t max;          /* octets of a text, largest number, or seconds */
    const char *fallback; /* taken when the setting is missing or empty */
};

/* settings.c: ends with a NULL key; the settings of a group stand together. */
extern const struct setting config_settings[];

size_t setting_count(void);
/* NULL if there is none of that name. */
const struct setting *setting_find(bd_str key);
/* Its `max` is not octets. */
bool setting_is_number(const struct setting *setting);
bool setting_is_of_relay(const struct setting *setting);
/* Settings begin with `key` and a dot. */
bool setting_is_group(bd_str key);
/* What an unknown key was meant to be, or which ones there are: "did you mean
 * relay.url?". Translated, in the arena. `relay`: as in setting_shown. */
const char *setting_hint(struct bd_arena *arena, bd_str unknown, bd_str relay);
/* A key as the user wrote it: with `relay` "relays.2", relay.url is
 * relays.2.url. */
bd_str setting_shown(struct bd_arena *arena, bd_str key, bd_str relay);
/* `key` is the group's name, a dot and more. */
bool is_within(bd_str key, bd_str group);

/* config.c: where a value came from */
struct origin {
    bool set;
    bool override;         /* by --set; else in the file, at place */
    struct bd_place place; /* of the value */
};

/* A relay being filled in. */
struct slot {
    struct bd_config_relay *relay;
    struct origin *origins; /* beside config_settings */
    struct bd_place place;  /* of its "- " in the list */
};

struct parse {
    struct bd_arena *arena;
    const char *name;
    struct origin *origins; /* beside config_settings */
    struct bd_config config;
    struct slot single;             /* relay: */
    struct slot listed[RELAYS_MAX]; /* relays: */
    size_t listed_count;
    struct bd_place list_place;
    struct slot *slot; /* the one that "relay." means now */
    struct bd_err *err;
};

/* "NAME:LINE:COLUMN: KEY: what" or "--set KEY: what". */
enum bd_status complain(const struct parse *p, const struct origin *origin,
                        bd_str key, const char *what);
/* Of a value that was taken, or, without one, of the relay at hand. */
enum bd_status complain_of(const struct parse *p, const char *key,
                           const char *what);
/* Put every setting's fallback: those of the relay at hand, or all others. */
void put_fallbacks(struct parse *p, bool of_relay);
enum bd_status read_group(struct parse *p, const struct bd_yaml *mapping,
                          bd_str group);

/* relays.c */
/* A relay with nothing but its fallbacks, which becomes the one at hand;
 * `key` is kept. */
struct slot slot_new(struct parse *p, struct bd_config_relay *relay,
                     bd_str key);
/* The list behind `relays:`. */
enum bd_status read_relays(struct parse *p, const struct bd_yaml *node);
/* When the file is read: relay: or relays:, not both. With relay.url among
 * the overrides the list is forgotten. */
enum bd_status choose_relays(struct parse *p, const bd_str *overrides,
                             size_t count);
/* Which relay `--set *KEY` means: sets p->slot, and *key to "relay.…". */
enum bd_status aim_override(struct parse *p, bd_str *key);
/* Check each relay and all together; fill in their defaults and the config's
 * relays. */
enum bd_status finish_relays(struct parse *p);

/* login.c */
struct login {
    const char *group; /* of its settings: "relay" */
    bd_str username, password_command, password_file, password_env, auth;
};
/* A user name and one source of its password, or neither. */
enum bd_status check_login(const struct parse *p, const struct login *login);

/* inbox.c */
/* Check its settings together, and fill in their defaults. */
enum bd_status finish_inbox(struct parse *p);

/* values.c */
/* All of `text` is ASCII letters, digits or one of `more`. */
bool is_made_of(bd_str text, const char *more);

#define PUT(name)                                                              \
    const char *name(struct bd_arena *arena, const struct setting *setting,    \
                     bd_str text, void *field)

PUT(put_text);
PUT(put_number); /* from 1 */
PUT(put_count);  /* from 0 */
PUT(put_percent);
PUT(put_duration);
PUT(put_language);
PUT(put_time_zone);
PUT(put_starttls);
PUT(put_auth);
PUT(put_chunking);
PUT(put_unknown);
PUT(put_archive);
PUT(put_images);
PUT(put_switch);
PUT(put_after);
PUT(put_permille); /* "0.3": percent with one decimal */
PUT(put_variable);

/* rates.c */
PUT(put_rates);
PUT(put_warm_up);
PUT(put_domains); /* "none", or a complaint: it is a mapping */
/* A row of them; one with the same patterns is replaced. */
const char *domains_add(struct bd_arena *arena, struct bd_config_domains *to,
                        bd_str patterns, bd_str limit);

/* look.c */
PUT(put_theme);
PUT(put_colour);
PUT(put_font);
PUT(put_width); /* 0, or from 400 */
PUT(put_links); /* "none", or a complaint: it is a mapping or a list */
const char *links_add(struct bd_arena *arena, struct bd_config_links *to,
                      bd_str text, bd_str url);

/* urls.c */
PUT(put_email);
PUT(put_notify); /* an address, or off */
PUT(put_website);
PUT(put_base_url);
PUT(put_relay_url);
PUT(put_proxy);
PUT(put_host);
PUT(put_listen);
PUT(put_networks);
PUT(put_inbox_url);
PUT(put_return_path); /* an address with one asterisk before the @ */
/* A host and port of a URL of these two schemes, or a complaint. */
const char *complain_of_server(bd_str url, const char *one, const char *two,
                               const char *what);
/* The host of a checked URL of a server; empty for a folder. */
bd_str server_host(bd_str url);

/* relays.c */
bool is_loopback(bd_str host);

/*
 * Run `command` with /bin/sh in `folder` and take what it prints, at most
 * BD_MAX_SECRET_BYTES. Its standard input is empty, its messages go where
 * ours go.
 *
 * returns  BD_OK; BD_EIO (cannot run, exit status not 0, too slow),
 *          BD_ELIMIT; no message holds anything that it printed
 */
enum bd_status run_command(struct bd_arena *arena, const char *command,
                           const char *folder, int64_t timeout_ms, bd_str *out,
                           struct bd_err *err) BD_MUST_USE;

#endif

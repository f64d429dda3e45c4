/* The table of settings and how their values are taken. */
#ifndef CONFIG_PRIVATE_H
#define CONFIG_PRIVATE_H

#include "brevduva/config/config.h"

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
    size_t offset;        /* of the field in struct bd_config */
    int64_t max;          /* octets of a text, or largest number */
    const char *fallback; /* taken when the setting is missing or empty */
};

/* Ends with a NULL key; the settings of a group stand together. */
extern const struct setting config_settings[];

/* NULL if there is none of that name. */
const struct setting *setting_find(bd_str key);
/* Settings begin with `key` and a dot. */
bool setting_is_group(bd_str key);
/* What an unknown key was meant to be, or which ones there are: "did you mean
 * relay.url?". Translated, in the arena. */
const char *setting_hint(struct bd_arena *arena, bd_str unknown);

/* All of `text` is ASCII letters, digits or one of `more`. */
bool is_made_of(bd_str text, const char *more);

const char *put_text(struct bd_arena *arena, const struct setting *setting,
                     bd_str text, void *field);
const char *put_number(struct bd_arena *arena, const struct setting *setting,
                       bd_str text, void *field);
const char *put_language(struct bd_arena *arena, const struct setting *setting,
                         bd_str text, void *field);
const char *put_time_zone(struct bd_arena *arena, const struct setting *setting,
                          bd_str text, void *field);
const char *put_email(struct bd_arena *arena, const struct setting *setting,
                      bd_str text, void *field);
const char *put_website(struct bd_arena *arena, const struct setting *setting,
                        bd_str text, void *field);
const char *put_base_url(struct bd_arena *arena, const struct setting *setting,
                         bd_str text, void *field);
const char *put_relay_url(struct bd_arena *arena, const struct setting *setting,
                          bd_str text, void *field);
const char *put_starttls(struct bd_arena *arena, const struct setting *setting,
                         bd_str text, void *field);
const char *put_host(struct bd_arena *arena, const struct setting *setting,
                     bd_str text, void *field);
const char *put_variable(struct bd_arena *arena, const struct setting *setting,
                         bd_str text, void *field);

/* The host of a checked relay URL; empty for a maildir. */
bd_str relay_host(bd_str url);

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

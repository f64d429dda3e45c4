/*
 * brevduva.yaml as a struct. Only cli includes this; it fills each layer's
 * own options from it.
 */
#ifndef BREVDUVA_CONFIG_CONFIG_H
#define BREVDUVA_CONFIG_CONFIG_H

#include "brevduva/base/arena.h"
#include "brevduva/base/i18n.h"
#include "brevduva/base/status.h"

/* Texts that are not set are empty; see docs/settings.md. */
struct bd_config {
    bd_str name;           /* name: the newsletter's */
    enum bd_lang language; /* language */
    bd_str time_zone;      /* time_zone: "Europe/Stockholm"; "": system's */
    struct {
        bd_str name, email, reply_to;
    } from;
    struct {
        bd_str name, postal_address, email, phone, website;
    } organisation;
    struct {
        bd_str base_url; /* without a slash at the end */
    } web;
    struct {
        bd_str url;       /* default "maildir:outbox" */
        int64_t sessions; /* 1..100, default 1 */
        bd_str starttls;  /* "required", "off"; default: required unless the
                             relay is on this machine */
        bd_str username;
        bd_str password_command, password_file, password_env;
        bd_str ca_file;
        bd_str ehlo_name; /* default: the domain of from.email, which may be
                             an IDN in its readable form */
    } relay;
};

/*
 * Parse and validate. Every value is checked here (addresses and URLs by
 * form), so that the rest of the program can rely on them.
 *
 * name       for messages: "brevduva.yaml"
 * text       borrowed for as long as the config is used
 * overrides  `--set` arguments, "relay.url=smtp://…", applied last
 * returns    BD_OK; BD_EPARSE or BD_EINVAL "NAME:LINE:COLUMN: what; what to
 *            do" (for overrides "--set KEY: …"); unknown keys name the
 *            nearest known one
 */
enum bd_status bd_config_parse(struct bd_arena *arena, const char *name,
                               bd_str text, const bd_str *overrides,
                               size_t override_count, struct bd_config *out,
                               struct bd_err *err) BD_MUST_USE;

/* The names of all settings, "relay.url", from 0; NULL past the last. */
const char *bd_config_key(size_t index);

/*
 * The relay's password: from the command's first output line, the file's
 * first line, or the environment variable, whichever is set. Empty when none
 * is. The value never appears in an error.
 *
 * folder   the newsletter folder: relative file names and the command's
 *          working directory
 */
enum bd_status bd_config_relay_password(struct bd_arena *arena,
                                        const struct bd_config *config,
                                        const char *folder, bd_str *out,
                                        struct bd_err *err) BD_MUST_USE;

#endif

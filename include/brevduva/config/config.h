/*
 * brevduva.yaml as a struct. Only cli includes this; it fills each layer's
 * own options from it.
 */
#ifndef BREVDUVA_CONFIG_CONFIG_H
#define BREVDUVA_CONFIG_CONFIG_H

#include "brevduva/base/arena.h"
#include "brevduva/base/i18n.h"
#include "brevduva/base/status.h"

#define BD_CONFIG_RATES_MAX 4

/* "14/s, 50000/day": no more than `count` in `period_ms`. */
struct bd_config_rates {
    struct {
        int64_t count;     /* 1 or more */
        int64_t period_ms; /* 1000, 60000, 3600000, 86400000; each once */
    } rate[BD_CONFIG_RATES_MAX];
    size_t count; /* 0: no limit */
};

/* "*.outlook.com, hotmail.com: 20/min": a limit that these domains share. */
struct bd_config_domain_limit {
    bd_str patterns; /* names, some behind "*."; between commas; may be IDN */
    struct bd_config_rates rates;
};

struct bd_config_domains {
    struct bd_config_domain_limit *limit;
    size_t count;
};

/* Texts, each with an address that it leads to, which may be empty where the
 * setting says so. */
struct bd_config_links {
    struct bd_config_link {
        bd_str text, url;
    } * link;
    size_t count;
};

/* "200 from 2026-11-23, doubling" */
struct bd_config_warm_up {
    int64_t first; /* copies on the first day; 0: no plan */
    double factor; /* each day's share of the day before: 2 is doubling */
    int64_t day0;  /* that day, in days since 1970; 0: not given */
};

/* One of relays, or the one of relay. */
struct bd_config_relay {
    bd_str key; /* what messages call it: "relay", "relays.2" */
    bd_str url; /* default, when there is one: "maildir:outbox" */
    bd_str name;
    int64_t priority;             /* 1..9, default 1 */
    int64_t weight;               /* 1..100, default 1 */
    int64_t sessions;             /* 1..500, default 10 */
    int64_t chunking;             /* 0 (off) to 16; default (auto): 4 */
    int64_t messages_per_session; /* default 0: any number */
    struct bd_config_rates rate;
    struct bd_config_domains domains;
    struct bd_config_warm_up warm_up;
    bd_str starttls; /* "required", "off"; default: required unless the relay
                        is on this machine */
    bd_str username;
    bd_str password_command, password_file, password_env;
    bd_str auth;  /* SASL mechanism in capitals; "": the best of both sides */
    bd_str proxy; /* URL; "": none */
    bd_str ca_file;
    bd_str ehlo_name; /* default: the domain of from.email, which may be an
                         IDN in its readable form */
};

/* What becomes of copies that may have been accepted. */
enum bd_config_unknown {
    BD_UNKNOWN_ASK, /* they are listed; a person says */
    BD_UNKNOWN_RESEND,
    BD_UNKNOWN_ASSUME_SENT
};

/* How pictures beside the issue reach the reader. */
enum bd_config_images {
    BD_IMAGES_EMBED, /* in each copy */
    BD_IMAGES_SERVE  /* the mail program asks our pages for them */
};

/* Which issues the web shows, unless their front matter says otherwise. */
enum bd_config_archive {
    BD_ARCHIVE_PUBLIC,
    BD_ARCHIVE_UNLISTED, /* for those who have the address */
    BD_ARCHIVE_OFF
};

/* What becomes of a mail that was acted on. */
enum bd_config_after {
    BD_AFTER_MOVE, /* to the folder for handled mail */
    BD_AFTER_FLAG  /* it stays, and is marked */
};

/* Mail that comes back: bounces, complaints, commands, people. */
struct bd_config_inbox {
    bd_str url;     /* "imaps://mail.example.org", "imap://…", "maildir:PATH",
                       "mbox:PATH"; "": it is not read */
    bd_str address; /* "bounce+*@example.org": envelope senders, the token in
                       the place of the asterisk; "": from.email */
    bd_str username;
    bd_str password_command, password_file, password_env;
    bd_str auth;     /* as of a relay */
    bd_str starttls; /* "required", "off"; default: required unless the server
                        is on this machine */
    bd_str ca_file, proxy;
    bd_str folder;              /* default: INBOX */
    bd_str handled, unreadable; /* folders; defaults in the language */
    enum bd_config_after after; /* default: move */
    bd_str forward;             /* where people's mails go; default:
                                   from.reply_to, else from.email; "": they stay in
                                   the mailbox */
    int64_t poll; /* seconds, where the server cannot tell of new mail; default
                     a minute */
    bd_str authserv_id;  /* whose Authentication-Results count; "": nobody's */
    int64_t dead_after;  /* reports: 1 or 2; default 1 */
    int64_t soft_after;  /* failed mailings; default 5 */
    int64_t soft_days;   /* default 14 */
    int64_t max_bounced; /* tenths of a percent; default 50; 0: never warn */
    int64_t max_complained; /* likewise; default 3 */
    bool pause; /* a mailing that is over one of them; default: off */
};

/* Texts that are not set are empty; see docs/settings.md. */
struct bd_config {
    bd_str name;                  /* name: the newsletter's */
    enum bd_lang language;        /* language */
    enum bd_config_images images; /* default: embed */
    bd_str time_zone; /* time_zone: "Europe/Stockholm"; "": system's */
    struct {
        bd_str name, email, reply_to;
    } from;
    struct {
        bd_str name, postal_address, email, phone, website;
    } organisation;
    struct {
        bd_str name; /* a folder in templates/mail; default: brev */
        bd_str colour, background; /* "#1d5c63"; "": the theme's, as below */
        bd_str font, heading_font; /* names between commas; or sans, serif,
                                      mono */
        int64_t width;             /* pixels, 400..800; 0: the theme's */
        bd_str logo, logo_alt;     /* logo: a file in the newsletter folder */
        int64_t logo_width;        /* pixels; 0: its own, at most 200 */
        struct bd_config_links links, parties;
    } theme;
    struct {
        bd_str base_url;          /* without a slash at the end */
        bd_str listen;            /* "127.0.0.1:8080" */
        bd_str proxies;           /* addresses and networks, between commas */
        bd_str metrics;           /* likewise: who may read /metrics */
        bd_str tls_cert, tls_key; /* files; both or none */
        bd_str privacy_url;
        bd_str contact; /* default: from.reply_to, else from.email; "": no
                           contact form */
        enum bd_config_archive archive; /* default: public */
        bool clicks;                    /* default: off */
    } web;
    struct {
        bd_str wording; /* what a reader agrees to; "": ours */
        bool welcome;   /* default: off */
        bool farewell;  /* default: off */
    } subscribe;
    struct {
        bool by_server;  /* default: on */
        int64_t per_day; /* of one reader; default 5 */
    } tip;
    const struct bd_config_relay *relays; /* in the order of the file */
    size_t relay_count;                   /* at least one */
    struct {
        int64_t approvals;     /* 1 or 2; default 1 */
        int64_t retry_first;   /* seconds; default 15 minutes */
        int64_t retry_network; /* seconds; default 1 minute */
        int64_t deadline;      /* seconds; default 2 days */
        int64_t max_refused;   /* percent; default 10; 0: never pause */
        enum bd_config_unknown unknown; /* default: ask */
        bd_str notify; /* default: from.reply_to, else from.email; "": nobody
                        */
    } send;
    struct bd_config_inbox inbox;
};

/*
 * Parse and validate. Every value is checked here (addresses and URLs by
 * form), so that the rest of the program can rely on them.
 *
 * name       for messages: "brevduva.yaml"
 * text       borrowed for as long as the config is used
 * overrides  `--set` arguments, "relay.url=smtp://…", "relays.1.sessions=5",
 *            applied last; relay.url among them puts one relay in the place
 *            of all that the file lists
 * returns    BD_OK; BD_EPARSE or BD_EINVAL "NAME:LINE:COLUMN: what; what to
 *            do" (for overrides "--set KEY: …"); unknown keys name the
 *            nearest known one
 */
enum bd_status bd_config_parse(struct bd_arena *arena, const char *name,
                               bd_str text, const bd_str *overrides,
                               size_t override_count, struct bd_config *out,
                               struct bd_err *err) BD_MUST_USE;

/* The names of all settings, "relay.url", from 0; NULL past the last. Those of
 * a relay stand there once, as they are called with one relay. */
const char *bd_config_key(size_t index);

/*
 * A relay's password: from the command's first output line, the file's
 * first line, or the environment variable, whichever is set. Empty when none
 * is. The value never appears in an error.
 *
 * folder   the newsletter folder: relative file names and the command's
 *          working directory
 */
enum bd_status bd_config_relay_password(struct bd_arena *arena,
                                        const struct bd_config_relay *relay,
                                        const char *folder, bd_str *out,
                                        struct bd_err *err) BD_MUST_USE;
/* The same of the mailbox. */
enum bd_status bd_config_inbox_password(struct bd_arena *arena,
                                        const struct bd_config_inbox *inbox,
                                        const char *folder, bd_str *out,
                                        struct bd_err *err) BD_MUST_USE;

#endif

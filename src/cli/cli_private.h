/* What the commands share. Seen only in src/cli and its tests. */
#ifndef CLI_PRIVATE_H
#define CLI_PRIVATE_H

#include <stdatomic.h>
#include <stdio.h>

#include "brevduva/base/json.h"
#include "brevduva/base/limits.h"
#include "brevduva/base/saying.h"
#include "brevduva/base/sys.h"
#include "brevduva/base/token.h"
#include "brevduva/cli/cli.h"
#include "brevduva/compose/letter.h"
#include "brevduva/config/config.h"
#include "brevduva/mail/address.h"
#include "brevduva/store/list.h"
#include "brevduva/store/mailing.h"

/* What a command needs; main opens it before the command runs. */
enum cli_need {
    NEED_NOTHING = 0,
    NEED_FOLDER = 1,     /* the newsletter folder, and its settings */
    NEED_STORE_READ = 2, /* the database; implies the folder */
    NEED_STORE_WRITE = 4,
    MAY_LACK_FOLDER = 8 /* run with app->folder NULL where there is none */
};

struct cli_option {
    const char *name; /* without "--"; a NULL name ends the table */
    const char *arg;  /* placeholder of the value; NULL: a switch */
    const char *help; /* N_() */
};

struct app;
struct check_kept; /* check_facts.h */

struct cli_command {
    const char *name; /* one word, or two: "list add" */
    int (*run)(struct app *app, int argc, char **argv);
    unsigned needs;
    int min_args, max_args; /* max -1: any number */
    const char *synopsis;
    const char *help; /* N_(): one line */
    const struct cli_option *options;
};

/* Sorted by name; a NULL name ends it. */
extern const struct cli_command cli_commands[];
extern const struct cli_option cli_global_options[];

#define CLI_MAX_VALUES 64
#define CLI_MAX_NOTE   2000 /* octets of a consent or reason */

struct app {
    struct bd_arena *arena; /* lives as long as the command */
    const struct bd_sys *sys;
    const struct cli_command *command;
    struct cli_value {
        const char *name;
        const char *value; /* NULL for a switch */
    } values[CLI_MAX_VALUES];
    size_t value_count;
    const char *folder; /* absolute */
    struct bd_config config;
    struct bd_store *store;
    struct bd_keyring *keys;        /* read by app_signer */
    const struct bd_signer *signer; /* the one that signs, of them */
    struct cli_template *templates; /* the owner's own, made by letter_open */
    struct cli_picture *pictures;   /* made by letter_picture */
    const struct bd_relay_options *relays; /* made by relays_open */
    bool strays_told;        /* templates that nothing uses: once */
    struct check_kept *kept; /* NULL: checks read all readers anew */
    struct bd_err err;       /* for callees; app_fail prints it */
};

/* app.c */
void app_init(struct app *app);
void app_fini(struct app *app);
/* Open what the command needs; fills app->err. */
enum bd_status app_open(struct app *app);
/* BD_ENOENT: there is none here. For a command that may lack one. */
enum bd_status app_require_folder(struct app *app) BD_MUST_USE;
/* Read the settings again, into app->config. */
enum bd_status app_open_config(struct app *app);
/* The database alone, for commands that decide by their options. */
enum bd_status app_open_store(struct app *app, enum bd_store_mode mode);
/* The file that the one sender of the newsletter locks. */
const char *app_sender_lock(struct app *app);
/* Print "brevduva: ERR" to stderr; returns the exit code of its kind. */
int app_fail(const struct app *app);
int app_exit_code(enum bd_status code);
/* The same for wrong usage that the command itself finds. */
int app_usage(struct app *app, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The path as seen from the newsletter folder, if it is in there. */
const char *app_shown(const struct app *app, const char *path);
/* bd_file_read, with such paths in its messages. */
enum bd_status app_read(struct app *app, const char *path, size_t max,
                        bd_str *out, struct bd_err *err) BD_MUST_USE;
int64_t app_now(const struct app *app);
struct bd_actor app_actor(struct app *app);
enum bd_status app_signer(struct app *app);
/* The list named by --list, else `fallback`, else the first one. */
enum bd_status app_list(struct app *app, bd_str fallback, struct bd_list *out);
/* `count` random bytes (at most 32) as lower-case hex. */
bd_str random_hex(struct app *app, size_t count);
/* Flush standard output: BD_EXIT_OK, or a failure that is told. */
int app_flush(struct app *app);

/* opt.c */
/* Parse options of `argv` (argv[0] is the command) into app->values; what is
 * left is *out_argc arguments from *out_argv. False: app->err says why. */
bool opt_parse(struct app *app, int argc, char **argv, bool stop_at_argument,
               int *out_argc, char ***out_argv);
const char *opt_get(const struct app *app, const char *name);
bd_str opt_str(const struct app *app, const char *name); /* "" when unset */
/* --domain as the ledger has domains; "" when unset. */
bd_str opt_domain(struct app *app);
bool opt_has(const struct app *app, const char *name);
/* The values of a repeated option, one a call; *at starts at 0. */
const char *opt_next(const struct app *app, const char *name, size_t *at);
/* Options that are checked alike everywhere. Unset: BD_OK, `out` untouched
 * (and *out_given false). BD_EINVAL says what is wrong with the value. */
enum bd_status opt_state(struct app *app, bool *out_given,
                         enum bd_subscription_state *out);
enum bd_status opt_language(struct app *app, bd_str *out); /* "sv", "en" */
/* One line of clean text of at most `max` octets, trimmed. */
enum bd_status opt_line(struct app *app, const char *name, size_t max,
                        bd_str *out);

/* opt_time.c */
/* "2026-11-23", "2026-11-23 08:00", or "2h" ago; a day is its beginning, or its
 * end when `last`. Unset: BD_OK, `out` untouched. */
enum bd_status opt_time(struct app *app, const char *name, bool last,
                        int64_t *out);

/* help.c */
void help_program(FILE *out);
void help_command(FILE *out, const struct cli_command *command);
const struct cli_command *command_find(const char *first, const char *second);
/* The commands that begin with this word: "list". False: there are none. */
bool help_family(FILE *out, const char *word);
/* Say that there is no such command, and which one is near. */
void help_unknown(FILE *out, const char *word);

/* out.c */
/* One JSON object as a line on standard output. */
void out_json(const struct bd_json *object);
void out_text(bd_str text);
/* The text as a terminal may show it: a '?' for each mark that turns the
 * direction of what follows. In app->arena, or as it is. */
bd_str out_shown(struct app *app, bd_str text);
/* Text and then spaces up to `width` columns. */
void out_padded(bd_str text, size_t width);
void set_text(struct app *app, struct bd_json *object, const char *key,
              bd_str value); /* copies the value */
void set_int(struct app *app, struct bd_json *object, const char *key,
             int64_t value);
/* UTC, or null when 0. */
void set_time(struct app *app, struct bd_json *object, const char *key,
              int64_t seconds);

/* rows.c: rows of the store as --json shows them */
struct bd_log_row;
/* `kind` is the object's first member; NULL leaves it out. */
struct bd_json *json_of_log_row(struct app *app, const char *kind,
                                const struct bd_log_row *row);
struct bd_json *json_of_list(struct app *app, const char *kind,
                             const struct bd_list *list);

/* fill.c */
/* A template of templates/new/ (Mustache, plain text) filled with `data`. */
enum bd_status asset_fill(struct app *app, const char *asset,
                          const struct bd_json *data, bd_str *out);
/* A YAML and JSON string with its quotes. */
struct bd_json *quoted(struct app *app, bd_str text);

/* words.c: states in the program's language, for people */
const char *word_delivery(enum bd_delivery_state state);
const char *word_deliveries(enum bd_delivery_state state, int64_t count);
const char *word_subscription(enum bd_subscription_state state);
const char *word_mailing(enum bd_mailing_state state);
/* Why it is paused or held; "" when it is neither. */
bd_str word_reason(struct app *app, const struct bd_mailing *m);
const char *word_consent(enum bd_consent_act act);
const char *word_letter(struct bd_arena *arena, bd_str kind);
const char *word_act(struct bd_arena *arena, bd_str what);
/* "12 300" the way the language writes it. */
bd_str word_number(struct bd_arena *arena, int64_t number);
/* "2026-12-01 08:10", with seconds if it is less than an hour away. */
bd_str word_time_ahead(struct bd_arena *arena, int64_t at, int64_t now);

/* progress.c: one line on a terminal, rewritten; nothing elsewhere */
struct progress {
    bool on;
    const struct bd_sys *sys;
    const char *what; /* translated */
    int64_t started_ms, shown_ms;
};
void progress_start(struct progress *p, const struct bd_sys *sys,
                    const char *what);
/* `unit`: 1 for things, 1024*1024 to show MB */
void progress_show(struct progress *p, int64_t done, int64_t total);
void progress_end(struct progress *p);

/* letter.c: settings and list -> what compose needs */
struct cli_letter {
    struct bd_issue issue;
    struct bd_list list;
    struct bd_letter_options options;
    bd_str copy_id; /* left part of the Message-ID of a rendered copy */
};
/* Read issues/NAME.md (or the path) and find its list. */
enum bd_status letter_open(struct app *app, const char *name,
                           struct cli_letter *out);
/* The list that the issue of that slug goes to without --list: 0, no issue, or
 * none that can be read. */
int64_t letter_list_id(struct app *app, bd_str slug);
/* The slug a user meant by "2016-1", "issues/2016-1.md", …. */
bd_str letter_slug(struct app *app, const char *name);
/* The file that a user meant by "2016-1", be it there or not. */
const char *letter_path(struct app *app, const char *name);
/* Compile what `as` names: "eml", "html", "text", "subject", "preheader". */
enum bd_status letter_compile_as(struct app *app,
                                 const struct cli_letter *letter,
                                 const char *as, struct bd_message *out);
/* The copy of one recipient, by address; NULL: of a made-up one. */
enum bd_status letter_splice(struct app *app, const struct cli_letter *letter,
                             const struct bd_message *message, const char *to,
                             bd_str *out);
/* False: the address is one that no reader has. */
bool letter_has_reader(struct app *app, const char *to);
/* Say so to who may have mistyped it. */
void letter_warn_stranger(const char *to);
/* letter_web.c: as the archive shows it to everybody. */
enum bd_status letter_web(struct app *app, const struct cli_letter *letter,
                          bd_str *out);
/* letter.c */
/* Both; also as "web". */
enum bd_status letter_render(struct app *app, const struct cli_letter *letter,
                             const char *as, const char *to, bd_str *out);
struct bd_finding;
/* What the checks find, in app->arena. */
enum bd_status letter_findings(struct app *app, const struct cli_letter *letter,
                               const struct bd_message *message,
                               const struct bd_finding **out,
                               size_t *out_count);
/* Print findings, those that are no hints if `quiet`; counts the errors among
 * them that --despite does not name. */
enum bd_status letter_check(struct app *app, const struct cli_letter *letter,
                            const struct bd_message *message, bool quiet,
                            size_t *out_errors);
/* BD_EINVAL when --despite names no check. */
enum bd_status letter_check_despite(struct app *app);

/* from.email as the wire wants it; config has only seen its form. */
enum bd_status letter_sender(struct app *app, struct bd_address *out);
/* inbox.address, likewise, a pattern; empty without one. */
enum bd_status letter_inbox(struct app *app, bd_str *out);
/* Where bounces go: letter_inbox, else the sender. */
enum bd_status letter_return_path(struct app *app, bd_str *out);

/* letter_templates.c */
/* Read the owner's templates, of letters and of the report: one that cannot be
 * read is an error, one that nothing uses a warning. */
enum bd_status letter_templates_load(struct app *app);
/* What the settings say of how letters look; without the logo. */
void letter_look(struct app *app, struct bd_look *out);
/* Read it. */
enum bd_status letter_logo(struct app *app, struct bd_look *look);
/* The owner's templates/PATH, else the one in the binary. `self`: the app. */
bool letter_template(void *self, bd_str path, bd_str *out);

/* letter_pictures.c */
/* A picture made fit for letters, or one that was made before. `self`: the
 * app. */
enum bd_status letter_picture(void *self, bd_str bytes, unsigned max_width,
                              struct bd_picture *out, struct bd_err *err);

/* letter_files.c */
struct bd_page_file;
/* What the letter asks our pages for, as the store keeps it. */
enum bd_status letter_files(struct app *app, const struct cli_letter *letter,
                            const struct bd_page_file **out, size_t *out_count);

/* relay.c */
struct bd_relay_options;
/* All relays of the settings, with their passwords, which are read once; in
 * app->arena. */
enum bd_status relays_open(struct app *app, const struct bd_relay_options **out,
                           size_t *out_count);
/* The first in line: the one of the lowest priority number. */

/* confirm.c */
struct question {
    int64_t number;        /* to be typed */
    const char *text;      /* "Type the number of readers to send: " */
    const char *to_do;     /* what --yes would do: "send to 12 readers" */
    const char *otherwise; /* what another answer does: "nothing was sent" */
};
/* --yes, or the number typed at a terminal; else BD_EINVAL. */
enum bd_status confirm_number(struct app *app, const struct question *question);

/* interrupt.c: Ctrl-C and SIGTERM while mail is sent */
/* From now on the first is only noted, the second ends the program. */
void interrupt_watch(void);
/* What the second one says before it ends the program; kept. NULL: nothing. */
void interrupt_last_words(const char *text);
bool interrupt_came(void);
/* Ctrl-C, not SIGTERM. */
bool interrupt_from_keyboard(void);
/* The same, for those who wait in other layers. */
const atomic_bool *interrupt_flag(void);
/* False when it came before the time was over. */
bool interrupt_sleep(int64_t ms);

/* sender.c: the lock of the one process that sends */
enum sender { SENDER_NONE, SENDER_SEND, SENDER_WATCH };
/* BD_ETEMP: another one has it, see out_other and out_pid. */
enum bd_status sender_take(struct app *app, const char *role, int *out_fd,
                           enum sender *out_other, int64_t *out_pid);
/* Who has it now. */
enum sender sender_now(struct app *app, int64_t *out_pid);
/* Stay until a mailing is to begin, for others to see. BD_ETEMP: another
 * process does. */
enum bd_status waiter_take(struct app *app, int64_t mailing_id, int *out_fd);
void waiter_leave(struct app *app, int64_t mailing_id, int fd);
/* Who does, as a pid; 0: nobody. */
int64_t waiter_now(struct app *app, int64_t mailing_id);

/* mailing.c */
/* The newest mailing of the issue that NAME means, to --list if given. */
enum bd_status mailing_open(struct app *app, const char *name,
                            struct bd_mailing *out);
/* The one to which `fits` applies, where the issue went to several lists: an
 * error if it applies to more of them, the newest if to none. */
enum bd_status mailing_open_that(struct app *app, const char *name,
                                 bool (*fits)(const struct bd_mailing *),
                                 struct bd_mailing *out);
/* It has not ended. */
bool mailing_is_open(const struct bd_mailing *m);
bool mailing_has_unknown(const struct bd_mailing *m);
/* As it is now. */
enum bd_status mailing_again(struct app *app, struct bd_mailing *m);
/* Only its state and counts, and who sends now: for loops that may last. */
enum bd_status mailing_look(struct app *app, struct bd_mailing *m,
                            enum sender *out_sender);
/* Copies that somebody has, for all that we know. */
int64_t mailing_had(const struct bd_mailing *m);
/* Copies without an outcome. */
int64_t mailing_waits(const struct bd_mailing *m);
bool mailing_needs_approval(const struct bd_mailing *m);
/* Copies that its --limit still lets begin; 0: all, or none more. */
enum bd_status mailing_limit_left(struct app *app, const struct bd_mailing *m,
                                  int64_t *out) BD_MUST_USE;
/* Paused as so many copies were handed over as --limit said: it goes on when
 * somebody says so, and that is all. */
bool mailing_stands_by_limit(const struct bd_mailing *m);
/* Who must do what; the exit code. */
int mailing_print_approval(struct app *app, const struct bd_mailing *m);
/* How to find out about copies that are unknown, if there are any. */
void mailing_print_unknown(struct app *app, const struct bd_mailing *m);
/* The issue, and the list where its name could mean the mailing to another. */
bd_str mailing_name(struct app *app, const struct bd_mailing *m);
/* "brevduva VERB SLUG", with --list where the command would else mean the
 * mailing to another list. */
bd_str mailing_command(struct app *app, const char *verb,
                       const struct bd_mailing *m);
/* Who goes on with it, or what to type. */
void mailing_print_who_sends(struct app *app, const struct bd_mailing *m);
/* State, reason and counts, for people. */
void mailing_print(struct app *app, const struct bd_mailing *m);

/* notice.c: letters to the coordinator (send.notify), by the letter queue */
enum bd_status notice_send(struct app *app, bd_str subject, bd_str text);
/* That a mailing was paused by itself, and why. */
enum bd_status notice_paused(struct app *app, const struct bd_mailing *m);

/* For people: "smtps://a.example, Spare (smtp://b.example)". */
bd_str relays_shown(struct app *app);
/* What the settings call the relay that the ledger has as "smtp://host:port";
 * empty: nothing, or it stands there twice (for two log-ins). */
bd_str relays_name(struct app *app, bd_str ledger);
/* The relays of ledger and settings with this in their name or URL, as the
 * ledger has them; BD_EINVAL, with all that there are, when there is none. */
enum bd_status relays_find(struct app *app, bd_str text, const bd_str **out,
                           size_t *out_count);
/* Each relay has had all that it may get today. */
enum bd_status relays_day_full(struct app *app, bool *out);
/* Some relay is neither a folder nor on this machine. */
bool relays_reach_out(struct app *app);

/* advice.c */
/* What the newsletter is waiting for, and the next command. */
enum bd_status advice_print(struct app *app);

/* cmd_<verb>.c */
int cmd_approve(struct app *app, int argc, char **argv);
int cmd_archive_export(struct app *app, int argc, char **argv);
int cmd_archive_set(struct app *app, int argc, char **argv);
int cmd_archive_show(struct app *app, int argc, char **argv);
int cmd_archive_update(struct app *app, int argc, char **argv);
int cmd_cancel(struct app *app, int argc, char **argv);
int cmd_check(struct app *app, int argc, char **argv);
int cmd_deliver(struct app *app, int argc, char **argv);
int cmd_doctor(struct app *app, int argc, char **argv);
int cmd_export(struct app *app, int argc, char **argv);
int cmd_forget(struct app *app, int argc, char **argv);
int cmd_import(struct app *app, int argc, char **argv);
int cmd_inbox(struct app *app, int argc, char **argv);
int cmd_init(struct app *app, int argc, char **argv);
int cmd_list_add(struct app *app, int argc, char **argv);
int cmd_list_edit(struct app *app, int argc, char **argv);
int cmd_list_embed(struct app *app, int argc, char **argv);
int cmd_list_remove(struct app *app, int argc, char **argv);
int cmd_list_show(struct app *app, int argc, char **argv);
int cmd_log(struct app *app, int argc, char **argv);
int cmd_new(struct app *app, int argc, char **argv);
int cmd_pause(struct app *app, int argc, char **argv);
int cmd_preview(struct app *app, int argc, char **argv);
int cmd_render(struct app *app, int argc, char **argv);
int cmd_report(struct app *app, int argc, char **argv);
int cmd_resolve(struct app *app, int argc, char **argv);
int cmd_resume(struct app *app, int argc, char **argv);
int cmd_run(struct app *app, int argc, char **argv);
int cmd_send(struct app *app, int argc, char **argv);
int cmd_serve(struct app *app, int argc, char **argv);
int cmd_status(struct app *app, int argc, char **argv);
int cmd_subscribe(struct app *app, int argc, char **argv);
int cmd_subscriber_export(struct app *app, int argc, char **argv);
int cmd_subscriber_list(struct app *app, int argc, char **argv);
int cmd_subscriber_restore(struct app *app, int argc, char **argv);
int cmd_subscriber_set(struct app *app, int argc, char **argv);
int cmd_subscriber_show(struct app *app, int argc, char **argv);
int cmd_test(struct app *app, int argc, char **argv);
int cmd_tip(struct app *app, int argc, char **argv);
int cmd_unsubscribe(struct app *app, int argc, char **argv);
int cmd_why(struct app *app, int argc, char **argv);

#endif

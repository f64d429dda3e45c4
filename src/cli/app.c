#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "brevduva/base/file.h"
#include "brevduva/base/limits.h"
#include "brevduva/store/key.h"
#include "brevduva/store/queue.h"
#include "cli_private.h"

#define CONFIG_NAME   "brevduva.yaml"
#define DATABASE_NAME "brevduva.db"
#define MAX_OVERRIDES 32

void app_init(struct app *app)
{
    *app = (struct app) { .arena = bd_arena_new(), .sys = bd_sys_real() };
}

void app_fini(struct app *app)
{
    bd_keyring_free(app->keys);
    bd_store_close(app->store);
    bd_arena_free(app->arena);
}

const char *app_shown(const struct app *app, const char *path)
{
    size_t len = app->folder ? strlen(app->folder) : 0;

    if (len > 0 && strncmp(path, app->folder, len) == 0 && path[len] == '/')
        return path + len + 1;
    return path;
}

enum bd_status app_read(struct app *app, const char *path, size_t max,
                        bd_str *out, struct bd_err *err)
{
    enum bd_status rc = bd_file_read(app->arena, path, max, out, err);

    if (rc != BD_OK && err) /* the message begins with the path */
        memmove(err->msg, app_shown(app, err->msg),
                strlen(app_shown(app, err->msg)) + 1);
    return rc;
}

int64_t app_now(const struct app *app)
{
    return app->sys->now(app->sys->self);
}

/* From `start` upwards: the folder that holds brevduva.yaml, or NULL. */
static const char *find_folder(struct app *app, const char *start)
{
    char path[PATH_MAX];

    if (!realpath(start, path))
        return NULL;
    for (;;) {
        char *slash = strrchr(path, '/');

        if (bd_file_exists(bd_path_join(app->arena, path, CONFIG_NAME)))
            return bd_arena_cstr(app->arena, bd_str_from(path));
        if (!slash || path[1] == '\0')
            return NULL;
        slash[slash == path ? 1 : 0] = '\0';
    }
}

enum bd_status app_require_folder(struct app *app)
{
    const char *start = opt_get(app, "directory");

    if (app->folder)
        return BD_OK;
    if (start)
        return bd_fail(&app->err, BD_ENOENT,
                       _("%s: no newsletter folder there or above (one with "
                         "brevduva.yaml)"),
                       start);
    return bd_fail(&app->err, BD_ENOENT,
                   _("no newsletter folder here or above; make one with "
                     "\"brevduva init DIR\", or name it with -C DIR"));
}

static enum bd_status open_folder(struct app *app)
{
    const char *start = opt_get(app, "directory");

    app->folder = find_folder(app, start ? start : ".");
    return app->command->needs & MAY_LACK_FOLDER ? BD_OK
                                                 : app_require_folder(app);
}

enum bd_status app_open_config(struct app *app)
{
    const char *path = bd_path_join(app->arena, app->folder, CONFIG_NAME);
    bd_str overrides[MAX_OVERRIDES];
    size_t count = 0;
    const char *value = NULL;
    size_t at = 0;
    bd_str text = BD_STR_NONE;

    while (count < MAX_OVERRIDES && (value = opt_next(app, "set", &at)))
        overrides[count++] = bd_str_from(value);
    if (bd_file_read(app->arena, path, BD_MAX_CONFIG_BYTES, &text, &app->err) !=
        BD_OK)
        return app->err.code;
    if (bd_config_parse(app->arena, CONFIG_NAME, text, overrides, count,
                        &app->config, &app->err) != BD_OK)
        return app->err.code;
    if (app->config.time_zone.len > 0) {
        (void)setenv("TZ", bd_arena_cstr(app->arena, app->config.time_zone), 1);
        tzset();
    }
    return BD_OK;
}

const char *app_sender_lock(struct app *app)
{
    return bd_path_join(app->arena, app->folder, DATABASE_NAME "-sender");
}

/* Copies that a killed sender left without a result are unknown: on record
 * before a command tells of them. */
static void settle_dead_sender(struct app *app, const char *database)
{
    struct bd_actor actor = app_actor(app);
    struct bd_store *store = NULL;
    int64_t count = 0;
    struct bd_lock_owner owner = { 0 };
    int lock = -1;

    if (bd_queue_claims(app->store, &count, NULL) != BD_OK || count == 0 ||
        bd_lock_take(app_sender_lock(app), "look", &lock, &owner, NULL) !=
            BD_OK)
        return; /* none, or the sender lives, or we may not look */
    if (bd_store_open(database, BD_STORE_WRITE, &store, NULL) != BD_OK ||
        bd_queue_recover(store, &actor, &count, NULL) != BD_OK)
        count = 0; /* we may only read: `send` will do it */
    bd_store_close(store);
    (void)close(lock);
}

/* A database of an older version, which cannot be read as it is. Not under a
 * process of that version: it would not know what it finds. */
static enum bd_status bring_up(struct app *app, const char *database)
{
    struct bd_lock_owner owner = { 0 };
    struct bd_store *store = NULL;
    int lock = -1;
    enum bd_status rc = bd_lock_take(app_sender_lock(app), "look", &lock,
                                     &owner, NULL);

    if (rc != BD_OK)
        return rc;
    rc = bd_store_open(database, BD_STORE_WRITE, &store, NULL);
    bd_store_close(store);
    (void)close(lock);
    return rc;
}

enum bd_status app_open_store(struct app *app, enum bd_store_mode mode)
{
    const char *database = bd_path_join(app->arena, app->folder, DATABASE_NAME);
    enum bd_status rc = bd_store_open(database, mode, &app->store, &app->err);

    if (rc == BD_ETEMP && mode == BD_STORE_READ &&
        bring_up(app, database) == BD_OK)
        rc = bd_store_open(database, mode, &app->store, &app->err);
    if (rc == BD_ENOENT)
        return bd_fail(&app->err, BD_ENOENT,
                       _("%s: there is no database here; put your backup of it "
                         "there, or make an empty one: brevduva init %s"),
                       database, app->folder);
    if (rc == BD_OK)
        settle_dead_sender(app, database);
    return rc;
}

enum bd_status app_open(struct app *app)
{
    unsigned needs = app->command->needs;
    enum bd_status rc = BD_OK;

    if (!(needs & ~(unsigned)MAY_LACK_FOLDER))
        return BD_OK;
    rc = open_folder(app);
    if (rc != BD_OK || !app->folder)
        return rc;
    rc = app_open_config(app);
    if (rc != BD_OK || !(needs & (NEED_STORE_READ | NEED_STORE_WRITE)))
        return rc;
    return app_open_store(app, needs & NEED_STORE_WRITE ? BD_STORE_WRITE
                                                        : BD_STORE_READ);
}

int app_exit_code(enum bd_status code)
{
    switch (code) {
    case BD_OK:
        return BD_EXIT_OK;
    case BD_EINVAL:
    case BD_EPARSE:
    case BD_ENOENT:
    case BD_EEXIST:
    case BD_ELIMIT:
        return BD_EXIT_USAGE;
    case BD_ETEMP:
        return BD_EXIT_LATER;
    case BD_EFINAL:
    case BD_EIO:
        break;
    }
    return BD_EXIT_FAILED;
}

int app_fail(const struct app *app)
{
    (void)fflush(stdout);
    (void)fprintf(stderr, "brevduva: %s\n", app->err.msg);
    return app_exit_code(app->err.code);
}

int app_usage(struct app *app, const char *format, ...)
{
    char msg[sizeof app->err.msg];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(msg, sizeof msg, format, args);
    va_end(args);
    (void)bd_fail(&app->err, BD_EINVAL, "%s", msg);
    return app_fail(app);
}

struct bd_actor app_actor(struct app *app)
{
    struct passwd entry;
    struct passwd *found = NULL;
    char buffer[1024];

    (void)getpwuid_r(getuid(), &entry, buffer, sizeof buffer, &found);
    if (found && !found->pw_name[0])
        found = NULL;
    return (struct bd_actor) {
        .channel = BD_STR("cli"),
        .name = found ? bd_arena_copy(app->arena, bd_str_from(found->pw_name))
                      : bd_arena_printf(app->arena, "uid %lld",
                                        (long long)getuid()),
        .now = app_now(app),
    };
}

enum bd_status app_signer(struct app *app)
{
    enum bd_status rc = BD_OK;

    if (!app->keys)
        rc = bd_keys_read(app->store, &app->keys, &app->err);
    if (rc == BD_OK)
        app->signer = bd_keyring_signer(app->keys);
    return rc;
}

enum bd_status app_list(struct app *app, bd_str fallback, struct bd_list *out)
{
    bd_str slug = opt_str(app, "list");

    if (opt_has(app, "list") && slug.len == 0)
        return bd_fail(&app->err, BD_EINVAL, _("--list needs a list's name"));
    return bd_list_find(app->arena, app->store, slug.len ? slug : fallback, out,
                        &app->err);
}

int app_flush(struct app *app)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return BD_EXIT_OK;
    if (errno == EPIPE) /* "| head": the reader has seen enough */
        return BD_EXIT_FAILED;
    (void)bd_fail(&app->err, BD_EIO, _("cannot write the output: %s"),
                  bd_errno_text(errno));
    return app_fail(app);
}

bd_str random_hex(struct app *app, size_t count)
{
    unsigned char bytes[32];
    char *hex = BD_NEW_ARRAY(app->arena, 2 * count + 1, char);

    assert(count <= sizeof bytes);
    app->sys->random(app->sys->self, bytes, count);
    for (size_t i = 0; i < count; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    return (bd_str) { hex, 2 * count };
}

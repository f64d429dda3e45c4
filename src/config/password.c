#include <stdlib.h>
#include <string.h>

#include "brevduva/base/file.h"
#include "brevduva/base/limits.h"
#include "config_private.h"

#define COMMAND_TIMEOUT_MS 30000

/* `key` names the setting in messages: what was read never stands there. */
static enum bd_status take_first_line(const char *key, bd_str text, bd_str *out,
                                      struct bd_err *err)
{
    bd_str line = bd_str_cut_line(&text);

    if (line.len == 0)
        return bd_fail(err, BD_EINVAL,
                       _("%s: the password is empty; its first line should "
                         "hold it"),
                       key);
    if (line.len > BD_MAX_SECRET_BYTES)
        return bd_fail(err, BD_ELIMIT,
                       _("%s: the password is longer than %d bytes"), key,
                       BD_MAX_SECRET_BYTES);
    if (bd_str_has_control(line) || bd_str_has_line_break(line))
        return bd_fail(err, BD_EINVAL,
                       _("%s: the password has a control character in it"),
                       key);
    *out = line;
    return BD_OK;
}

static enum bd_status from_command(struct bd_arena *arena, const char *key,
                                   bd_str command, const char *folder,
                                   bd_str *out, struct bd_err *err)
{
    bd_str text = BD_STR_NONE;
    enum bd_status rc = run_command(arena, bd_arena_cstr(arena, command),
                                    folder, COMMAND_TIMEOUT_MS, &text, err);

    if (rc != BD_OK) {
        bd_err_prefix(err, "%s", key);
        return rc;
    }
    return take_first_line(key, text, out, err);
}

static enum bd_status from_file(struct bd_arena *arena, const char *key,
                                bd_str path, const char *folder, bd_str *out,
                                struct bd_err *err)
{
    bd_str text = BD_STR_NONE;
    enum bd_status rc = bd_file_read(
        arena, bd_path_join(arena, folder, bd_arena_cstr(arena, path)),
        BD_MAX_SECRET_BYTES, &text, err);

    if (rc != BD_OK) {
        bd_err_prefix(err, "%s", key);
        return rc;
    }
    return take_first_line(key, text, out, err);
}

static enum bd_status from_variable(struct bd_arena *arena, const char *key,
                                    bd_str name, bd_str *out,
                                    struct bd_err *err)
{
    const char *value = getenv(bd_arena_cstr(arena, name));

    if (!value)
        return bd_fail(err, BD_EINVAL,
                       _("%s: there is no environment variable %.*s; set it, "
                         "or name another"),
                       key, BD_ARG(name));
    return take_first_line(key, bd_arena_copy(arena, bd_str_from(value)), out,
                           err);
}

/* Where a password comes from: one of three, or none. */
struct sources {
    bd_str group; /* of the settings: "relays.2" */
    bd_str command, file, variable;
};

static const char *key_of(struct bd_arena *arena, const struct sources *from,
                          const char *leaf)
{
    return bd_arena_printf(arena, "%.*s.%s", BD_ARG(from->group), leaf).ptr;
}

static enum bd_status read_password(struct bd_arena *arena,
                                    const struct sources *from,
                                    const char *folder, bd_str *out,
                                    struct bd_err *err)
{
    if (from->command.len > 0)
        return from_command(arena, key_of(arena, from, "password_command"),
                            from->command, folder, out, err);
    if (from->file.len > 0)
        return from_file(arena, key_of(arena, from, "password_file"),
                         from->file, folder, out, err);
    if (from->variable.len > 0)
        return from_variable(arena, key_of(arena, from, "password_env"),
                             from->variable, out, err);
    *out = BD_STR_NONE;
    return BD_OK;
}

enum bd_status bd_config_relay_password(struct bd_arena *arena,
                                        const struct bd_config_relay *relay,
                                        const char *folder, bd_str *out,
                                        struct bd_err *err)
{
    const struct sources from = { relay->key, relay->password_command,
                                  relay->password_file, relay->password_env };

    return read_password(arena, &from, folder, out, err);
}

enum bd_status bd_config_inbox_password(struct bd_arena *arena,
                                        const struct bd_config_inbox *inbox,
                                        const char *folder, bd_str *out,
                                        struct bd_err *err)
{
    const struct sources from = { BD_STR("inbox"), inbox->password_command,
                                  inbox->password_file, inbox->password_env };

    return read_password(arena, &from, folder, out, err);
}

#include "config_private.h"

static const char *key_of(const struct parse *p, const struct login *login,
                          const char *leaf)
{
    return bd_arena_printf(p->arena, "%s.%s", login->group, leaf).ptr;
}

/* The one source of the password; *out stays NULL without one. */
static enum bd_status find_source(const struct parse *p,
                                  const struct login *login, const char **out)
{
    const struct {
        const char *leaf;
        bd_str value;
    } sources[] = {
        { "password_command", login->password_command },
        { "password_file", login->password_file },
        { "password_env", login->password_env },
    };

    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if (sources[i].value.len == 0)
            continue;
        if (*out)
            return complain_of(p, key_of(p, login, sources[i].leaf),
                               _("the password has another source already; "
                                 "keep one of password_command, "
                                 "password_file and password_env"));
        *out = key_of(p, login, sources[i].leaf);
    }
    return BD_OK;
}

enum bd_status check_login(const struct parse *p, const struct login *login)
{
    const char *source = NULL;
    enum bd_status rc = find_source(p, login, &source);

    if (rc != BD_OK)
        return rc;
    if (source && login->username.len == 0)
        return complain_of(p, source,
                           _("a password needs a user name; set username "
                             "too"));
    if (!source && login->username.len > 0)
        return complain_of(p, key_of(p, login, "username"),
                           _("a user name needs a password; set "
                             "password_command, password_file or "
                             "password_env too"));
    if (!source && login->auth.len > 0)
        return complain_of(p, key_of(p, login, "auth"),
                           _("this is for relays with a login; set username "
                             "and a password too, or remove it"));
    return BD_OK;
}

/* Where mail comes back to, and what it does there. */
#include "brevduva/base/limits.h"
#include "brevduva/base/token.h"
#include "config_private.h"

/* The token, and what stands around it, must fit before the @ (S4). */
PUT(put_return_path)
{
    bd_str domain = text;
    bd_str local = bd_str_cut(&domain, '@');
    size_t star = bd_str_find_char(local, '*');
    const char *complaint = put_email(arena, setting, text, field);

    if (complaint)
        return complaint;
    if (star == SIZE_MAX ||
        bd_str_find_char(bd_str_skip(local, star + 1), '*') != SIZE_MAX ||
        bd_str_find_char(domain, '*') != SIZE_MAX)
        return _("an asterisk must say where the token stands, before the @: "
                 "bounce+*@forening.example or *@studs.forening.example");
    if (local.len - 1 + BD_TOKEN_MAIL_LEN > BD_MAX_LOCAL_OCTETS)
        return _("beside the asterisk at most 16 octets fit before the @, as "
                 "in bounce+*@forening.example");
    if (!is_made_of(bd_str_sub(local, 0, star), "+-_.=") ||
        !is_made_of(bd_str_skip(local, star + 1), "+-_.="))
        return _("before the @ only ASCII letters, digits and + - _ . = can "
                 "stand beside the asterisk");
    return NULL;
}

static bool is_server(bd_str url)
{
    return bd_str_starts_nocase(url, BD_STR("imap"));
}

static void fill_folders(struct bd_config_inbox *inbox, enum bd_lang lang)
{
    if (inbox->folder.len == 0)
        inbox->folder = BD_STR("INBOX");
    if (inbox->handled.len == 0)
        inbox->handled = bd_str_from(L_(lang, N_("Handled")));
    if (inbox->unreadable.len == 0)
        inbox->unreadable = bd_str_from(L_(lang, N_("Unreadable")));
}

/* Inside the mailbox, and one place only. */
static bool is_folder(bd_str name)
{
    bd_str rest = name;

    if (bd_str_find(name, BD_STR("..")) != SIZE_MAX ||
        bd_str_ends(name, BD_STR("/")))
        return false;
    while (rest.len > 0) {
        bd_str part = bd_str_cut(&rest, '/');

        if (part.len == 0 || bd_str_eq(part, BD_STR(".")))
            return false;
    }
    return true;
}

static const char *complain_of_folder(bd_str name)
{
    if (!is_folder(name))
        return _("this is no folder of a mailbox; give its name, as Handled");
    return NULL;
}

static enum bd_status check_folders(const struct parse *p)
{
    const struct bd_config_inbox *inbox = &p->config.inbox;
    const struct {
        const char *key;
        bd_str name;
    } rows[] = {
        { "inbox.folder", inbox->folder },
        { "inbox.handled", inbox->handled },
        { "inbox.unreadable", inbox->unreadable },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *complaint = complain_of_folder(rows[i].name);

        for (size_t j = 0; j < i && !complaint; j++)
            if (bd_str_eq_nocase(rows[i].name, rows[j].name))
                complaint = bd_arena_printf(
                                p->arena,
                                _("this is the same folder as %s; give "
                                  "another"),
                                rows[j].key)
                                .ptr;
        if (complaint)
            return complain_of(p, rows[i].key, complaint);
    }
    return BD_OK;
}

enum bd_status finish_inbox(struct parse *p)
{
    struct bd_config_inbox *inbox = &p->config.inbox;
    const struct login login = { "inbox",
                                 inbox->username,
                                 inbox->password_command,
                                 inbox->password_file,
                                 inbox->password_env,
                                 inbox->auth };
    enum bd_status rc = check_login(p, &login);

    if (rc != BD_OK)
        return rc;
    if (is_server(inbox->url) && inbox->username.len == 0)
        return complain_of(p, "inbox.url",
                           _("a mailbox on a server needs a log-in; set "
                             "username, and password_command, password_file "
                             "or password_env"));
    if (inbox->starttls.len == 0)
        inbox->starttls = is_loopback(server_host(inbox->url))
                              ? BD_STR("off")
                              : BD_STR("required");
    fill_folders(inbox, p->config.language);
    return check_folders(p);
}

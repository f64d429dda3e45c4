#include "server_private.h"

#include <unistd.h>

#include "brevduva/base/i18n.h"
#include "fetcher_cage_private.h"
#include "source_private.h"

bool server_said_no(const struct server *server, int code)
{
    return server->wire == WIRE_GOING && code != MAILIMAP_NO_ERROR &&
           code != MAILIMAP_NO_ERROR_AUTHENTICATED &&
           code != MAILIMAP_NO_ERROR_NON_AUTHENTICATED &&
           code != MAILIMAP_ERROR_STREAM && code != MAILIMAP_ERROR_PARSE &&
           code != MAILIMAP_ERROR_MEMORY && code != MAILIMAP_ERROR_BAD_STATE;
}

enum bd_status server_check(struct server *server, int code, struct bd_err *err)
{
    const char *said = server->imap->imap_response;

    if (code == MAILIMAP_NO_ERROR || code == MAILIMAP_NO_ERROR_AUTHENTICATED ||
        code == MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
        return BD_OK;
    if (server_said_no(server, code))
        return bd_fail(err, BD_ETEMP, _("the mail server refuses: %.200s"),
                       said ? said : "");
    if (server->wire == WIRE_FLOODED || code == MAILIMAP_ERROR_MEMORY)
        return bd_fail(err, BD_ETEMP,
                       _("the mail server sends far more than it was asked "
                         "for"));
    if (server->wire == WIRE_SLOW)
        return bd_fail(err, BD_ETEMP,
                       _("the mail server was silent for %d seconds"),
                       server->patience_ms / 1000);
    if (server->wire == WIRE_LOST)
        return bd_fail(err, BD_ETEMP, _("the connection was lost"));
    return bd_fail(err, BD_ETEMP,
                   _("the mail server says what nobody can understand"));
}

static enum bd_status connect_stream(struct server *server,
                                     const struct frame_open *open,
                                     struct bd_err *err)
{
    struct bd_arena *arena = server->arena;
    const struct bd_stream_options options = {
        .url = bd_arena_cstr(arena, open->url),
        .starttls = open->starttls_off ? BD_STARTTLS_OFF : BD_STARTTLS_REQUIRED,
        .username = open->username.len ? bd_arena_cstr(arena, open->username)
                                       : NULL,
        .password = open->password.len ? bd_arena_cstr(arena, open->password)
                                       : NULL,
        .ca_file = open->ca_file.len ? bd_arena_cstr(arena, open->ca_file)
                                     : NULL,
        .auth = open->auth.len ? bd_arena_cstr(arena, open->auth) : NULL,
        .proxy = open->proxy.len ? bd_arena_cstr(arena, open->proxy) : NULL,
        .connect_timeout_ms = server->patience_ms,
    };
    enum bd_status rc = bd_url_mailbox(options.url, server->name, err);

    if (rc == BD_OK)
        rc = bd_stream_open(&options, &server->stream, err);
    return rc;
}

/* The first personal namespace: Courier's folders stand below "INBOX.". */
static void look_at_namespace(struct server *server, char *out_delimiter,
                              const char **out_prefix)
{
    struct mailimap_namespace_data *data = NULL;
    const struct mailimap_namespace_info *info = NULL;
    clist *list = NULL;

    server_allow(server, SERVER_SMALL);
    if (!mailimap_has_namespace(server->imap) ||
        mailimap_namespace(server->imap, &data) != MAILIMAP_NO_ERROR)
        return;
    list = data->ns_personal ? data->ns_personal->ns_data_list : NULL;
    if (list && clist_begin(list))
        info = clist_content(clist_begin(list));
    if (info && info->ns_delimiter)
        *out_delimiter = info->ns_delimiter;
    if (info && info->ns_prefix)
        *out_prefix = bd_arena_cstr(server->arena,
                                    bd_str_from(info->ns_prefix));
    mailimap_namespace_data_free(data);
}

static void look_at_delimiter(struct server *server, char *out_delimiter)
{
    clist *list = NULL;
    const struct mailimap_mailbox_list *box = NULL;

    server_allow(server, SERVER_SMALL);
    if (mailimap_list(server->imap, "", "", &list) != MAILIMAP_NO_ERROR)
        return;
    if (clist_begin(list))
        box = clist_content(clist_begin(list));
    if (box && box->mb_delimiter)
        *out_delimiter = box->mb_delimiter;
    mailimap_list_result_free(list);
}

static const char *folder_name(struct server *server, bd_str name,
                               char delimiter, const char *prefix)
{
    const char *text = source_folder_name(server->arena, name, delimiter);

    if (bd_str_eq_nocase(name, BD_STR("INBOX")) ||
        bd_str_starts(bd_str_from(text), bd_str_from(prefix)))
        return text;
    return bd_arena_cstr(server->arena,
                         bd_arena_printf(server->arena, "%s%s", prefix, text));
}

/* The mailbox keeps keywords: it says so of all, or of this one. */
static bool keeps_mark(const struct mailimap_selection_info *info)
{
    clistiter *at = info->sel_perm_flags ? clist_begin(info->sel_perm_flags)
                                         : NULL;

    for (; at; at = clist_next(at)) {
        const struct mailimap_flag_perm *flag = clist_content(at);

        if (flag->fl_type == MAILIMAP_FLAG_PERM_ALL)
            return true;
        if (flag->fl_flag && flag->fl_flag->fl_type == MAILIMAP_FLAG_KEYWORD &&
            bd_str_eq_nocase(bd_str_from(flag->fl_flag->fl_data.fl_keyword),
                             BD_STR(SERVER_MARK)))
            return true;
    }
    return false;
}

static enum bd_status select_folder(struct server *server, bd_str folder,
                                    const char *name, struct frame_opened *out,
                                    struct bd_err *err)
{
    const struct mailimap_selection_info *info = NULL;
    int code = 0;
    enum bd_status rc = BD_OK;

    server_allow(server, SERVER_SMALL);
    code = mailimap_select(server->imap, name);
    if (server_said_no(server, code))
        return bd_fail(err, BD_EFINAL,
                       _("the folder %.*s cannot be opened (%.100s); check "
                         "inbox.folder"),
                       BD_ARG(folder),
                       server->imap->imap_response ? server->imap->imap_response
                                                   : "");
    rc = server_check(server, code, err);
    if (rc != BD_OK)
        return rc;
    info = server->imap->imap_selection_info;
    if (!info || info->sel_perm == MAILIMAP_MAILBOX_READONLY)
        return bd_fail(err, BD_EFINAL,
                       _("the folder %.*s can only be read, so mails that are "
                         "done cannot be moved or marked"),
                       BD_ARG(folder));
    server->can_mark = keeps_mark(info);
    *out = (struct frame_opened) { info->sel_uidvalidity, server->can_mark };
    return BD_OK;
}

enum bd_status server_open(struct server *server, const struct frame_open *open,
                           struct frame_opened *out, struct bd_err *err)
{
    struct mailimap_capability_data *capability = NULL;
    const char *prefix = "";
    char delimiter = '/';
    int code = 0;
    enum bd_status rc = BD_OK;

    server->patience_ms = open->patience_s < 3600 ? (int)open->patience_s * 1000
                                                  : 3600000;
    server->flag = open->flag;
    rc = connect_stream(server, open, err);
    if (rc != BD_OK)
        return rc;
    if (!cage_close())
        _exit(1);
    server->imap = mailimap_new(0, NULL);
    if (!server->imap)
        bd_out_of_memory();
    server_allow(server, SERVER_SMALL);
    code = mailimap_connect(server->imap, server_wire(server));
    rc = server_check(server, code, err);
    if (rc == BD_OK)
        rc = server_check(server,
                          mailimap_capability(server->imap, &capability), err);
    if (rc != BD_OK)
        return rc;
    if (capability)
        mailimap_capability_data_free(capability);
    look_at_delimiter(server, &delimiter);
    look_at_namespace(server, &delimiter, &prefix);
    server->handled = folder_name(server, open->handled, delimiter, prefix);
    server->unreadable = folder_name(server, open->unreadable, delimiter,
                                     prefix);
    return select_folder(server, open->folder,
                         folder_name(server, open->folder, delimiter, prefix),
                         out, err);
}

void server_close(struct server *server)
{
    if (server->imap) {
        server->patience_ms = 500;
        server_allow(server, SERVER_SMALL);
        if (server->wire == WIRE_GOING)
            (void)mailimap_logout(server->imap);
        mailimap_free(server->imap);
    }
    bd_stream_close(server->stream);
    bd_arena_free(server->arena);
    *server = (struct server) { 0 };
}

static struct mailimap_search_key *undeleted(void)
{
    return mailimap_search_key_new(MAILIMAP_SEARCH_KEY_UNDELETED, NULL, NULL,
                                   NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                   NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL,
                                   NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL);
}

static void add(clist *list, void *item)
{
    if (!item || clist_append(list, item) < 0)
        bd_out_of_memory();
}

enum bd_status server_list(struct server *server, struct bd_buf *out,
                           struct bd_err *err)
{
    clist *keys = clist_new();
    struct mailimap_search_key *key = NULL;
    clist *uids = NULL;
    enum bd_status rc = BD_OK;

    if (!keys)
        bd_out_of_memory();
    add(keys, undeleted());
    if (server->can_mark)
        add(keys, mailimap_search_key_new_unkeyword(server_copy(SERVER_MARK)));
    key = mailimap_search_key_new_multiple(keys);
    if (!key)
        bd_out_of_memory();
    if (server->imap->imap_selection_info)
        server->imap->imap_selection_info->sel_has_exists = 0;
    server_allow(server, SERVER_LIST);
    rc = server_check(server,
                      mailimap_uid_search(server->imap, NULL, key, &uids), err);
    mailimap_search_key_free(key);
    if (rc != BD_OK)
        return rc;
    for (clistiter *at = clist_begin(uids); at; at = clist_next(at))
        frame_put_u32(out, *(const uint32_t *)clist_content(at));
    mailimap_search_result_free(uids);
    return BD_OK;
}

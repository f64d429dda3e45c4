/* What becomes of a mail, and waiting for the next. */
#include "brevduva/base/i18n.h"
#include "brevduva/inbox/source.h"
#include "server_private.h"
#include <poll.h>

#define IDLE_MS (25 * 60 * 1000) /* RFC 2177: servers end it after 30 min */

static enum bd_status add_flag(struct server *server, struct mailimap_set *set,
                               struct mailimap_flag *flag, struct bd_err *err)
{
    struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
    struct mailimap_store_att_flags *store = NULL;
    enum bd_status rc = BD_OK;

    if (!flags || !flag ||
        mailimap_flag_list_add(flags, flag) != MAILIMAP_NO_ERROR)
        bd_out_of_memory();
    store = mailimap_store_att_flags_new_add_flags_silent(flags);
    if (!store)
        bd_out_of_memory();
    server_allow(server, SERVER_SMALL);
    rc = server_check(server, mailimap_uid_store(server->imap, set, store),
                      err);
    mailimap_store_att_flags_free(store);
    return rc;
}

static int move_once(struct server *server, struct mailimap_set *set,
                     const char *folder, bool can_move)
{
    server_allow(server, SERVER_SMALL);
    return can_move ? mailimap_uid_move(server->imap, set, folder)
                    : mailimap_uid_copy(server->imap, set, folder);
}

/* Where it is there already, the server says no. */
static void make_folder(struct server *server, const char *folder)
{
    server_allow(server, SERVER_SMALL);
    if (mailimap_create(server->imap, folder) == MAILIMAP_NO_ERROR)
        (void)mailimap_subscribe(server->imap, folder);
}

/* Without UIDPLUS nothing is expunged, as that would take others' mails, too:
 * what is deleted stays, and is not looked at. */
static enum bd_status move(struct server *server, struct mailimap_set *set,
                           const char *folder, bool *made, struct bd_err *err)
{
    bool can_move = mailimap_has_extension(server->imap, "MOVE");
    int code = move_once(server, set, folder, can_move);
    enum bd_status rc = BD_OK;

    if (server_said_no(server, code) && !*made) {
        *made = true;
        make_folder(server, folder);
        code = move_once(server, set, folder, can_move);
    }
    rc = server_check(server, code, err);
    if (rc != BD_OK) {
        bd_err_prefix(err, _("moving a mail to the folder %s"), folder);
        return rc;
    }
    if (can_move)
        return BD_OK;
    rc = add_flag(server, set, mailimap_flag_new_deleted(), err);
    if (rc != BD_OK || !mailimap_has_uidplus(server->imap))
        return rc;
    server_allow(server, SERVER_SMALL);
    return server_check(server, mailimap_uid_expunge(server->imap, set), err);
}

static enum bd_status mark(struct server *server, struct mailimap_set *set,
                           struct bd_err *err)
{
    return add_flag(server, set,
                    server->can_mark ? mailimap_flag_new_flag_keyword(
                                           server_copy(SERVER_MARK))
                                     : mailimap_flag_new_flagged(),
                    err);
}

enum bd_status server_settle(struct server *server, struct frame_rest *in,
                             struct bd_err *err)
{
    uint32_t how = frame_take_u32(in);
    size_t count = 0;
    struct mailimap_set *set = server_take_set(in, &count);
    enum bd_status rc = BD_OK;

    if (how == BD_SETTLE_ASIDE)
        rc = move(server, set, server->unreadable, &server->made[1], err);
    else if (how == BD_SETTLE_HANDLED && !server->flag)
        rc = move(server, set, server->handled, &server->made[0], err);
    else
        rc = mark(server, set, err);
    mailimap_set_free(set);
    return rc;
}

/* New mails that came after the last list. */
static bool has_news(const struct server *server)
{
    return server->imap->imap_selection_info &&
           server->imap->imap_selection_info->sel_has_exists;
}

static enum bd_status idle(struct server *server, int64_t ms, int other_fd,
                           struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    server_allow(server, SERVER_SMALL);
    rc = server_check(server, mailimap_idle(server->imap), err);
    if (rc != BD_OK)
        return rc;
    if (!has_news(server))
        server_await(server, other_fd, ms);
    server_allow(server, SERVER_SMALL);
    return server_check(server, mailimap_idle_done(server->imap), err);
}

enum bd_status server_wait(struct server *server, struct frame_rest *in,
                           int other_fd, struct bd_err *err)
{
    int64_t poll_ms = (int64_t)frame_take_u32(in) * 1000;
    int64_t max_ms = (int64_t)frame_take_u32(in) * 1000;
    struct pollfd end = { .fd = other_fd, .events = POLLIN };

    if (has_news(server))
        return BD_OK;
    if (mailimap_has_idle(server->imap))
        return idle(server, max_ms < IDLE_MS ? max_ms : IDLE_MS, other_fd, err);
    (void)poll(&end, 1, (int)(poll_ms < max_ms ? poll_ms : max_ms));
    server_allow(server, SERVER_SMALL);
    return server_check(server, mailimap_noop(server->imap), err);
}

#include <unistd.h>

#include "brevduva/base/file.h"
#include "cli_private.h"

/* A command that looks for dead senders holds the lock for a moment. */
#define LOOK_TRIES 50
#define LOOK_MS    20

static enum sender role_of(const struct bd_lock_owner *owner)
{
    bd_str role = bd_str_from(owner->role);

    return bd_str_eq(role, BD_STR("watch")) ? SENDER_WATCH : SENDER_SEND;
}

enum bd_status sender_take(struct app *app, const char *role, int *out_fd,
                           enum sender *out_other, int64_t *out_pid)
{
    struct bd_lock_owner owner = { 0 };
    enum bd_status rc = BD_OK;

    *out_other = SENDER_NONE;
    for (int i = 0; i < LOOK_TRIES; i++) {
        rc = bd_lock_take(app_sender_lock(app), role, out_fd, &owner,
                          &app->err);
        if (rc != BD_ETEMP ||
            !bd_str_eq(bd_str_from(owner.role), BD_STR("look")))
            break;
        (void)interrupt_sleep(LOOK_MS);
    }
    if (rc != BD_ETEMP)
        return rc;
    *out_other = role_of(&owner);
    *out_pid = owner.pid;
    if (owner.pid == 0)
        return bd_fail(&app->err, BD_ETEMP,
                       _("another process is sending already; wait until it "
                         "is done"));
    return bd_fail(&app->err, BD_ETEMP,
                   _("process %lld is sending already; wait until it is done"),
                   (long long)owner.pid);
}

enum sender sender_now(struct app *app, int64_t *out_pid)
{
    enum sender other = SENDER_NONE;
    int fd = -1;

    if (sender_take(app, "look", &fd, &other, out_pid) == BD_OK)
        (void)close(fd);
    return other;
}

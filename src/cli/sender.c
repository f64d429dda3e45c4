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

/* Not refused for one who only looks. */
static enum bd_status take(struct app *app, const char *path, const char *role,
                           int *out_fd, struct bd_lock_owner *out_owner)
{
    enum bd_status rc = BD_OK;

    for (int i = 0; i < LOOK_TRIES; i++) {
        rc = bd_lock_take(path, role, out_fd, out_owner, &app->err);
        if (rc != BD_ETEMP ||
            !bd_str_eq(bd_str_from(out_owner->role), BD_STR("look")))
            break;
        (void)interrupt_sleep(LOOK_MS);
    }
    return rc;
}

enum bd_status sender_take(struct app *app, const char *role, int *out_fd,
                           enum sender *out_other, int64_t *out_pid)
{
    struct bd_lock_owner owner = { 0 };
    enum bd_status rc = take(app, app_sender_lock(app), role, out_fd, &owner);

    *out_other = SENDER_NONE;
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

static const char *waiter_lock(struct app *app, int64_t mailing_id)
{
    return bd_arena_printf(app->arena, "%s-%lld", app_sender_lock(app),
                           (long long)mailing_id)
        .ptr;
}

enum bd_status waiter_take(struct app *app, int64_t mailing_id, int *out_fd)
{
    struct bd_lock_owner owner = { 0 };
    enum bd_status rc = take(app, waiter_lock(app, mailing_id), "wait", out_fd,
                             &owner);

    if (rc != BD_ETEMP)
        return rc;
    return bd_fail(&app->err, BD_ETEMP,
                   _("process %lld waits to send it; stop that one with "
                     "Ctrl-C, or leave it to it"),
                   (long long)owner.pid);
}

void waiter_leave(struct app *app, int64_t mailing_id, int fd)
{
    (void)unlink(waiter_lock(app, mailing_id));
    (void)close(fd);
}

int64_t waiter_now(struct app *app, int64_t mailing_id)
{
    const char *path = waiter_lock(app, mailing_id);
    struct bd_lock_owner owner = { 0 };
    int fd = -1;

    if (access(path, F_OK) != 0)
        return 0;
    if (take(app, path, "look", &fd, &owner) == BD_OK) {
        (void)close(fd); /* a killed one left it */
        return 0;
    }
    return owner.pid;
}

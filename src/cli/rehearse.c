/* send --rehearse: every mail to a Maildir of its own; nothing is sent, and
 * nothing enters the ledger. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "brevduva/base/file.h"
#include "rehearse_private.h"

#define SALT_BYTES 6

/* rehearsal/2026-4-2026-11-23-0846, and "-2" when that is there. */
static enum bd_status make_folder(struct rehearsal *r, bd_str slug)
{
    static const char *const parts[] = { "new", "cur", "tmp" };
    struct app *app = r->app;
    bd_str when = bd_time_local(app->arena, app_now(app));
    const char *top = bd_path_join(app->arena, app->folder, "rehearsal");
    enum bd_status rc = bd_folder_create(top, 0700, &app->err);
    bd_str name = bd_arena_printf(app->arena, "%s/%.*s-%.*s-%.*s%.*s", top,
                                  BD_ARG(slug), BD_ARG(bd_str_sub(when, 0, 10)),
                                  BD_ARG(bd_str_sub(when, 11, 2)),
                                  BD_ARG(bd_str_sub(when, 14, 2)));

    r->folder = name.ptr;
    if (rc == BD_OK || rc == BD_EEXIST)
        rc = bd_folder_create(r->folder, 0700, &app->err);
    for (int i = 2; rc == BD_EEXIST && i < 1000; i++) {
        r->folder = bd_arena_printf(app->arena, "%.*s-%d", BD_ARG(name), i).ptr;
        rc = bd_folder_create(r->folder, 0700, &app->err);
    }
    for (size_t i = 0; rc == BD_OK && i < 3; i++)
        rc = bd_folder_create(bd_path_join(app->arena, r->folder, parts[i]),
                              0700, &app->err);
    return rc;
}

static bool write_all(int fd, bd_str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);

        if (n < 0 && errno != EINTR)
            return false;
        bytes = bd_str_skip(bytes, n > 0 ? (size_t)n : 0);
    }
    return true;
}

/* The file is named by the Message-ID: one that is there is a duplicate. */
static enum bd_status write_mail(struct rehearsal *r, bd_str message_id)
{
    struct app *app = r->app;
    const char *path = bd_arena_printf(app->arena, "%s/new/%.*s", r->folder,
                                       BD_ARG(message_id))
                           .ptr;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool written = fd >= 0 && write_all(fd, bd_buf_str(&r->bytes));
    int saved = errno;

    if (fd < 0 && saved == EEXIST) {
        r->same_id++;
        return BD_OK;
    }
    if (fd >= 0 && close(fd) != 0 && written) {
        saved = errno;
        written = false;
    }
    if (!written)
        return bd_fail(&app->err, BD_EIO, _("%s: the mail cannot be saved: %s"),
                       path, bd_errno_text(saved));
    return BD_OK;
}

static void note_size(struct rehearsal *r, const struct bd_subscriber *reader)
{
    int64_t size = (int64_t)r->bytes.len;

    r->copies++;
    r->total += size;
    if (size <= r->largest)
        return;
    r->largest = size;
    r->largest_of = bd_arena_copy(r->kept, reader->email);
}

static enum bd_status make_mail(struct rehearsal *r,
                                const struct bd_subscriber *reader,
                                bd_str message_id)
{
    struct app *app = r->app;
    const struct bd_message *message = reader->text_only ? r->text_only
                                                         : r->full;
    struct bd_recipient recipient = {
        .email = reader->email,
        .name = reader->name,
        .language = reader->language,
        .attributes = reader->attributes,
        .subscriber = (uint64_t)reader->id,
        .list = (uint32_t)r->list_id,
        .message_id = message_id,
        .date = app_now(app),
        .zone = bd_zone_local(app_now(app)),
    };
    const bd_str *values = NULL;
    enum bd_status rc = bd_recipient_values(app->arena, message, &recipient,
                                            r->signer, &values, &app->err);

    if (rc != BD_OK)
        return rc;
    bd_buf_clear(&r->bytes);
    rc = bd_message_splice(message, values, &r->bytes);
    if (rc != BD_OK)
        return bd_fail(&app->err, rc, _("the mail is larger than %d MB"),
                       BD_MAX_MESSAGE_BYTES / (1024 * 1024));
    rehearsal_note_empty(r, message, values, reader->email);
    return BD_OK;
}

static enum bd_status take_reader(void *self,
                                  const struct bd_subscriber *reader)
{
    struct rehearsal *r = self;
    bd_str message_id = bd_arena_printf(r->app->arena, "rehearsal.%lld.%.*s",
                                        (long long)reader->id, BD_ARG(r->salt));

    if (interrupt_came())
        return bd_fail(&r->app->err, BD_ETEMP,
                       _("stopped; what was made is in %s"),
                       app_shown(r->app, r->folder));
    if (bd_str_eq(reader->email_key, r->last_key))
        r->same_key++;
    r->last_key = bd_str_sub(reader->email_key, 0, sizeof r->last_key_bytes);
    for (size_t i = 0; i < r->last_key.len; i++)
        r->last_key_bytes[i] = r->last_key.ptr[i];
    r->last_key.ptr = r->last_key_bytes;
    progress_show(&r->progress, r->copies, r->readers);
    if (make_mail(r, reader, message_id) != BD_OK) { /* this reader's data */
        rehearsal_note_failed(r, reader->email, bd_str_from(r->app->err.msg));
        return BD_OK;
    }
    note_size(r, reader);
    return write_mail(r, message_id);
}

/* Tokens as long as real ones, by a key that nobody has: a mail that strays
 * from the rehearsal opens nothing. */
static struct bd_signer *false_signer(struct app *app)
{
    unsigned char key[BD_TOKEN_KEY_LEN];

    app->sys->random(app->sys->self, key, sizeof key);
    return bd_signer_new(1, key);
}

int send_rehearse(struct app *app, const struct cli_letter *letter,
                  const struct send_plan *plan, const struct bd_message *full,
                  const struct bd_message *text_only, int64_t readers)
{
    struct rehearsal r = {
        .app = app,
        .kept = app->arena,
        .full = full,
        .text_only = text_only,
        .list_id = letter->list.id,
        .readers = readers,
        .salt = random_hex(app, SALT_BYTES),
        .started_ms = app->sys->monotonic_ms(app->sys->self),
    };
    enum bd_status rc = make_folder(&r, letter->issue.slug);

    if (rc != BD_OK)
        return app_fail(app);
    bd_buf_init(&r.bytes, BD_MAX_MESSAGE_BYTES);
    r.signer = false_signer(app);
    rehearsal_find_fields(&r);
    interrupt_watch();
    progress_start(&r.progress, app->sys, _("Rehearsing"));
    rc = send_each_reader(app, letter, plan->where, take_reader, &r);
    progress_end(&r.progress);
    bd_signer_free(r.signer);
    bd_buf_fini(&r.bytes);
    if (rc != BD_OK)
        return app_fail(app);
    return rehearsal_report(&r);
}

/* One mail of the inbox, from the mailbox to the ledger and back. */
#include "brevduva/base/file.h"
#include "inbox_private.h"

#define MAX_KEPT ((size_t)256 * 1024 * 1024)

static enum bd_settle settle_of(enum bd_inbox_outcome outcome)
{
    switch (outcome) {
    case BD_INBOX_LEFT:
        return BD_SETTLE_LEAVE;
    case BD_INBOX_ASIDE:
        return BD_SETTLE_ASIDE;
    case BD_INBOX_LATER:
        return BD_SETTLE_LATER;
    default:
        return BD_SETTLE_HANDLED;
    }
}

static enum bd_status whole(void *self, struct bd_arena *arena, bd_str *out,
                            struct bd_err *err)
{
    struct inbox *inbox = self;

    return bd_source_whole(inbox->source, arena, BD_MAX_MESSAGE_BYTES, out,
                           err);
}

static void touch(struct inbox *inbox, int64_t mailing_id)
{
    for (size_t i = 0; i < inbox->touched_count; i++)
        if (inbox->touched[i] == mailing_id)
            return;
    if (mailing_id != 0 && inbox->touched_count < INBOX_MAX_TOUCHED)
        inbox->touched[inbox->touched_count++] = mailing_id;
}

static void tell_json(struct inbox *inbox, bd_str name,
                      const struct bd_incoming *in,
                      const struct bd_inbox_result *result)
{
    struct app *app = inbox->app;
    struct bd_json *o = bd_json_object(app->arena);

    set_time(app, o, "at", inbox->rules.now);
    set_text(app, o, "mail", name);
    set_text(app, o, "kind", bd_str_from(bd_incoming_kind_names[in->kind]));
    set_text(app, o, "rule", bd_str_from(in->rule));
    set_text(app, o, "outcome",
             bd_str_from(bd_inbox_outcome_names[result->outcome]));
    set_text(app, o, "address", result->email);
    bd_json_set(o, BD_STR("token_ok"),
                bd_json_bool(app->arena, result->token_ok));
    out_json(o);
}

/* In a log no address stands (C10). */
static void tell(struct inbox *inbox, bd_str name, const struct bd_incoming *in,
                 const struct bd_inbox_result *result)
{
    inbox->counts[in->kind][result->outcome]++;
    if (inbox->json) {
        tell_json(inbox, name, in, result);
    } else if (inbox->watch) {
        (void)printf("%.*s: %s, %s\n", BD_ARG(name), word_incoming(in->kind),
                     word_inbox(result->outcome));
        (void)fflush(stdout);
    }
}

/* One that killed the program, or its reader, twice is not looked at. */
static enum bd_status read_mail(struct inbox *inbox,
                                const struct bd_source_mail *mail,
                                struct bd_incoming *out)
{
    struct app *app = inbox->app;

    if (!mail->feared)
        return bd_reader_read(inbox->reader, app->arena, mail->bytes, out,
                              &app->err);
    *out = (struct bd_incoming) { .kind = BD_INCOMING_UNREADABLE,
                                  .rule = "not-fetched" };
    return BD_OK;
}

/* A pipe has no mailbox to leave a mail in: it becomes a file in the newsletter
 * folder. */
static enum bd_status keep_file(struct inbox *inbox, enum bd_settle how)
{
    struct app *app = inbox->app;
    const char *folder = bd_path_join(app->arena, app->folder, "inbox");
    const char *part = bd_path_join(
        app->arena, folder, how == BD_SETTLE_ASIDE ? "unreadable" : "left");
    bd_str name = bd_arena_printf(app->arena, "%lld.%.*s.eml",
                                  (long long)app_now(app),
                                  BD_ARG(random_hex(app, 8)));
    bd_str bytes = BD_STR_NONE;
    enum bd_status rc = bd_folder_create(folder, 0700, &app->err);

    if (rc == BD_OK || rc == BD_EEXIST)
        rc = bd_folder_create(part, 0700, &app->err);
    if (rc == BD_OK || rc == BD_EEXIST)
        rc = bd_source_whole(inbox->source, app->arena, MAX_KEPT, &bytes,
                             &app->err);
    if (rc == BD_OK)
        rc = bd_file_create(
            bd_path_join(app->arena, part, bd_arena_cstr(app->arena, name)),
            bytes, 0600, &app->err);
    return rc;
}

/* What was seen before goes where it went then. A mailbox keeps it; of a pipe
 * it would be gone, so one that may differ where nobody looked is kept. */
static enum bd_status
settle(struct inbox *inbox, const struct bd_inbox_result *result, uint64_t size)
{
    bool seen = result->outcome == BD_INBOX_SEEN;
    enum bd_settle how = settle_of(seen ? result->before : result->outcome);
    enum bd_status rc = BD_OK;

    if (inbox->pipe &&
        (result->outcome == BD_INBOX_OLD ||
         (seen && size > BD_INBOX_COMPARED && how == BD_SETTLE_HANDLED)))
        how = BD_SETTLE_LEAVE;
    if (inbox->pipe && (how == BD_SETTLE_LEAVE || how == BD_SETTLE_ASIDE))
        rc = keep_file(inbox, how);
    return rc == BD_OK ? bd_source_settle(inbox->source, how, &inbox->app->err)
                       : rc;
}

/* A file's name can hold anything. */
static bd_str shown_name(struct bd_arena *arena, bd_str name)
{
    bd_str rest = bd_arena_copy(arena, name);
    struct bd_buf out;
    bd_str shown = BD_STR_NONE;

    bd_buf_init(&out, 0);
    while (rest.len > 0) {
        size_t mark = bd_str_direction_mark(rest);
        bd_str one = bd_str_cut_utf8(rest, 4); /* a character, or more */
        size_t len = 1;

        while (len < one.len && ((unsigned char)one.ptr[len] & 0xc0) == 0x80)
            len++;
        one = bd_str_sub(rest, 0, mark > 0 ? mark : len);
        if (mark > 0 || !bd_str_is_utf8(one, NULL) || bd_str_has_control(one) ||
            (unsigned char)one.ptr[0] < ' ')
            bd_buf_add_char(&out, '?');
        else
            bd_buf_add(&out, one);
        rest = bd_str_skip(rest, one.len);
    }
    shown = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return shown;
}

static enum bd_status work(struct inbox *inbox,
                           const struct bd_source_mail *mail)
{
    struct app *app = inbox->app;
    struct bd_incoming incoming = { 0 };
    struct bd_inbox_result result = { 0 };
    const struct bd_inbox_mail given = { .incoming = &incoming,
                                         .bytes = mail->bytes,
                                         .size = mail->size,
                                         .name = shown_name(app->arena,
                                                            mail->name),
                                         .whole = whole,
                                         .self = inbox };
    enum bd_status rc = read_mail(inbox, mail, &incoming);

    inbox->rules.now = app_now(app);
    if (rc == BD_OK)
        rc = bd_inbox_apply(app->arena, &inbox->rules, &given, &result,
                            &app->err);
    if (rc != BD_OK)
        return rc;
    rc = settle(inbox, &result, mail->size);
    inbox->later |= result.outcome == BD_INBOX_LATER;
    touch(inbox, result.mailing_id);
    tell(inbox, given.name, &incoming, &result);
    return rc;
}

enum bd_status inbox_mail(struct inbox *inbox)
{
    struct app *app = inbox->app;
    struct bd_arena *kept = app->arena;
    struct bd_source_mail mail = { .size = 0 };
    enum bd_status rc = bd_source_next(inbox->source, &mail, &app->err);

    if (rc != BD_OK)
        return rc;
    app->arena = bd_arena_new(); /* a watch runs for months */
    rc = work(inbox, &mail);
    bd_arena_free(app->arena);
    app->arena = kept;
    return rc;
}

static void print_kind(const struct inbox *inbox, enum bd_incoming_kind kind)
{
    const int64_t *counts = inbox->counts[kind];
    int64_t total = 0;

    for (int i = 0; i < BD_INBOX_OUTCOMES; i++)
        if (i != BD_INBOX_LATER)
            total += counts[i];
    if (total == 0)
        return;
    (void)printf("%s: %lld", word_incoming(kind), (long long)total);
    for (int i = 0; i < BD_INBOX_OUTCOMES; i++)
        if (i != BD_INBOX_LATER && counts[i] > 0)
            (void)printf(", %s %lld",
                         inbox->pipe && i == BD_INBOX_LEFT
                             ? _("kept in inbox/left")
                             : word_inbox((enum bd_inbox_outcome)i),
                         (long long)counts[i]);
    (void)printf("\n");
}

void inbox_print_counts(const struct inbox *inbox, bool whole)
{
    bool any = false, old = false;

    for (int k = 0; k < BD_INCOMING_KINDS; k++)
        for (int i = 0; i < BD_INBOX_OUTCOMES; i++)
            any |= inbox->counts[k][i] > 0;
    if (!any && whole)
        (void)printf("%s\n", _("No new mail."));
    for (int k = 0; k < BD_INCOMING_KINDS; k++) {
        print_kind(inbox, (enum bd_incoming_kind)k);
        old |= inbox->counts[k][BD_INBOX_OLD] > 0;
    }
    if (old && !inbox->pipe)
        (void)printf("%s\n", _("Too old: from before the mailbox was read for "
                               "the newsletter, or before the reader joined. "
                               "You find them among the mails that are done."));
}

/* What readers ask for by mail. From can be forged, so a command without a
 * token does only what is harmless, or answers the mailbox itself (B10). */
#include "apply_private.h"

struct bd_desk apply_desk(const struct apply *a, bd_str sender_key)
{
    struct bd_desk desk = *a->inbox->desk;

    desk.store = a->inbox->store;
    desk.arena = a->arena;
    desk.actor = (struct bd_actor) { .channel = BD_STR("mail"),
                                     .now = a->inbox->now };
    desk.asker = sender_key;
    desk.is_mail = true;
    desk.in_reply_to = a->in->message_id;
    desk.answers = a->in->answerable ? BD_ANSWERS_UNASKED : BD_ANSWERS_NONE;
    desk.err = a->err;
    if (a->in->language_known)
        desk.language = a->in->language;
    return desk;
}

static bd_str reason_of(const struct apply *a)
{
    return bd_arena_printf(a->arena, "by mail: %.*s",
                           BD_ARG(bd_str_cut_utf8(a->in->subject, 80)));
}

static enum bd_status leave(struct apply *a, struct bd_desk *desk,
                            struct bd_leaving *leaving)
{
    bool is_void = false;
    enum bd_status rc = age_precedes_consent(a, leaving, &is_void);

    if (rc == BD_OK && is_void) {
        a->out->outcome = BD_INBOX_OLD;
        return BD_OK;
    }
    if (rc == BD_OK)
        rc = bd_desk_leave(desk, leaving, reason_of(a));
    if (rc == BD_OK)
        a->out->outcome = leaving->left_count > 0 ? BD_INBOX_UNSUBSCRIBED
                                                  : BD_INBOX_NOTED;
    return rc;
}

/* What a person wrote beside the command is sent on, too. */
static enum bd_status pass_on(struct apply *a)
{
    const struct bd_inbox_result done = *a->out;
    enum bd_status rc = apply_person(a);

    if (rc == BD_OK && (a->out->outcome == BD_INBOX_FORWARDED ||
                        a->out->outcome == BD_INBOX_OLD))
        *a->out = done;
    return rc;
}

static enum bd_status leave_by_token(struct apply *a,
                                     const struct bd_token *token)
{
    struct bd_desk desk = apply_desk(a, a->in->from);
    struct bd_leaving leaving = { .list_id = 0 };
    enum bd_status rc = bd_desk_leave_look(&desk, (int64_t)token->subscriber,
                                           token->list, &leaving);

    a->out->token_ok = true;
    a->out->mailing_id = token->mailing;
    if (rc == BD_ENOENT) /* erased since */
        return BD_OK;
    if (rc != BD_OK)
        return rc;
    a->out->email = leaving.reader.email;
    leaving.all = token->list == 0;
    return leave(a, &desk, &leaving);
}

enum bd_status apply_leave(struct apply *a, const struct bd_token *token)
{
    enum bd_status rc = leave_by_token(a, token);

    return rc == BD_OK && a->in->wordy ? pass_on(a) : rc;
}

/* A server of ours has found that the sender is not who it says (A4). */
static bool is_forged(const struct apply *a)
{
    bd_str rest = a->in->authentication;
    bd_str id = bd_str_trim(bd_str_cut(&rest, ';'));

    if (a->inbox->authserv_id.len == 0 ||
        !bd_str_eq_nocase(bd_str_cut(&id, ' '), a->inbox->authserv_id))
        return false;
    while (rest.ptr)
        if (bd_str_starts_nocase(bd_str_trim(bd_str_cut(&rest, ';')),
                                 BD_STR("dmarc=fail")))
            return true;
    return false;
}

/* One command at work. */
struct command {
    struct apply *apply;
    struct bd_desk desk;
    struct bd_address from;
    struct bd_subscriber reader; /* id 0: nobody of that address */
    struct bd_reader_lists lists;
};

/* The list that is named, by its short name or its title. */
static const struct bd_list *named_list(const struct command *c)
{
    bd_str name = c->apply->in->argument;

    for (size_t i = 0; i < c->lists.count; i++)
        if (bd_str_eq_nocase(name, c->lists.all[i].slug) ||
            bd_str_eq_nocase(name, c->lists.all[i].title))
            return &c->lists.all[i];
    return NULL;
}

static enum bd_status subscribe(struct command *c)
{
    const struct bd_list *list = named_list(c);
    struct bd_sign_up request = { .address = c->from,
                                  .name = c->apply->in->from_name,
                                  .language = c->desk.language,
                                  .lists = &list,
                                  .list_count = 1,
                                  .foreign = true };

    if (c->lists.count == 0)
        return BD_ENOENT;
    if (!list)
        list = &c->lists.all[0];
    if (!c->apply->in->language_known)
        (void)bd_lang_parse(list->language, &request.language);
    request.wording = bd_desk_wording(&c->desk, request.language, list, 1);
    return bd_desk_sign_up(&c->desk, &request);
}

/* Acts, since it is harmless, and tells the mailbox (B10). */
static enum bd_status unsubscribe(struct command *c)
{
    const struct bd_list *list = named_list(c);
    struct bd_leaving leaving = { .list_id = 0 };
    enum bd_status rc = BD_OK;

    if (c->reader.id == 0)
        return bd_desk_answer(&c->desk, BD_NOTE_NOT_SUBSCRIBED, c->from.email,
                              BD_STR_NONE);
    if (is_forged(c->apply))
        return bd_desk_mail_link(&c->desk, &c->reader);
    rc = bd_desk_leave_look(&c->desk, c->reader.id, list ? list->id : 0,
                            &leaving);
    if (rc != BD_OK)
        return rc;
    leaving.all = list == NULL;
    c->desk.farewell = true;
    rc = leave(c->apply, &c->desk, &leaving);
    if (rc == BD_OK && leaving.left_count == 0 &&
        c->apply->out->outcome != BD_INBOX_OLD)
        rc = bd_desk_answer(&c->desk, BD_NOTE_NOT_SUBSCRIBED, c->from.email,
                            BD_STR_NONE);
    return rc;
}

static enum bd_status subscription(struct command *c)
{
    enum bd_status rc = bd_desk_mail_link(&c->desk, &c->reader);

    if (rc == BD_OK && c->reader.id == 0)
        rc = bd_desk_answer(&c->desk, BD_NOTE_NOT_SUBSCRIBED, c->from.email,
                            BD_STR_NONE);
    return rc;
}

/* What follows the word is neither a list of ours nor the sender's address. */
static bool is_misunderstood(const struct command *c)
{
    bd_str argument = c->apply->in->argument;
    bool takes_list = c->apply->in->command == BD_COMMAND_SUBSCRIBE ||
                      c->apply->in->command == BD_COMMAND_UNSUBSCRIBE;

    return takes_list && argument.len > 0 && !named_list(c) &&
           !bd_str_eq_nocase(argument, c->from.email);
}

static enum bd_status carry_out(struct command *c)
{
    if (is_misunderstood(c)) /* somebody else's address is for a person */
        return bd_str_find_char(c->apply->in->argument, '@') != SIZE_MAX
                   ? BD_ENOENT
                   : bd_desk_answer(&c->desk, BD_NOTE_HELP, c->from.email,
                                    BD_STR_NONE);
    switch (c->apply->in->command) {
    case BD_COMMAND_SUBSCRIBE:
        return subscribe(c);
    case BD_COMMAND_UNSUBSCRIBE:
        return unsubscribe(c);
    case BD_COMMAND_SUBSCRIPTION:
        return subscription(c);
    case BD_COMMAND_TIP:
        return bd_desk_answer(&c->desk, BD_NOTE_TELL, c->from.email,
                              BD_STR_NONE);
    default:
        return bd_desk_answer(&c->desk, BD_NOTE_HELP, c->from.email,
                              BD_STR_NONE);
    }
}

static enum bd_status look(struct command *c)
{
    struct apply *a = c->apply;
    enum bd_status rc = bd_subscriber_find(a->arena, a->inbox->store,
                                           c->from.key, &c->reader, a->err);

    if (rc == BD_ENOENT)
        c->reader = (struct bd_subscriber) { .email = c->from.email,
                                             .email_key = c->from.key };
    else if (rc != BD_OK)
        return rc;
    c->desk.reader_id = c->reader.id;
    return bd_desk_lists(&c->desk, c->reader.id, &c->lists);
}

static enum bd_status obey(struct apply *a, struct command *c)
{
    enum bd_status rc = look(c);

    a->out->email = c->from.email;
    a->out->outcome = BD_INBOX_ANSWERED;
    if (rc == BD_OK)
        rc = carry_out(c);
    if (rc == BD_OK && a->out->outcome == BD_INBOX_ANSWERED &&
        !c->desk.answered) /* in a flood of others, a person may look */
        a->out->outcome = c->desk.overrun ? BD_INBOX_LEFT : BD_INBOX_SILENT;
    return rc;
}

enum bd_status apply_command(struct apply *a)
{
    struct command c = { .apply = a };
    enum bd_status rc = BD_OK;

    if (age_is_old(a) || !a->in->answerable ||
        bd_address_parse(a->arena, a->in->from, &c.from, NULL) != BD_OK)
        return apply_person(a);
    c.desk = apply_desk(a, c.from.key);
    rc = obey(a, &c);
    if (rc == BD_ENOENT) /* there are no pages to lead to */
        return apply_person(a);
    return rc == BD_OK && a->in->wordy ? pass_on(a) : rc;
}

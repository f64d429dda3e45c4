/* What the page after leaving offers: to undo it, for an hour, and to say
 * why. */
#include "leave_private.h"
#include "pages_private.h"
#include "undo_private.h"

#define LASTS     60 /* minutes */
#define STATE_BIT 28 /* minutes since 1970 fit below it until the year 2480 */
#define MAX_WORDS 500

static const struct bd_quota reasons = { "reason by reader", 3, HOUR };

bd_str undo_write(const struct web_visit *v, const struct undo *undo)
{
    const struct bd_token token = {
        .purpose = BD_TOKEN_UNDO,
        .subscriber = (uint64_t)undo->subscriber_id,
        .list = (uint32_t)undo->list_id,
        .mailing = (uint32_t)(undo->left_at / MINUTE) | (uint32_t)undo->before
                                                            << STATE_BIT,
    };

    return web_token_shown(v, &token);
}

enum bd_status undo_read(const struct web_visit *v, bd_str text,
                         struct undo *out)
{
    struct bd_token token;
    enum bd_status rc = bd_keyring_read(v->keys, text, BD_TOKEN_UNDO, v->now,
                                        &token);
    int64_t minute = 0;

    if (rc != BD_OK)
        return rc;
    minute = token.mailing & ((1U << STATE_BIT) - 1);
    if (minute > v->now / MINUTE || v->now / MINUTE - minute > LASTS)
        return BD_EINVAL;
    *out = (struct undo) {
        .subscriber_id = (int64_t)token.subscriber,
        .list_id = token.list,
        .before = (enum bd_subscription_state)(token.mailing >> STATE_BIT),
        .left_at = minute * MINUTE,
    };
    return BD_OK;
}

/* The leavings that a request is about: in its path and in the form. */
struct undoing {
    struct bd_subscriber reader;
    struct reader_lists lists;
    struct undo *all;
    size_t count;
    bd_str titles;
};

static enum bd_status add(struct web_visit *v, bd_str text, struct undoing *u)
{
    struct undo *undo = &u->all[u->count];
    const struct bd_list *list = NULL;
    enum bd_status rc = undo_read(v, text, undo);

    if (rc != BD_OK)
        return rc;
    list = reader_list(&u->lists, undo->list_id);
    if (!list || undo->subscriber_id != u->reader.id)
        return BD_EINVAL;
    u->titles = bd_arena_printf(v->arena, "%.*s%s%.*s", BD_ARG(u->titles),
                                u->count ? ", " : "",
                                BD_ARG(web_list_title(v, list)));
    u->count++;
    return BD_OK;
}

static enum bd_status find(struct web_visit *v, struct undoing *u)
{
    bd_str also = web_field(v->request->form, "also");
    struct bd_token token;
    enum bd_status rc = web_token(v, BD_TOKEN_UNDO, &token);

    if (rc == BD_OK)
        rc = reader_of(v, &token, &u->reader);
    if (rc == BD_OK)
        rc = reader_lists(v, u->reader.id, &u->lists);
    if (rc != BD_OK)
        return rc;
    reader_speak(v, &u->reader, reader_list(&u->lists, token.list));
    u->all = BD_NEW_ARRAY(v->arena, u->lists.count + 1, struct undo);
    rc = add(v, v->args[0], u);
    while (rc == BD_OK && also.len > 0 && u->count < u->lists.count)
        rc = add(v, bd_str_cut(&also, ' '), u);
    return rc;
}

static enum bd_status show_left(struct web_visit *v, const struct undoing *u,
                                bool thanks)
{
    const struct leave_done done = { .titles = u->titles,
                                     .token = v->args[0],
                                     .also = web_field(v->request->form,
                                                       "also"),
                                     .thanks = thanks };

    return leave_show_done(v, &done);
}

static enum bd_status show_nothing(struct web_visit *v)
{
    return page_say(
        v, 200, L_(v->lang, N_("There is nothing to undo")),
        bd_str_from(L_(v->lang, N_("Your subscription has changed since then, "
                                   "or this was done already."))));
}

/* Does the reader stand as having left then? */
static bool has_left(const struct undoing *u)
{
    const struct bd_subscription *own = reader_standing(&u->lists,
                                                        u->all[0].list_id);

    return own && own->state == BD_SUB_LEFT &&
           own->since / MINUTE == u->all[0].left_at / MINUTE;
}

enum bd_status undo_show(struct web_visit *v)
{
    struct undoing u = { 0 };
    enum bd_status rc = find(v, &u);

    if (rc == BD_OK && !has_left(&u))
        return show_nothing(v);
    return rc == BD_OK ? show_left(v, &u, false) : rc;
}

static enum bd_status put_back(struct web_visit *v, const struct undoing *u)
{
    const struct bd_actor actor = web_actor(v);
    size_t done_count = 0;
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < u->count && rc == BD_OK; i++) {
        bool done = false;

        rc = bd_unsubscribe_undo(v->store, u->reader.id, u->all[i].list_id,
                                 u->all[i].before, u->all[i].left_at, &actor,
                                 &done, &v->err);
        done_count += done;
    }
    if (rc != BD_OK)
        return rc;
    if (done_count == 0)
        return show_nothing(v);
    return page_say(v, 200, L_(v->lang, N_("All is as it was before")),
                    bd_arena_printf(v->arena,
                                    L_(v->lang, N_("You have not left %.*s. "
                                                   "We are glad!")),
                                    BD_ARG(u->titles)));
}

/* For the ledger, which speaks one language. */
static const char *reason_of(bd_str choice)
{
    static const struct {
        const char *choice, *words;
    } rows[] = {
        { "often", "comes too often" },
        { "relevant", "not about what interests them" },
        { "asked", "never asked for it" },
        { "address", "gets it at another address" },
        { "other", "something else" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (bd_str_eq(choice, bd_str_from(rows[i].choice)))
            return rows[i].words;
    return NULL;
}

static enum bd_status note_reason(struct web_visit *v, const struct undoing *u)
{
    const struct bd_actor actor = web_actor(v);
    const char *chosen = reason_of(web_field(v->request->form, "why"));
    bd_str words = bd_str_cut_utf8(
        reader_line(v->arena, web_field(v->request->form, "words")), MAX_WORDS);
    bool allowed = false;
    enum bd_status rc = BD_OK;

    if (!chosen && words.len == 0)
        return BD_OK;
    rc = reader_allow(v, &reasons, reader_subject(v, u->reader.id), &allowed);
    if (rc != BD_OK || !allowed)
        return rc;
    return bd_subscriber_note(
        v->store, u->reader.id, u->count == 1 ? u->all[0].list_id : 0,
        bd_arena_printf(v->arena, "why they left: %s%s%.*s",
                        chosen ? chosen : "", chosen && words.len ? "; " : "",
                        BD_ARG(words)),
        &actor, &v->err);
}

enum bd_status undo_do(struct web_visit *v)
{
    struct undoing u = { 0 };
    enum bd_status rc = find(v, &u);

    if (rc != BD_OK)
        return rc;
    if (web_has_field(v->request->form, "undo"))
        return put_back(v, &u);
    if (!has_left(&u))
        return show_nothing(v);
    rc = note_reason(v, &u);
    return rc == BD_OK ? show_left(v, &u, true) : rc;
}

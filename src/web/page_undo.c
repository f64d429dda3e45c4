/* What the page after leaving offers: to undo it, for an hour, and to say
 * why. */
#include "brevduva/store/letter.h"
#include "leave_private.h"
#include "pages_private.h"
#include "undo_private.h"

#define LASTS      60 /* minutes */
#define ENTRY_BITS 28
#define STATE_BITS 3
#define ENTRY_MASK ((1U << ENTRY_BITS) - 1)
#define STATE_MASK ((1U << STATE_BITS) - 1)
#define MAX_WORDS  500

static const struct bd_quota reasons = { "reason by reader", 3, HOUR };
/* Leaving must always work; the ledger is not to be filled by a game. */
static const struct bd_quota undoings = { "undo by reader", 3, DAY };

enum bd_status undo_write(struct web_visit *v, const struct undo *undo,
                          bd_str *out)
{
    struct bd_token token = {
        .purpose = BD_TOKEN_UNDO,
        .subscriber = (uint64_t)undo->subscriber_id,
        .list = (uint32_t)undo->list_id,
    };
    int64_t entry = 0;
    int64_t at = 0;
    enum bd_status rc = bd_leaving_last(v->store, undo->subscriber_id,
                                        undo->list_id, &entry, &at, &v->err);

    if (rc != BD_OK)
        return rc;
    token.mailing = ((uint32_t)entry & ENTRY_MASK) |
                    (uint32_t)undo->before << ENTRY_BITS |
                    (uint32_t)undo->of_all << (ENTRY_BITS + STATE_BITS);
    *out = web_token_shown(v, &token);
    return BD_OK;
}

enum bd_status undo_read(struct web_visit *v, bd_str text, struct undo *out)
{
    struct bd_token token;
    enum bd_status rc = bd_keyring_read(v->keys, text, BD_TOKEN_UNDO, v->now,
                                        &token);

    if (rc != BD_OK)
        return rc;
    *out = (struct undo) {
        .subscriber_id = (int64_t)token.subscriber,
        .list_id = token.list,
        .before = (enum bd_subscription_state)(token.mailing >> ENTRY_BITS &
                                               STATE_MASK),
        .of_all = token.mailing >> (ENTRY_BITS + STATE_BITS) != 0,
    };
    rc = bd_leaving_last(v->store, out->subscriber_id, out->list_id,
                         &out->entry, &out->left_at, &v->err);
    if (rc == BD_OK &&
        (((uint32_t)out->entry ^ token.mailing) & ENTRY_MASK) != 0)
        return BD_ENOENT;
    if (rc == BD_OK && v->now - out->left_at > (int64_t)LASTS * MINUTE)
        return BD_EINVAL;
    return rc;
}

/* The leavings that a request is about: in its path and in the form. */
struct undoing {
    struct bd_subscriber reader;
    struct bd_reader_lists lists;
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
    list = bd_lists_find(&u->lists, undo->list_id);
    if (!list || undo->subscriber_id != u->reader.id)
        return BD_EINVAL;
    /* others than the letter's are not named: it may have been forwarded */
    u->titles = undo->of_all ? v->site->options.letter->newsletter
                             : web_list_title(v, list);
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
    reader_speak(v, &u->reader, bd_lists_find(&u->lists, token.list));
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
    const struct bd_subscription *own = bd_lists_standing(&u->lists,
                                                          u->all[0].list_id);

    return own && own->state == BD_SUB_LEFT && own->since == u->all[0].left_at;
}

enum bd_status undo_show(struct web_visit *v)
{
    struct undoing u = { 0 };
    enum bd_status rc = find(v, &u);

    if (rc == BD_ENOENT || (rc == BD_OK && !has_left(&u)))
        return show_nothing(v);
    return rc == BD_OK ? show_left(v, &u, false) : rc;
}

static enum bd_status put_back(struct web_visit *v, const struct undoing *u)
{
    const struct bd_actor actor = web_actor(v);
    size_t done_count = 0;
    bool allowed = false;
    enum bd_status rc = reader_allow(v, &undoings,
                                     reader_subject(v, u->reader.id), &allowed);

    if (rc == BD_OK && !allowed)
        return BD_ELIMIT;
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
    rc = bd_letters_withdraw(v->store, u->reader.id, BD_STR("farewell"),
                             BD_STR("cancelled"), &v->err);
    if (rc != BD_OK)
        return rc;
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
        bd_desk_line(v->arena, web_field(v->request->form, "words")),
        MAX_WORDS);
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

    if (rc == BD_ENOENT)
        return show_nothing(v);
    if (rc != BD_OK)
        return rc;
    if (web_has_field(v->request->form, "undo"))
        return put_back(v, &u);
    if (!has_left(&u))
        return show_nothing(v);
    rc = note_reason(v, &u);
    return rc == BD_OK ? show_left(v, &u, true) : rc;
}

#include "leave_private.h"

#include "undo_private.h"

static const struct web_word done_words[] = {
    { "never_asked", N_("I never asked for it") },
    { "not_relevant", N_("It is not about what interests me") },
    { "other", N_("Something else") },
    { "other_address", N_("I get it at another address") },
    { "send", N_("Send") },
    { "thanks", N_("Thank you for telling us!") },
    { "too_often", N_("It comes too often") },
    { "undo", N_("No, that was a mistake: undo") },
    { "undo_note", N_("This works for an hour.") },
    { "why", N_("Why did you leave? You need not say.") },
    { "words", N_("In your own words") },
    { NULL, NULL },
};

enum bd_status leave_find(struct web_visit *v, const struct bd_token *token,
                          struct leaving *out)
{
    const struct bd_subscription *this = NULL;
    enum bd_status rc = reader_of(v, token, &out->reader);

    if (rc == BD_EINVAL)
        return BD_ENOENT;
    if (rc == BD_OK)
        rc = reader_lists(v, out->reader.id, &out->lists);
    if (rc != BD_OK)
        return rc;
    out->list_id = token->list;
    reader_speak(v, &out->reader, reader_list(&out->lists, token->list));
    for (size_t i = 0; i < out->lists.own_count; i++)
        if (out->lists.own[i].list_id != out->list_id)
            out->others += reader_is_on(&out->lists.own[i]);
    this = reader_standing(&out->lists, out->list_id);
    out->on_this = out->list_id ? reader_is_on(this) : out->others > 0;
    if (this && this->state == BD_SUB_LEFT)
        out->since = this->since;
    return BD_OK;
}

bd_str leave_title(const struct web_visit *v, const struct leaving *l)
{
    const struct bd_list *list = reader_list(&l->lists, l->list_id);

    return list ? web_list_title(v, list) : v->site->options.letter->newsletter;
}

static bd_str titles_of(const struct web_visit *v, const struct leaving *l)
{
    bd_str text = BD_STR_NONE;

    for (size_t i = 0; i < l->left_count; i++) {
        const struct bd_list *list = reader_list(&l->lists,
                                                 l->left[i]->list_id);

        text = bd_arena_printf(v->arena, "%.*s%s%.*s", BD_ARG(text),
                               i ? ", " : "", BD_ARG(web_list_title(v, list)));
    }
    return text;
}

static bool had_letters(const struct leaving *l)
{
    for (size_t i = 0; i < l->left_count; i++)
        if (l->left[i]->state == BD_SUB_ACTIVE)
            return true;
    return false;
}

enum bd_status leave(struct web_visit *v, struct leaving *l, bd_str reason)
{
    const struct bd_actor actor = web_actor(v);
    int64_t changed = 0;
    enum bd_status rc = bd_unsubscribe(v->store, l->reader.id,
                                       l->all ? 0 : l->list_id, reason, &actor,
                                       &changed, &v->err);

    if (rc != BD_OK || changed == 0)
        return rc;
    l->left = (const struct bd_subscription **)BD_NEW_ARRAY(
        v->arena, l->lists.own_count, struct bd_subscription *);
    for (size_t i = 0; i < l->lists.own_count; i++)
        if (reader_is_on(&l->lists.own[i]) &&
            (l->all || l->lists.own[i].list_id == l->list_id))
            l->left[l->left_count++] = &l->lists.own[i];
    /* who never got a letter, or gets none back, is not written to */
    if (!had_letters(l))
        return BD_OK;
    return reader_mail_farewell(v, &l->reader, l->left[0]->list_id,
                                titles_of(v, l));
}

enum bd_status leave_done_of(struct web_visit *v, const struct leaving *l,
                             struct leave_done *out)
{
    enum bd_status rc = BD_OK;

    /* others than the letter's are not named: it may have been forwarded */
    out->titles = l->all ? v->site->options.letter->newsletter
                         : leave_title(v, l);
    for (size_t i = 0; i < l->left_count && rc == BD_OK; i++) {
        const struct undo undo = { .subscriber_id = l->reader.id,
                                   .list_id = l->left[i]->list_id,
                                   .before = l->left[i]->state,
                                   .of_all = l->all };
        bd_str token = BD_STR_NONE;

        rc = undo_write(v, &undo, &token);
        if (i == 0)
            out->token = token;
        else
            out->also = bd_arena_printf(v->arena, "%.*s%s%.*s",
                                        BD_ARG(out->also), i > 1 ? " " : "",
                                        BD_ARG(token));
    }
    return rc;
}

enum bd_status leave_show_done(struct web_visit *v,
                               const struct leave_done *done)
{
    struct bd_json *data = page_new(v, L_(v->lang, N_("You are unsubscribed")));

    page_set(v, data, "text",
             bd_arena_printf(v->arena,
                             L_(v->lang, N_("No more letters from %.*s will "
                                            "come. Thank you for reading!")),
                             BD_ARG(done->titles)));
    page_set(v, data, "action",
             bd_arena_printf(v->arena, "%.*s/r/%.*s?lang=%s",
                             BD_ARG(v->site->prefix), BD_ARG(done->token),
                             bd_lang_tag(v->lang)));
    page_set(v, data, "also", done->also);
    page_flag(v, data, "ask", !done->thanks);
    page_words(v, data, done_words);
    return page_show(v, 200, "left", data);
}

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
                          struct bd_leaving *out)
{
    const struct bd_desk desk = web_desk(v);
    enum bd_status rc = bd_desk_leave_look(&desk, (int64_t)token->subscriber,
                                           token->list, out);

    if (rc == BD_OK)
        reader_speak(v, &out->reader, bd_lists_find(&out->lists, out->list_id));
    return rc;
}

bd_str leave_title(const struct web_visit *v, const struct bd_leaving *l)
{
    const struct bd_list *list = bd_lists_find(&l->lists, l->list_id);

    return list ? web_list_title(v, list) : v->site->options.letter->newsletter;
}

enum bd_status leave(struct web_visit *v, struct bd_leaving *l, bd_str reason)
{
    struct bd_desk desk = web_desk(v);

    return bd_desk_leave(&desk, l, reason);
}

enum bd_status leave_done_of(struct web_visit *v, const struct bd_leaving *l,
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

/* Lists as texts, and texts as lists. */
#include "sign_up_private.h"

static bd_str organisation(const struct web_visit *v)
{
    const struct bd_letter_options *o = v->site->options.letter;

    return o->organisation.name.len > 0 ? o->organisation.name : o->from_name;
}

bd_str sign_up_wording(const struct web_visit *v, enum bd_lang lang,
                       const struct bd_list *lists, size_t list_count)
{
    if (v->site->options.wording.len > 0)
        return v->site->options.wording;
    if (list_count == 1)
        return bd_arena_printf(
            v->arena,
            L_(lang, N_("I want to get %.*s from %.*s by mail. I can "
                        "unsubscribe at any time, by a link in each letter.")),
            BD_ARG(web_list_title(v, &lists[0])), BD_ARG(organisation(v)));
    return bd_arena_printf(
        v->arena,
        L_(lang, N_("I want to get what I have chosen here from %.*s by mail. "
                    "I can unsubscribe at any time, by a link in each "
                    "letter.")),
        BD_ARG(organisation(v)));
}

bd_str sign_up_titles(const struct web_visit *v,
                      const struct bd_list *const lists[], size_t count)
{
    bd_str text = BD_STR_NONE;

    for (size_t i = 0; i < count; i++)
        text = bd_arena_printf(v->arena, "%.*s%s%.*s", BD_ARG(text),
                               i ? ", " : "",
                               BD_ARG(web_list_title(v, lists[i])));
    return text;
}

bd_str sign_up_ids(struct bd_arena *arena, const struct bd_list *const lists[],
                   size_t count)
{
    bd_str text = BD_STR_NONE;

    for (size_t i = 0; i < count; i++)
        text = bd_arena_printf(arena, "%.*s%s%lld", BD_ARG(text), i ? " " : "",
                               (long long)lists[i]->id);
    return text;
}

static const struct bd_list *list_of(const struct bd_list *lists, size_t count,
                                     bd_str id)
{
    uint64_t number = 0;

    if (!bd_str_to_u64(id, &number))
        return NULL;
    for (size_t i = 0; i < count; i++)
        if ((uint64_t)lists[i].id == number)
            return &lists[i];
    return NULL;
}

enum bd_status sign_up_lists(struct web_visit *v, bd_str ids,
                             const struct bd_list *const **out,
                             size_t *out_count)
{
    const struct bd_list *lists = NULL;
    const struct bd_list **found = NULL;
    size_t count = 0;
    size_t known = 0;
    enum bd_status rc = bd_list_all(v->arena, v->store, &lists, &count,
                                    &v->err);

    if (rc != BD_OK)
        return rc;
    found = (const struct bd_list **)BD_NEW_ARRAY(v->arena, count,
                                                  struct bd_list *);
    while (ids.ptr && known < count) {
        const struct bd_list *list = list_of(lists, count,
                                             bd_str_cut(&ids, ' '));

        if (list)
            found[known++] = list;
    }
    *out = found;
    *out_count = known;
    return BD_OK;
}

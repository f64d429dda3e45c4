/* Lists of a request. */
#include "sign_up_private.h"

bd_str sign_up_wording(struct web_visit *v, enum bd_lang lang,
                       const struct bd_list *lists, size_t list_count)
{
    const struct bd_desk desk = web_desk(v);

    return bd_desk_wording(&desk, lang, lists, list_count);
}

bd_str sign_up_titles(struct web_visit *v, const struct bd_list *const lists[],
                      size_t count)
{
    const struct bd_desk desk = web_desk(v);

    return bd_desk_titles(&desk, lists, count);
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

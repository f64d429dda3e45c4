#include "brevduva/desk/leave.h"

#include "desk_private.h"

enum bd_status bd_desk_leave_look(const struct bd_desk *desk,
                                  int64_t subscriber_id, int64_t list_id,
                                  struct bd_leaving *out)
{
    struct bd_leaving l = { .list_id = list_id };
    const struct bd_subscription *this = NULL;
    enum bd_status rc = bd_subscriber_get(desk->arena, desk->store,
                                          subscriber_id, &l.reader, desk->err);

    if (rc == BD_OK)
        rc = bd_desk_lists(desk, l.reader.id, &l.lists);
    if (rc != BD_OK)
        return rc;
    for (size_t i = 0; i < l.lists.own_count; i++)
        if (l.lists.own[i].list_id != list_id)
            l.others += bd_standing_is_on(&l.lists.own[i]);
    this = bd_lists_standing(&l.lists, list_id);
    l.on_this = list_id ? bd_standing_is_on(this) : l.others > 0;
    if (this && this->state == BD_SUB_LEFT)
        l.since = this->since;
    *out = l;
    return BD_OK;
}

static bd_str titles_of(const struct bd_desk *desk, const struct bd_leaving *l)
{
    const struct bd_list **lists = (const struct bd_list **)BD_NEW_ARRAY(
        desk->arena, l->left_count, struct bd_list *);

    for (size_t i = 0; i < l->left_count; i++)
        lists[i] = bd_lists_find(&l->lists, l->left[i]->list_id);
    return bd_desk_titles(desk, lists, l->left_count);
}

static bool had_letters(const struct bd_leaving *l)
{
    for (size_t i = 0; i < l->left_count; i++)
        if (l->left[i]->state == BD_SUB_ACTIVE)
            return true;
    return false;
}

enum bd_status bd_desk_leave(struct bd_desk *desk, struct bd_leaving *l,
                             bd_str reason)
{
    int64_t changed = 0;
    enum bd_status rc = bd_unsubscribe(desk->store, l->reader.id,
                                       l->all ? 0 : l->list_id, reason,
                                       &desk->actor, &changed, desk->err);

    if (rc != BD_OK || changed == 0)
        return rc;
    l->left = (const struct bd_subscription **)BD_NEW_ARRAY(
        desk->arena, l->lists.own_count, struct bd_subscription *);
    for (size_t i = 0; i < l->lists.own_count; i++)
        if (bd_standing_is_on(&l->lists.own[i]) &&
            (l->all || l->lists.own[i].list_id == l->list_id))
            l->left[l->left_count++] = &l->lists.own[i];
    /* who never got a letter, or gets none back, is not written to; who wrote
     * to us is there */
    if (!desk->is_mail && !had_letters(l))
        return BD_OK;
    return bd_desk_farewell(desk, &l->reader, l->left[0]->list_id,
                            titles_of(desk, l));
}

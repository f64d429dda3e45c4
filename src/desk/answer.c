/* Answers to commands by mail that change nothing. */
#include "desk_private.h"

static bd_str all_titles(const struct bd_desk *desk,
                         const struct bd_reader_lists *lists)
{
    const struct bd_list **rows = (const struct bd_list **)BD_NEW_ARRAY(
        desk->arena, lists->count, struct bd_list *);

    for (size_t i = 0; i < lists->count; i++)
        rows[i] = &lists->all[i];
    return bd_desk_titles(desk, rows, lists->count);
}

enum bd_status bd_desk_answer(struct bd_desk *desk, enum bd_note_kind kind,
                              bd_str to, bd_str about)
{
    struct bd_reader_lists lists = { 0 };
    bool allowed = false;
    enum bd_status rc = desk_may_answer(desk, &allowed);

    if (rc != BD_OK || !allowed)
        return rc;
    rc = bd_desk_lists(desk, 0, &lists);
    if (rc == BD_OK) {
        const struct bd_note_value values[] = {
            { BD_STR("email"), about.len > 0 ? about : to },
            { BD_STR("lists"), all_titles(desk, &lists) },
            { BD_STR("newsletter"), desk->newsletter },
            { BD_STR("commands"), desk->commands },
            { BD_STR("subscribe"), desk->subscribe },
        };
        const struct bd_note_mail mail = {
            .kind = kind,
            .language = desk->language,
            .to = to,
            .subscriber_id = desk->reader_id,
            .values = values,
            .value_count = sizeof values / sizeof *values,
        };

        rc = desk_send(desk, &mail, true);
    }
    return rc;
}

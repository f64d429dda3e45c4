/* Whose fault a refusal for policy or size is: ours, and then the mailing must
 * stop, or of the system that one reader's mail goes to. One reader proves
 * nothing; what the relay says to others does. */
#include "lane_private.h"

static void add_reader(struct blame *blame, int64_t delivery_id)
{
    for (size_t i = 0; i < blame->count; i++)
        if (blame->ids[i] == delivery_id)
            return;
    if (blame->count < BLAME_MANY)
        blame->ids[blame->count++] = delivery_id;
}

void blame_note_accepted(struct job *job, const struct lane *lane)
{
    struct blame *blame = &job->blame;

    blame->taker = lane;
    blame->accepted = true;
    if (blame->refuser == lane)
        blame->count = 0;
}

enum blamed blame_judge(struct job *job, const struct bd_delivery *copy,
                        const struct lane *lane)
{
    struct blame *blame = &job->blame;
    bool others = blame->accepted || job->row.accepted > 0;

    blame->refuser = lane;
    add_reader(blame, copy->id);
    if (blame->count == BLAME_MANY)
        return BLAMED_US;
    if (blame->taker == lane || (copy->attempts > 0 && others))
        return BLAMED_READER;
    return BLAMED_NOBODY;
}

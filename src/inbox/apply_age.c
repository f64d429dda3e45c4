/* How old a mail is: a mailbox that was in use before it became ours is full of
 * what people wrote to somebody else, or took back since. */
#include "apply_private.h"

/* A clock that is wrong, or in another zone than it says, takes nobody's wish
 * to leave away. */
#define CLOCK_SLACK_SECONDS 3600

bool age_is_old(const struct apply *a)
{
    return a->in->came > 0 && a->in->came < a->inbox->old_before;
}

static bool begins_standing(enum bd_consent_act act)
{
    return act == BD_CONSENT_ASKED || act == BD_CONSENT_CONFIRMED ||
           act == BD_CONSENT_IMPORTED;
}

static bool ends_standing(enum bd_consent_act act)
{
    return act == BD_CONSENT_LEFT || act == BD_CONSENT_COMPLAINED ||
           act == BD_CONSENT_OBJECTED || act == BD_CONSENT_ERASED;
}

/* When the reader came to stand on the list as now; 0: not known. */
static int64_t standing_since(const struct bd_consent *rows, size_t count,
                              int64_t list_id)
{
    int64_t since = 0;

    for (size_t i = 0; i < count; i++) {
        if (rows[i].list_id != list_id && rows[i].list_id != 0)
            continue;
        if (ends_standing(rows[i].act))
            since = 0;
        else if (since == 0 && begins_standing(rows[i].act))
            since = rows[i].at;
    }
    return since;
}

enum bd_status age_precedes_consent(const struct apply *a,
                                    const struct bd_leaving *leaving, bool *out)
{
    const struct bd_consent *rows = NULL;
    size_t count = 0, later = 0;
    enum bd_status rc = bd_subscriber_consents(
        a->arena, a->inbox->store, leaving->reader.id, &rows, &count, a->err);

    *out = false;
    if (rc != BD_OK || a->in->came == 0)
        return rc;
    for (size_t i = 0; i < leaving->lists.own_count; i++) {
        const struct bd_subscription *on = &leaving->lists.own[i];

        if (!bd_standing_is_on(on) ||
            (!leaving->all && on->list_id != leaving->list_id))
            continue;
        if (standing_since(rows, count, on->list_id) <=
            a->in->came + CLOCK_SLACK_SECONDS)
            return BD_OK;
        later++;
    }
    *out = later > 0;
    return BD_OK;
}

/* Signing up, between the form and the letter. */
#ifndef SIGN_UP_PRIVATE_H
#define SIGN_UP_PRIVATE_H

#include "brevduva/mail/address.h"
#include "brevduva/store/list.h"
#include "web_private.h"

/* What somebody asks for: checked, but nobody knows yet if it is theirs. */
struct sign_up {
    struct bd_address address;
    bd_str name;
    enum bd_lang language;
    const struct bd_list *const *lists;
    size_t list_count; /* at least one */
    bd_str wording;    /* what the form said */
    bool foreign;      /* from the owner's own site: tighter limits */
};

/*
 * Mail a link to confirm it, or to the subscription that is there already, if
 * the limits allow it and nobody at that address said never again. What became
 * of it is not told: whoever fills in the form must not learn it (W5).
 */
enum bd_status sign_up(struct web_visit *visit,
                       const struct sign_up *request) BD_MUST_USE;

/* What the form says that pressing its button means; several lists: those
 * chosen in the form. */
bd_str sign_up_wording(const struct web_visit *visit, enum bd_lang lang,
                       const struct bd_list *lists, size_t list_count);

/* "Nyhetsbrevet, Kurserna" and "1 3". */
bd_str sign_up_titles(const struct web_visit *visit,
                      const struct bd_list *const lists[], size_t count);
bd_str sign_up_ids(struct bd_arena *arena, const struct bd_list *const lists[],
                   size_t count);
/* The lists of such ids that there still are; *out has room for all lists of
 * the newsletter. */
enum bd_status sign_up_lists(struct web_visit *visit, bd_str ids,
                             const struct bd_list *const **out,
                             size_t *out_count) BD_MUST_USE;

#endif

/* Signing up, between the form and the letter. */
#ifndef SIGN_UP_PRIVATE_H
#define SIGN_UP_PRIVATE_H

#include "reader_private.h"

/* What the form says that pressing its button means; several lists: those
 * chosen in the form. */
bd_str sign_up_wording(struct web_visit *visit, enum bd_lang lang,
                       const struct bd_list *lists, size_t list_count);

/* "Nyhetsbrevet, Kurserna". */
bd_str sign_up_titles(struct web_visit *visit,
                      const struct bd_list *const lists[], size_t count);
/* The lists of bd_list_ids that there still are; *out has room for all lists of
 * the newsletter. */
enum bd_status sign_up_lists(struct web_visit *visit, bd_str ids,
                             const struct bd_list *const **out,
                             size_t *out_count) BD_MUST_USE;

#endif

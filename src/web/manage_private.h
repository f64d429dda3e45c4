/* "My subscription": the reader's own page, opened by a link that was mailed
 * to the mailbox. */
#ifndef MANAGE_PRIVATE_H
#define MANAGE_PRIVATE_H

#include "reader_private.h"

struct manage {
    struct bd_subscriber reader;
    struct bd_reader_lists lists;
    bd_str version; /* of what is shown: changes with it */
};

/* What is shown above the forms, and what was typed and refused. */
struct manage_notes {
    bd_str done;       /* good news */
    bd_str warning;    /* bad ones */
    bd_str name_fault; /* beside its field */
    bd_str name;       /* as typed; NULL: the reader's */
    bd_str pause_fault;
    bd_str address_fault;
    bd_str address; /* as typed */
};

enum bd_status manage_page(struct web_visit *visit, const struct manage *manage,
                           unsigned status,
                           const struct manage_notes *notes) BD_MUST_USE;
/* Back to the page by 303, with its good news: "saved". */
enum bd_status manage_done(struct web_visit *visit,
                           const char *what) BD_MUST_USE;
/* Somebody changed it since it was shown: how it is now, and that nothing was
 * done. */
enum bd_status manage_conflict(struct web_visit *visit,
                               const struct manage *manage) BD_MUST_USE;
/* The form was made from what is still so. */
bool manage_is_current(const struct web_visit *visit,
                       const struct manage *manage);
/* What we may not do for an address that must never be mailed. */
enum bd_status manage_refuse(struct web_visit *visit,
                             const struct manage *manage) BD_MUST_USE;
/* What ticking a list means, in the page's language. */
bd_str manage_wording(const struct web_visit *visit);

/* manage_save.c, manage_pause.c, manage_address.c, manage_data.c */
enum bd_status manage_save(struct web_visit *visit, struct manage *manage);
enum bd_status manage_pause(struct web_visit *visit, struct manage *manage);
enum bd_status manage_resume(struct web_visit *visit, struct manage *manage);
enum bd_status manage_address(struct web_visit *visit, struct manage *manage);
enum bd_status manage_export(struct web_visit *visit, struct manage *manage);
enum bd_status manage_erase(struct web_visit *visit, struct manage *manage);

#endif

/* Requests that wait for a link in a mail: /c/TOKEN shows one and carries it
 * out, whatever kind it is of. */
#ifndef CONFIRM_PRIVATE_H
#define CONFIRM_PRIVATE_H

#include "brevduva/store/confirmation.h"
#include "web_private.h"

/* One kind of request, while it is open. */
struct confirm_kind {
    /* The page with the button, which posts to the same address. */
    enum bd_status (*show)(struct web_visit *visit,
                           const struct bd_confirmation *request);
    /* Carry it out, settle it, and show what is done. */
    enum bd_status (*carry_out)(struct web_visit *visit,
                                const struct bd_confirmation *request);
};

/* confirm_subscribe.c */
extern const struct confirm_kind confirm_subscribe;
/* manage_address.c, manage_data.c */
extern const struct confirm_kind confirm_address;
extern const struct confirm_kind confirm_erase;

#endif

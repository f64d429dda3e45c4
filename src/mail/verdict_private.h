/* The tables behind verdict.c. */
#ifndef BREVDUVA_MAIL_VERDICT_PRIVATE_H
#define BREVDUVA_MAIL_VERDICT_PRIVATE_H

#include "brevduva/mail/phrase.h"
#include "brevduva/mail/verdict.h"

struct verdict_text {
    const char *phrase; /* as in phrase.h; the first row that stands in a text
                         * decides */
    enum bd_verdict verdict;
    const char *reason;
};
extern const struct verdict_text verdict_texts[];
extern struct bd_phrases verdict_phrases;

#endif

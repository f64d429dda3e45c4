/* The table of text_rules.c and the engine that runs it. */
#ifndef BREVDUVA_INBOX_TEXT_PRIVATE_H
#define BREVDUVA_INBOX_TEXT_PRIVATE_H

#include "classify_private.h"

enum text_what {
    TEXT_LIST,   /* from here on: who could not be reached, one a line. On the
                  * same line an address may follow */
    TEXT_NAMES,  /* the same, of names in the writer's own domain */
    TEXT_DELAY,  /* as TEXT_LIST, and it is still being tried */
    TEXT_REASON, /* the list is over, why follows */
    TEXT_END     /* our own message follows */
};

struct text_rule {
    const char *phrase; /* as in phrase.h */
    enum text_what what;
    const char *name;
};
extern const struct text_rule text_rules[];
extern struct bd_phrases text_phrases;

/* The address that a line of a list gives; empty: it gives none. */
bd_str text_item(bd_str line);

#endif

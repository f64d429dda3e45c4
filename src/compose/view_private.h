/* The parts of compose/view.h. */
#ifndef COMPOSE_VIEW_PRIVATE_H
#define COMPOSE_VIEW_PRIVATE_H

#include "brevduva/base/buf.h"

struct bd_view_attribute {
    bd_str name, value; /* as they stand */
    bool has_value;
};

/* CSS: what it says of light and dark is decided. */
void bd_view_style(struct bd_buf *out, bd_str css, bool dark);

/* The attribute names a picture to be loaded. */
bool bd_view_is_picture(bd_str tag, bd_str attribute);

/* `word` is one of the blank-separated words. */
bool bd_view_has_word(bd_str words, const char *word);

#endif

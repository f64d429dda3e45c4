/*
 * A letter's HTML as some mail programs show it, for looking at: made so by
 * editing the source, since the browser it is looked at in is in light or dark
 * itself and shows pictures. All else stays as it is. Pure.
 */
#ifndef BREVDUVA_COMPOSE_VIEW_H
#define BREVDUVA_COMPOSE_VIEW_H

#include "brevduva/base/arena.h"

struct bd_view {
    /* What "prefers-color-scheme" asks for, in style sheets and media="…",
     * holds or does not, whatever the browser says; "color-scheme: light dark"
     * is the one of them. A letter that does not know of dark stays light. */
    bool dark;
    bool no_images; /* none is loaded, and its text stands in its place */
};

/*
 * html     a whole page, of any quality
 * returns  the page in the arena. It may do less than before: no script, no
 *          frame, no form; links open in a window of their own.
 */
bd_str bd_view_html(struct bd_arena *arena, bd_str html, struct bd_view view);

#endif

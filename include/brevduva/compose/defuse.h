/*
 * Text that a stranger typed, made fit to stand in a mail of ours: it can
 * neither disturb what stands around it nor be clicked on. Pure.
 */
#ifndef BREVDUVA_COMPOSE_DEFUSE_H
#define BREVDUVA_COMPOSE_DEFUSE_H

#include "brevduva/base/arena.h"

/* Characters that turn the direction of what follows (U+202A-202E,
 * U+2066-2069) are dropped, Unicode's line separators (U+2028, U+2029) become
 * LF, octets that are not UTF-8 become U+FFFD. */
bd_str bd_defuse_text(struct bd_arena *arena, bd_str text);

/*
 * "see https://evil.example/x" -> "see https[:]//evil[.]example/x": what mail
 * programs make links of by themselves (web and mail addresses with and
 * without scheme, file shares), in a form that people still can read and
 * no program opens. "10.30" and "Hej. Vi ses" stay.
 *
 * text  UTF-8
 */
bd_str bd_defuse_links(struct bd_arena *arena, bd_str text);

#endif

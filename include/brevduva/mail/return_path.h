/*
 * Where bounces of a mail go, one address for each copy (VERP, S4): a pattern
 * with an asterisk in its local part, "bounce+*@example.org" or
 * "*@bounce.example.org", in whose place a token stands. An address without an
 * asterisk is the same for all. Pure.
 */
#ifndef BREVDUVA_MAIL_RETURN_PATH_H
#define BREVDUVA_MAIL_RETURN_PATH_H

#include "brevduva/base/arena.h"

/* The address cut at its asterisk: before and after the token. */
struct bd_return_path {
    bd_str before, after;
    bool has_token; /* else all is in `before` */
};
struct bd_return_path bd_return_path_cut(bd_str pattern);

/* The address with the token in its place; `pattern` itself when it has
 * none. */
bd_str bd_return_path_write(struct bd_arena *arena, bd_str pattern,
                            bd_str token);

/* The address for people, without a token: "bounce@example.org"; empty when
 * nothing would stand before the @. */
bd_str bd_return_path_plain(struct bd_arena *arena, bd_str pattern);

#endif

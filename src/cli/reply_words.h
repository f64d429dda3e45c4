/* What mail servers answer, in words that a coordinator understands. */
#ifndef REPLY_WORDS_H
#define REPLY_WORDS_H

#include "brevduva/base/arena.h"
#include "brevduva/base/str.h"
#include "brevduva/store/mailing.h"

/*
 * "no such mailbox", in the program's language; NULL when nothing is known.
 *
 * code      "550"; 0: no reply came
 * enhanced  "5.1.1" (RFC 3463, RFC 5248); empty: the server gave none
 */
const char *reply_words(int code, bd_str enhanced);

/* The words say little: the server's own text should stand beside them. */
bool reply_is_vague(bd_str enhanced);

/* How it is known that a copy was accepted, by bd_log_row.reason. */
const char *accepted_words(bd_str reason);

/* Of a copy that was given up when its time was over: that, and the last answer
 * in quotes, or what happened last when none came. */
bd_str late_words(struct bd_arena *arena, int code, bd_str enhanced,
                  bd_str text);

/* Why a copy was skipped, by the ledger's word: "left", "suppressed". One
 * that is new to us is returned as it is (NUL-terminated). */
const char *skip_words(bd_str reason);

#endif

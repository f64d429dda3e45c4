/*
 * The bounded child: mails are read (bd_incoming_classify) in a process of
 * its own, which has one pipe in and one out, and neither files, network,
 * keys nor store; memory, time and system calls are limited. A mail that
 * kills it is its own loss.
 */
#ifndef BREVDUVA_INBOX_READER_H
#define BREVDUVA_INBOX_READER_H

#include "brevduva/inbox/incoming.h"

struct bd_reader;

/* The process starts with the first mail. Ownership: bd_reader_free. */
struct bd_reader *bd_reader_new(void);
void bd_reader_free(struct bd_reader *reader); /* NULL is allowed */

/*
 * Read one mail in the child.
 *
 * bytes    at most BD_MAIL_MAX_BYTES are looked at
 * out      in the arena. BD_INCOMING_UNREADABLE, with a rule that says how,
 *          when two children, the second one fresh, died over it, took too
 *          long or wrote nonsense
 * returns  BD_OK; BD_EIO when no child can be started
 */
enum bd_status bd_reader_read(struct bd_reader *reader, struct bd_arena *arena,
                              bd_str bytes, struct bd_incoming *out,
                              struct bd_err *err) BD_MUST_USE;

/* What main calls when the program is started under this name. Never
 * returns. */
#define BD_READER_NAME "brevduva-reader"
_Noreturn void bd_reader_main(void);

#endif

/* What the files that read reports share. */
#ifndef BREVDUVA_REPORT_PRIVATE_H
#define BREVDUVA_REPORT_PRIVATE_H

#include "brevduva/mail/report.h"
#include "mime_read_private.h"

/* An address of a report as it was before it was written as xtext (RFC 3461
 * 4) or with \x{E5} (RFC 6533 3); as it is, when it was not. */
bd_str report_unescape(struct bd_arena *arena, bd_str type, bd_str address);

/* Without empty lines at the start. */
bd_str report_skip_blank(bd_str text);

#endif

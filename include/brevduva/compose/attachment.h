/*
 * Files that come with a letter: what kinds there are, and which of them no
 * reader should be sent.
 */
#ifndef BREVDUVA_COMPOSE_ATTACHMENT_H
#define BREVDUVA_COMPOSE_ATTACHMENT_H

#include "brevduva/base/str.h"

#define BD_OCTETS "application/octet-stream"

/* "application/pdf" if we may have said so of a file, else BD_OCTETS. */
const char *bd_attachment_type(bd_str type);

/* What a file is by its name's ending and its first octets; BD_OCTETS where
 * they do not agree. */
const char *bd_attachment_kind(bd_str name, bd_str bytes);

/* Would it run, or could it do harm in a browser, where it is opened? Mail
 * hosts refuse most of these. By ending and first octets. */
bool bd_attachment_is_program(bd_str name, bd_str bytes);

#endif

/* The YAML between two "---" lines at the top of an issue. */
#ifndef COMPOSE_FRONT_MATTER_PRIVATE_H
#define COMPOSE_FRONT_MATTER_PRIVATE_H

#include "brevduva/compose/issue.h"
#include "brevduva/compose/markdown.h"

enum bd_text_kind { BD_TEXT_ISSUE, BD_TEXT_NOTE };

/*
 * Read the front matter of `source` into the fields of `out` that one of this
 * kind can set, and set source->body to where the Markdown starts.
 *
 * returns  BD_OK; BD_EPARSE "PATH:LINE:COLUMN: what; what to do"
 */
enum bd_status bd_front_matter_read(struct bd_arena *arena,
                                    enum bd_text_kind kind,
                                    struct bd_source *source,
                                    struct bd_issue *out,
                                    struct bd_err *err) BD_MUST_USE;

#endif

/* The YAML between two "---" lines at the top of an issue. */
#ifndef COMPOSE_FRONT_MATTER_PRIVATE_H
#define COMPOSE_FRONT_MATTER_PRIVATE_H

#include "brevduva/compose/issue.h"
#include "brevduva/compose/markdown.h"

/*
 * Read the front matter of `source` into the fields of `out` that it can
 * set, and set source->body to where the Markdown starts.
 *
 * returns  BD_OK; BD_EPARSE "PATH:LINE:COLUMN: what; what to do"
 */
enum bd_status bd_front_matter_read(struct bd_arena *arena,
                                    struct bd_source *source,
                                    struct bd_issue *out,
                                    struct bd_err *err) BD_MUST_USE;

#endif

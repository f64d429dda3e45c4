/* From cmark's tree to the tree of a letter. */
#ifndef COMPOSE_DOCUMENT_PRIVATE_H
#define COMPOSE_DOCUMENT_PRIVATE_H

#include "brevduva/compose/markdown.h"
#include "fields_private.h"

/*
 * Make the parsed Markdown fit for a letter: raw HTML is folded into tags or
 * refused, merge tags become markers, bare addresses links, URLs are checked
 * and headings get their rank.
 *
 * returns  BD_OK; BD_EPARSE "PATH:LINE:COLUMN: what; what to do"
 */
enum bd_status bd_document_finish(struct bd_fields *fields,
                                  const struct bd_source *source,
                                  struct bd_node *root,
                                  struct bd_err *err) BD_MUST_USE;

/* Raw HTML among the children of `node`: comments go, <br> becomes a line
 * break, harmless pairs become BD_NODE_TAG; all else is an error (H4). */
enum bd_status bd_inline_html_fold(struct bd_arena *arena,
                                   const struct bd_source *source,
                                   struct bd_node *node,
                                   struct bd_err *err) BD_MUST_USE;

/* "PATH:LINE:COLUMN: " before the message in `err`, which may be NULL;
 * returns `code`. */
enum bd_status bd_fail_at(struct bd_err *err, enum bd_status code,
                          const char *path, struct bd_place place);

#endif

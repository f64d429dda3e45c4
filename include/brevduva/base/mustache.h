/*
 * Mustache templates (the specification at mustache.github.io, core
 * modules). A template is parsed once and rendered with a bd_json tree.
 */
#ifndef BREVDUVA_BASE_MUSTACHE_H
#define BREVDUVA_BASE_MUSTACHE_H

#include "brevduva/base/buf.h"
#include "brevduva/base/json.h"
#include "brevduva/base/status.h"

struct bd_mustache;

/*
 * Parse a template into the arena.
 *
 * name     for messages: "templates/mail/brev/letter.html"
 * text     borrowed for as long as the template is used
 * returns  BD_OK; BD_EPARSE with "NAME:LINE:COLUMN: what; what to do";
 *          BD_ELIMIT (sections nested too deep)
 */
enum bd_status bd_mustache_parse(struct bd_arena *arena, const char *name,
                                 bd_str text, const struct bd_mustache **out,
                                 struct bd_err *err) BD_MUST_USE;

/* Finds partials: false if there is none of that name. `out_text` must live
 * as long as the arena given to bd_mustache_render. */
typedef bool (*bd_partial_fn)(void *self, bd_str name, bd_str *out_text);

struct bd_mustache_options {
    bd_partial_fn partial; /* NULL: no partials */
    void *partial_self;
    bool strict;   /* unknown variable or partial is an error; else empty */
    bool raw_text; /* plain text: {{x}} is not HTML-escaped */
};

/*
 * Render. {{x}} is escaped as bd_html_escape does. False for a section are:
 * nothing of that name, null, false, 0, "" and []. `true` shows the section
 * in the context around it, other values become the context. Sections may
 * name what is not there, also when strict.
 *
 * arena    for parsed partials: nothing of it is needed after the call
 * data     an object; NULL: no data
 * out      is added to; on failure it holds what came before the fault
 * returns  BD_OK; BD_EINVAL (strict: "NAME:LINE:COLUMN: unknown ...");
 *          BD_EPARSE (a partial); BD_ELIMIT (partials too deep, too many
 *          repetitions, out full)
 */
enum bd_status bd_mustache_render(struct bd_arena *arena,
                                  const struct bd_mustache *template,
                                  const struct bd_mustache_options *options,
                                  const struct bd_json *data,
                                  struct bd_buf *out,
                                  struct bd_err *err) BD_MUST_USE;

/* & < > " and ' as HTML character references: safe in text and in quoted
 * attribute values. */
void bd_html_escape(bd_str text, struct bd_buf *out);

#endif

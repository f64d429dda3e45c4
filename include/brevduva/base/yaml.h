/*
 * YAML 1.1 as our settings and front matter use it: mappings, sequences and
 * scalars that are all text ("no" stays "no"). Anchors, aliases, tags, more
 * than one document and duplicate keys are errors. Home of libyaml.
 */
#ifndef BREVDUVA_BASE_YAML_H
#define BREVDUVA_BASE_YAML_H

#include "brevduva/base/arena.h"
#include "brevduva/base/nearest.h"
#include "brevduva/base/status.h"

enum bd_yaml_kind { BD_YAML_SCALAR, BD_YAML_SEQUENCE, BD_YAML_MAPPING };

struct bd_yaml {
    enum bd_yaml_kind kind;
    struct bd_place place;     /* of the value */
    struct bd_place key_place; /* of its key, when a mapping's member */
    bd_str key;
    bd_str text;           /* scalar: UTF-8, without control characters */
    bool quoted;           /* scalar stood in quotes or a block */
    struct bd_yaml *first; /* children in order */
    struct bd_yaml *next;
};

/*
 * Parse one document, which is a mapping. An empty one gives an empty mapping.
 *
 * name        for messages: "brevduva.yaml"
 * first_line  number of the text's first line in that file (1 for a file)
 * returns     BD_OK; BD_EPARSE with "NAME:LINE:COLUMN: what; what to do";
 *             BD_ELIMIT (too deep, too many entries), said the same way
 */
enum bd_status bd_yaml_parse(struct bd_arena *arena, const char *name,
                             uint32_t first_line, bd_str text,
                             struct bd_yaml **out,
                             struct bd_err *err) BD_MUST_USE;

/* The mapping's member, or NULL. */
const struct bd_yaml *bd_yaml_get(const struct bd_yaml *mapping, bd_str key);

#endif

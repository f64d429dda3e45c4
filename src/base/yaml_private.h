/* What libyaml's terse complaints mean to someone who writes settings. */
#ifndef BASE_YAML_PRIVATE_H
#define BASE_YAML_PRIVATE_H

#include "brevduva/base/str.h"

struct yaml_trouble {
    const char *problem; /* libyaml's words */
    bd_str text;         /* all of it */
    size_t index;        /* where, in characters from the start */
};

/* "what; what to do", translated. `out_at_context`: it is about the place
 * where the construct began, not where libyaml gave up. */
const char *yaml_advice(const struct yaml_trouble *trouble,
                        bool *out_at_context);

#endif

#include "brevduva/base/i18n.h"
#include "yaml_private.h"

#define NO_TABS N_("a tab cannot indent a line; use spaces instead")
#define BAD_START                                                              \
    N_("text cannot start with this character; put quotes around the text")
#define OPEN_QUOTE                                                             \
    N_("this quotation mark is never closed; put one like it after the text")
#define BAD_ESCAPE                                                             \
    N_("in double quotes a \\ starts a special character, and this is none; "  \
       "write \\\\ for a plain one")

static const struct {
    const char *problem; /* how libyaml's words begin */
    bool at_context;
    const char *say;
} rows[] = {
    { "found a tab character", false, NO_TABS },
    { "found character that cannot start any token", false, BAD_START },
    { "did not find expected node content", false, BAD_START },
    { "did not find expected alphabetic or numeric character", true,
      BAD_START }, /* a lone * or & */
    { "found unexpected end of stream", true, OPEN_QUOTE },
    { "found unexpected document indicator", true, OPEN_QUOTE },
    { "found unknown escape character", false, BAD_ESCAPE },
    { "did not find expected hexdecimal number", false, BAD_ESCAPE },
    { "found invalid Unicode character escape code", false, BAD_ESCAPE },
    { "could not find expected ':'", true,
      N_("this line has no colon; write it as key: value") },
    { "did not find expected ',' or ']'", true,
      N_("the list that starts with this [ lacks its ] or a comma; close it, "
         "or put quotes around text that starts with [") },
    { "did not find expected ',' or '}'", true,
      N_("what starts with this { lacks its } or a comma; close it, or put "
         "quotes around text that starts with {") },
    { "block sequence entries are not allowed in this context", false,
      N_("a list cannot start on this line; begin it on the next line, or put "
         "quotes around text that starts with -") },
    { "did not find expected '-' indicator", false,
      N_("this line stands inside a list but does not start with -; begin it "
         "in the same column as its key") },
    { "did not find expected key", false,
      N_("this does not fit here; put quotes around the whole of a text that "
         "has quotes or brackets in it, and begin keys of one level in the "
         "same column") },
    { "did not find expected <document start>", false,
      N_("the settings ended before this line; begin all keys of one level "
         "in the same column") },
    { "did not find expected comment or line break", false,
      N_("the text after a | or > begins on the next line; put quotes around "
         "text that starts with | or >") },
    { "found unknown directive name", true,
      N_("lines that start with % are not used here; remove this line") },
    { "found incompatible YAML document", false,
      N_("lines that start with % are not used here; remove this line") },
};

/* The octet of a character, counted as libyaml counts them. */
static size_t octet_of(bd_str text, size_t index)
{
    size_t at = 0;

    for (; at < text.len; at++)
        if (((unsigned char)text.ptr[at] & 0xc0) != 0x80 && index-- == 0)
            break;
    return at;
}

static size_t indent_of(bd_str line)
{
    size_t n = 0;

    while (n < line.len && line.ptr[n] == ' ')
        n++;
    return n;
}

static bool has_colon(bd_str line)
{
    return bd_str_find(line, BD_STR(": ")) != SIZE_MAX ||
           bd_str_find(line, BD_STR(":\t")) != SIZE_MAX;
}

/* A colon too many has three causes: two in one line, a line indented below
 * one that has its value already, or a line above that lacks its colon. */
static const char *advise_colon(bd_str text, size_t at)
{
    bd_str above = BD_STR_NONE;
    bd_str line = BD_STR_NONE;

    for (bd_str rest = bd_str_sub(text, 0, at); rest.ptr;) {
        above = line;
        line = bd_str_cut_line(&rest);
    }
    if (has_colon(line) || !above.ptr)
        return _("a second colon stands in this text; put quotes around the "
                 "text");
    if (indent_of(line) > indent_of(above))
        return _("this line is indented below one that already has its value; "
                 "begin it in the same column");
    return _("the line above has no colon; write it as key: value");
}

const char *yaml_advice(const struct yaml_trouble *trouble,
                        bool *out_at_context)
{
    bd_str problem = bd_str_from(trouble->problem);
    size_t at = octet_of(trouble->text, trouble->index);
    bool at_tab = at < trouble->text.len && trouble->text.ptr[at] == '\t';

    *out_at_context = false;
    if (bd_str_starts(problem, BD_STR("mapping values are not allowed")))
        return advise_colon(trouble->text, at);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!bd_str_starts(problem, bd_str_from(rows[i].problem)))
            continue;
        *out_at_context = rows[i].at_context;
        return _(at_tab && !rows[i].at_context ? NO_TABS : rows[i].say);
    }
    return _("this does not follow the rules of YAML; check indentation, "
             "colons and quotes");
}

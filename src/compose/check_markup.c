/* Marks of other kinds of Markdown, which stand in the letter as typed. */
#include "check_private.h"

#include "fields_private.h"

static const struct mark {
    bd_str begin, end; /* what stands between them is on one line */
    bool first;        /* only at the beginning of a paragraph */
    const char *advice;
} marks[] = {
    { BD_STR_INIT("~~"), BD_STR_INIT("~~"), false,
      N_("\"~~\" does not strike out here; write <s>...</s>") },
    { BD_STR_INIT("=="), BD_STR_INIT("=="), false,
      N_("\"==\" marks nothing here; write **...**") },
    { BD_STR_INIT("[^"), BD_STR_INIT("]"), false,
      N_("there are no footnotes here; write the note in brackets, or as a "
         "text below") },
    { BD_STR_INIT("[["), BD_STR_INIT("]]"), false,
      N_("\"[[\" makes no link here; write [text](https://www.name.se/page)") },
    { BD_STR_INIT("|--"), BD_STR_INIT(""), false,
      N_("a table in a list, quote or column was not understood; put it into "
         "a ```table block") },
    { BD_STR_INIT("[ ] "), BD_STR_INIT(""), true,
      N_("there are no boxes to tick in a letter; take \"[ ]\" away") },
    { BD_STR_INIT("[x] "), BD_STR_INIT(""), true,
      N_("there are no boxes to tick in a letter; take \"[x]\" away") },
    { BD_STR_INIT("{width="), BD_STR_INIT("}"), false,
      N_("a picture is as wide as it fits; take the words in braces away") },
    { BD_STR_INIT("{."), BD_STR_INIT("}"), false,
      N_("words in braces have no meaning here; take them away") },
    { BD_STR_INIT("{#"), BD_STR_INIT("}"), false,
      N_("words in braces have no meaning here; take them away") },
    { BD_STR_INIT(":::"), BD_STR_INIT(""), true,
      N_("\":::\" begins no block here; write ```quote, or one of the other "
         "blocks") },
};

/* Where the mark stands in `text`, with something between, or SIZE_MAX. */
static size_t find_mark(const struct mark *mark, bd_str text)
{
    size_t at = bd_str_find(text, mark->begin);
    bd_str inside = BD_STR_NONE;
    size_t end = 0;

    if (at == SIZE_MAX || (mark->first && at > 0))
        return SIZE_MAX;
    if (mark->end.len == 0)
        return at;
    inside = bd_str_skip(text, at + mark->begin.len);
    end = bd_str_find(inside, mark->end);
    if (end == 0 || end == SIZE_MAX || inside.ptr[0] == ' ' ||
        inside.ptr[end - 1] == ' ')
        return SIZE_MAX;
    return at;
}

void bd_check_markup_other(struct bd_check_run *run)
{
    struct bd_flow flow = { .step = 0 };

    while (bd_check_next_flow(run, &flow))
        for (size_t i = 0; flow.block && i < sizeof marks / sizeof *marks;
             i++) {
            size_t at = find_mark(&marks[i], flow.text);

            if (at != SIZE_MAX)
                bd_check_report(run, bd_check_flow_place(run, &flow, at), "%s",
                                _(marks[i].advice));
        }
}

#include "check_private.h"

#include "attachments_private.h"
#include "brevduva/compose/attachment.h"

#define LARGE_OCTETS ((size_t)2 * 1024 * 1024) /* all together */

static const struct bd_attachment *read(struct bd_check_run *run)
{
    const struct bd_attachment *first = NULL;

    if (bd_attachments_read(run->arena, run->issue, run->options, &first,
                            NULL) != BD_OK)
        return NULL; /* compiling says why */
    return first;
}

void bd_check_attachment_program(struct bd_check_run *run)
{
    for (const struct bd_attachment *a = read(run); a; a = a->next)
        if (bd_attachment_is_program(a->name, a->bytes))
            bd_check_report(run, a->place,
                            _("\"%.*s\" is a program, or can hold one: mail "
                              "hosts refuse letters with such files; attach a "
                              "PDF, or link to it"),
                            BD_ARG(a->name));
}

static bool stands_before(const struct bd_attachment *first,
                          const struct bd_attachment *a)
{
    while (first != a && !(bd_str_eq(first->name, a->name) &&
                           bd_str_eq(first->bytes, a->bytes)))
        first = first->next;
    return first != a;
}

void bd_check_attachment_type(struct bd_check_run *run)
{
    const struct bd_attachment *first = read(run);

    for (const struct bd_attachment *a = first; a; a = a->next)
        if (a->bytes.len == 0)
            bd_check_report(run, a->place, _("\"%.*s\" is empty; save it anew"),
                            BD_ARG(a->name));
        else if (stands_before(first, a))
            bd_check_report(run, a->place,
                            _("\"%.*s\" is attached twice; take one away"),
                            BD_ARG(a->name));
        else if (bd_str_eq(bd_str_from(a->type), BD_STR(BD_OCTETS)) &&
                 !bd_attachment_is_program(a->name, a->bytes))
            bd_check_report(run, a->place,
                            _("\"%.*s\" is not what its name's ending says, "
                              "or of a kind that few can open; save it as PDF"),
                            BD_ARG(a->name));
}

void bd_check_attachment_large(struct bd_check_run *run)
{
    size_t total = 0;
    const struct bd_attachment *first = read(run);

    for (const struct bd_attachment *a = first; a; a = a->next)
        total += a->bytes.len;
    if (total > LARGE_OCTETS)
        bd_check_report(run, first->place,
                        _("the attachments have %zu kB, and each reader gets "
                          "a copy; put them on the web, and a link in the "
                          "text"),
                        total / 1024);
}

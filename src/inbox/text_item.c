/* A line of a list of those who could not be reached. */
#include <string.h>

#include "text_private.h"

/* What may stand before an address. */
static const bd_str labels[] = {
    BD_STR_INIT("failed recipient:"),
    BD_STR_INIT("recipient:"),
    BD_STR_INIT("error-for:"),
    BD_STR_INIT("rcpt to:"),
    BD_STR_INIT("(expanded from:"),
    BD_STR_INIT("(generated from"),
    BD_STR_INIT("[smtp:"),
    BD_STR_INIT("smtp:"),
    BD_STR_INIT("rfc822;"),
    BD_STR_INIT("address:"),
    BD_STR_INIT("mottagare:"),
    BD_STR_INIT("to:"),
};

static bd_str skip_bullets(bd_str line)
{
    while (line.len > 0 && strchr(" \t*>-|\"'", line.ptr[0]))
        line = bd_str_skip(line, 1);
    return line;
}

static bool skip_label(bd_str *line)
{
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (bd_str_starts_nocase(*line, labels[i])) {
            *line = skip_bullets(bd_str_skip(*line, labels[i].len));
            return true;
        }
    return false;
}

/* What follows the address of a list, and not one of a sentence. */
static bool is_end_of_item(bd_str after)
{
    static const bd_str words[] = { BD_STR_INIT("..."), BD_STR_INIT("on "),
                                    BD_STR_INIT("- "), BD_STR_INIT("(") };

    if (after.len > 0 && strchr(":;=>\"')]", after.ptr[0]))
        return true;
    after = bd_str_trim(after);
    if (after.len == 0)
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bd_str_starts_nocase(after, words[i]))
            return true;
    return false;
}

/* "c=US;a= ;p=Y;o=X;dda:SMTP=eva@y.example;": X.400 (RFC 2156). */
static bd_str x400_item(bd_str line)
{
    size_t at = bd_str_find(line, BD_STR("SMTP="));
    size_t end = 0;

    if (!bd_str_starts_nocase(line, BD_STR("c=")) || at == SIZE_MAX)
        return BD_STR_NONE;
    return find_address(bd_str_skip(line, at + 5), &end);
}

bd_str text_item(bd_str line)
{
    bool certain = false;
    bd_str address = { 0 };
    size_t end = 0;

    line = skip_bullets(line);
    address = x400_item(line);
    if (address.len > 0)
        return address;
    while (skip_label(&line))
        certain = true;
    if (line.len > 0 && line.ptr[0] == '<') {
        certain = true;
        line = bd_str_skip(line, 1);
    }
    address = find_address(line, &end);
    if (address.ptr != line.ptr || address.len == 0) {
        /* "Eva Ek" <eva@y.example> and nothing else */
        size_t open = bd_str_find_char(line, '<');

        if (certain || open == SIZE_MAX || address.ptr != line.ptr + open + 1 ||
            !bd_str_eq(bd_str_trim(bd_str_skip(line, end)), BD_STR(">")))
            return BD_STR_NONE;
        return address;
    }
    return certain || is_end_of_item(bd_str_skip(line, end)) ? address
                                                             : BD_STR_NONE;
}

/* Addresses as others write them (RFC 5322 3.4 and 4.4), not checked. */
#include "mail_private.h"
#include "mime_read_private.h"

#define MAX_QUOTED 998 /* a quote that does not end is a character */

/* Where one mailbox of a list ends, and what was seen in it. */
struct extent {
    size_t end;
    size_t open;  /* of the last '<' before its '>'; SIZE_MAX: none */
    size_t close; /* of that '>' */
    size_t start; /* after the name of a group */
};

static size_t skip_quoted(bd_str text, size_t at)
{
    bd_str quoted = bd_str_sub(bd_str_skip(text, at), 0, MAX_QUOTED);
    size_t len = mime_skip_quoted(quoted, 0);

    return len > 1 && len <= quoted.len && quoted.ptr[len - 1] == '"' ? at + len
                                                                      : at + 1;
}

/* From '<' to '>'; a route "@a,@b:" may stand in it (RFC 5322 4.4). */
static size_t skip_angle(bd_str text, size_t at, struct extent *extent)
{
    size_t end = at + 1;

    while (end < text.len && end - at < MAX_QUOTED && text.ptr[end] != '<') {
        if (text.ptr[end] == '"') {
            end = skip_quoted(text, end);
            continue;
        }
        if (text.ptr[end] == '>') {
            extent->open = at;
            extent->close = end;
            return end + 1;
        }
        end++;
    }
    return at + 1;
}

static struct extent measure(bd_str text)
{
    struct extent extent = { .open = SIZE_MAX };
    size_t at = 0;

    while (at < text.len && text.ptr[at] != ',' && text.ptr[at] != ';') {
        switch (text.ptr[at]) {
        case '"':
            at = skip_quoted(text, at);
            break;
        case '(':
            at = mime_skip_comment(text, at);
            break;
        case '<':
            at = skip_angle(text, at, &extent);
            break;
        case ':':
            extent.start = at + 1;
            at++;
            break;
        default:
            at++;
        }
    }
    extent.end = at;
    return extent;
}

/* Without comments at its ends. */
static bd_str without_comments(bd_str text, bd_str *out_comment)
{
    size_t open = SIZE_MAX;

    text = bd_str_trim(text);
    while (text.len > 0 && text.ptr[0] == '(') {
        size_t end = mime_skip_comment(text, 0);

        *out_comment = bd_str_sub(text, 0, end);
        text = bd_str_trim(bd_str_skip(text, end));
    }
    for (size_t i = 0; i < text.len && open == SIZE_MAX;)
        if (text.ptr[i] == '"')
            i = skip_quoted(text, i);
        else if (text.ptr[i] == '(')
            open = i;
        else
            i++;
    if (open != SIZE_MAX) {
        *out_comment = bd_str_skip(text, open);
        text = bd_str_trim(bd_str_sub(text, 0, open));
    }
    return text;
}

/* "text" or (text) without what stands around it. */
static bd_str without_marks(bd_str text, char open, char close)
{
    if (text.len >= 2 && text.ptr[0] == open && text.ptr[text.len - 1] == close)
        return bd_str_trim(bd_str_sub(text, 1, text.len - 2));
    return text;
}

/* "@a,@b:eva@x.example": the route is of no use. */
static bd_str without_route(bd_str address)
{
    size_t colon = bd_str_find_char(address, ':');

    if (address.len > 0 && address.ptr[0] == '@' && colon != SIZE_MAX)
        address = bd_str_skip(address, colon + 1);
    return bd_str_trim(address);
}

static bd_str one_address(bd_str text, const struct extent *extent,
                          bd_str *out_name)
{
    bd_str comment = BD_STR_NONE;
    bd_str address = BD_STR_NONE;
    bd_str name = BD_STR_NONE;

    if (extent->open != SIZE_MAX && extent->open >= extent->start) {
        address = bd_str_sub(text, extent->open + 1,
                             extent->close - extent->open - 1);
        name = bd_str_trim(
            bd_str_sub(text, extent->start, extent->open - extent->start));
        *out_name = without_marks(name, '"', '"');
        return without_route(without_comments(address, &comment));
    }
    address = bd_str_sub(text, extent->start, extent->end - extent->start);
    address = without_comments(address, &comment);
    *out_name = without_marks(comment, '(', ')');
    return address;
}

/* The next one, with or without an address: of a group there is none. */
static bool next(bd_str *rest, bd_str *out, bd_str *out_name)
{
    struct extent extent = { 0 };

    if (rest->len == 0)
        return false;
    extent = measure(*rest);
    *out = one_address(*rest, &extent, out_name);
    *rest = bd_str_skip(*rest, extent.end + 1);
    return true;
}

bool bd_mail_next_address(bd_str *rest, bd_str *out)
{
    bd_str name = BD_STR_NONE;
    bd_str found = BD_STR_NONE;

    while (next(rest, &found, &name))
        if (found.len > 0) {
            *out = found;
            return true;
        }
    return false;
}

bd_str bd_mail_address(bd_str value, bd_str *out_name)
{
    bd_str name = BD_STR_NONE;
    bd_str found = BD_STR_NONE;

    while (found.len == 0 && next(&value, &found, &name))
        if (out_name && found.len > 0)
            *out_name = name;
    if (out_name && found.len == 0)
        *out_name = BD_STR_NONE;
    return found;
}

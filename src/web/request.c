/* Parts of a request as values: target (RFC 9112 3.2), query, networks. */
#include "request_private.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bd_str request_decode(struct bd_arena *arena, bd_str text, bool form)
{
    char *out = BD_NEW_ARRAY(arena, text.len + 1, char);
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '%' && i + 2 < text.len && hex_digit(text.ptr[i + 1]) >= 0 &&
            hex_digit(text.ptr[i + 2]) >= 0) {
            out[len++] = (char)(hex_digit(text.ptr[i + 1]) << 4 |
                                hex_digit(text.ptr[i + 2]));
            i += 2;
        } else {
            out[len++] = form && c == '+' ? ' ' : c;
        }
    }
    return (bd_str) { out, len };
}

bool request_is_text(bd_str text)
{
    size_t bad = 0;

    return bd_str_is_utf8(text, &bad) &&
           bd_str_find_char(text, '\0') == SIZE_MAX;
}

static const struct web_field *read_query(struct bd_arena *arena, bd_str query)
{
    struct web_field *first = NULL;
    struct web_field **link = &first;

    for (size_t n = 0; query.ptr && n < WEB_MAX_FIELDS; n++) {
        bd_str value = bd_str_cut(&query, '&');
        bd_str name = bd_str_cut(&value, '=');
        struct web_field *field = NULL;

        name = request_decode(arena, name, true);
        value = request_decode(arena, value, true);
        if (name.len == 0 || !request_is_text(name) || !request_is_text(value))
            continue;
        field = BD_NEW(arena, struct web_field);
        field->name = name;
        field->value = value;
        *link = field;
        link = &field->next;
    }
    return first;
}

/* "http://host/path" is "/path": proxies ask so, and a server must take it
 * (RFC 9112 3.2.2). */
static bd_str without_origin(bd_str target)
{
    size_t host = bd_str_starts_nocase(target, BD_STR("http://"))    ? 7
                  : bd_str_starts_nocase(target, BD_STR("https://")) ? 8
                                                                     : 0;
    size_t end = host;

    if (host == 0)
        return target;
    while (end < target.len && target.ptr[end] != '/' && target.ptr[end] != '?')
        end++;
    return bd_str_skip(target, end);
}

void request_target(struct bd_arena *arena, bd_str target,
                    struct web_request *out)
{
    bd_str query = without_origin(target);
    bd_str path = bd_str_cut(&query, '?');

    path = request_decode(arena, path, false);
    if (path.len == 0 && target.len > 0)
        path = BD_STR("/");
    out->path = request_is_text(path) ? path : BD_STR_NONE;
    out->query = query.ptr ? read_query(arena, query) : NULL;
}

/* "192.0.2.7:5678" and "[2001:db8::1]:99", as some proxies write. */
static bd_str without_port(bd_str text)
{
    size_t colon = bd_str_find_char(text, ':');

    if (bd_str_starts(text, BD_STR("[")))
        return bd_str_sub(text, 1, bd_str_find_char(text, ']') - 1);
    if (colon != SIZE_MAX &&
        bd_str_find_char(bd_str_skip(text, colon + 1), ':') == SIZE_MAX)
        return bd_str_sub(text, 0, colon);
    return text;
}

bool request_client(bd_str peer, bd_str forwarded, bd_str proxies,
                    struct bd_ip *out)
{
    if (!bd_ip_parse(peer, out))
        return false;
    while (forwarded.len > 0 && bd_ip_is_among(out, proxies)) {
        bd_str last = bd_str_after_last(forwarded, ',');

        forwarded.len -= last.len;
        if (forwarded.len > 0)
            forwarded.len--; /* the comma */
        if (!bd_ip_parse(without_port(bd_str_trim(last)), out))
            return false; /* nobody knows for whom our proxy asks */
    }
    return true;
}

bd_str request_network(struct bd_arena *arena, bd_str peer, bd_str forwarded,
                       bd_str proxies)
{
    struct bd_ip ip;

    if (!request_client(peer, forwarded, proxies, &ip))
        return BD_STR_NONE;
    return bd_ip_network_text(arena, &ip);
}

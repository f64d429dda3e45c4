#include "brevduva/base/json.h"

#include <string.h>

/* Behind the string that starts at `at` with its first quote. */
static size_t string_end(bd_str json, size_t at)
{
    for (at++; at < json.len && json.ptr[at] != '"'; at++)
        if (json.ptr[at] == '\\')
            at++;
    return at < json.len ? at + 1 : json.len;
}

/* At the ',' or '}' behind the value that starts at `at`. */
static size_t value_end(bd_str json, size_t at)
{
    int depth = 0;

    while (at < json.len) {
        char c = json.ptr[at];

        if (c == '"') {
            at = string_end(json, at);
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}'))
            return at;
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        at++;
    }
    return at;
}

static size_t skip(bd_str json, size_t at, const char *any_of)
{
    while (at < json.len && strchr(any_of, json.ptr[at]))
        at++;
    return at;
}

bool bd_json_walk(bd_str *rest, bd_str *out_key, bd_str *out_value)
{
    bd_str json = *rest;
    size_t key = skip(json, 0, "{, ");
    size_t key_end = 0;
    size_t value = 0;
    size_t end = 0;

    if (key >= json.len || json.ptr[key] != '"')
        return false;
    key_end = string_end(json, key);
    value = skip(json, key_end, ": ");
    end = value_end(json, value);
    *out_key = bd_str_sub(json, key, key_end - key);
    *out_value = bd_str_trim(bd_str_sub(json, value, end - value));
    *rest = bd_str_skip(json, end);
    return true;
}

bool bd_json_plain(bd_str value, bd_str *out)
{
    if (value.len < 2 || value.ptr[0] != '"' ||
        bd_str_find_char(value, '\\') != SIZE_MAX)
        return false;
    *out = bd_str_sub(value, 1, value.len - 2);
    return true;
}

#include "css_private.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

struct bd_css_start_tag bd_css_start_tag(bd_str html, size_t at)
{
    struct bd_css_start_tag tag = { .html = html };

    tag.next = at + 1;
    while (tag.next < html.len && !is_blank(html.ptr[tag.next]) &&
           html.ptr[tag.next] != '/' && html.ptr[tag.next] != '>')
        tag.next++;
    tag.last = tag.next;
    return tag;
}

/* From `at` to before one of the octets. */
static bd_str until(bd_str html, size_t at, const char *stops)
{
    size_t end = at;

    while (end < html.len && !strchr(stops, html.ptr[end])) {
        size_t tag = bd_css_tag_len(bd_str_skip(html, end));

        end += tag > 0 ? tag : 1;
    }
    return bd_str_sub(html, at, end - at);
}

static void read_value(struct bd_css_start_tag *tag, size_t at,
                       struct bd_css_attribute *out)
{
    bd_str html = tag->html;
    char quote = at < html.len ? html.ptr[at] : '\0';

    if (quote == '"' || quote == '\'') {
        size_t len = bd_str_find_char(bd_str_skip(html, at + 1), quote);

        out->quote = quote;
        out->value = bd_str_sub(html, at + 1, len);
        tag->next = len == SIZE_MAX ? html.len : at + len + 2;
        return;
    }
    out->value = until(html, at, " \t\n\r\f>");
    tag->next = at + out->value.len;
}

bool bd_css_attribute_next(struct bd_css_start_tag *tag,
                           struct bd_css_attribute *out)
{
    bd_str html = tag->html;
    size_t at = tag->next;

    *out = (struct bd_css_attribute) { .name = BD_STR_NONE };
    while (at < html.len && (is_blank(html.ptr[at]) || html.ptr[at] == '/'))
        at++;
    if (at >= html.len || html.ptr[at] == '>') {
        tag->end = at < html.len ? at + 1 : 0;
        return false;
    }
    out->name = until(html, at + 1, " \t\n\r\f/>="); /* "=" may come first */
    out->name = bd_str_sub(html, at, out->name.len + 1);
    if (bd_css_tag_len(bd_str_skip(html, at)) > 0)
        out->name = until(html, at, " \t\n\r\f/>=");
    tag->tagged |= bd_str_find(out->name, BD_STR("{{")) != SIZE_MAX;
    tag->next = tag->last = at + out->name.len;
    for (at = tag->next; at < html.len && is_blank(html.ptr[at]);)
        at++;
    if (at < html.len && html.ptr[at] == '=') {
        do
            at++;
        while (at < html.len && is_blank(html.ptr[at]));
        read_value(tag, at, out);
        tag->last = tag->next;
    }
    return true;
}

#include "brevduva/mail/enhanced.h"

static bool take_byte(bd_str *text, char c)
{
    if (text->len == 0 || text->ptr[0] != c)
        return false;
    *text = bd_str_skip(*text, 1);
    return true;
}

/* One to `max` digits, without a zero before others (RFC 3463 2). */
static bool take_number(bd_str *text, size_t max, uint16_t *out)
{
    size_t len = 0;
    unsigned value = 0;

    while (len < text->len && len < max && text->ptr[len] >= '0' &&
           text->ptr[len] <= '9')
        value = 10 * value + (unsigned)(text->ptr[len++] - '0');
    if (len == 0 || (len > 1 && text->ptr[0] == '0'))
        return false;
    *text = bd_str_skip(*text, len);
    *out = (uint16_t)value;
    return true;
}

enum bd_status bd_enhanced_parse(bd_str text, struct bd_enhanced *out)
{
    struct bd_enhanced r = { 0 };

    if (!take_number(&text, 1, &r.class) || !take_byte(&text, '.') ||
        !take_number(&text, 3, &r.subject) || !take_byte(&text, '.') ||
        !take_number(&text, 3, &r.detail))
        return BD_EPARSE;
    if (r.class != 2 && r.class != 4 && r.class != 5)
        return BD_EPARSE;
    if (text.len > 0 && text.ptr[0] != ' ') /* "5.1.1234" is not a code */
        return BD_EPARSE;
    *out = r;
    return BD_OK;
}

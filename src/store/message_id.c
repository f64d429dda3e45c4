#include <string.h>

#include "brevduva/store/queue.h"

#define DIGITS_MAX 20 /* of 2^64 - 1 */

/* In decimals at `at`; where they end. */
static size_t put_number(char *text, size_t at, uint64_t number)
{
    char digits[DIGITS_MAX];
    size_t first = sizeof digits;

    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    memcpy(text + at, digits + first, sizeof digits - first);
    return at + sizeof digits - first;
}

/* Made for each copy: without printf. */
bd_str bd_queue_message_id(struct bd_arena *arena, int64_t mailing_id,
                           int64_t delivery_id, bd_str salt)
{
    char *text = bd_arena_alloc(arena, 2 * (DIGITS_MAX + 1) + salt.len);
    size_t len = put_number(text, 0, (uint64_t)mailing_id);

    text[len++] = '.';
    len = put_number(text, len, (uint64_t)delivery_id);
    text[len++] = '.';
    if (salt.len > 0)
        memcpy(text + len, salt.ptr, salt.len);
    return (bd_str) { text, len + salt.len };
}

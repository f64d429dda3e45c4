/* layer: inbox */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mbox_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same end, whatever the pieces are; and a "From " stands there, after an
 * empty line. */
static uint64_t end_of(const uint8_t *data, size_t size, size_t piece)
{
    struct mbox_scan scan = { 0 };
    uint64_t end = size;

    for (size_t at = 0; at < size; at += piece) {
        size_t len = size - at < piece ? size - at : piece;
        char *copy = malloc(len);
        bool found = false;

        assert(copy);
        memcpy(copy, data + at, len);
        found = mbox_scan(&scan, (bd_str) { copy, len }, &end);
        free(copy);
        assert(scan.body <= scan.at && scan.at <= size);
        if (found)
            return end;
    }
    assert(scan.at == size);
    return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t end = size ? end_of(data, size, size) : 0;

    for (size_t piece = 1; piece < 9; piece++)
        assert(end_of(data, size, piece) == end);
    assert(end == size || (end > 0 && !memcmp(data + end, "From ", 5) &&
                           data[end - 1] == '\n'));
    return 0;
}

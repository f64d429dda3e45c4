#include "mbox_private.h"

#include <string.h>

static const char from[] = "From ";

static void end_line(struct mbox_scan *scan)
{
    uint64_t len = scan->at - scan->line; /* with its LF */

    if (scan->body == 0)
        scan->body = scan->at;
    else
        scan->after_blank = len == 1 || (len == 2 && scan->has_return);
    scan->line = scan->at;
    scan->matched = 0;
    scan->has_return = false;
}

bool mbox_scan(struct mbox_scan *scan, bd_str piece, uint64_t *out_end)
{
    while (piece.len > 0) {
        uint64_t column = scan->at - scan->line;
        const char *end = NULL;
        char c = piece.ptr[0];

        if (column >= sizeof from) { /* nothing to see before its end */
            end = memchr(piece.ptr, '\n', piece.len);
            if (!end) {
                scan->at += piece.len;
                return false;
            }
            scan->at += (uint64_t)(end - piece.ptr);
            piece = bd_str_skip(piece, (size_t)(end - piece.ptr));
            c = '\n';
        }
        scan->at++;
        piece = bd_str_skip(piece, 1);
        if (scan->matched == column && column < sizeof from - 1 &&
            c == from[column])
            scan->matched++;
        if (scan->matched == sizeof from - 1 && scan->after_blank) {
            *out_end = scan->line;
            return true;
        }
        if (column == 0 && c == '\r')
            scan->has_return = true;
        if (c == '\n')
            end_line(scan);
    }
    return false;
}

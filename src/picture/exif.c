/* EXIF (JEITA CP-3451): only how the camera was held. */
#include "picture_private.h"

#define ORIENTATION 0x0112
#define SHORT       3
#define ENTRY       12 /* octets */

typedef uint32_t (*reader)(bd_str bytes, size_t at, size_t count);

unsigned exif_orientation(bd_str tiff)
{
    reader read = bd_str_starts(tiff, BD_STR("II*\0")) ? picture_little
                                                       : picture_big;
    size_t at = read(tiff, 4, 4);
    uint32_t count = read(tiff, at, 2);

    if (!bd_str_starts(tiff, BD_STR("II*\0")) &&
        !bd_str_starts(tiff, BD_STR("MM\0*")))
        return 1;
    at += 2;
    for (uint32_t i = 0; i < count && at + ENTRY <= tiff.len; i++) {
        uint32_t value = read(tiff, at + 8, 2);

        if (read(tiff, at, 2) == ORIENTATION && read(tiff, at + 2, 2) == SHORT)
            return value >= 1 && value <= 8 ? value : 1;
        at += ENTRY;
    }
    return 1;
}

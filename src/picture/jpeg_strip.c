/* The segments of a JPEG file (ITU T.81 B.1), without decoding. */
#include "picture_private.h"

#define EXIF "Exif\0"

enum marker {
    SOF0 = 0xc0,
    SOF15 = 0xcf,
    RST0 = 0xd0,
    RST7 = 0xd7,
    EOI = 0xd9,
    SOS = 0xda,
    DRI = 0xdd,
    APP0 = 0xe0,
    APP1 = 0xe1,
    APP14 = 0xee,
    COM = 0xfe,
};

/* JFIF 1.02 says how dense the pixels are; its thumbnail goes. */
static void put_jfif(bd_str body, struct bd_buf *out)
{
    bd_buf_add(out, BD_STR("\xff\xe0\0\x10JFIF\0"));
    bd_buf_add(out, bd_str_sub(body, 5, 7));
    bd_buf_add(out, BD_STR("\0\0"));
}

static bool is_jfif(uint32_t marker, bd_str body)
{
    return marker == APP0 && bd_str_starts(body, BD_STR("JFIF\0")) &&
           body.len >= 14;
}

/* How Adobe's programs say what the three or four colours are. */
static bool is_adobe(uint32_t marker, bd_str body)
{
    return marker == APP14 && bd_str_starts(body, BD_STR("Adobe")) &&
           body.len == 12;
}

/* Tables, frames, scans: without them nothing is to be seen. */
static bool is_seen(uint32_t marker)
{
    return (marker >= SOF0 && marker <= SOF15) ||
           (marker >= SOS && marker <= DRI);
}

static void take_segment(uint32_t marker, bd_str segment,
                         struct jpeg_facts *facts, struct bd_buf *out)
{
    bd_str body = bd_str_skip(segment, 4);

    if (marker == APP1 && bd_str_starts(body, BD_STR(EXIF)) && facts)
        facts->orientation = exif_orientation(bd_str_skip(body, 6));
    if (!out)
        return;
    if (is_jfif(marker, body))
        put_jfif(body, out);
    else if (is_adobe(marker, body) || is_seen(marker))
        bd_buf_add(out, segment);
}

/* Octets of coded data up to the next marker that ends it (B.1.1.5). */
static size_t scan_len(bd_str rest)
{
    for (size_t i = 0; i + 1 < rest.len; i++) {
        uint32_t next = 0;

        if ((unsigned char)rest.ptr[i] != 0xff)
            continue;
        next = (unsigned char)rest.ptr[i + 1];
        if (next != 0 && next != 0xff && (next < RST0 || next > RST7))
            return i;
    }
    return rest.len;
}

enum bd_status jpeg_strip(bd_str bytes, struct jpeg_facts *facts,
                          struct bd_buf *out)
{
    bd_str rest = bd_str_skip(bytes, 2);

    if (facts)
        *facts = (struct jpeg_facts) { .orientation = 1 };
    if (out)
        bd_buf_add(out, BD_STR("\xff\xd8"));
    while (rest.len >= 2 && (unsigned char)rest.ptr[0] == 0xff) {
        uint32_t marker = picture_big(rest, 1, 1);
        size_t len = 2 + picture_big(rest, 2, 2);

        if (marker == 0xff) { /* fill (B.1.1.2) */
            rest = bd_str_skip(rest, 1);
            continue;
        }
        if (marker == EOI) {
            if (out)
                bd_buf_add(out, BD_STR("\xff\xd9"));
            return BD_OK;
        }
        if (len < 4 || len > rest.len ||
            (!is_seen(marker) && marker < APP0 && marker != COM))
            return BD_EPARSE;
        take_segment(marker, bd_str_sub(rest, 0, len), facts, out);
        rest = bd_str_skip(rest, len);
        if (marker != SOS)
            continue;
        len = scan_len(rest);
        if (out)
            bd_buf_add(out, bd_str_sub(rest, 0, len));
        rest = bd_str_skip(rest, len);
    }
    return BD_EPARSE;
}

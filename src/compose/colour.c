#include "colour_private.h"

#include <string.h>

#define STEPS  64  /* from a colour to black or white */
#define BRIGHT 205 /* of its brightest part */

static const struct colour white = { 255, 255, 255 };
static const struct colour black = { 0, 0, 0 };
static const struct colour ink = { 0x14, 0x18, 0x1b }; /* softer than black */

static int hex(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c);

    return c && at ? (int)(at - digits) : -1;
}

bool colour_read(bd_str text, struct colour *out)
{
    unsigned char rgb[3] = { 0 };
    size_t digits = text.len == 4 ? 1 : 2;

    if (bd_str_eq_nocase(text, BD_STR("white")) ||
        bd_str_eq_nocase(text, BD_STR("black"))) {
        *out = (text.ptr[0] | 0x20) == 'w' ? white : black;
        return true;
    }
    if ((text.len != 4 && text.len != 7) || text.ptr[0] != '#')
        return false;
    for (size_t i = 0; i < 3; i++) {
        int high = hex(text.ptr[1 + i * digits]);
        int low = hex(text.ptr[1 + i * digits + digits - 1]);

        if (high < 0 || low < 0)
            return false;
        rgb[i] = (unsigned char)(high * 16 + low);
    }
    *out = (struct colour) { rgb[0], rgb[1], rgb[2] };
    return true;
}

struct colour_told colour_tell(bd_str text)
{
    struct colour_told told = { .known = false };

    told.known = colour_read(text, &told.colour);
    return told;
}

bool colour_is_same(struct colour a, struct colour b)
{
    return a.red == b.red && a.green == b.green && a.blue == b.blue;
}

bd_str colour_write(struct bd_arena *arena, struct colour colour)
{
    return bd_arena_printf(arena, "#%02x%02x%02x", colour.red, colour.green,
                           colour.blue);
}

/* sRGB to linear: ((c + 0.055) / 1.055) ^ 2.4, where x ^ 2.4 is x * x times
 * the fifth root of x * x. */
static double linear(unsigned char octet)
{
    double c = octet / 255.0;
    double x = (c + 0.055) / 1.055;
    double root = 1;

    if (c <= 0.04045)
        return c / 12.92;
    for (double step = 1; step > 1e-9;) { /* Newton's way, from above */
        step = (root - x * x / (root * root * root * root)) / 5;
        root -= step;
    }
    return x * x * root;
}

/* Relative luminance, 0 to 1. */
static double light(struct colour c)
{
    return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) +
           0.0722 * linear(c.blue);
}

double colour_contrast(struct colour a, struct colour b)
{
    double high = light(a), low = light(b);

    if (high < low) {
        double swap = high;

        high = low;
        low = swap;
    }
    return (high + 0.05) / (low + 0.05);
}

static unsigned char mix(unsigned char a, unsigned char b, double share)
{
    return (unsigned char)(a + (b - a) * share + 0.5);
}

struct colour colour_mix(struct colour a, struct colour b, double share)
{
    return (struct colour) { mix(a.red, b.red, share),
                             mix(a.green, b.green, share),
                             mix(a.blue, b.blue, share) };
}

struct colour colour_bright(struct colour c)
{
    unsigned most = c.red > c.green ? c.red : c.green;

    most = most > c.blue ? most : c.blue;
    if (most == 0)
        return c;
    return (struct colour) { (unsigned char)(c.red * BRIGHT / most),
                             (unsigned char)(c.green * BRIGHT / most),
                             (unsigned char)(c.blue * BRIGHT / most) };
}

static bool is_readable(struct colour colour, const struct colour *grounds,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (colour_contrast(colour, grounds[i]) < COLOUR_LEAST)
            return false;
    return true;
}

struct colour colour_readable(struct colour colour,
                              const struct colour *grounds, size_t count)
{
    for (int step = 0; step <= STEPS; step++) {
        struct colour darker = colour_mix(colour, black, step / (double)STEPS);
        struct colour lighter = colour_mix(colour, white, step / (double)STEPS);

        if (is_readable(darker, grounds, count))
            return darker;
        if (is_readable(lighter, grounds, count))
            return lighter;
    }
    return colour_contrast(black, grounds[0]) >
                   colour_contrast(white, grounds[0])
               ? black
               : white;
}

struct colour colour_text_on(struct colour ground)
{
    bool dark = colour_contrast(ink, ground) > colour_contrast(white, ground);

    return colour_readable(dark ? ink : white, &ground, 1);
}

struct colour colour_seen(struct colour colour, struct colour ground)
{
    struct colour darker = colour;

    for (int step = 1; step <= STEPS; step++) {
        if (colour_contrast(darker, ground) >= COLOUR_LEAST_SHAPE)
            return darker;
        darker = colour_mix(colour, black, step / (double)STEPS);
    }
    return darker;
}

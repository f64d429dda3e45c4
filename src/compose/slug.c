#include "brevduva/compose/issue.h"

#include "brevduva/base/buf.h"

/* What Latin letters lose in a URL; all other characters become hyphens. */
static const struct {
    const char *letters; /* UTF-8, each two octets */
    const char *plain;
} folds[] = {
    { "àáâãäåāăąÀÁÂÃÄÅĀĂĄ", "a" },
    { "æÆ", "ae" },
    { "çćčÇĆČ", "c" },
    { "ðďđÐĎĐ", "d" },
    { "èéêëēėęěÈÉÊËĒĖĘĚ", "e" },
    { "ğģĞĢ", "g" },
    { "ìíîïīįıÌÍÎÏĪĮİ", "i" },
    { "ķĶ", "k" },
    { "łļľŁĻĽ", "l" },
    { "ñńņňŋÑŃŅŇŊ", "n" },
    { "òóôõöøōőÒÓÔÕÖØŌŐ", "o" },
    { "œŒ", "oe" },
    { "řŘ", "r" },
    { "śşšŚŞŠ", "s" },
    { "ß", "ss" },
    { "þÞ", "th" },
    { "ţťŢŤ", "t" },
    { "ùúûüūůűųÙÚÛÜŪŮŰŲ", "u" },
    { "ýÿÝŸ", "y" },
    { "źżžŹŻŽ", "z" },
};

/* The plain form of a two-octet letter, or NULL. */
static const char *fold(bd_str letter)
{
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++) {
        bd_str letters = bd_str_from(folds[i].letters);

        for (size_t at = 0; at < letters.len; at += 2)
            if (bd_str_eq(bd_str_sub(letters, at, 2), letter))
                return folds[i].plain;
    }
    return NULL;
}

bd_str bd_slug(struct bd_arena *arena, bd_str title)
{
    struct bd_buf buf = { 0 };
    bd_str slug = BD_STR_NONE;

    for (size_t i = 0; i < title.len; i++) {
        char c = title.ptr[i];
        const char *plain = fold(bd_str_sub(title, i, 2));

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (plain) {
            bd_buf_add_cstr(&buf, plain);
            i++;
        } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            bd_buf_add_char(&buf, c);
        } else if (((unsigned char)c & 0xc0) != 0x80 && buf.len > 0 &&
                   buf.ptr[buf.len - 1] != '-') {
            bd_buf_add_char(&buf, '-');
        }
    }
    if (buf.len > 0 && buf.ptr[buf.len - 1] == '-')
        buf.len--;
    slug = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return slug;
}

/* Why a text is not an address, for the person who typed it. The grammar is
 * address.c's alone: what this file overlooks gets a vaguer message. */
#include <string.h>

#include <unictype.h>
#include <unistr.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"
#include "mail_private.h"

#define SHOWN_MAX 100 /* octets of an address in a message */

enum problem {
    EMPTY,
    NOT_UTF8,
    CONTROL,
    MAILTO,
    NAMED,
    NO_AT,
    TWO_AT,
    INVISIBLE,
    COMMA,
    NO_LOCAL,
    NO_DOMAIN,
    LITERAL,
    DOUBLE_DOT,
    LOCAL_DOT,
    DOMAIN_DOT,
    LOCAL_LONG,
    LONG,
    LOCAL_SIGN,
    NO_TOP,
    DOMAIN,
};

/* First the text, then the detail. */
static const char *const reasons[] = {
    [EMPTY] = N_("the address is empty"),
    [NOT_UTF8] = N_("\"%.*s\" is not UTF-8 text"),
    [CONTROL] = N_("\"%.*s\" has a line break or another control character"),
    [MAILTO] = N_("\"%.*s\": give only the address, without mailto:"),
    [NAMED] = N_("\"%.*s\": give only the address, without name or <>"),
    [NO_AT] = N_(
        "\"%.*s\" has no @: an address looks like name@domain.example"),
    [TWO_AT] = N_("\"%.*s\" has more than one @: give one address"),
    [INVISIBLE] = N_("\"%.*s\" has a space or invisible character in it"),
    [COMMA] = N_("\"%.*s\" has a comma in it"),
    [NO_LOCAL] = N_("\"%.*s\" has nothing before the @"),
    [NO_DOMAIN] = N_("\"%.*s\" has nothing after the @"),
    [LITERAL] = N_("\"%.*s\": a domain name must stand after the @, not [...]"),
    [DOUBLE_DOT] = N_("\"%.*s\" has two dots in a row"),
    [LOCAL_DOT] = N_("\"%.*s\" has a dot at the start or just before the @"),
    [DOMAIN_DOT] = N_("\"%.*s\" has a dot at the end or just after the @"),
    [LOCAL_LONG] = N_("\"%.*s\" has more than 64 octets before the @"),
    [LONG] = N_("\"%.*s\" is longer than 254 octets"),
    [LOCAL_SIGN] = N_(
        "\"%.*s\" has %.*s before the @, which cannot stand there"),
    [NO_TOP] = N_("\"%.*s\": the domain \"%.*s\" has no ending, such as .org"),
    [DOMAIN] = N_("\"%.*s\": \"%.*s\" is not a domain name"),
};

bool bd_mail_has_invisible(bd_str text)
{
    static const uint32_t joiners[] = { 0x200c, 0x200d }; /* part of words */

    while (text.len > 0) {
        ucs4_t c = 0;
        int len = u8_mbtouc(&c, (const uint8_t *)text.ptr, text.len);
        bool joiner = c == joiners[0] || c == joiners[1];

        text = bd_str_skip(text, (size_t)len);
        if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Z |
                                                    UC_CATEGORY_MASK_Cc |
                                                    UC_CATEGORY_MASK_Cs) ||
            (uc_is_general_category(c, UC_FORMAT) && !joiner) ||
            uc_is_property_not_a_character(c))
            return true;
    }
    return false;
}

bd_str bd_mail_shown(struct bd_arena *arena, bd_str text)
{
    struct bd_buf scratch;
    bd_str shown = BD_STR_NONE;

    bd_buf_init(&scratch, 0);
    shown = bd_mail_clean(bd_str_sub(text, 0, SHOWN_MAX), &scratch);
    shown = bd_arena_copy(arena, shown);
    bd_buf_fini(&scratch);
    return shown;
}

/* The first character before the @ that has no place there. */
static bd_str strange_sign(bd_str local)
{
    for (size_t i = 0; i < local.len; i++)
        if ((unsigned char)local.ptr[i] < 0x80 && local.ptr[i] != '.' &&
            !bd_mail_is_atext((unsigned char)local.ptr[i]))
            return bd_str_sub(local, i, 1);
    return BD_STR_NONE;
}

static bool has_char(bd_str text, char c)
{
    return bd_str_find_char(text, c) != SIZE_MAX;
}

/* What is wrong with the whole text, before it is taken apart. */
static bool diagnose_text(bd_str text, enum problem *out)
{
    if (text.len == 0)
        *out = EMPTY;
    else if (!bd_str_is_utf8(text, NULL))
        *out = NOT_UTF8;
    else if (bd_str_has_control(text) || bd_str_has_line_break(text) ||
             has_char(text, '\t'))
        *out = CONTROL;
    else if (bd_str_starts_nocase(text, BD_STR("mailto:")))
        *out = MAILTO;
    else if (has_char(text, '<') || has_char(text, '>'))
        *out = NAMED;
    else if (!has_char(text, '@'))
        *out = NO_AT;
    else
        return false;
    return true;
}

static enum problem diagnose_parts(bd_str text, bd_str local, bd_str domain,
                                   bd_str *detail)
{
    bool quoted = bd_str_starts(local, BD_STR("\""));
    bd_str plain = quoted ? domain : text; /* where quotes excuse nothing */

    if (!quoted && has_char(local, '@'))
        return TWO_AT;
    if (bd_mail_has_invisible(plain))
        return INVISIBLE;
    if (has_char(plain, ','))
        return COMMA;
    if (local.len == 0)
        return NO_LOCAL;
    if (domain.len == 0)
        return NO_DOMAIN;
    if (domain.ptr[0] == '[')
        return LITERAL;
    if (bd_str_find(plain, BD_STR("..")) != SIZE_MAX)
        return DOUBLE_DOT;
    if (local.ptr[0] == '.' || local.ptr[local.len - 1] == '.')
        return LOCAL_DOT;
    if (domain.ptr[0] == '.' || domain.ptr[domain.len - 1] == '.')
        return DOMAIN_DOT;
    if (local.len > BD_MAX_LOCAL_OCTETS)
        return LOCAL_LONG;
    if (text.len > BD_MAX_ADDRESS_OCTETS)
        return LONG;
    *detail = strange_sign(local);
    if (detail->len > 0)
        return LOCAL_SIGN;
    *detail = domain;
    return has_char(domain, '.') ? DOMAIN : NO_TOP;
}

static enum problem diagnose(bd_str text, bd_str *detail)
{
    enum problem problem = EMPTY;
    const char *at = NULL;
    bd_str local = BD_STR_NONE;

    if (diagnose_text(text, &problem))
        return problem;
    at = memrchr(text.ptr, '@', text.len);
    local = bd_str_sub(text, 0, (size_t)(at - text.ptr));
    return diagnose_parts(text, local, bd_str_skip(text, local.len + 1),
                          detail);
}

/* The address that was probably meant, if undoing the usual slips of pasting
 * and typing gives one. Domain names are never guessed at. */
static bool guess(struct bd_arena *arena, bd_str text, bd_str *out)
{
    static const char litter[] = " .,;:<>()[]'\"";
    size_t open = bd_str_find_char(text, '<');
    struct bd_address address;
    char *repaired = NULL;

    if (open != SIZE_MAX) {
        text = bd_str_skip(text, open + 1);
        text = bd_str_sub(text, 0, bd_str_find_char(text, '>'));
    }
    if (bd_str_starts_nocase(text, BD_STR("mailto:"))) {
        text = bd_str_skip(text, strlen("mailto:"));
        text = bd_str_sub(text, 0, bd_str_find_char(text, '?'));
    }
    while (text.len > 0 && memchr(litter, text.ptr[0], strlen(litter)))
        text = bd_str_skip(text, 1);
    while (text.len > 0 &&
           memchr(litter, text.ptr[text.len - 1], strlen(litter)))
        text.len--;
    if (text.len == 0 || text.len > BD_MAX_ADDRESS_OCTETS)
        return false;
    repaired = bd_arena_alloc(arena, text.len);
    for (size_t i = 0; i < text.len; i++)
        repaired[i] = (char)(text.ptr[i] == ',' ? '.' : text.ptr[i]);
    if (!bd_mail_recognise(arena, (bd_str) { repaired, text.len }, &address))
        return false;
    *out = address.email;
    return true;
}

bd_str bd_address_fault(struct bd_arena *arena, bd_str text, enum bd_lang lang)
{
    bd_str detail = BD_STR_NONE;
    bd_str meant = BD_STR_NONE;
    bd_str fault = BD_STR_NONE;
    enum problem problem = diagnose(text, &detail);

    fault = bd_arena_printf(arena, L_(lang, reasons[problem]),
                            BD_ARG(bd_mail_shown(arena, text)),
                            BD_ARG(bd_mail_shown(arena, detail)));
    if (guess(arena, text, &meant))
        fault = bd_arena_printf(
            arena, L_(lang, N_("%.*s; did you mean \"%.*s\"?")), BD_ARG(fault),
            BD_ARG(bd_mail_shown(arena, meant)));
    return fault;
}

bool bd_address_is_plain(const struct bd_address *address)
{
    bd_str local = address->local;

    return !has_char(local, '"') && !has_char(local, '/') &&
           !has_char(local, ':') && !bd_mail_has_invisible(local) &&
           !bd_str_starts_nocase(local, BD_STR("www."));
}

enum bd_status bd_mail_refuse(struct bd_arena *arena, bd_str text,
                              struct bd_err *err)
{
    bd_str fault = BD_STR_NONE;

    if (!err)
        return BD_EINVAL;
    fault = bd_address_fault(arena, text, bd_lang_get());
    return bd_fail(err, BD_EINVAL, "%.*s", BD_ARG(fault));
}

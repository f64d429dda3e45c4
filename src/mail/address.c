#include "brevduva/mail/address.h"

#include <stdlib.h>
#include <string.h>

#include <idn2.h>
#include <unicase.h>
#include <uninorm.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"
#include "mail_private.h"

#define LABEL_MAX 63  /* RFC 1035 2.3.4 */
#define HOST_MAX  253 /* 255 on the wire */
#define IDN_MAX   1024

/* atext with UTF8-non-ascii (RFC 6531 3.3). */
static bool is_local_char(unsigned char c)
{
    return bd_mail_is_atext(c) || c >= 0x80;
}

/* Octets of the dot-atom that starts `text`; 0 if none does. */
static size_t dot_atom_len(bd_str text)
{
    size_t i = 0;

    for (;;) {
        size_t start = i;

        while (i < text.len && is_local_char((unsigned char)text.ptr[i]))
            i++;
        if (i == start)
            return 0; /* a dot at the start, at the end, or two in a row */
        if (i == text.len || text.ptr[i] != '.')
            return i;
        i++;
    }
}

/* Octets of the Quoted-string that starts `text`, or 0 (RFC 5321 4.1.2; RFC
 * 6531 3.3 lets non-ASCII in, but not behind a backslash). */
static size_t quoted_len(bd_str text)
{
    if (text.len == 0 || text.ptr[0] != '"')
        return 0;
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] == '"')
            return i + 1;
        if (text.ptr[i] != '\\')
            continue;
        i++;
        if (i < text.len && (unsigned char)text.ptr[i] >= 0x80)
            return 0;
    }
    return 0;
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* `text` itself when there is nothing to change. */
static bd_str ascii_lower(struct bd_arena *arena, bd_str text)
{
    size_t i = 0;
    char *copy = NULL;

    while (i < text.len && lower(text.ptr[i]) == text.ptr[i])
        i++;
    if (i == text.len)
        return text;
    copy = bd_arena_alloc(arena, text.len);
    for (i = 0; i < text.len; i++)
        copy[i] = lower(text.ptr[i]);
    return (bd_str) { copy, text.len };
}

/* Letters, digits and inner hyphens. */
static bool is_label(bd_str label)
{
    if (label.len == 0 || label.len > LABEL_MAX || label.ptr[0] == '-' ||
        label.ptr[label.len - 1] == '-')
        return false;
    for (size_t i = 0; i < label.len; i++)
        if (!bd_mail_is_alnum((unsigned char)label.ptr[i]) &&
            label.ptr[i] != '-')
            return false;
    return true;
}

/* RFC 1123 2.1: a host name; the last label is never all digits, which would
 * be an IPv4 address. */
static bool is_host(bd_str host, size_t *out_labels)
{
    bd_str rest = host;
    bd_str label = BD_STR_NONE;
    uint64_t number = 0;
    size_t labels = 0;

    if (host.len > HOST_MAX)
        return false;
    do {
        label = bd_str_cut(&rest, '.');
        if (!is_label(label))
            return false;
        labels++;
    } while (rest.ptr);
    *out_labels = labels;
    return !bd_str_to_u64(label, &number);
}

static bool has_a_label(bd_str host)
{
    static const bd_str mark = BD_STR_INIT("xn--");

    return bd_str_starts(host, mark) ||
           bd_str_find(host, BD_STR(".xn--")) != SIZE_MAX;
}

static bool idn_to_ascii(const char *host, char **out)
{
    return idn2_to_ascii_8z(host, out, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) ==
           IDN2_OK;
}

/* libidn2 lets A-labels pass that stand for characters which no U-label may
 * hold: a true one is what its own U-label becomes. */
static bool is_round_trip(const char *host)
{
    char *unicode = NULL;
    char *again = NULL;
    bool same = idn2_to_unicode_8z8z(host, &unicode, 0) == IDN2_OK &&
                idn_to_ascii(unicode, &again) && !strcmp(host, again);

    idn2_free(again);
    idn2_free(unicode);
    return same;
}

/*
 * A-labels, lower case. ASCII alone never wakes libidn2, which makes reading
 * a file of addresses many times faster; A-labels do, to be verified.
 */
static bool host_to_ascii(struct bd_arena *arena, bd_str text, bd_str *out,
                          size_t *out_labels)
{
    bd_str host = ascii_lower(arena, text);
    char *converted = NULL;

    if (!bd_str_is_ascii(host) || has_a_label(host)) {
        bool good = !bd_str_has_line_break(host) && host.len <= IDN_MAX &&
                    idn_to_ascii(bd_arena_cstr(arena, host), &converted) &&
                    is_round_trip(converted);

        host = bd_arena_copy(arena, bd_str_from(good ? converted : NULL));
        idn2_free(converted);
    }
    *out = host;
    return is_host(host, out_labels); /* UTS 46 maps some signs to ASCII */
}

/* "a.b"@x is a.b@x (RFC 5321 4.1.2): the key has it without quotes. */
static bd_str without_quotes(bd_str local)
{
    bd_str inner = BD_STR_NONE;

    if (local.ptr[0] != '"')
        return local;
    inner = bd_str_sub(local, 1, local.len - 2);
    return inner.len > 0 && dot_atom_len(inner) == inner.len ? inner : local;
}

static bd_str make_email(struct bd_arena *arena, bd_str local, bd_str domain)
{
    char *email = bd_arena_alloc(arena, local.len + 1 + domain.len + 1);

    memcpy(email, local.ptr, local.len);
    email[local.len] = '@';
    memcpy(email + local.len + 1, domain.ptr, domain.len);
    return (bd_str) { email, local.len + 1 + domain.len };
}

static bd_str make_key(struct bd_arena *arena, const struct bd_address *address)
{
    bd_str local = without_quotes(address->local);
    uint8_t *folded = NULL;
    size_t len = 0;
    bd_str key = BD_STR_NONE;

    if (!address->smtputf8) {
        local = ascii_lower(arena, local);
        return local.ptr == address->local.ptr
                   ? address->email
                   : make_email(arena, local, address->domain);
    }
    folded = u8_casefold((const uint8_t *)local.ptr, local.len, NULL,
                         UNINORM_NFC, NULL, &len);
    if (!folded) /* out of memory: the text was valid */
        abort();
    key = make_email(arena, (bd_str) { (const char *)folded, len },
                     address->domain);
    free(folded);
    return key;
}

/* Spaces, also those that come along when text is copied from a page: no-break
 * space, zero width space and byte order mark. */
static bd_str trim(bd_str text)
{
    static const bd_str blanks[] = {
        BD_STR_INIT(" "),
        BD_STR_INIT("\xc2\xa0"),
        BD_STR_INIT("\xe2\x80\x8b"),
        BD_STR_INIT("\xef\xbb\xbf"),
    };
    bool again = true;

    while (again && text.len > 0) {
        again = false;
        for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
            size_t len = blanks[i].len;

            if (bd_str_starts(text, blanks[i])) {
                text = bd_str_skip(text, len);
                again = true;
            } else if (bd_str_ends(text, blanks[i])) {
                text.len -= len;
                again = true;
            }
        }
    }
    return text;
}

bool bd_mail_recognise(struct bd_arena *arena, bd_str text,
                       struct bd_address *out)
{
    struct bd_address r = { 0 };
    size_t labels = 0;
    size_t at = dot_atom_len(text);

    if (at == 0)
        at = quoted_len(text);
    if (at == 0 || at > BD_MAX_LOCAL_OCTETS || at == text.len ||
        text.ptr[at] != '@')
        return false;
    r.local = bd_str_sub(text, 0, at);
    r.smtputf8 = !bd_str_is_ascii(r.local);
    if (bd_str_has_control(r.local) || bd_str_has_line_break(r.local) ||
        bd_str_find_char(r.local, '\t') != SIZE_MAX ||
        (r.smtputf8 &&
         (!bd_str_is_utf8(r.local, NULL) || bd_mail_has_invisible(r.local))))
        return false;
    if (!host_to_ascii(arena, bd_str_skip(text, at + 1), &r.domain, &labels) ||
        labels < 2 || at + 1 + r.domain.len > BD_MAX_ADDRESS_OCTETS)
        return false;
    r.email = make_email(arena, r.local, r.domain);
    r.local = bd_str_sub(r.email, 0, at);
    r.domain = bd_str_skip(r.email, at + 1);
    r.key = make_key(arena, &r);
    *out = r;
    return true;
}

enum bd_status bd_address_parse(struct bd_arena *arena, bd_str text,
                                struct bd_address *out, struct bd_err *err)
{
    text = trim(text);
    if (!bd_mail_recognise(arena, text, out))
        return bd_mail_refuse(arena, text, err);
    return BD_OK;
}

bd_str bd_address_display(struct bd_arena *arena, bd_str email)
{
    const char *at = email.len ? memrchr(email.ptr, '@', email.len) : NULL;
    size_t local_len = at ? (size_t)(at - email.ptr) : 0;
    bd_str domain = bd_str_skip(email, local_len + 1);
    char *unicode = NULL;

    if (!at || !has_a_label(domain) ||
        idn2_to_unicode_8z8z(bd_arena_cstr(arena, domain), &unicode, 0) !=
            IDN2_OK)
        return bd_arena_copy(arena, email);
    email = make_email(arena, bd_str_sub(email, 0, local_len),
                       bd_str_from(unicode));
    idn2_free(unicode);
    return email;
}

enum bd_status bd_domain_parse(struct bd_arena *arena, bd_str text, bd_str *out,
                               struct bd_err *err)
{
    bd_str host = BD_STR_NONE;
    size_t labels = 0;

    text = trim(text);
    if (text.len == 0)
        return bd_fail(err, BD_EINVAL, _("the host name is empty"));
    if (!host_to_ascii(arena, text, &host, &labels))
        return bd_fail(err, BD_EINVAL, _("\"%.*s\" is not a host name"),
                       BD_ARG(bd_mail_shown(arena, text)));
    *out = bd_arena_copy(arena, host);
    return BD_OK;
}

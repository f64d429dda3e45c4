/* Texts that look like tokens of ours, wherever programs leave them. */
#include "brevduva/base/token.h"
#include "classify_private.h"

/* Where the address stands to which this mail was sent; what the last server
 * wrote comes first. */
static const char *const own_fields[] = {
    "Delivered-To", "X-Original-To",
    "Envelope-To",  "X-Envelope-To",
    "To",           "Cc",
    "Resent-To",    "X-Forwarded-To",
    "Resent-Cc",    "X-Delivered-To",
    "X-RCPT-To",    "Apparently-To",
};
/* Where ours may stand in what came back. */
static const char *const returned_fields[] = {
    "Return-Path", "X-Envelope-From", "Errors-To",        "Sender",
    "Message-ID",  "Reply-To",        "List-Unsubscribe",
};

#define MAX_VALUE 4096 /* octets of a field */
#define MAX_LOCAL 256  /* of a local part, after the token */

static bool is_base32(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '2' && c <= '7');
}

static bool is_base64url(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static void add(struct bd_incoming *out, bd_str text, bool returned)
{
    for (size_t i = 0; i < out->token_count; i++)
        if (bd_str_eq_nocase(out->tokens[i].text, text) &&
            out->tokens[i].returned == returned)
            return;
    if (out->token_count < BD_INCOMING_MAX_TOKENS)
        out->tokens[out->token_count++] =
            (struct bd_incoming_token) { text, returned };
}

/* A run of exactly so many octets in a local part. BATV and SRS put their own
 * around it: "prvs=4711abcdef=bounce+TOKEN@". */
static void add_mail_tokens(struct bd_incoming *out, bd_str value,
                            bool returned)
{
    for (size_t at = 0; at < value.len;) {
        size_t end = at;

        while (end < value.len && is_base32(value.ptr[end]))
            end++;
        if (end - at == BD_TOKEN_MAIL_LEN &&
            bd_str_find_char(bd_str_sub(value, end, MAX_LOCAL), '@') !=
                SIZE_MAX)
            add(out, bd_str_sub(value, at, end - at), returned);
        at = end > at ? end : at + 1;
    }
}

/* "https://news.example/u/TOKEN". */
static void add_link_tokens(struct bd_incoming *out, bd_str value)
{
    for (size_t at = 0; at + 3 + BD_TOKEN_URL_LEN <= value.len; at++) {
        size_t end = at + 3;

        if (value.ptr[at] != '/' || value.ptr[at + 2] != '/' ||
            (value.ptr[at + 1] != BD_TOKEN_UNSUBSCRIBE &&
             value.ptr[at + 1] != BD_TOKEN_ONE_CLICK))
            continue;
        while (end < value.len && is_base64url(value.ptr[end]))
            end++;
        if (end - at - 3 == BD_TOKEN_URL_LEN)
            add(out, bd_str_sub(value, at + 3, BD_TOKEN_URL_LEN), true);
    }
}

/* "from x by y for <bounce+TOKEN@z>; date". */
static bd_str received_for(bd_str value)
{
    size_t at = bd_str_find(value, BD_STR("for <"));

    if (at == SIZE_MAX)
        return BD_STR_NONE;
    value = bd_str_skip(value, at + 5);
    return bd_str_sub(value, 0, bd_str_find_char(value, '>'));
}

static bool is_one_of(bd_str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bd_str_eq_nocase(name, bd_str_from(names[i])))
            return true;
    return false;
}

static bd_str value_of(const struct bd_mail_header *header, size_t i)
{
    return bd_str_sub(bd_mail_value(header, i), 0, MAX_VALUE);
}

static void collect_own(const struct bd_mail_header *header,
                        struct bd_incoming *out)
{
    for (size_t i = 0; i < header->count; i++) {
        bd_str name = header->fields[i].name;

        if (bd_str_eq_nocase(name, BD_STR("Received")))
            add_mail_tokens(out, received_for(value_of(header, i)), false);
        else if (is_one_of(name, own_fields,
                           sizeof own_fields / sizeof *own_fields))
            add_mail_tokens(out, value_of(header, i), false);
    }
}

static size_t count_in(const struct bd_mail_header *header,
                       const char *const *names, size_t count)
{
    struct bd_incoming found = { .token_count = 0 };

    for (size_t i = 0; i < header->count; i++)
        if (is_one_of(header->fields[i].name, names, count))
            add_mail_tokens(&found, value_of(header, i), false);
    return found.token_count;
}

bool is_only_copied(const struct bd_mail_header *header)
{
    static const char *const to[] = { "To", "Resent-To", "Apparently-To" };
    static const char *const copy[] = { "Cc", "Resent-Cc" };

    return count_in(header, to, sizeof to / sizeof *to) == 0 &&
           count_in(header, copy, sizeof copy / sizeof *copy) > 0;
}

static void collect_returned(const struct bd_mail_header *header,
                             struct bd_incoming *out)
{
    for (size_t i = 0; i < header->count; i++) {
        if (!is_one_of(header->fields[i].name, returned_fields,
                       sizeof returned_fields / sizeof *returned_fields))
            continue;
        add_mail_tokens(out, value_of(header, i), true);
        add_link_tokens(out, value_of(header, i));
    }
}

void collect_tokens(const struct bd_mail_header *header,
                    const struct bd_mail_header *returned,
                    struct bd_incoming *out)
{
    collect_own(header, out);
    if (returned)
        collect_returned(returned, out);
}

void collect_envelope_from(bd_str address, struct bd_incoming *out)
{
    add_mail_tokens(out, bd_str_sub(address, 0, MAX_VALUE), true);
}

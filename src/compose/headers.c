/* The header of a letter or note: RFC 5322, 2369, 2919, 3834, 8058. */
#include "headers_private.h"

#include "brevduva/mail/header.h"
#include "brevduva/mail/return_path.h"

bd_str bd_domain_of(bd_str email)
{
    size_t at = bd_str_find_char(email, '@');

    if (at == SIZE_MAX || at + 1 >= email.len)
        return BD_STR("localhost");
    return bd_str_skip(email, at + 1);
}

static void literal(struct bd_pieces *pieces, const char *text)
{
    bd_buf_add_cstr(&pieces->literal, text);
}

static void subject(const struct bd_draft *d, struct bd_pieces *pieces)
{
    bd_str text = d->issue->marked.subject;

    if (bd_str_find_char(text, MARKER_OPEN) == SIZE_MAX) {
        bd_header_text(&pieces->literal, "Subject", text);
        return;
    }
    literal(pieces, "Subject:");
    bd_pieces_words(pieces, sizeof "Subject:" - 1, text);
    literal(pieces, "\r\n");
}

static void mailbox_fields(const struct bd_draft *d, struct bd_pieces *pieces)
{
    const struct bd_letter_options *o = d->options;
    bd_str name = d->issue->from_name.len > 0 ? d->issue->from_name
                                              : o->from_name;

    bd_header_mailbox(&pieces->literal, "From", name, o->from_email);
    literal(pieces, "To: ");
    bd_pieces_own(pieces, "@to");
    literal(pieces, "\r\n");
    subject(d, pieces);
    literal(pieces, "Date: ");
    bd_pieces_own(pieces, "@date");
    literal(pieces, "\r\nMessage-ID: <");
    bd_pieces_own(pieces, "@message-id");
    bd_buf_printf(&pieces->literal, "@%.*s>\r\n",
                  BD_ARG(bd_domain_of(o->from_email)));
}

static void reply_to(const struct bd_draft *d, struct bd_pieces *pieces)
{
    bd_str email = d->issue->reply_to.len > 0 ? d->issue->reply_to
                                              : d->options->reply_to;

    if (email.len > 0)
        bd_header_mailbox(&pieces->literal, "Reply-To", BD_STR_NONE, email);
}

static void language(const struct bd_draft *d, struct bd_pieces *pieces)
{
    bd_buf_printf(&pieces->literal, "Content-Language: %s\r\n",
                  bd_lang_tag(d->lang));
}

static void list_id(const struct bd_draft *d, struct bd_pieces *pieces)
{
    const struct bd_letter_options *o = d->options;

    if (o->list_id.len == 0)
        return;
    if (o->list_title.len > 0) /* phrase and <> as in a mailbox, RFC 2919 3 */
        bd_header_mailbox(&pieces->literal, "List-Id", o->list_title,
                          o->list_id);
    else
        bd_header_raw(&pieces->literal, "List-Id",
                      bd_arena_printf(d->arena, "<%.*s>", BD_ARG(o->list_id)));
}

static void unsubscribe_by_mail(const struct bd_draft *d,
                                struct bd_pieces *pieces)
{
    const struct bd_unsubscribe_mailto m = bd_unsubscribe_mailto(d->arena,
                                                                 d->options);

    bd_buf_printf(&pieces->literal, "<%.*s", BD_ARG(m.before));
    if (m.has_token)
        bd_pieces_own(pieces, "@unsubscribe-mail");
    bd_buf_printf(&pieces->literal, "%.*s>", BD_ARG(m.after));
}

/*
 * One-click (RFC 8058) demands https. Without it a mailto alone stands here,
 * and no List-Unsubscribe-Post; beside it only one that was asked for.
 */
static void unsubscribe(const struct bd_draft *d, struct bd_pieces *pieces)
{
    const struct bd_letter_options *o = d->options;
    bool https = bd_str_starts(o->base_url, BD_STR("https://"));
    bool mail = !https || o->unsubscribe_mailto.len > 0;

    literal(pieces, "List-Unsubscribe: ");
    if (https) {
        bd_buf_printf(&pieces->literal, "<%.*s/1/", BD_ARG(o->base_url));
        bd_pieces_own(pieces, "@one-click");
        literal(pieces, mail ? ">,\r\n " : ">");
    }
    if (mail)
        unsubscribe_by_mail(d, pieces);
    literal(pieces, "\r\n");
    if (https)
        literal(pieces,
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
}

static void uri_field(const struct bd_draft *d, struct bd_pieces *pieces,
                      const char *name, bd_str uri)
{
    if (uri.len > 0)
        bd_header_raw(&pieces->literal, name,
                      bd_arena_printf(d->arena, "<%.*s>", BD_ARG(uri)));
}

static bd_str under_base(const struct bd_draft *d, const char *path)
{
    if (d->options->base_url.len == 0)
        return BD_STR_NONE;
    return bd_arena_printf(d->arena, "%.*s/%s", BD_ARG(d->options->base_url),
                           path);
}

static void list_fields(const struct bd_draft *d, struct bd_pieces *pieces)
{
    bd_str commands = bd_return_path_plain(d->arena,
                                           d->options->unsubscribe_mailto);

    list_id(d, pieces);
    unsubscribe(d, pieces);
    uri_field(d, pieces, "List-Help",
              commands.len > 0 ? bd_mailto(d->arena, commands, "help")
                               : under_base(d, "contact"));
    uri_field(d, pieces, "List-Subscribe", under_base(d, "subscribe"));
    uri_field(d, pieces, "List-Owner",
              bd_mailto(d->arena, bd_contact_email(d->options), NULL));
    uri_field(d, pieces, "List-Archive", under_base(d, "archive"));
    literal(pieces, "List-Post: NO\r\n");
}

void bd_headers_write(const struct bd_draft *draft, struct bd_pieces *pieces)
{
    mailbox_fields(draft, pieces);
    reply_to(draft, pieces);
    list_fields(draft, pieces);
    language(draft, pieces);
    literal(pieces, "Precedence: bulk\r\nMIME-Version: 1.0\r\n");
}

/* Auto-Submitted keeps answering machines quiet, X-Auto-Response-Suppress
 * those of Exchange, which do not look at it (L11). */
void bd_headers_write_note(const struct bd_draft *draft,
                           struct bd_pieces *pieces)
{
    mailbox_fields(draft, pieces);
    bd_pieces_own(pieces, "@reply-to");
    language(draft, pieces);
    bd_pieces_own(pieces, "@auto-submitted");
    literal(pieces, "X-Auto-Response-Suppress: OOF, AutoReply\r\n"
                    "MIME-Version: 1.0\r\n");
}

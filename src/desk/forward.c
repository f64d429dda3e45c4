#include "brevduva/desk/forward.h"

#include "brevduva/base/limits.h"
#include "brevduva/mail/date.h"
#include "brevduva/mail/header.h"
#include "brevduva/mail/mime_write.h"

#define DEADLINE_SECONDS ((int64_t)5 * 24 * 60 * 60)
#define LINE_MAX_OCTETS  998
#define SUBJECT_MAX      300
#define NAME_MAX_OCTETS  100
#define TEXT_ADDRESS_MAX 320
#define MEGABYTE         (1024 * 1024)

enum form {
    FORM_MESSAGE, /* message/rfc822, as it is */
    FORM_FILE,    /* base64 */
    FORM_TOLD     /* not in the letter at all */
};

/* A letter in the making. */
struct work {
    const struct bd_desk *desk;
    const struct bd_forward *forward;
    bd_str original;
    bd_str reply_to; /* empty: no address that can be answered */
    enum form form;
    char boundary[BD_BOUNDARY_LEN + 1];
};

static const char *say(const struct work *w, const char *text)
{
    return L_(w->forward->language, text);
}

/* As on the wire. A file's line ends are no part of the mail. */
static bd_str with_crlf(struct bd_arena *arena, bd_str text)
{
    size_t lines = 0;
    size_t len = 0;
    char *out = NULL;

    if (bd_str_find_char(text, '\r') != SIZE_MAX)
        return text;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    if (lines == 0)
        return text;
    out = bd_arena_alloc(arena, text.len + lines);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n')
            out[len++] = '\r';
        out[len++] = text.ptr[i];
    }
    return (bd_str) { out, len };
}

/* Can it stand in a mail of ours? 7-bit, whole lines that are not too long, no
 * dot where DATA would double it. */
static bool stands_as_it_is(bd_str text)
{
    size_t column = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool ends = c == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n';

        if (ends) {
            i++;
            column = 0;
            continue;
        }
        if (c == '\0' || c == '\r' || c == '\n' || c >= 0x80 ||
            (c == '.' && column == 0) || ++column > LINE_MAX_OCTETS)
            return false;
    }
    return true;
}

static void find_reply_to(struct work *w)
{
    const struct bd_forward *f = w->forward;
    struct bd_address address;

    if (bd_address_parse(w->desk->arena, f->reply_to, &address, NULL) !=
            BD_OK &&
        bd_address_parse(w->desk->arena, f->from, &address, NULL) != BD_OK)
        return;
    /* a header that is not ASCII needs SMTPUTF8 all the way (RFC 6531) */
    if (!address.smtputf8 || !bd_str_is_ascii(f->to))
        w->reply_to = address.email;
}

static void write_header(const struct work *w, struct bd_buf *out,
                         bd_str message_id)
{
    const struct bd_letter_options *sender = bd_post_sender(w->desk->post);
    bd_str subject = bd_str_cut_utf8(
        bd_desk_line(w->desk->arena, w->forward->subject), SUBJECT_MAX);
    char date[BD_DATE_MAX];
    int64_t now = w->desk->actor.now;

    bd_header_mailbox(out, "From", sender->from_name, sender->from_email);
    bd_header_mailbox(out, "To", BD_STR_NONE, w->forward->to);
    bd_header_text(out, "Subject",
                   subject.len > 0
                       ? subject
                       : bd_str_from(say(w, N_("A mail without a subject"))));
    bd_header_raw(out, "Date", bd_date_write(now, bd_zone_local(now), date));
    bd_buf_printf(out, "Message-ID: <%.*s>\r\n", BD_ARG(message_id));
    if (w->reply_to.len > 0)
        bd_header_mailbox(out, "Reply-To", BD_STR_NONE, w->reply_to);
    bd_buf_add_cstr(out, "Auto-Submitted: auto-generated\r\n"
                         "X-Auto-Response-Suppress: OOF, AutoReply\r\n"
                         "X-Brevduva-Forward: 1\r\n"
                         "MIME-Version: 1.0\r\n");
}

/* "Anna Ek (anna@example.org)", as far as it can be read. */
static bd_str who(const struct work *w)
{
    struct bd_arena *arena = w->desk->arena;
    bd_str name = bd_str_cut_utf8(bd_desk_line(arena, w->forward->from_name),
                                  NAME_MAX_OCTETS);
    bd_str email = bd_str_cut_utf8(bd_desk_line(arena, w->forward->from),
                                   TEXT_ADDRESS_MAX);

    if (email.len == 0)
        return name.len > 0 ? name : bd_str_from(say(w, N_("Somebody")));
    return name.len > 0 ? bd_arena_printf(arena, "%.*s (%.*s)", BD_ARG(name),
                                          BD_ARG(email))
                        : email;
}

static bd_str how(const struct work *w)
{
    switch (w->form) {
    case FORM_MESSAGE:
        return bd_str_from(say(w, N_("The mail is attached, unchanged.")));
    case FORM_FILE:
        return bd_str_from(
            say(w, N_("The mail is attached, unchanged. It holds what could "
                      "not be sent on as it stands, so it is the file "
                      "original.eml: save it, and open it with your mail "
                      "program.")));
    case FORM_TOLD:
        break;
    }
    return bd_arena_printf(
        w->desk->arena,
        say(w, N_("The mail is too large to be sent on: %lld MB. It lies in "
                  "the mailbox, as %.*s.")),
        (long long)(w->forward->size / MEGABYTE), BD_ARG(w->forward->place));
}

static bd_str answer(const struct work *w)
{
    return w->reply_to.len > 0
               ? bd_arena_printf(
                     w->desk->arena,
                     say(w, N_("Answer this letter, and the answer goes to "
                               "%.*s.")),
                     BD_ARG(w->reply_to))
               : bd_str_from(say(w, N_("Do not answer this letter: its "
                                       "sender's address could not be "
                                       "used.")));
}

static void write_text(const struct work *w, struct bd_buf *out)
{
    bd_str text = bd_arena_printf(
        w->desk->arena,
        say(w, N_("%.*s has written to the newsletter's mailbox.\n"
                  "\n"
                  "%.*s\n"
                  "\n"
                  "%.*s\n")),
        BD_ARG(who(w)), BD_ARG(how(w)), BD_ARG(answer(w)));

    bd_buf_add_cstr(out, "Content-Type: text/plain; charset=utf-8\r\n"
                         "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    bd_qp_write_last(out, text);
}

static void write_attachment(const struct work *w, struct bd_buf *out)
{
    bd_buf_printf(out, "\r\n--%s\r\nContent-Type: %s\r\n", w->boundary,
                  w->form == FORM_MESSAGE ? "message/rfc822"
                                          : "application/octet-stream");
    bd_buf_printf(out,
                  "Content-Disposition: attachment; filename=original.eml\r\n"
                  "Content-Transfer-Encoding: %s\r\n\r\n",
                  w->form == FORM_MESSAGE ? "7bit" : "base64");
    if (w->form == FORM_MESSAGE)
        bd_buf_add(out, w->original);
    else
        bd_base64_write(out, w->original);
    bd_buf_printf(out, "\r\n--%s--\r\n", w->boundary);
}

/* False: it is too large. */
static bool write_mail(const struct work *w, bd_str message_id, bd_str *out)
{
    struct bd_buf mail;
    bool whole = false;

    bd_buf_init(&mail, BD_MAX_MESSAGE_BYTES);
    write_header(w, &mail, message_id);
    if (w->form == FORM_TOLD) {
        write_text(w, &mail);
    } else {
        bd_buf_printf(&mail,
                      "Content-Type: multipart/mixed;\r\n"
                      " boundary=\"%s\"\r\n\r\n--%s\r\n",
                      w->boundary, w->boundary);
        write_text(w, &mail);
        write_attachment(w, &mail);
    }
    whole = !mail.full;
    if (whole)
        *out = bd_buf_copy(&mail, w->desk->arena);
    bd_buf_fini(&mail);
    return whole;
}

enum bd_status bd_forward_write(const struct bd_desk *desk,
                                const struct bd_forward *forward,
                                struct bd_letter_row *out, bool *out_whole)
{
    struct work w = { .desk = desk, .forward = forward };
    struct bd_letter_row row = {
        .kind = BD_LETTER_FORWARD,
        .to = forward->to,
        .envelope_from = bd_post_return_path(desk->post),
        .message_id = bd_post_message_id(desk->arena, desk->post, "forward",
                                         desk->sys),
        .deadline = desk->actor.now + DEADLINE_SECONDS,
    };

    find_reply_to(&w);
    w.form = FORM_TOLD;
    if (forward->original.len > 0 &&
        forward->original.len <= BD_MAX_MESSAGE_BYTES) {
        w.original = with_crlf(desk->arena, forward->original);
        w.form = stands_as_it_is(w.original) ? FORM_MESSAGE : FORM_FILE;
        bd_boundary(w.original, w.boundary);
    }
    if (!write_mail(&w, row.message_id, &row.bytes)) {
        w.form = FORM_TOLD;
        if (!write_mail(&w, row.message_id, &row.bytes))
            return bd_fail(desk->err, BD_ELIMIT, _("the mail is too large"));
    }
    *out = row;
    *out_whole = w.form != FORM_TOLD;
    return BD_OK;
}

enum bd_status bd_desk_forward(const struct bd_desk *desk,
                               const struct bd_forward *forward,
                               bool *out_whole)
{
    struct bd_letter_row letter = { .bytes = BD_STR_NONE };
    int64_t delivery = 0;
    enum bd_status rc = bd_forward_write(desk, forward, &letter, out_whole);

    if (rc == BD_OK)
        rc = bd_letter_add(desk->store, &letter, desk->actor.now, &delivery,
                           desk->err);
    return rc;
}

/* layer: deliver */
/*
 * A relay that says anything at all. Input: one octet of what it offers and
 * we may use, then what it says; \xff cuts the connection, \xfe N keeps N
 * octets of the output from leaving before the next line is read, \xfd lets us
 * begin nothing more.
 */
#include <assert.h>
#include <stdio.h>

#include "brevduva/deliver/smtp.h"

enum { COPIES = 64 };

static const char *const offers[] = {
    "mx\n",
    "mx\nPIPELINING\n",
    "mx\nPIPELINING\nSIZE 100\nSMTPUTF8\n",
    "mx\nSIZE 3\n",
    "mx\nPIPELINING\nCHUNKING\n",
};

struct mail {
    struct bd_outgoing copy;
    char text[32];
    bd_str body;
    bool told;
};

struct play {
    struct bd_smtp *smtp;
    struct mail mails[COPIES];
    size_t started, decided;
    size_t held_back;
    struct bd_buf sent;
    bool heard_421, withheld;
};

static bool has_left(const struct play *play, const struct mail *mail)
{
    bd_str sent = bd_buf_str(&play->sent);
    size_t at = bd_str_find(sent, mail->body);

    if (at == SIZE_MAX)
        return false;
    return bd_str_ends(bd_str_sub(sent, 0, at), BD_STR(" LAST\r\n")) ||
           bd_str_starts(bd_str_skip(sent, at + mail->body.len),
                         BD_STR(".\r\n"));
}

/* What matters most: no yes and no doubt without the whole message sent, and
 * no "certainly not" after it. */
static void check_verdict(const struct play *play,
                          const struct bd_smtp_outcome *got)
{
    const struct mail *mail = got->copy->self;
    bool left = has_left(play, mail);

    if (got->verdict == BD_SMTP_ACCEPTED)
        assert(left && got->code / 100 == 2);
    else if (got->verdict == BD_SMTP_UNKNOWN)
        assert(left && got->code == 0);
    else if (got->verdict == BD_SMTP_WITHHELD)
        assert(play->withheld &&
               bd_str_find(bd_buf_str(&play->sent), mail->body) == SIZE_MAX);
    else if (got->verdict == BD_SMTP_LOST)
        assert(got->code == 0 && (!left || play->heard_421));
    else
        assert(got->code >= 400 || !left);
}

static void take_outcomes(struct play *play)
{
    struct bd_smtp_outcome got = { 0 };

    while (bd_smtp_next(play->smtp, &got)) {
        struct mail *mail = got.copy->self;

        assert(!mail->told);
        mail->told = true;
        play->decided++;
        assert(got.text.len <= BD_MAX_REPLY_TEXT);
        assert(bd_str_is_utf8(got.text, NULL));
        assert(!bd_str_has_control(got.text));
        assert(!bd_str_has_line_break(got.text));
        assert(bd_str_find(got.text, got.queue_id) != SIZE_MAX);
        check_verdict(play, &got);
    }
    assert(bd_smtp_under_way(play->smtp) == play->started - play->decided);
}

static enum bd_status write_body(void *self, struct bd_buf *out)
{
    const struct mail *mail = self;

    bd_buf_add(out, mail->body);
    return BD_OK;
}

static void start_copies(struct play *play)
{
    while (play->started < COPIES && bd_smtp_room(play->smtp) > 0) {
        struct mail *mail = &play->mails[play->started];
        int len = snprintf(mail->text, sizeof mail->text,
                           "Subject: %zu\r\n\r\nx\r\n", play->started);

        mail->body = (bd_str) { mail->text, (size_t)len };
        mail->copy = (struct bd_outgoing) {
            .envelope_from = BD_STR("brev@example.org"),
            .envelope_to = BD_STR("anna@example.org"),
            .size = mail->body.len,
            .write = write_body,
            .self = mail,
        };
        play->started++;
        bd_smtp_start(play->smtp, &mail->copy);
    }
}

static void write_octets(struct play *play)
{
    bd_str output = bd_smtp_output(play->smtp);
    size_t held = play->held_back < output.len ? play->held_back : output.len;

    bd_buf_add(&play->sent, bd_str_sub(output, 0, output.len - held));
    bd_smtp_sent(play->smtp, output.len - held);
    play->held_back = 0;
}

/* Some of what the relay says; how many octets of `rest` that was. */
static size_t hear(struct play *play, bd_str rest)
{
    size_t len = 1;

    if (rest.ptr[0] == '\xff') {
        bd_smtp_end(play->smtp, "gone");
        return 1;
    }
    if (rest.ptr[0] == '\xfe' && rest.len > 1) {
        play->held_back = (unsigned char)rest.ptr[1];
        return 2;
    }
    if (rest.ptr[0] == '\xfd') {
        play->withheld = true;
        bd_smtp_withhold(play->smtp);
        return 1;
    }
    while (len < rest.len && rest.ptr[len - 1] != '\n')
        len++;
    rest = bd_str_sub(rest, 0, len);
    play->heard_421 = play->heard_421 ||
                      bd_str_find(rest, BD_STR("421")) != SIZE_MAX;
    (void)bd_smtp_push(play->smtp, rest);
    return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct play play = { 0 };
    bd_str rest = { (const char *)data + 1, size - 1 };
    struct bd_smtp_options options = { 0 };

    if (size == 0)
        return 0;
    options.window = data[0] / 5 % 10;
    bd_buf_init(&play.sent, 0);
    play.smtp = bd_smtp_new(bd_str_from(offers[data[0] % 5]), &options);
    while (rest.len > 0) {
        start_copies(&play);
        take_outcomes(&play);
        write_octets(&play);
        rest = bd_str_skip(rest, hear(&play, rest));
        take_outcomes(&play);
    }
    bd_smtp_end(play.smtp, "over");
    take_outcomes(&play);
    assert(play.started == play.decided);
    bd_smtp_free(play.smtp);
    bd_buf_fini(&play.sent);
    return 0;
}

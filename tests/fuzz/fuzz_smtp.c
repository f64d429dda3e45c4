/* layer: deliver */
/*
 * A relay that says anything at all. Input: one octet of capabilities, then
 * what the relay says; \xff cuts the connection, \xfe N keeps N octets of
 * the output from leaving before the next line is read.
 */
#include <assert.h>

#include "brevduva/deliver/smtp.h"

static const char *const capabilities[] = {
    "mx\n",
    "mx\nPIPELINING\n",
    "mx\nPIPELINING\nSIZE 100\nSMTPUTF8\n",
    "mx\nSIZE 3\n",
};

#define BYTES "Subject: x\r\n\r\nx\r\n"
static bd_str bytes = BD_STR_INIT(BYTES);

static const struct bd_copy copy = {
    .envelope_from = BD_STR_INIT("brev@example.org"),
    .envelope_to = BD_STR_INIT("anna@example.org"),
    .size = sizeof BYTES - 1,
    .write = bd_copy_write_text,
    .self = &bytes,
};

struct play {
    struct bd_smtp *smtp;
    size_t started, decided;
    size_t held_back;
    bool whole; /* the last octet of this copy's dot has left */
};

static void check_outcome(struct play *play)
{
    struct bd_smtp_outcome got = { 0 };

    while (bd_smtp_next(play->smtp, &got)) {
        play->decided++;
        assert(got.text.len <= BD_MAX_REPLY_TEXT);
        assert(bd_str_is_utf8(got.text, NULL));
        assert(!bd_str_has_control(got.text));
        assert(!bd_str_has_line_break(got.text));
        assert(bd_str_find(got.text, got.queue_id) != SIZE_MAX);
        /* What matters most: no yes and no doubt without the whole message
         * sent, and no "certainly not" after it. */
        if (got.verdict == BD_SMTP_ACCEPTED || got.verdict == BD_SMTP_UNKNOWN)
            assert(play->whole);
        if (got.verdict == BD_SMTP_LOST)
            assert(!play->whole);
        if (got.verdict == BD_SMTP_ACCEPTED)
            assert(got.code / 100 == 2);
    }
}

static void write_output(struct play *play)
{
    bd_str output = bd_smtp_output(play->smtp);
    size_t held = play->held_back < output.len ? play->held_back : output.len;

    bd_smtp_sent(play->smtp, output.len - held);
    play->held_back = 0;
    if (bd_smtp_is_busy(play->smtp) && bd_smtp_output(play->smtp).len == 0 &&
        bd_smtp_awaits(play->smtp) == BD_SMTP_DOT)
        play->whole = true;
}

static void step(struct play *play)
{
    if (bd_smtp_room(play->smtp) > 0 && bd_smtp_under_way(play->smtp) == 0) {
        play->whole = false;
        play->started++;
        bd_smtp_start(play->smtp, &copy);
    }
    check_outcome(play);
    write_output(play);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct play play = { 0 };
    bd_str rest = { (const char *)data + 1, size - 1 };

    if (size == 0)
        return 0;
    play.smtp = bd_smtp_new(bd_str_from(capabilities[data[0] % 4]),
                            &(struct bd_smtp_options) { 0 });
    while (rest.len > 0) {
        size_t len = 1;

        step(&play);
        if (rest.ptr[0] == '\xff') {
            bd_smtp_end(play.smtp, "gone");
        } else if (rest.ptr[0] == '\xfe' && rest.len > 1) {
            play.held_back = (unsigned char)rest.ptr[1];
            len = 2;
        } else {
            while (len < rest.len && rest.ptr[len - 1] != '\n')
                len++;
            (void)bd_smtp_push(play.smtp, bd_str_sub(rest, 0, len));
        }
        check_outcome(&play);
        rest = bd_str_skip(rest, len);
    }
    bd_smtp_end(play.smtp, "over");
    check_outcome(&play);
    assert(play.started == play.decided);
    bd_smtp_free(play.smtp);
    return 0;
}

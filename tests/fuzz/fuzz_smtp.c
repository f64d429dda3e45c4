/* layer: deliver */
/*
 * A session with an honest relay (honest.h). It knows what it has accepted,
 * so it can be asked whether what we tell about each copy is true.
 *
 * Input: octets, each a choice. The first say what the relay offers and what
 * we may use, then of each copy something is odd or not, and then comes what
 * happens: who reads or writes how much, who refuses, who hangs up.
 */
#include <stdlib.h>

#include "honest.h"

#include "brevduva/deliver/smtp.h"

enum { STEPS = 3000, MARKS = 2 * STEPS };

struct play {
    struct choices from;
    struct bd_smtp *smtp;
    bool pipelining, chunking;
    struct bd_smtp_options options;
    struct bd_spare spare;
    struct relay relay;
    struct mail mails[MAILS];
    size_t count, started, told;
    int verdict[MAILS]; /* as told; -1: not yet */
    size_t sent;
    size_t pushed;   /* octets of relay.out */
    size_t heard;    /* whole replies */
    unsigned errors; /* heard since the last acceptance */
    bool heard_421, cut, said_quit, withheld;
    bool not_begun[MAILS]; /* when it was withheld */
    size_t checked;        /* replies of the relay */
    /* Each time we said more: how much, and what we knew. */
    struct {
        size_t said, heard;
        unsigned errors;
    } mark[MARKS];
    size_t marks;
};

static enum bd_status write_body(void *self, struct bd_buf *out)
{
    const struct mail *mail = self;
    size_t half = mail->body.len / 2;

    bd_buf_add(out, bd_str_sub(mail->body, 0, half));
    if (mail->cannot_be_made)
        return BD_EINVAL;
    bd_buf_add(out, bd_str_skip(mail->body, half));
    return BD_OK;
}

static void make_mail(struct play *play, size_t n)
{
    static const char *const to[] = { "r%zu@example.org", "r%zu@exempel.se",
                                      "\xc3\xa5%zu@exempel.se",
                                      "r%zu@x>\r\nDATA\r\n", "" };
    struct mail *mail = &play->mails[n];
    unsigned odd = choose(&play->from, 32);
    size_t len = 0;

    mail->number = n;
    mail->reply = NEVER;
    mail->cannot_be_made = odd == 31;
    (void)snprintf(mail->from, sizeof mail->from, "s%zu@example.org", n);
    (void)snprintf(mail->to, sizeof mail->to, to[odd < 5 ? odd : 0], n);
    (void)snprintf(mail->text, sizeof mail->text, "Subject: %zu\r\n\r\n", n);
    len = strlen(mail->text);
    for (size_t left = choose(&play->from, 200); left > 0; left--)
        mail->text[len++] = 'x';
    memcpy(mail->text + len, "\r\n", 2);
    mail->body = (bd_str) { mail->text, len + 2 };
    mail->copy = (struct bd_outgoing) {
        .envelope_from = bd_str_from(mail->from),
        .envelope_to = bd_str_from(mail->to),
        .size = mail->body.len,
        .write = write_body,
        .self = mail,
    };
    if (odd > 20 && odd < 31) /* an estimate may be off by any amount */
        mail->copy.size = (size_t)1 << (odd - 21);
}

static void begin(struct play *play)
{
    unsigned offers = choose(&play->from, 32);
    char text[128];

    play->pipelining = offers & 1;
    play->chunking = offers & 2;
    play->relay.utf8 = offers & 4;
    play->relay.sizes = offers & 8;
    play->options.lock_step = choose(&play->from, 8) == 7;
    play->options.window = (int)choose(&play->from, 12) - 1;
    play->options.spare = &play->spare;
    play->count = 1 + choose(&play->from, MAILS);
    for (size_t i = 0; i < play->count; i++) {
        play->verdict[i] = -1;
        make_mail(play, i);
    }
    relay_init(&play->relay, &play->from, play->mails);
    (void)snprintf(text, sizeof text, "mx\n%s%s%s%s",
                   play->pipelining ? "PIPELINING\n" : "",
                   play->chunking ? "CHUNKING\n" : "",
                   play->relay.utf8 ? "SMTPUTF8\n" : "",
                   play->relay.sizes ? "SIZE 5000\n" : "");
    play->smtp = bd_smtp_new(bd_str_from(text), &play->options);
}

static void withhold(struct play *play)
{
    for (size_t i = 0; i < play->count && !play->withheld; i++)
        play->not_begun[i] = !relay_is_told(&play->relay,
                                            bd_smtp_output(play->smtp), i);
    play->withheld = true;
    bd_smtp_withhold(play->smtp);
}

/* After each call of the machine that may say something. */
static void note(struct play *play)
{
    size_t said = play->sent + bd_smtp_output(play->smtp).len;
    size_t before = play->marks ? play->mark[play->marks - 1].said : 0;

    if (said <= before)
        return;
    assert(play->marks < MARKS);
    play->mark[play->marks].said = said;
    play->mark[play->marks].heard = play->heard;
    play->mark[play->marks].errors = play->errors;
    play->marks++;
}

/* What we knew when we said the octet at `start`; `marks`: not said yet. */
static size_t mark_of(const struct play *play, size_t start)
{
    size_t i = 0;

    while (i < play->marks && play->mark[i].said <= start)
        i++;
    return i;
}

/* No message without a go-ahead, nothing behind DATA, and no pipelining where
 * it is not offered, not wanted, or has cost too much. */
static void check_turn(const struct play *play, size_t n)
{
    const struct reply *reply = &play->relay.reply[n];
    size_t i = mark_of(play, reply->start);
    bool alone = !play->pipelining || play->options.lock_step ||
                 reply->unit == UNIT_BODY ||
                 (n > 0 && reply[-1].unit == UNIT_DATA);

    if (i == play->marks) /* a relay may close at any time */
        return;
    if (alone || play->mark[i].errors >= 4)
        assert(play->mark[i].heard == n);
    if (reply->unit == UNIT_CHUNK)
        assert(play->chunking && play->options.window > 0);
}

static void check_outcome(struct play *play, const struct bd_smtp_outcome *got)
{
    const struct mail *mail = got->copy->self;
    char tag[32];
    bool left = relay_was_sent(&play->relay, mail);

    assert(mail->number < play->started && play->verdict[mail->number] < 0);
    (void)snprintf(tag, sizeof tag, "r%zu,", mail->number);
    if (got->code && got->code != 421 && got->text.len > 0 &&
        !bd_str_eq(got->text, BD_STR("first line")))
        assert(bd_str_find(got->text, bd_str_from(tag)) != SIZE_MAX);
    switch (got->verdict) {
    case BD_SMTP_ACCEPTED:
        assert(mail->accepted && mail->reply < play->heard);
        assert(got->code == 250);
        break;
    case BD_SMTP_UNKNOWN:
        assert(play->cut && !play->heard_421 && left);
        assert(mail->reply >= play->heard);
        break;
    case BD_SMTP_LOST:
        assert(play->heard_421 || !left);
        break;
    case BD_SMTP_WITHHELD:
        assert(play->withheld && play->not_begun[mail->number]);
        break;
    default: /* until the very end */
        assert(got->code > 0 || !left);
    }
    play->verdict[mail->number] = (int)got->verdict;
    play->told++;
}

static void take_outcomes(struct play *play)
{
    struct bd_smtp_outcome got = { 0 };

    while (bd_smtp_next(play->smtp, &got))
        check_outcome(play, &got);
    assert(bd_smtp_under_way(play->smtp) == play->started - play->told);
}

static void start_copies(struct play *play)
{
    size_t most = 1;

    if (play->pipelining && !play->options.lock_step)
        most = play->chunking && play->options.window > 0
                   ? (size_t)play->options.window
                   : 2;
    while (play->started < play->count && bd_smtp_room(play->smtp) > 0) {
        assert(!bd_smtp_is_worn(play->smtp));
        bd_smtp_start(play->smtp, &play->mails[play->started++].copy);
        note(play);
        assert(bd_smtp_under_way(play->smtp) <= most);
    }
}

static void write_octets(struct play *play, size_t len)
{
    bd_str output = bd_smtp_output(play->smtp);

    bd_buf_add(&play->relay.in, bd_str_sub(output, 0, len));
    play->sent += len;
    bd_smtp_sent(play->smtp, len);
}

static void let_relay_read(struct play *play, size_t len)
{
    relay_read(&play->relay, len);
    for (; play->checked < play->relay.replies; play->checked++)
        check_turn(play, play->checked);
}

/* From memory of the very size, so that an octet read too far is seen. */
static void push(struct play *play, size_t len)
{
    char *copy = malloc(len + !len);

    if (!copy)
        abort();
    if (len > 0)
        memcpy(copy, play->relay.out.ptr + play->pushed, len);
    play->pushed += len;
    while (play->heard < play->relay.replies &&
           play->relay.reply[play->heard].end <= play->pushed) {
        const struct reply *reply = &play->relay.reply[play->heard++];

        play->errors = reply->accepts ? 0 : play->errors + (reply->code >= 400);
        play->heard_421 = play->heard_421 || reply->code == 421;
    }
    (void)bd_smtp_push(play->smtp, (bd_str) { copy, len });
    free(copy);
    note(play);
}

static size_t on_its_way_there(const struct play *play)
{
    return play->relay.in.len - play->relay.seen;
}

static size_t on_its_way_back(const struct play *play)
{
    return play->relay.out.len - play->pushed;
}

static void cut(struct play *play)
{
    play->cut = true;
    bd_smtp_end(play->smtp, "gone");
}

static void do_all(struct play *play)
{
    take_outcomes(play);
    start_copies(play);
    write_octets(play, bd_smtp_output(play->smtp).len);
    let_relay_read(play, on_its_way_there(play));
    push(play, on_its_way_back(play));
}

/* Some of `most`: often all, or all but an octet or two. */
static size_t part(struct play *play, size_t most)
{
    size_t len = choose(&play->from, 64);

    if (len >= 60 && most > 64 - len)
        return most - (64 - len);
    return len == 0 || len > most ? most : len;
}

static void do_what_is_rare(struct play *play, struct relay *relay)
{
    unsigned what = choose(&play->from, 8);

    if (what == 6)
        withhold(play);
    else if (what == 7 && relay->mode != CLOSED)
        relay_say(relay, UNIT_COMMAND, relay->in.len, 421, "4.4.2");
}

static void do_something(struct play *play)
{
    switch (choose(&play->from, 10)) {
    case 1:
        take_outcomes(play);
        break;
    case 2:
        start_copies(play);
        break;
    case 3:
    case 4:
        write_octets(play, part(play, bd_smtp_output(play->smtp).len));
        break;
    case 5:
    case 6:
        let_relay_read(play, part(play, on_its_way_there(play)));
        break;
    case 7:
    case 8:
        push(play, part(play, on_its_way_back(play)));
        break;
    case 9:
        if (choose(&play->from, 4) == 3)
            cut(play);
        else
            do_what_is_rare(play, &play->relay);
        break;
    default:
        do_all(play);
    }
}

/* False when there is nothing more to come. */
static bool step(struct play *play)
{
    do_something(play);
    if (play->relay.mode == CLOSED && on_its_way_back(play) == 0)
        cut(play);
    if (bd_smtp_is_busy(play->smtp))
        return true;
    take_outcomes(play);
    if (play->started < play->count && !bd_smtp_is_worn(play->smtp))
        return true;
    if (!play->said_quit)
        bd_smtp_quit(play->smtp);
    note(play);
    play->said_quit = true;
    return bd_smtp_is_busy(play->smtp);
}

/* What had left comes to the relay after all, and finds it in a good mood:
 * whom we called not accepted must not have it even then. */
static void check_ends(struct play *play)
{
    cut(play);
    take_outcomes(play);
    assert(play->told == play->started);
    play->from.left = 0;
    relay_read(&play->relay, on_its_way_there(play));
    for (size_t i = 0; i < play->started; i++)
        if (play->verdict[i] != BD_SMTP_ACCEPTED &&
            play->verdict[i] != BD_SMTP_UNKNOWN)
            assert(!play->mails[i].accepted);
    for (size_t i = 0; i < play->count; i++)
        assert(!play->not_begun[i] ||
               !relay_is_told(&play->relay, bd_smtp_output(play->smtp), i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct play play;
    size_t steps = 0;

    memset(&play, 0, sizeof play);
    play.from = (struct choices) { data, size };
    begin(&play);
    while (step(&play))
        assert(++steps < STEPS);
    check_ends(&play);
    bd_smtp_free(play.smtp);
    bd_spare_fini(&play.spare);
    relay_fini(&play.relay);
    return 0;
}

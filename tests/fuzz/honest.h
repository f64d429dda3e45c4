/*
 * An honest relay, to the letter of RFC 5321, 2920 and 3030: it reads what we
 * say, takes or refuses as it is told to, in pieces of any size, and hangs up
 * where it likes. It never lies, and it knows what it has accepted.
 */
#ifndef TESTS_FUZZ_HONEST_H
#define TESTS_FUZZ_HONEST_H

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "brevduva/deliver/outgoing.h"

enum { MAILS = 24, REPLIES = 400, NEVER = REPLIES };

/* Octets that decide; when they are used up, all goes well. */
struct choices {
    const uint8_t *at;
    size_t left;
};

static inline unsigned choose(struct choices *from, unsigned count)
{
    if (from->left == 0)
        return 0;
    from->left--;
    return *from->at++ % count;
}

struct mail {
    size_t number;
    struct bd_outgoing copy;
    char from[32], to[64], text[512];
    bd_str body;
    bool cannot_be_made;
    bool accepted; /* the truth */
    size_t reply;  /* the one that says so, or NEVER */
};

enum mode { COMMANDS, BODY, CHUNK, CLOSED };
enum unit { UNIT_COMMAND, UNIT_DATA, UNIT_BODY, UNIT_CHUNK };

struct reply {
    size_t start; /* in `in`: of what it answers */
    enum unit unit;
    size_t end; /* in `back` */
    int code;
    bool accepts; /* a message */
};

struct relay {
    bool sizes, utf8;
    struct choices *from;
    struct mail *mails;
    struct bd_buf in;  /* all that ever came */
    size_t seen;       /* of `in`; the rest is on its way */
    size_t at;         /* of `in`: what was dealt with */
    struct bd_buf out; /* all it ever said */
    enum mode mode;
    bool open;          /* a transaction: MAIL was taken */
    struct mail *mail;  /* whom the last MAIL was about */
    bool has_reader;    /* a recipient was taken */
    bool answered;      /* BDAT, before its octets were read */
    size_t start;       /* of the message */
    size_t chunk_start; /* of its octets */
    size_t chunk;       /* their number */
    struct reply reply[REPLIES];
    size_t replies;
};

static inline void relay_init(struct relay *r, struct choices *from,
                              struct mail *mails)
{
    r->from = from;
    r->mails = mails;
    bd_buf_init(&r->in, 0);
    bd_buf_init(&r->out, 0);
}

static inline void relay_fini(struct relay *r)
{
    bd_buf_fini(&r->in);
    bd_buf_fini(&r->out);
}

static inline void relay_say(struct relay *r, enum unit unit, size_t start,
                             int code, const char *enhanced)
{
    char text[64];

    assert(r->replies < REPLIES);
    if (r->mail)
        (void)snprintf(text, sizeof text, "%s about r%zu, Q%zu.", enhanced,
                       r->mail->number, r->mail->number);
    else
        (void)snprintf(text, sizeof text, "%s well", enhanced);
    if (choose(r->from, 8) == 7)
        bd_buf_printf(&r->out, "%d-%s first line\r\n", code, enhanced);
    if (choose(r->from, 16) == 15)
        bd_buf_printf(&r->out, "%d\r\n", code); /* no text at all */
    else
        bd_buf_printf(&r->out, "%d %s\r\n", code, text);
    r->reply[r->replies++] = (struct reply) {
        .start = start, .unit = unit, .end = r->out.len, .code = code
    };
    if (code == 421)
        r->mode = CLOSED;
}

/* 0: yes, else a code that refuses, or that the connection closes. */
static inline int relay_mood(struct relay *r)
{
    static const int codes[] = { 450, 451, 550, 554, 421, 1 };
    unsigned mood = choose(r->from, 16);
    int code = mood < 10 ? 0 : codes[mood - 10];

    if (code == 1)
        r->mode = CLOSED;
    return code;
}

static inline const char *enhanced_for(int code)
{
    return code >= 500 ? "5.1.1" : code >= 400 ? "4.2.0" : "2.0.0";
}

/* "yes" unless it is in a mood. True when it took it. */
static inline bool relay_answer(struct relay *r, enum unit unit, size_t start,
                                int yes)
{
    int no = relay_mood(r);

    if (r->mode != CLOSED)
        relay_say(r, unit, start, no ? no : yes, enhanced_for(no));
    return !no;
}

static inline bd_str take_prefix(bd_str line, const char *prefix)
{
    bd_str text = bd_str_from(prefix);

    assert(bd_str_starts(line, text));
    return bd_str_skip(line, text.len);
}

/* RFC 5321 4.1.1.2: a MAIL within a transaction is an error, so that one that
 * comes here proves a RSET too few. */
static inline void relay_mail(struct relay *r, size_t start, bd_str line)
{
    bd_str rest = take_prefix(line, "MAIL FROM:<s");
    bd_str number = bd_str_cut(&rest, '@');
    uint64_t n = MAILS;

    assert(!r->open);
    assert(bd_str_to_u64(number, &n) && n < MAILS);
    r->mail = &r->mails[n];
    r->has_reader = false;
    rest = take_prefix(rest, "example.org>");
    if (r->sizes) {
        rest = take_prefix(rest, " SIZE=");
        number = bd_str_cut(&rest, ' ');
        assert(bd_str_to_u64(number, &n) && n == r->mail->copy.size);
        if (rest.ptr)
            rest = (bd_str) { rest.ptr - 1, rest.len + 1 };
    }
    if (!bd_str_is_ascii(r->mail->copy.envelope_to)) {
        assert(r->utf8);
        rest = take_prefix(rest, " SMTPUTF8");
    }
    assert(rest.len == 0);
    r->open = relay_answer(r, UNIT_COMMAND, start, 250);
}

static inline void relay_rcpt(struct relay *r, size_t start, bd_str line)
{
    bd_str rest = take_prefix(line, "RCPT TO:<");

    assert(r->mail && !r->has_reader);
    assert(bd_str_starts(rest, r->mail->copy.envelope_to));
    rest = bd_str_skip(rest, r->mail->copy.envelope_to.len);
    assert(bd_str_eq(rest, BD_STR(">")));
    if (!r->open)
        relay_say(r, UNIT_COMMAND, start, 503, "5.5.1");
    else
        r->has_reader = relay_answer(r, UNIT_COMMAND, start, 250);
}

/* RFC 2920 3.1: with no recipient it may refuse, or want a message for
 * nobody. */
static inline void relay_data(struct relay *r, size_t start)
{
    bool go = false;

    if (r->has_reader)
        go = relay_answer(r, UNIT_DATA, start, 354);
    else if (!r->open || choose(r->from, 2) == 0)
        relay_say(r, UNIT_DATA, start, r->open ? 554 : 503, "5.5.1");
    else
        go = relay_answer(r, UNIT_DATA, start, 354);
    if (!go)
        return;
    r->mode = BODY;
    r->start = r->at;
}

static inline void relay_bdat(struct relay *r, size_t start, bd_str line)
{
    bd_str rest = take_prefix(line, "BDAT ");
    uint64_t len = 0;

    assert(bd_str_to_u64(bd_str_cut(&rest, ' '), &len));
    assert(bd_str_eq(rest, BD_STR("LAST")));
    r->mode = CHUNK;
    r->start = start;
    r->chunk_start = r->at;
    r->chunk = len;
    r->answered = false;
    if (!r->has_reader && choose(r->from, 2) == 1) {
        relay_say(r, UNIT_CHUNK, start, 503, "5.5.1");
        r->answered = true;
    }
}

static inline void relay_command(struct relay *r, size_t start, bd_str line)
{
    if (bd_str_eq(line, BD_STR("RSET"))) {
        r->mail = NULL;
        r->open = r->has_reader = false;
        if (choose(r->from, 32) == 31)
            relay_say(r, UNIT_COMMAND, start, 421, "4.3.2");
        else
            relay_say(r, UNIT_COMMAND, start, 250, "2.0.0");
    } else if (bd_str_eq(line, BD_STR("QUIT"))) {
        r->mail = NULL;
        (void)relay_answer(r, UNIT_COMMAND, start, 221);
        r->mode = CLOSED;
    } else if (bd_str_eq(line, BD_STR("DATA"))) {
        relay_data(r, start);
    } else if (bd_str_starts(line, BD_STR("MAIL"))) {
        relay_mail(r, start, line);
    } else if (bd_str_starts(line, BD_STR("RCPT"))) {
        relay_rcpt(r, start, line);
    } else {
        relay_bdat(r, start, line);
    }
}

/* The whole message is there. It may accept it and go without a word. */
static inline bool relay_take(struct relay *r, enum unit unit, bd_str body)
{
    int no = relay_mood(r);
    bool yes = !no || (no == 1 && choose(r->from, 2) == 1);

    if (!r->has_reader) { /* only the dot, for nobody */
        assert(unit == UNIT_CHUNK || body.len == 0);
        if (r->mode != CLOSED)
            relay_say(r, unit, r->start, no || unit == UNIT_CHUNK ? 554 : 250,
                      "");
        return false;
    }
    assert(bd_str_eq(body, r->mail->body));
    assert(!r->mail->accepted);
    if (yes) {
        r->mail->accepted = true;
        r->mail->reply = no ? (size_t)NEVER : r->replies;
    }
    if (r->mode != CLOSED) {
        relay_say(r, unit, r->start, no ? no : 250, enhanced_for(no));
        r->reply[r->replies - 1].accepts = yes;
    }
    return yes;
}

static inline bd_str relay_seen(const struct relay *r, size_t at, size_t len)
{
    return bd_str_sub(bd_buf_str(&r->in), at, len);
}

static inline bool relay_read_body(struct relay *r)
{
    bd_str text = relay_seen(r, r->start, r->seen - r->start);
    size_t end = bd_str_find(text, BD_STR("\r\n.\r\n"));
    size_t len = 0;

    if (bd_str_starts(text, BD_STR(".\r\n")))
        len = 3;
    else if (end != SIZE_MAX)
        len = end + 5;
    if (len == 0) {
        if (choose(r->from, 16) == 15) { /* has read enough */
            relay_say(r, UNIT_BODY, r->start, 552, "5.2.2");
            r->mode = CLOSED;
        }
        return false;
    }
    r->at = r->start + len;
    r->mode = COMMANDS;
    (void)relay_take(r, UNIT_BODY, bd_str_sub(text, 0, len - 3));
    r->open = r->has_reader = false; /* RFC 5321 4.1.1.4, whatever it said */
    return true;
}

/* RFC 3030 2: after a BDAT that fails only RSET helps. */
static inline bool relay_read_chunk(struct relay *r)
{
    bd_str body = relay_seen(r, r->chunk_start, r->chunk);

    if (r->seen < r->chunk_start + r->chunk)
        return false;
    r->at = r->chunk_start + r->chunk;
    r->mode = COMMANDS;
    if (!r->answered && relay_take(r, UNIT_CHUNK, body))
        r->open = r->has_reader = false;
    return true;
}

static inline bool relay_read_command(struct relay *r)
{
    bd_str text = relay_seen(r, r->at, r->seen - r->at);
    size_t end = bd_str_find_char(text, '\n');
    size_t start = r->at;

    if (end == SIZE_MAX)
        return false;
    assert(end > 0 && text.ptr[end - 1] == '\r');
    text.len = end - 1;
    assert(!bd_str_has_line_break(text));
    r->at += end + 1;
    relay_command(r, start, text);
    return true;
}

/* `len` more octets arrive. */
static inline void relay_read(struct relay *r, size_t len)
{
    bool more = true;

    r->seen += len;
    while (more) {
        more = false;
        if (r->mode == COMMANDS)
            more = relay_read_command(r);
        else if (r->mode == BODY)
            more = relay_read_body(r);
        else if (r->mode == CHUNK)
            more = relay_read_chunk(r);
    }
}

/* All of a message, and that it ends there. */
static inline bool relay_was_sent(const struct relay *r,
                                  const struct mail *mail)
{
    bd_str sent = bd_buf_str(&r->in);
    size_t at = bd_str_find(sent, mail->body);
    bd_str line = BD_STR_NONE;

    if (at == SIZE_MAX)
        return false;
    line = bd_str_skip(sent, at + mail->body.len);
    sent = bd_str_sub(sent, 0, at);
    return bd_str_ends(sent, BD_STR(" LAST\r\n")) ||
           bd_str_starts(line, BD_STR(".\r\n"));
}

/* The first line of a message has come, or stands in what is to come. */
static inline bool relay_is_told(const struct relay *r, bd_str output, size_t n)
{
    struct bd_buf said;
    char head[32];
    bool found = false;

    (void)snprintf(head, sizeof head, "Subject: %zu\r\n", n);
    bd_buf_init(&said, 0);
    bd_buf_add(&said, bd_buf_str(&r->in));
    bd_buf_add(&said, output);
    found = bd_str_find(bd_buf_str(&said), bd_str_from(head)) != SIZE_MAX;
    bd_buf_fini(&said);
    return found;
}

#endif

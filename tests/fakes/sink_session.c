#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "sink.h"

enum {
    HEAD_MAX = 16 * 1024, /* of a header, for its Message-ID */
    CLUMP = 20,           /* recipients that are refused in a row */
    BLOCK = 64            /* octets that are looked at together */
};

static const char dot[] = "\r\n.\r\n";
enum { DOT = sizeof dot - 1 };

static void say(struct sink_session *s, const char *reply)
{
    size_t before = s->out.len;

    bd_buf_add_cstr(&s->out, reply);
    bd_buf_add(&s->out, BD_STR("\r\n"));
    s->out_new += s->out.len - before;
}

static void wrong(struct sink_session *s, const char *reply)
{
    s->sink->count.errors++;
    say(s, reply);
}

void sink_greet(struct sink_session *s)
{
    say(s, "220 sink.example ESMTP");
}

static void reset(struct sink_session *s)
{
    s->mail = s->refused = false;
    s->rcpts = 0;
    s->octets = 0;
    s->head_done = false;
    bd_buf_clear(&s->to);
    bd_buf_clear(&s->head);
}

/* Spread evenly, and the same each time (FNV-1a, mixed as in MurmurHash3). */
static uint64_t hash(const char *octets, size_t len)
{
    uint64_t h = 14695981039346656037U;

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)octets[i]) * 1099511628211U;
    h = (h ^ (h >> 33)) * 18397679294719823053U;
    return h ^ (h >> 33);
}

static bool is_refused(struct sink *sink, bd_str address)
{
    uint64_t clump = sink->count.rcpts++ / CLUMP;
    uint64_t h = 0;

    if (sink->options.refuse_percent == 0)
        return false;
    h = sink->options.refuse_clumps ? hash((const char *)&clump, sizeof clump)
                                    : hash(address.ptr, address.len);
    return h % 100 < (uint64_t)sink->options.refuse_percent;
}

/* The header is kept until its Message-ID has been seen. */
static void note(struct sink_session *s, const char *octets, size_t len)
{
    s->octets += len;
    if (s->sink->record < 0 || s->head_done)
        return;
    bd_buf_add(&s->head, (bd_str) { octets, len });
    s->head_done = s->head.len > HEAD_MAX ||
                   memmem(s->head.ptr, s->head.len, "\r\n\r\n", 4) != NULL;
}

static bd_str message_id(const struct sink_session *s)
{
    bd_str rest = bd_buf_str(&s->head);

    while (rest.len > 0) {
        bd_str line = bd_str_cut_line(&rest);

        if (bd_str_starts_nocase(line, BD_STR("Message-ID:"))) {
            line = bd_str_trim(bd_str_skip(line, strlen("Message-ID:")));
            line = bd_str_skip(line, bd_str_starts(line, BD_STR("<")));
            return bd_str_cut(&line, '>');
        }
    }
    return BD_STR("-");
}

static void accept_message(struct sink_session *s)
{
    struct sink *sink = s->sink;
    size_t before = s->out.len;

    sink->count.last = sink_seconds();
    if (sink->count.messages++ == 0)
        sink->count.first = sink->count.last;
    sink->count.octets += s->octets;
    if (sink->record >= 0) {
        bd_buf_add(&sink->receipts, message_id(s));
        bd_buf_add(&sink->receipts, bd_buf_str(&s->to));
        bd_buf_add_char(&sink->receipts, '\n');
    }
    bd_buf_add_cstr(&s->out, "250 2.0.0 Ok: queued as ");
    bd_buf_add_u64(&s->out, 1000000000 + sink->count.messages);
    bd_buf_add_cstr(&s->out, "\r\n");
    s->out_new += s->out.len - before;
    reset(s);
}

static void do_ehlo(struct sink_session *s, bd_str rest)
{
    const struct sink_options *o = &s->sink->options;

    (void)rest;
    reset(s);
    say(s, "250-sink.example");
    if (!o->no_pipelining)
        say(s, "250-PIPELINING");
    if (!o->no_chunking)
        say(s, "250-CHUNKING");
    if (s->sink->tls && !s->ssl)
        say(s, "250-STARTTLS");
    say(s, "250-SIZE 104857600");
    say(s, "250-8BITMIME");
    say(s, "250-SMTPUTF8");
    say(s, "250 ENHANCEDSTATUSCODES");
}

static void do_helo(struct sink_session *s, bd_str rest)
{
    (void)rest;
    reset(s);
    say(s, "250 sink.example");
}

static void do_starttls(struct sink_session *s, bd_str rest)
{
    (void)rest;
    if (!s->sink->tls || s->ssl) {
        wrong(s, "503 5.5.1 no STARTTLS here");
        return;
    }
    reset(s);
    say(s, "220 2.0.0 go ahead");
    s->tls_next = true;
}

/* What stands between < and >. */
static bool cut_path(bd_str rest, bd_str keyword, bd_str *out)
{
    if (!bd_str_starts_nocase(rest, keyword))
        return false;
    rest = bd_str_trim(bd_str_skip(rest, keyword.len));
    if (!bd_str_starts(rest, BD_STR("<")))
        return false;
    rest = bd_str_skip(rest, 1);
    *out = bd_str_cut(&rest, '>');
    return rest.ptr != NULL;
}

static void do_mail(struct sink_session *s, bd_str rest)
{
    bd_str from = BD_STR_NONE;

    if (s->mail) {
        wrong(s, "503 5.5.1 nested MAIL");
    } else if (!cut_path(rest, BD_STR("FROM:"), &from)) {
        wrong(s, "501 5.5.4 MAIL FROM:<address>");
    } else {
        reset(s);
        s->mail = true;
        say(s, "250 2.1.0 Ok");
    }
}

static void do_rcpt(struct sink_session *s, bd_str rest)
{
    bd_str to = BD_STR_NONE;

    if (!s->mail) {
        wrong(s, "503 5.5.1 MAIL first");
    } else if (!cut_path(rest, BD_STR("TO:"), &to) || to.len == 0) {
        wrong(s, "501 5.5.4 RCPT TO:<address>");
    } else if (is_refused(s->sink, to)) {
        s->refused = true;
        s->sink->count.refused++;
        say(s, "550 5.1.1 no such user here");
    } else {
        s->rcpts++;
        bd_buf_add_char(&s->to, ' ');
        bd_buf_add(&s->to, to);
        say(s, "250 2.1.5 Ok");
    }
}

/* A client that pipelines cannot know that its recipient is refused. */
static void say_no_recipient(struct sink_session *s)
{
    if (s->refused)
        say(s, "554 5.5.1 no valid recipients");
    else
        wrong(s, "503 5.5.1 RCPT first");
}

static void do_data(struct sink_session *s, bd_str rest)
{
    (void)rest;
    if (s->rcpts == 0) {
        say_no_recipient(s);
        return;
    }
    s->reads = SINK_DATA;
    s->fresh = true;
    say(s, "354 go on");
}

static void end_chunk(struct sink_session *s)
{
    s->reads = SINK_COMMANDS;
    if (s->rcpts == 0)
        say_no_recipient(s);
    else if (s->last)
        accept_message(s);
    else
        say(s, "250 2.0.0 go on");
}

static void do_bdat(struct sink_session *s, bd_str rest)
{
    bd_str octets = bd_str_cut(&rest, ' ');

    if (!bd_str_to_u64(octets, &s->left)) {
        wrong(s, "501 5.5.4 BDAT octets [LAST]");
        s->over = true; /* no one knows where the chunk ends */
        return;
    }
    s->last = bd_str_eq_nocase(rest, BD_STR("LAST"));
    s->reads = SINK_CHUNK;
    if (s->left == 0)
        end_chunk(s);
}

static void do_rset(struct sink_session *s, bd_str rest)
{
    (void)rest;
    reset(s);
    say(s, "250 2.0.0 Ok");
}

static void do_noop(struct sink_session *s, bd_str rest)
{
    (void)rest;
    say(s, "250 2.0.0 Ok");
}

static void do_quit(struct sink_session *s, bd_str rest)
{
    (void)rest;
    say(s, "221 2.0.0 Bye");
    s->over = true;
}

/* The most frequent first. */
static const struct command {
    bd_str name;
    void (*run)(struct sink_session *s, bd_str rest);
} commands[] = {
    { BD_STR_INIT("MAIL"), do_mail }, { BD_STR_INIT("RCPT"), do_rcpt },
    { BD_STR_INIT("DATA"), do_data }, { BD_STR_INIT("BDAT"), do_bdat },
    { BD_STR_INIT("RSET"), do_rset }, { BD_STR_INIT("EHLO"), do_ehlo },
    { BD_STR_INIT("HELO"), do_helo }, { BD_STR_INIT("QUIT"), do_quit },
    { BD_STR_INIT("NOOP"), do_noop }, { BD_STR_INIT("STARTTLS"), do_starttls },
};

static size_t take_line(struct sink_session *s, const char *octets, size_t len)
{
    const char *end = memchr(octets, '\n', len);
    bd_str line = BD_STR_NONE;
    size_t used = 0;

    if (!end)
        return 0;
    used = (size_t)(end - octets) + 1;
    if (s->sink->options.no_pipelining && used < len)
        s->sink->count.errors++;
    line = (bd_str) { octets, used - 1 };
    line.len -= bd_str_ends(line, BD_STR("\r"));
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        bd_str name = commands[i].name;

        if (bd_str_starts_nocase(line, name) &&
            (line.len == name.len || line.ptr[name.len] == ' ')) {
            commands[i].run(s, bd_str_skip(line, name.len + 1));
            return used;
        }
    }
    wrong(s, "500 5.5.2 what?");
    return used;
}

/* Is there a line that begins with a dot? Compilers make vectors of this. */
static bool has_dot(const char octets[BLOCK + 1])
{
    unsigned char any = 0;

    for (size_t i = 0; i < BLOCK; i++)
        any |= (octets[i] == '\n') & (octets[i + 1] == '.');
    return any;
}

/* As memmem would, which takes a third of the sink's time. */
static const char *find_end(const char *octets, size_t len)
{
    size_t at = 0;

    while (at + BLOCK + DOT <= len) {
        size_t from = at > 0 ? at - 1 : 0; /* the CR before the block */
        const char *end = NULL;

        if (has_dot(octets + at) &&
            (end = memmem(octets + from, BLOCK + DOT, dot, DOT)) != NULL)
            return end;
        at += BLOCK;
    }
    at -= at > 0;
    return memmem(octets + at, len - at, dot, DOT);
}

/* Up to the line with the dot. Its first octets may have come already, so
 * the last four that come are looked at once more. */
static size_t take_data(struct sink_session *s, const char *octets, size_t len)
{
    const char *end = NULL;
    size_t used = 0;

    if (s->fresh && len >= 3 && !memcmp(octets, dot + 2, 3)) {
        used = 3;
    } else if ((end = find_end(octets, len)) != NULL) {
        note(s, octets, (size_t)(end - octets) + 2);
        used = (size_t)(end - octets) + DOT;
    } else {
        used = len > DOT - 1 ? len - (DOT - 1) : 0;
        note(s, octets, used);
        s->fresh = s->fresh && used == 0;
        return used;
    }
    s->reads = SINK_COMMANDS;
    accept_message(s);
    return used;
}

static size_t take_chunk(struct sink_session *s, const char *octets, size_t len)
{
    size_t used = len < s->left ? len : (size_t)s->left;

    note(s, octets, used);
    s->left -= used;
    if (s->left == 0)
        end_chunk(s);
    return used;
}

size_t sink_take(struct sink_session *s, const char *octets, size_t len)
{
    size_t at = 0;

    while (at < len && !s->over && !s->tls_next) {
        size_t used = s->reads == SINK_CHUNK
                          ? take_chunk(s, octets + at, len - at)
                      : s->reads == SINK_DATA
                          ? take_data(s, octets + at, len - at)
                          : take_line(s, octets + at, len - at);

        if (used == 0)
            break;
        at += used;
    }
    if (at < len && s->tls_next) /* said in the clear: must not be believed */
        s->sink->count.errors++;
    return s->over || s->tls_next ? len : at;
}

/* Copies to readers r0, r1, … and what became of them. */
#ifndef TESTS_UNIT_SMTP_T_H
#define TESTS_UNIT_SMTP_T_H

#include <stdio.h>

#include "t.h"

#include "brevduva/deliver/smtp.h"

#define RELAY "mx.example\nPIPELINING\nCHUNKING\n"

/* What we say about reader `n`. */
#define R        "RSET\r\n"
#define M        "MAIL FROM:<brev@example.org>\r\n"
#define TO(n)    "RCPT TO:<r" n "@example.org>\r\n"
#define E(n)     M TO(n) "DATA\r\n"
#define B(n)     "b" n "\r\n.\r\n"
#define CHUNK(n) M TO(n) "BDAT 4 LAST\r\nb" n "\r\n"

/* What the relay says. */
#define OK   "250 ok\r\n"
#define GO   "354 go\r\n"
#define NO   "550 5.1.1 no\r\n"
#define BUT  "554 5.5.1 no valid recipients\r\n"
#define WAIT "450 4.2.0 later\r\n"
#define BYE  "421 4.3.2 bye\r\n"

/* To RSET, MAIL, RCPT, BDAT and to RSET, MAIL, RCPT, BDAT. */
#define R_OK OK OK OK OK
#define R_NO OK OK NO BUT

enum { T_COPIES = 40 };

/* "b7\r\n" to r7, and so on. */
struct t_mail {
    struct bd_outgoing copy;
    char to[40], text[24];
    bd_str body;
    enum bd_status rc; /* of writing it */
};

struct t_session {
    struct bd_smtp *smtp;
    struct t_mail mails[T_COPIES];
    size_t count, started, told;
    struct bd_smtp_outcome outcome[T_COPIES]; /* but for the texts */
    char story[8 * T_COPIES];                 /* "A0 D1 …", as told */
};

static inline enum bd_status t_write(void *self, struct bd_buf *out)
{
    const struct t_mail *mail = self;

    bd_buf_add(out, mail->body);
    return mail->rc;
}

static inline void t_open(struct t_session *s, const char *capabilities,
                          const struct bd_smtp_options *options, size_t count)
{
    memset(s, 0, sizeof *s);
    s->count = count;
    s->smtp = bd_smtp_new(bd_str_from(capabilities), options);
    for (size_t i = 0; i < count; i++) {
        struct t_mail *mail = &s->mails[i];

        (void)snprintf(mail->to, sizeof mail->to, "r%zu@example.org", i);
        (void)snprintf(mail->text, sizeof mail->text, "b%zu\r\n", i);
        mail->body = bd_str_from(mail->text);
        mail->copy = (struct bd_outgoing) {
            .envelope_from = BD_STR("brev@example.org"),
            .envelope_to = bd_str_from(mail->to),
            .size = mail->body.len,
            .write = t_write,
            .self = mail,
        };
    }
}

static inline void t_take(struct t_session *s)
{
    struct bd_smtp_outcome got = { 0 };

    while (bd_smtp_next(s->smtp, &got)) {
        const struct t_mail *mail = got.copy->self;
        size_t n = (size_t)(mail - s->mails);
        size_t len = strlen(s->story);

        CHECK(n < s->started && !s->outcome[n].copy);
        s->outcome[n] = got;
        s->told++;
        (void)snprintf(s->story + len, sizeof s->story - len, "%s%c%zu",
                       len ? " " : "", "ADRBLUW"[got.verdict], n);
    }
    CHECK(bd_smtp_under_way(s->smtp) == s->started - s->told);
}

static inline void t_start(struct t_session *s)
{
    while (s->started < s->count && bd_smtp_room(s->smtp) > 0)
        bd_smtp_start(s->smtp, &s->mails[s->started++].copy);
}

/* From memory of the very size, in pieces of `piece` octets. */
static inline void t_push(struct t_session *s, bd_str bytes, size_t piece)
{
    while (bytes.len > 0) {
        bd_str part = t_heap_str(bd_str_sub(bytes, 0, piece));

        (void)bd_smtp_push(s->smtp, part);
        bytes = bd_str_skip(bytes, part.len);
        t_free(part);
    }
}

#endif

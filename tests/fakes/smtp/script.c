#include "script.h"

#include <stdio.h>
#include <string.h>

static const char *const stage_names[] = { "greeting", "EHLO", "RSET",
                                           "MAIL",     "RCPT", "DATA",
                                           "body",     "dot",  "QUIT" };
static const char *const act_names[] = {
    "refuse",  "cut",          "do and cut", "half a reply", "tell and cut",
    "stall",   "do and stall", "delay",      "many lines",   "garbage",
    "endless", "long line",    "extra"
};
static const char *const end_names[] = { "close", "shutdown", "reset" };
static const char *const style_names[] = { "whole", "octets", "pieces",
                                           "joined" };

/* Most say that the reader is to blame; few blame us, for that stops all. */
static const char *const later[] = {
    "450 4.2.1 mailbox busy",
    "451 4.3.0 try again",
    "452 4.2.2 mailbox full",
    "451-4.7.1 greylisted\r\n451 4.7.1 come back",
    "454 4.7.0 not now",
    "450 ",
    "450",
    "451 4.4.2 \xff\xfe\x01\x7f\"'\\ odd octets",
    "421 4.3.2 going down",
    "421 4.7.0 too many errors",
};
static const char *const never[] = {
    "550 5.1.1 no such user",
    "553 5.1.3 bad address",
    "550-5.2.1 disabled\r\n550 5.2.1 by its owner",
    "551 not here",
    "552 5.2.2 full for ever",
    "550 5.1.1 \xc3\x28 odd octets",
    "554 5.0.0 failed",
};
static const char *const us[] = {
    "550 5.7.1 blocked by our policy",
    "552 5.3.4 message too large",
    "530 5.7.0 authentication required",
};
static const char *const extras[] = {
    "250 2.0.0 Ok",    "250 2.0.0 Ok: queued as LIE1",
    "354 go on",       "450 4.2.1 no",
    "550 5.1.1 no",    "421 4.3.2 bye",
    "220 hello again", "999 what",
};
static const char *const garbage[] = {
    "HTTP/1.1 400 Bad Request\r\n\r\n",
    "\r\n",
    "25\r\n",
    "2500 too many digits\r\n",
    "+OK POP3 here\r\n",
    "250~odd\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n",
    "250-one\r\n451 other\r\n",
    "   250 Ok\r\n",
    "-250 Ok\r\n",
};

uint64_t script_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

unsigned script_below(uint64_t *state, unsigned limit)
{
    return (unsigned)(script_random(state) % limit);
}

#define PICK(state, table)                                                     \
    ((table)[script_below((state), sizeof(table) / sizeof *(table))])

static const char *draw_refusal(uint64_t *state)
{
    unsigned chance = script_below(state, 20);

    if (chance == 0)
        return PICK(state, us);
    return chance < 11 ? PICK(state, later) : PICK(state, never);
}

static void draw_fault(struct script_fault *fault, uint64_t *state)
{
    static const enum script_stage stages[] = {
        SCRIPT_GREETING, SCRIPT_EHLO, SCRIPT_RSET, SCRIPT_MAIL, SCRIPT_MAIL,
        SCRIPT_RCPT,     SCRIPT_RCPT, SCRIPT_RCPT, SCRIPT_DATA, SCRIPT_DATA,
        SCRIPT_BODY,     SCRIPT_BODY, SCRIPT_DOT,  SCRIPT_DOT,  SCRIPT_DOT,
        SCRIPT_DOT,      SCRIPT_QUIT,
    };
    bool is_refusal = script_below(state, 5) < 2;

    *fault = (struct script_fault) {
        .stage = PICK(state, stages),
        .act = is_refusal ? SCRIPT_REFUSE
                          : (enum script_act)script_below(state, SCRIPT_ACTS),
        .end = (enum script_end)script_below(state, 3),
        .nth = script_below(state, script_below(state, 3) ? 6 : 40),
        .delay = 1 + script_below(state, 25),
        .offset = script_below(state, 4) ? script_below(state, 200)
                                         : script_below(state, 60000),
        .text = draw_refusal(state),
    };
    if (fault->stage == SCRIPT_GREETING || fault->stage == SCRIPT_EHLO)
        fault->nth = 0;
    /* each costs the client all its patience */
    if (fault->act == SCRIPT_STALL || fault->act == SCRIPT_DO_AND_STALL)
        fault->act = script_below(state, 3) ? SCRIPT_CUT : fault->act;
    if (fault->act == SCRIPT_GARBAGE)
        fault->text = PICK(state, garbage);
    if (fault->act == SCRIPT_EXTRA)
        fault->text = PICK(state, extras);
}

static void draw_offers(struct script *script, uint64_t *state,
                        enum script_way way)
{
    static const char *const odd_sizes[] = {
        "0", "", "99999999999999999999999999", "-1", "many", "10000000 what",
    };

    if (way == SCRIPT_ANY)
        way = (enum script_way)(1 + script_below(state, 3));
    script->pipelining = way != SCRIPT_LOCK_STEP;
    script->chunking = way == SCRIPT_BDAT;
    script->smtputf8 = script_below(state, 2);
    script->size = script_below(state, 3) ? "10000000" : NULL;
    if (!script_below(state, 10))
        script->size = PICK(state, odd_sizes);
    script->no_ehlo = way == SCRIPT_LOCK_STEP && !script_below(state, 4);
    script->data_for_all = script_below(state, 2);
}

void script_draw(struct script *script, uint64_t seed, enum script_way way,
                 bool calm)
{
    uint64_t state = seed;

    *script = (struct script) { .seed = seed };
    draw_offers(script, &state, way);
    if (script_below(&state, 3) == 0)
        script->style = (enum script_style)script_below(&state, 4);
    script->slow = script_below(&state, 20) == 0;
    if (calm || script_below(&state, 4) == 0)
        return;
    if (script_below(&state, 100) == 0)
        script->size = "60"; /* no copy is as small */
    script->fault_count = 1 + script_below(&state, SCRIPT_FAULTS_MAX);
    for (size_t i = 0; i < script->fault_count; i++)
        draw_fault(&script->faults[i], &state);
}

void script_make_honest(struct script *script)
{
    for (size_t i = 0; i < script->fault_count; i++)
        if (script->faults[i].act == SCRIPT_EXTRA)
            script->faults[i].act = SCRIPT_CUT;
}

void script_describe(const struct script *script, char *out, size_t size)
{
    int len = snprintf(
        out, size, "%s%s%s%s, %s%s", script->no_ehlo ? "HELO" : "EHLO",
        script->pipelining ? " PIPELINING" : "",
        script->chunking ? " CHUNKING" : "", script->injects ? " STARTTLS" : "",
        style_names[script->style], script->slow ? ", slow" : "");

    for (size_t i = 0; i < script->fault_count; i++) {
        const struct script_fault *f = &script->faults[i];

        if (len < 0 || (size_t)len >= size)
            return;
        len += snprintf(out + len, size - (size_t)len,
                        "; %s no. %u: %s (%s; %.20s)", stage_names[f->stage],
                        f->nth, act_names[f->act], end_names[f->end], f->text);
    }
}

#include <stdio.h>
#include <stdlib.h>

#include "talk.h"

bool command_obstructs(struct talk *s, const struct script_fault *fault)
{
    switch (fault ? fault->act : SCRIPT_ACTS) {
    case SCRIPT_REFUSE:
        say_of_copy(s, fault->text);
        return true;
    case SCRIPT_CUT:
        talk_end(s, fault->end);
        return true;
    case SCRIPT_STALL:
        s->phase = fault->nth % 2 ? PHASE_DEAF : PHASE_IGNORE;
        return true;
    case SCRIPT_GARBAGE:
    case SCRIPT_ENDLESS:
    case SCRIPT_LONG:
        say_fault(s, fault);
        return true;
    case SCRIPT_EXTRA:
        s->lied = true;
        if (s->in_mail && s->touched_count > 0)
            s->touched[s->current].truth->lies++;
        say(s, fault->text);
        return s->phase != PHASE_TALK;
    default:
        return false;
    }
}

void command_answer(struct talk *s, const struct script_fault *fault,
                    const char *text)
{
    if (fault && fault->act == SCRIPT_DO_AND_CUT)
        talk_end(s, fault->end);
    else if (fault && fault->act == SCRIPT_DO_AND_STALL)
        s->phase = fault->nth % 2 ? PHASE_DEAF : PHASE_IGNORE;
    else
        say_by(s, fault, text);
}

static void offer(struct talk *s, const char *capability, const char *more)
{
    bd_buf_printf(&s->out, "250-%s%s%s\r\n", capability, more ? " " : "",
                  more ? more : "");
}

static void greet(struct talk *s, bd_str verb, const struct script_fault *fault)
{
    s->extended = bd_str_eq_nocase(verb, BD_STR("EHLO"));
    if (s->extended && s->script.no_ehlo) {
        say(s, "502 5.5.1 what is that?");
        s->errors = 0;
        return;
    }
    if (s->extended && !(fault && (fault->act == SCRIPT_DO_AND_CUT ||
                                   fault->act == SCRIPT_DO_AND_STALL))) {
        say_raw(s, "250-fake.example at your service\r\n");
        if (s->script.pipelining)
            offer(s, "Pipelining", NULL);
        if (s->script.chunking)
            offer(s, "CHUNKING", NULL);
        if (s->script.size)
            offer(s, "SIZE", s->script.size);
        if (s->script.smtputf8)
            offer(s, "SMTPUTF8", NULL);
        if (s->script.injects)
            offer(s, "STARTTLS", NULL);
        offer(s, "X-UNHEARD-OF", "a b c");
    }
    command_answer(s, fault, "250 8BITMIME");
}

/* STARTTLS with more behind its 220 (a man in the middle): whoever believes
 * that, or goes on in the clear, is rude. */
static void inject(struct talk *s)
{
    say_raw(s, "220 go ahead\r\n250-fake.example\r\n250-PIPELINING\r\n"
               "250 AUTH PLAIN\r\n235 2.7.0 welcome\r\n250 2.1.0 Ok\r\n");
    s->crooked = true;
}

static void take_mail(struct talk *s, bd_str line,
                      const struct script_fault *fault)
{
    if (s->in_mail) {
        say(s, "503 5.5.1 nested MAIL command");
        return;
    }
    if (s->script.injects)
        talk_rude(s, "sends mail in the clear");
    if (bd_str_find(line, BD_STR(" SIZE=")) != SIZE_MAX &&
        (!s->extended || !s->script.size))
        talk_rude(s, "SIZE was not offered: %.*s", BD_ARG(line));
    s->in_mail = true;
    command_answer(s, fault, "250 2.1.0 Ok");
}

static bd_str path_of(bd_str line)
{
    size_t from = bd_str_find_char(line, '<');
    size_t end = bd_str_find_char(line, '>');

    if (from == SIZE_MAX || end == SIZE_MAX || end < from)
        return BD_STR_NONE;
    return bd_str_sub(line, from + 1, end - from - 1);
}

void command_touch(struct talk *s, bd_str line)
{
    struct server *server = s->server;
    bd_str to = path_of(line);
    struct truth *truth = truth_of(&server->truths, to);
    char script[1000];

    if (s->touched_count == s->touched_room) {
        s->touched_room = 2 * s->touched_room + 16;
        s->touched = realloc(s->touched, s->touched_room * sizeof *s->touched);
        if (!s->touched)
            abort();
    }
    s->touched[s->touched_count] =
        (struct touched) { .truth = truth, .asked = s->script.chunking };
    s->current = s->touched_count++;
    truth->lies += s->lied;
    if (!server->options.tail)
        return;
    script_describe(&s->script, script, sizeof script);
    bd_buf_printf(&server->story, "%.*s in session %u (%s)\n", BD_ARG(to),
                  s->number, script);
}

static void take_rcpt(struct talk *s, bd_str line)
{
    const struct script_fault *fault;

    if (!s->in_mail) {
        (void)talk_fault(s, SCRIPT_RCPT);
        say(s, "503 5.5.1 need MAIL before RCPT");
        return;
    }
    command_touch(s, line);
    fault = talk_fault(s, SCRIPT_RCPT);
    if (command_obstructs(s, fault))
        return;
    s->has_mail = true;
    command_answer(s, fault, "250 2.1.5 Ok");
}

/* The client cannot have read the answer. */
static bool is_mute(const struct script_fault *fault)
{
    return fault &&
           (fault->act == SCRIPT_DO_AND_CUT ||
            fault->act == SCRIPT_DO_AND_STALL || fault->act == SCRIPT_HALF);
}

static void take_data(struct talk *s, const struct script_fault *fault)
{
    if (!s->has_mail && !(s->in_mail && s->script.data_for_all)) {
        say(s, "554 5.5.1 no valid recipients");
        return;
    }
    message_begin_data(s);
    s->touched[s->current].asked = s->has_mail && !is_mute(fault);
    command_answer(s, fault, "354 go on");
}

static void take_bdat(struct talk *s, bd_str line)
{
    const struct script_fault *fault = talk_fault(s, SCRIPT_DATA);
    uint64_t size = 0;
    bd_str number = bd_str_cut(&line, ' ');

    if (!s->script.chunking || !bd_str_to_u64(number, &size) ||
        !bd_str_eq_nocase(line, BD_STR("LAST"))) {
        talk_rude(s, "BDAT %.*s %.*s", BD_ARG(number), BD_ARG(line));
        talk_end(s, SCRIPT_RESET);
        return;
    }
    if (s->has_mail)
        s->touched[s->current].asked = true;
    if (fault && fault->act == SCRIPT_REFUSE) { /* said when all has come */
        message_begin_chunk(s, (size_t)size);
        s->refusal = fault->text;
        return;
    }
    if (command_obstructs(s, fault) && s->phase != PHASE_TALK)
        return;
    message_begin_chunk(s, (size_t)size);
    if (fault && fault->act >= SCRIPT_GARBAGE && fault->act <= SCRIPT_LONG)
        s->answered_early = true;
}

static void take_rset(struct talk *s, const struct script_fault *fault)
{
    s->in_mail = s->has_mail = false;
    command_answer(s, fault, "250 2.0.0 Ok");
}

static void take_quit(struct talk *s, const struct script_fault *fault)
{
    s->quit = true;
    s->phase = PHASE_CLOSING;
    s->end = SCRIPT_CLOSE;
    command_answer(s, fault, "221 2.0.0 Bye");
}

static bool is_worn(struct talk *s)
{
    if (s->errors < 20)
        return false;
    s->server->tally.worn++;
    say(s, "421 4.7.0 too many errors");
    return true;
}

void command_take(struct talk *s, bd_str line)
{
    bd_str rest = line;
    bd_str verb = bd_str_cut(&rest, ' ');
    const struct script_fault *fault = NULL;
    enum script_stage stage = SCRIPT_STAGES;

    if (is_worn(s))
        return;
    if (bd_str_eq_nocase(verb, BD_STR("RCPT"))) {
        take_rcpt(s, line);
        return;
    }
    if (bd_str_eq_nocase(verb, BD_STR("BDAT"))) {
        take_bdat(s, rest);
        return;
    }
    if (bd_str_eq_nocase(verb, BD_STR("QUIT"))) {
        stage = SCRIPT_QUIT;
        s->quit = true; /* all that came before it was read */
    } else if (bd_str_eq_nocase(verb, BD_STR("EHLO")) ||
               bd_str_eq_nocase(verb, BD_STR("HELO"))) {
        stage = SCRIPT_EHLO;
    } else if (bd_str_eq_nocase(verb, BD_STR("MAIL"))) {
        stage = SCRIPT_MAIL;
    } else if (bd_str_eq_nocase(verb, BD_STR("DATA"))) {
        stage = SCRIPT_DATA;
    } else if (bd_str_eq_nocase(verb, BD_STR("RSET"))) {
        stage = SCRIPT_RSET;
    } else if (bd_str_eq_nocase(verb, BD_STR("STARTTLS")) &&
               s->script.injects) {
        inject(s);
        return;
    } else {
        if (!s->script.injects) /* or it may be TLS */
            talk_rude(s, "no such command: %.*s", BD_ARG(line));
        say(s, "500 5.5.2 no such command");
        return;
    }
    fault = talk_fault(s, stage);
    if (command_obstructs(s, fault))
        return;
    if (stage == SCRIPT_QUIT)
        take_quit(s, fault);
    else if (stage == SCRIPT_EHLO)
        greet(s, verb, fault);
    else if (stage == SCRIPT_MAIL)
        take_mail(s, line, fault);
    else if (stage == SCRIPT_DATA)
        take_data(s, fault);
    else
        take_rset(s, fault);
}

/* What `send` shows before it asks: to whom, and the first mail in short. */
#include "send_private.h"

static void print_left_out(struct app *app, int64_t count, const char *why)
{
    if (count > 0)
        (void)printf(_("  not mailed: %.*s %s\n"),
                     BD_ARG(word_number(app->arena, count)), why);
}

/* As adjectives that agree with the number, where the language asks for it. */
static void print_all_left_out(struct app *app, const struct bd_audience *a)
{
    print_left_out(app, a->suppressed,
                   P_("suppressed", "suppressed", (uint64_t)a->suppressed));
    print_left_out(app, a->paused, _("on a pause of their own"));
    print_left_out(app, a->filtered, _("left out by --where"));
    print_left_out(app, a->pending, _("pending"));
    print_left_out(app, a->left, _("left"));
    print_left_out(app, a->bounced, _("bounced"));
    print_left_out(app, a->complained, _("complained"));
}

void send_show_limit(int64_t limit)
{
    if (limit > 0)
        (void)printf(P_("  at most: %lld copy (--limit)\n",
                        "  at most: %lld copies (--limit)\n", (uint64_t)limit),
                     (long long)limit);
}

/* Who is on both lists gets it by both. */
static enum bd_status print_have(struct app *app,
                                 const struct cli_letter *letter)
{
    int64_t count = 0;
    int64_t await = 0;

    if (bd_audience_have(app->store, letter->list.id, letter->issue.slug,
                         &count, &await, &app->err) != BD_OK)
        return app->err.code;
    if (await > 0)
        (void)printf(P_("  %.*s reader of the list is on another to which it "
                        "is still to go\n",
                        "  %.*s readers of the list are on another to which it "
                        "is still to go\n",
                        (uint64_t)await),
                     BD_ARG(word_number(app->arena, await)));
    if (count > 0)
        (void)printf(P_("  %.*s reader of the list has it by another list "
                        "already\n",
                        "  %.*s readers of the list have it by another list "
                        "already\n",
                        (uint64_t)count),
                     BD_ARG(word_number(app->arena, count)));
    return BD_OK;
}

enum bd_status send_show_audience(struct app *app,
                                  const struct cli_letter *letter,
                                  const struct send_plan *plan,
                                  const struct bd_audience *a)
{
    (void)printf(P_("%.*s\n  to the list %.*s: %.*s reader\n",
                    "%.*s\n  to the list %.*s: %.*s readers\n",
                    (uint64_t)a->active),
                 BD_ARG(letter->issue.title), BD_ARG(letter->list.slug),
                 BD_ARG(word_number(app->arena, a->active)));
    if (plan->where.len > 0)
        (void)printf(_("  only where: %.*s\n"), BD_ARG(plan->where));
    print_all_left_out(app, a);
    if (print_have(app, letter) != BD_OK)
        return app->err.code;
    (void)printf(_("  from %.*s <%.*s> through %.*s\n"),
                 BD_ARG(letter->options.from_name),
                 BD_ARG(letter->options.from_email), BD_ARG(relays_shown(app)));
    if (plan->start_at > 0)
        (void)printf(_("  begins: %.*s\n"),
                     BD_ARG(bd_time_local(app->arena, plan->start_at)));
    send_show_limit(plan->limit);
    return BD_OK;
}

struct first {
    struct bd_arena *arena;
    bd_str email;
};

/* The first ends the reading: BD_EEXIST. */
static enum bd_status take_first(void *self, const struct bd_subscriber *reader)
{
    struct first *first = self;

    first->email = bd_arena_copy(first->arena, reader->email);
    return BD_EEXIST;
}

/* Behind the underlined title, where the layout has one: what stands before
 * is alike in every letter. */
static bd_str body_of(bd_str text)
{
    size_t at = bd_str_find(text, BD_STR("\n==="));
    bd_str rest = bd_str_skip(text, at == SIZE_MAX ? text.len : at + 1);

    (void)bd_str_cut_line(&rest);
    return rest.len > 0 ? rest : text;
}

#define LINES_SHOWN 8

static void print_start(bd_str text)
{
    int shown = 0;
    bool gap = false;

    while (text.ptr && shown < LINES_SHOWN) {
        bd_str line = bd_str_trim(bd_str_cut_line(&text));

        if (line.len == 0) {
            gap = shown > 0;
            continue;
        }
        if (gap)
            (void)printf("  |\n");
        (void)printf("  | %.*s\n", BD_ARG(line));
        gap = false;
        shown++;
    }
    if (bd_str_trim(text).len > 0)
        (void)printf("  | …\n");
}

enum bd_status send_show_first(struct app *app, const struct cli_letter *letter,
                               bd_str where)
{
    struct first first = { .arena = app->arena };
    bd_str subject = BD_STR_NONE;
    bd_str text = BD_STR_NONE;
    enum bd_status rc = send_each_reader(app, letter, where, take_first,
                                         &first);

    if (rc != BD_EEXIST)
        return rc;
    if (letter_render(app, letter, "subject", first.email.ptr, &subject) !=
            BD_OK ||
        letter_render(app, letter, "text", first.email.ptr, &text) != BD_OK)
        return app->err.code;
    (void)printf(_("  the first of them:\n"));
    (void)printf(_("  To: %.*s\n"), BD_ARG(first.email));
    (void)printf(_("  Subject: %.*s\n"), BD_ARG(subject));
    print_start(body_of(text));
    return BD_OK;
}

enum bd_status send_confirm(struct app *app, int64_t readers,
                            const char *otherwise)
{
    const struct question question = {
        .number = readers,
        .text = _("Type the number of readers to send: "),
        .to_do = bd_arena_printf(app->arena,
                                 P_("send to %lld reader",
                                    "send to %lld readers", (uint64_t)readers),
                                 (long long)readers)
                     .ptr,
        .otherwise = otherwise,
    };

    return confirm_number(app, &question);
}

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
    print_left_out(app, a->pending, _("pending"));
    print_left_out(app, a->left, _("left"));
    print_left_out(app, a->bounced, _("bounced"));
    print_left_out(app, a->complained, _("complained"));
}

void send_show_audience(struct app *app, const struct cli_letter *letter,
                        const struct bd_audience *a)
{
    (void)printf(P_("%.*s\n  to the list %.*s: %.*s reader\n",
                    "%.*s\n  to the list %.*s: %.*s readers\n",
                    (uint64_t)a->active),
                 BD_ARG(letter->issue.title), BD_ARG(letter->list.slug),
                 BD_ARG(word_number(app->arena, a->active)));
    print_all_left_out(app, a);
    (void)printf(_("  from %.*s <%.*s> through %.*s\n"),
                 BD_ARG(letter->options.from_name),
                 BD_ARG(letter->options.from_email), BD_ARG(relays_shown(app)));
}

struct first {
    struct app *app;
    int64_t list_id;
    bd_str email; /* empty: not found yet */
};

/* The first who is not suppressed ends the reading: BD_EEXIST. */
static enum bd_status take_first(void *self,
                                 const struct bd_subscriber *subscriber,
                                 const struct bd_subscription *subscription,
                                 struct bd_err *err)
{
    struct first *first = self;
    struct app *app = first->app;
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;
    enum bd_status rc = bd_suppression_find(
        app->arena, app->store, subscriber->email_key, first->list_id, &reason,
        &since, NULL);

    (void)subscription;
    (void)err;
    if (rc != BD_ENOENT)
        return rc;
    first->email = bd_arena_copy(app->arena, subscriber->email);
    return BD_EEXIST;
}

static enum bd_status find_first(struct app *app, int64_t list_id, bd_str *out)
{
    struct first first = { .app = app, .list_id = list_id };
    const struct bd_subscriber_filter active = {
        .list_id = list_id,
        .by_state = true,
        .state = BD_SUB_ACTIVE,
    };
    enum bd_status rc = bd_subscriber_each(app->store, &active, take_first,
                                           &first, &app->err);

    *out = first.email;
    return rc == BD_EEXIST ? BD_OK : rc;
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

enum bd_status send_show_first(struct app *app, const struct cli_letter *letter)
{
    bd_str email = BD_STR_NONE;
    bd_str subject = BD_STR_NONE;
    bd_str text = BD_STR_NONE;

    if (find_first(app, letter->list.id, &email) != BD_OK)
        return app->err.code;
    if (email.len == 0)
        return BD_OK;
    if (letter_render(app, letter, "subject", email.ptr, &subject) != BD_OK ||
        letter_render(app, letter, "text", email.ptr, &text) != BD_OK)
        return app->err.code;
    (void)printf(_("  the first of them:\n"));
    (void)printf(_("  To: %.*s\n"), BD_ARG(email));
    (void)printf(_("  Subject: %.*s\n"), BD_ARG(subject));
    print_start(body_of(text));
    return BD_OK;
}

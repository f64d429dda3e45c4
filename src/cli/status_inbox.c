/* What came back lately, for `status`. */
#include "inbox_private.h"

struct lately {
    int64_t kinds[BD_INCOMING_KINDS];
    int64_t total;
    int64_t left; /* in the mailbox, for a person to read */
};

static void add(void *self, const struct bd_incoming_count *count)
{
    struct lately *lately = self;

    lately->total += count->count;
    if (bd_str_eq(count->outcome,
                  bd_str_from(bd_inbox_outcome_names[BD_INBOX_LEFT])))
        lately->left += count->count;
    for (int k = 0; k < BD_INCOMING_KINDS; k++)
        if (bd_str_eq(count->kind, bd_str_from(bd_incoming_kind_names[k])))
            lately->kinds[k] += count->count;
}

static void print_json(struct app *app, const struct lately *lately, int days,
                       int64_t last)
{
    struct bd_json *o = bd_json_object(app->arena);

    set_text(app, o, "kind", BD_STR("inbox"));
    set_int(app, o, "days", days);
    set_time(app, o, "last", last);
    set_int(app, o, "mails", lately->total);
    for (int k = 0; k < BD_INCOMING_KINDS; k++)
        set_int(app, o, bd_incoming_kind_names[k], lately->kinds[k]);
    set_int(app, o, "left", lately->left);
    out_json(o);
}

static void print_text(struct app *app, const struct lately *lately, int days)
{
    bool any = false;

    (void)printf(P_("%.*s mail came in during the last %d days:",
                    "%.*s mails came in during the last %d days:",
                    (uint64_t)lately->total),
                 BD_ARG(word_number(app->arena, lately->total)), days);
    for (int k = 0; k < BD_INCOMING_KINDS; k++) {
        if (lately->kinds[k] == 0)
            continue;
        (void)printf("%s %s %.*s", any ? "," : "",
                     word_incoming((enum bd_incoming_kind)k),
                     BD_ARG(word_number(app->arena, lately->kinds[k])));
        any = true;
    }
    if (lately->left > 0)
        (void)printf(_("; left in the mailbox for you to read: %.*s"),
                     BD_ARG(word_number(app->arena, lately->left)));
    (void)printf(".\n");
}

enum bd_status inbox_print_status(struct app *app, int days)
{
    struct lately lately = { 0 };
    int64_t last = 0;
    enum bd_status rc = bd_incoming_since(app->store,
                                          app_now(app) - (int64_t)days * 86400,
                                          add, &lately, &last, &app->err);

    if (rc != BD_OK)
        return rc;
    if (opt_has(app, "json"))
        print_json(app, &lately, days, last);
    else if (lately.total > 0)
        print_text(app, &lately, days);
    return BD_OK;
}

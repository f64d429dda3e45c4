#include <time.h>

#include "brevduva/base/when.h"
#include "brevduva/mail/address.h"
#include "brevduva/mail/enhanced.h"
#include "brevduva/store/event.h"
#include "came_back.h"
#include "reply_words.h"

static void print_codes(const struct bd_log_row *r)
{
    if (r->reply_code > 0)
        (void)printf(" %d", r->reply_code);
    if (r->enhanced.len > 0)
        (void)printf(" %.*s", BD_ARG(r->enhanced));
}

/* The relay had taken it: what counts is what was said later. */
static void print_return(struct app *app, const struct bd_log_row *r)
{
    (void)printf(" %s", word_bounce(app->arena, r->back_reason));
    if (r->back_status.len > 0)
        (void)printf(" (%.*s)", BD_ARG(r->back_status));
    if (r->back_evidence.len > 0)
        (void)printf(": %.*s", BD_ARG(out_shown(app, r->back_evidence)));
    (void)putchar('\n');
}

static void print_reply(struct app *app, const struct bd_log_row *r)
{
    (void)printf(" %.*s", BD_ARG(out_shown(app, r->reply_text)));
    if (r->next_try_at > 0)
        (void)printf(
            _("; next try %.*s"),
            BD_ARG(word_time_ahead(app->arena, r->next_try_at, app_now(app))));
    (void)putchar('\n');
}

/* Its last try does not tell why. */
static void print_skip(struct app *app, const struct bd_log_row *r)
{
    (void)printf(" %s", skip_words(r->reason));
    if (r->at > 0) {
        (void)printf(_("; the last answer, of %.*s:"),
                     BD_ARG(bd_time_local(app->arena, r->at)));
        print_codes(r);
        (void)printf(" %.*s", BD_ARG(out_shown(app, r->reply_text)));
    }
    (void)putchar('\n');
}

static void print_line(struct app *app, const struct bd_log_row *r)
{
    bool skipped = r->state == BD_DELIVERY_SKIPPED;
    bd_str when = r->at && !skipped ? bd_time_local(app->arena, r->at)
                                    : BD_STR_NONE;

    out_padded(when, 16);
    (void)putchar(' ');
    out_padded(bd_str_from(word_delivery(r->state)), 12);
    (void)putchar(' ');
    out_padded(out_shown(app, bd_address_display(app->arena, r->email)), 34);
    if (r->back_at > 0) {
        print_return(app, r);
        return;
    }
    if (skipped) {
        print_skip(app, r);
        return;
    }
    if (bd_str_eq(r->reason, BD_STR("deadline"))) {
        bd_str words = late_words(app->arena, r->reply_code, r->enhanced,
                                  r->reply_text);

        (void)printf(" %.*s\n", BD_ARG(out_shown(app, words)));
        return;
    }
    print_codes(r);
    if (r->state == BD_DELIVERY_QUEUED && r->reason.len > 0)
        (void)printf(
            _(" waits for its domain's turn, until %.*s\n"),
            BD_ARG(word_time_ahead(app->arena, r->next_try_at, app_now(app))));
    else
        print_reply(app, r);
}

struct reading {
    struct app *app;
    int64_t rows;
};

static enum bd_status log_row(void *self, const struct bd_log_row *row,
                              struct bd_err *err)
{
    struct reading *reading = self;
    struct app *app = reading->app;
    struct bd_arena *kept = app->arena;

    (void)err;
    reading->rows++;
    app->arena = bd_arena_new();
    if (opt_has(app, "json"))
        out_json(json_of_log_row(app, NULL, row));
    else
        print_line(app, row);
    bd_arena_free(app->arena);
    app->arena = kept;
    return BD_OK;
}

static enum bd_status read_state(struct app *app, struct bd_log_filter *out)
{
    bd_str name = opt_str(app, "state");

    out->by_state = name.len > 0;
    if (out->by_state && !bd_delivery_state_parse(name, &out->state))
        return bd_fail(&app->err, BD_EINVAL,
                       _("--state %.*s: give queued, accepted, deferred, "
                         "refused, unknown, skipped, bounced or complained"),
                       BD_ARG(name));
    return BD_OK;
}

/* 550, a whole class as 5 or 5xx, or an enhanced code as 5.1.1. */
static enum bd_status read_code(struct app *app, struct bd_log_filter *out)
{
    bd_str text = opt_str(app, "code");
    struct bd_enhanced enhanced;
    uint64_t code = 0;

    if (text.len == 0)
        return BD_OK;
    if (bd_enhanced_parse(text, &enhanced) == BD_OK) {
        out->enhanced = text;
        return BD_OK;
    }
    if (bd_str_to_u64(text, &code) && code >= 200 && code <= 599) {
        out->code_from = out->code_to = (int)code;
        return BD_OK;
    }
    if ((text.len == 1 ||
         bd_str_eq_nocase(bd_str_skip(text, 1), BD_STR("xx")) ||
         bd_str_eq_nocase(bd_str_skip(text, 1), BD_STR("yz"))) &&
        text.ptr[0] >= '2' && text.ptr[0] <= '5') {
        out->code_from = (text.ptr[0] - '0') * 100;
        out->code_to = out->code_from + 99;
        return BD_OK;
    }
    return bd_fail(&app->err, BD_EINVAL,
                   _("--code %.*s: give a reply code as 550, a class as 5xx, "
                     "or an enhanced code as 5.1.1"),
                   BD_ARG(text));
}

static enum bd_status read_limit(struct app *app, struct bd_log_filter *out)
{
    bd_str text = opt_str(app, "limit");
    uint64_t limit = 0;

    if (text.len == 0)
        return BD_OK;
    if (!bd_str_to_u64(text, &limit) || limit == 0 || limit > INT64_MAX)
        return bd_fail(&app->err, BD_EINVAL,
                       _("--limit %.*s: give a number from 1"), BD_ARG(text));
    out->limit = (int64_t)limit;
    return BD_OK;
}

static enum bd_status read_filter(struct app *app, struct bd_log_filter *out)
{
    out->email = opt_str(app, "email");
    out->text = opt_str(app, "reason");
    out->domain = opt_domain(app);
    if (read_state(app, out) != BD_OK || read_code(app, out) != BD_OK ||
        opt_time(app, "since", false, &out->since) != BD_OK ||
        opt_time(app, "until", true, &out->until) != BD_OK)
        return app->err.code;
    if (opt_str(app, "relay").len > 0 &&
        relays_find(app, opt_str(app, "relay"), &out->relays,
                    &out->relay_count) != BD_OK)
        return app->err.code;
    return read_limit(app, out);
}

int cmd_log(struct app *app, int argc, char **argv)
{
    struct bd_log_filter filter = { 0 };
    struct bd_mailing mailing;
    struct reading reading = { .app = app };

    (void)argc;
    if (read_filter(app, &filter) != BD_OK)
        return app_fail(app);
    if (mailing_open(app, argv[0], &mailing) != BD_OK)
        return app_fail(app);
    filter.mailing_id = mailing.id;
    if (!opt_has(app, "json") &&
        !bd_str_eq(mailing_name(app, &mailing), mailing.slug))
        (void)fprintf(stderr, "%.*s\n", BD_ARG(mailing_name(app, &mailing)));
    if (bd_log_each(app->store, &filter, log_row, &reading, &app->err) != BD_OK)
        return app_fail(app);
    if (reading.rows == 0 && !opt_has(app, "json"))
        (void)fprintf(stderr, _("No copy of %.*s is like that.\n"),
                      BD_ARG(mailing.slug));
    return app_flush(app);
}

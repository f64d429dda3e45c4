#include "model.h"

#include <stdlib.h>

void model_init(struct model *model, struct news *news, struct server *server,
                unsigned readers)
{
    *model =
        (struct model) { .news = news, .server = server, .readers = readers };
    model->rows = calloc(readers, sizeof *model->rows);
    if (!model->rows)
        abort();
    for (unsigned i = 0; i < readers; i++)
        model->rows[i].state = BD_DELIVERY_QUEUED;
    bd_buf_init(&model->complaints, 1000000);
    bd_buf_init(&model->unseen_rows, 0);
}

void model_fini(struct model *model)
{
    bd_buf_fini(&model->complaints);
    bd_buf_fini(&model->unseen_rows);
    free(model->rows);
}

static void complain(struct model *m, const struct bd_log_row *row,
                     const struct truth *truth, const char *what)
{
    char scripts[8000];

    server_tell(m->server, row->email, scripts, sizeof scripts);
    bd_buf_printf(&m->complaints,
                  "%.*s is %s (%d %.*s), but %s\n"
                  "  the relay took it %u times, told %u, heard %u, doubts "
                  "%u, lies %u\n%s",
                  BD_ARG(row->email), bd_delivery_state_names[row->state],
                  row->reply_code, BD_ARG(row->reply_text), what, truth->taken,
                  truth->told, truth->heard, truth->doubts, truth->lies,
                  scripts);
}

/* Since it was last sent on somebody's word. */
static struct truth truth_of_row(struct model *m, const struct bd_log_row *row)
{
    const struct truth *before = &m->rows[m->seen].before;
    struct truth truth = server_truth(m->server, row->email);

    truth.taken -= before->taken;
    truth.told -= before->told;
    truth.heard -= before->heard;
    truth.doubts -= before->doubts;
    truth.lies -= before->lies;
    return truth;
}

/* Answers to MAIL belong to no copy. */
static bool was_said(const struct model *m, const struct bd_log_row *row,
                     const struct truth *truth)
{
    return row->reply_code == 0 || truth->lies > 0 ||
           truth_has_code(truth, row->reply_code) ||
           server_has_code(m->server, row->reply_code);
}

static const char *wrong_accepted(const struct bd_log_row *row,
                                  const struct truth *truth)
{
    if (truth->told == 0 && truth->lies == 0)
        return "the relay never said so";
    if (truth->taken > 0 &&
        !bd_str_eq(row->message_id, bd_str_from(truth->message_id)))
        return "it had another Message-ID";
    return NULL;
}

static const char *wrong_unknown(struct model *m, const struct bd_log_row *row,
                                 const struct truth *truth)
{
    if (truth->heard > 0)
        return "the answer had been read";
    if (truth->doubts > 0 || truth->lies > 0)
        return NULL;
    m->unseen++;
    bd_buf_printf(&m->unseen_rows, "  %.*s: %.*s\n", BD_ARG(row->email),
                  BD_ARG(row->reply_text));
    return NULL;
}

/* What is wrong with this row; NULL: nothing. */
static const char *wrong(struct model *m, const struct bd_log_row *row,
                         const struct truth *truth)
{
    if (truth->taken > 1)
        return "it was sent twice";
    switch (row->state) {
    case BD_DELIVERY_ACCEPTED:
        return wrong_accepted(row, truth);
    case BD_DELIVERY_UNKNOWN:
        return wrong_unknown(m, row, truth);
    case BD_DELIVERY_REFUSED:
        if (row->reply_code < 500 && !m->late)
            return "that is no refusal";
        break;
    case BD_DELIVERY_QUEUED:
    case BD_DELIVERY_DEFERRED:
        break;
    default:
        return "it should not be so";
    }
    if (truth->taken > 0)
        return "the relay took it";
    return was_said(m, row, truth) ? NULL : "the relay never said that code";
}

static enum bd_status check_row(void *self, const struct bd_log_row *row,
                                struct bd_err *err)
{
    struct model *m = self;
    enum bd_delivery_state *before = &m->rows[m->seen].state;
    struct truth truth;
    const char *what;

    if (m->seen == m->readers)
        return bd_fail(err, BD_EINVAL, "there are more copies than readers");
    truth = truth_of_row(m, row);
    what = wrong(m, row, &truth);
    if (!what && *before != BD_DELIVERY_QUEUED &&
        *before != BD_DELIVERY_DEFERRED && *before != row->state)
        what = "it had been settled";
    if (what)
        complain(m, row, &truth, what);
    *before = row->state;
    m->count[row->state]++;
    m->seen++;
    return BD_OK;
}

/* What `status` shows is the sum of what `log` shows. */
static void check_sums(struct model *m)
{
    struct bd_mailing mailing = { 0 };

    news_must(m->news,
              bd_mailing_get(m->news->arena, m->news->store, m->news->mailing,
                             &mailing, &m->news->err));
    if (mailing.total != m->readers)
        bd_buf_printf(&m->complaints, "the total is %lld of %u\n",
                      (long long)mailing.total, m->readers);
    m->count[BD_DELIVERY_QUEUED] += m->readers - m->seen; /* not enlisted */
    for (size_t i = 0; i < BD_DELIVERY_STATES; i++)
        if (mailing.count[i] != m->count[i])
            bd_buf_printf(&m->complaints,
                          "%lld are %s, but the sum says %lld\n",
                          (long long)m->count[i], bd_delivery_state_names[i],
                          (long long)mailing.count[i]);
}

static void check_relay(struct model *m)
{
    struct server_tally tally = server_tally(m->server);

    if (m->unseen > tally.unseen)
        bd_buf_printf(&m->complaints,
                      "%u are unknown without reason (at most %u may be)\n"
                      "%.*s",
                      m->unseen, tally.unseen,
                      BD_ARG(bd_buf_str(&m->unseen_rows)));
    if (tally.rude[0] != '\0')
        bd_buf_printf(&m->complaints, "rude: %s\n  in %s\n", tally.rude,
                      tally.rude_in);
}

void model_check(struct model *m)
{
    const struct bd_log_filter all = { .mailing_id = m->news->mailing };
    char open[2000];

    if (!server_settle(m->server)) {
        server_tell_open(m->server, open, sizeof open);
        bd_buf_printf(&m->complaints, "left open: %s", open);
    }
    m->seen = m->unseen = 0;
    bd_buf_clear(&m->unseen_rows);
    for (size_t i = 0; i < BD_DELIVERY_STATES; i++)
        m->count[i] = 0;
    news_must(m->news,
              bd_log_each(m->news->store, &all, check_row, m, &m->news->err));
    check_sums(m);
    check_relay(m);
}

static enum bd_status note_resent(void *self, const struct bd_log_row *row,
                                  struct bd_err *err)
{
    struct model *m = self;
    struct model_row *r = &m->rows[m->seen++];

    (void)err;
    if (row->state != BD_DELIVERY_UNKNOWN)
        return BD_OK;
    r->state = BD_DELIVERY_QUEUED;
    r->before = server_truth(m->server, row->email);
    return BD_OK;
}

void model_resend(struct model *m)
{
    const struct bd_log_filter all = { .mailing_id = m->news->mailing };
    int64_t unknown = m->count[BD_DELIVERY_UNKNOWN];
    int64_t count = 0;

    m->seen = 0;
    news_must(m->news,
              bd_log_each(m->news->store, &all, note_resent, m, &m->news->err));
    count = news_resend(m->news);
    if (count != unknown)
        bd_buf_printf(&m->complaints, "%lld of %lld unknown were resent\n",
                      (long long)count, (long long)unknown);
}

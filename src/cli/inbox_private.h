/* The inbox command: its parts. */
#ifndef INBOX_PRIVATE_H
#define INBOX_PRIVATE_H

#include "brevduva/inbox/apply.h"
#include "brevduva/inbox/reader.h"
#include "brevduva/inbox/source.h"
#include "cli_private.h"

#define INBOX_MAX_TOUCHED 64

/* One process that reads the mailbox. */
struct inbox {
    struct app *app;
    struct bd_inbox rules; /* what a mail is checked against */
    struct bd_bounce_rules judging;
    struct bd_desk desk; /* for answers */
    struct bd_post *post;
    struct bd_reader *reader;
    struct bd_source *source; /* NULL: not connected */
    bool json;                /* tell each mail as an object */
    bool watch;               /* and go on */
    bool pipe;                /* one mail on standard input */
    bool later;               /* some mail of this round is to come again */
    int64_t counts[BD_INCOMING_KINDS][BD_INBOX_OUTCOMES];
    int64_t touched[INBOX_MAX_TOUCHED]; /* mailings that mails came back of */
    size_t touched_count;
};

/* inbox_open.c */
/* What the settings say. Fills app->err. */
enum bd_status inbox_rules_open(struct inbox *inbox);
void inbox_rules_close(struct inbox *inbox);
/* The newsletter's keys may be others now. */
enum bd_status inbox_rules_renew(struct inbox *inbox);
/* Connect to `url`: of the settings, or "-". */
enum bd_status inbox_source_open(struct inbox *inbox, const char *url);
/* The same to read it; when that is done for the first time is remembered. On
 * failure, too, inbox->source may have to be closed. */
enum bd_status inbox_open(struct inbox *inbox, const char *url);

/* words.c */
const char *word_incoming(enum bd_incoming_kind kind);
const char *word_inbox(enum bd_inbox_outcome outcome);

/* inbox_mail.c */
/* The next mail: read, acted on, settled and told. BD_ENOENT: no more now. */
enum bd_status inbox_mail(struct inbox *inbox);
/* What was done, for people; `whole`: all that there was has been read. */
void inbox_print_counts(const struct inbox *inbox, bool whole);

/* status_inbox.c */
/* What came back in the last days. */
enum bd_status inbox_print_status(struct app *app, int days);

/* inbox_classify.c */
/* Say what the files are, and touch nothing; the exit code. */
int inbox_classify(struct app *app, int argc, char **argv);

#endif

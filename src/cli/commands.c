#include "cli_private.h"

const struct cli_option cli_global_options[] = {
    { "directory", N_("DIR"), N_("Work in this newsletter folder (also -C)") },
    { "set", N_("KEY=VALUE"), N_("Override a setting for this command") },
    { "lang", "sv|en", N_("Language of what the program says") },
    { "help", NULL, N_("Show this help (also -h)") },
    { NULL, NULL, NULL },
};

static const struct cli_option none[] = { { NULL, NULL, NULL } };

static const struct cli_option json_only[] = {
    { "json", NULL, N_("One JSON object a line") },
    { NULL, NULL, NULL },
};

static const struct cli_option archive_export_options[] = {
    { "url", N_("URL"),
      N_("Where the folder will stand on the web; else web.base_url/archive") },
    { NULL, NULL, NULL },
};

static const struct cli_option export_options[] = {
    { "list", N_("LIST"), N_("Readers of this list") },
    { "state", N_("STATE"),
      N_("Only pending, active, left, bounced or complained") },
    { "format", "csv|csv-excel|json|ndjson", N_("csv unless told otherwise") },
    { "output", N_("FILE"), N_("Write to this file (also -o)") },
    { "json", NULL, N_("The same as --format ndjson") },
    { NULL, NULL, NULL },
};

static const struct cli_option forget_options[] = {
    { "yes", NULL, N_("Do not ask") },
    { NULL, NULL, NULL },
};

static const struct cli_option import_options[] = {
    { "list", N_("LIST"), N_("Put the readers on this list") },
    { "consent", N_("TEXT"),
      N_("Where and when the readers agreed: kept as proof") },
    { "dry-run", NULL, N_("Find out everything, change nothing") },
    { "partial", NULL, N_("Take the good rows even if others are rejected") },
    { "reject-file", N_("FILE"),
      N_("Write rejected rows here, with line and reason") },
    { "map", N_("COLUMN=FIELD"),
      N_("Read this column as email, name, first_name, last_name, language, "
         "text_only, state, since, an attribute, or ignore") },
    { NULL, NULL, NULL },
};

static const struct cli_option init_options[] = {
    { "language", "sv|en", N_("The newsletter's language") },
    { "name", N_("NAME"), N_("The newsletter's name") },
    { NULL, NULL, NULL },
};

static const struct cli_option list_embed_options[] = {
    { "language", "sv|en", N_("Language of the form; else the list's") },
    { NULL, NULL, NULL },
};

static const struct cli_option list_options[] = {
    { "title", N_("TITLE"), N_("Name for people to read") },
    { "description", N_("TEXT"), N_("What readers get and how often") },
    { "language", "sv|en", N_("Language of the list's letters") },
    { NULL, NULL, NULL },
};

static const struct cli_option log_options[] = {
    { "list", N_("LIST"), N_("The mailing to this list") },
    { "state", N_("STATE"),
      N_("Only queued, accepted, deferred, refused, unknown, skipped, bounced "
         "or complained") },
    { "domain", N_("DOMAIN"), N_("Only to addresses of this domain") },
    { "email", N_("TEXT"), N_("Only to addresses with this in them") },
    { "code", "550|5xx|5.1.1", N_("Only with this reply code, or class") },
    { "reason", N_("TEXT"), N_("Only with this in the reply or the reason") },
    { "relay", N_("TEXT"), N_("Only by a relay with this in its name or URL") },
    { "since", N_("TIME"), N_("Only tried from then on: 2026-11-23, 2h") },
    { "until", N_("TIME"), N_("Only tried until then") },
    { "limit", N_("NUMBER"), N_("At most so many") },
    { "json", NULL, N_("One JSON object a line") },
    { NULL, NULL, NULL },
};

static const struct cli_option new_options[] = {
    { "list", N_("LIST"), N_("The list it will go to") },
    { "language", "sv|en", N_("The issue's language") },
    { NULL, NULL, NULL },
};

static const struct cli_option render_options[] = {
    { "as", "eml|html|text|subject|preheader|web",
      N_("Whole message, HTML part, text part, subject, preheader, or the "
         "page of the web archive") },
    { "to", N_("EMAIL"), N_("As this reader would get it") },
    { NULL, NULL, NULL },
};

static const struct cli_option send_options[] = {
    { "list", N_("LIST"), N_("Send to this list") },
    { "yes", NULL, N_("Do not ask for the number of readers") },
    { "despite", N_("CHECK"),
      N_("Send although this check found errors; may be repeated") },
    { "dry-run", NULL, N_("Show who would get it, send nothing") },
    { "rehearse", NULL,
      N_("Make every mail in a folder, send none, and report") },
    { "where", N_("FILTER"),
      N_("Only readers that fit: \"language = sv and ort = Kumla\"") },
    { "missing", NULL, N_("To those, and only those, who did not get it") },
    { "at", N_("TIME"), N_("Begin then: \"2026-12-01 08:00\"") },
    { "hold", N_("DURATION"),
      N_("Begin so much later, to be able to stop it") },
    { "limit", N_("N"),
      N_("Hand over at most so many copies, then pause the mailing") },
    { "detach", NULL, N_("Return at once; \"deliver --watch\" sends it") },
    { "no-wait", NULL,
      N_("End when nothing is due now; else it stays through all retries") },
    { "json", NULL, N_("With --rehearse: one JSON object a line") },
    { NULL, NULL, NULL },
};

static const struct cli_option check_options[] = {
    { "list", NULL, N_("List all checks instead") },
    { "links", NULL, N_("Ask web servers whether the pages linked to exist") },
    { "json", NULL, N_("One JSON object a line") },
    { NULL, NULL, NULL },
};

static const struct cli_option approve_options[] = {
    { "list", N_("LIST"), N_("The mailing to this list") },
    { "yes", NULL, N_("Do not ask for the number of readers") },
    { NULL, NULL, NULL },
};

static const struct cli_option deliver_options[] = {
    { "watch", NULL, N_("Go on for ever: schedules, retries, letters") },
    { NULL, NULL, NULL },
};

static const struct cli_option doctor_options[] = {
    { "connect", NULL, N_("Also log in to each relay and to the mailbox") },
    { "rotate-key", NULL, N_("Sign links with a new key from now on") },
    { "keep", N_("DURATION"),
      N_("With --rotate-key: old links work so long; 90d unless told") },
    { "json", NULL, N_("One JSON object a line") },
    { NULL, NULL, NULL },
};

static const struct cli_option cancel_options[] = {
    { "list", N_("LIST"), N_("The mailing to this list") },
    { "yes", NULL, N_("Do not ask for the number of copies") },
    { NULL, NULL, NULL },
};

static const struct cli_option inbox_options[] = {
    { "watch", NULL, N_("Go on for ever, and read mail as it comes") },
    { "stdin", NULL, N_("Read one mail from standard input instead") },
    { "classify", NULL,
      N_("Say what the mails in these files are, and touch nothing") },
    { "json", NULL, N_("One JSON object a line") },
    { NULL, NULL, NULL },
};

static const struct cli_option pause_options[] = {
    { "list", N_("LIST"), N_("The mailing to this list") },
    { "reason", N_("TEXT"), N_("Why: shown by status") },
    { NULL, NULL, NULL },
};

static const struct cli_option preview_options[] = {
    { "as", N_("EMAIL"), N_("Begin with the letter of this reader") },
    { "no-open", NULL, N_("Do not open the browser") },
    { "once", NULL,
      N_("Write all as one page to FILE, or to standard output, and end") },
    { NULL, NULL, NULL },
};

static const struct cli_option report_options[] = {
    { "list", N_("LIST"), N_("The mailing to this list") },
    { "html", N_("FILE"), N_("Write a page with pictures to this file") },
    { "no-addresses", NULL, N_("Leave out readers' addresses") },
    { "json", NULL, N_("One JSON object a line") },
    { NULL, NULL, NULL },
};

static const struct cli_option resolve_options[] = {
    { "list", N_("LIST"), N_("The mailing to this list") },
    { "from-log", N_("FILE"),
      N_("Look in this log of Postfix or Exim; - is standard input") },
    { "resend", NULL, N_("Queue the unknown ones again") },
    { "assume-sent", NULL, N_("Count the unknown ones as sent") },
    { "json", NULL, N_("One JSON object a line") },
    { NULL, NULL, NULL },
};

static const struct cli_option resume_options[] = {
    { "list", N_("LIST"), N_("The mailing to this list") },
    { NULL, NULL, NULL },
};

static const struct cli_option run_options[] = {
    { "listen", N_("ADDRESS:PORT"), N_("Instead of web.listen; port 0: any") },
    { "quiet", NULL, N_("No line for each request") },
    { NULL, NULL, NULL },
};

static const struct cli_option serve_options[] = {
    { "listen", N_("ADDRESS:PORT"), N_("Instead of web.listen; port 0: any") },
    { "quiet", NULL, N_("No line for each request") },
    { NULL, NULL, NULL },
};

static const struct cli_option subscribe_options[] = {
    { "list", N_("LIST"), N_("Put the reader on this list") },
    { "name", N_("NAME"), N_("The reader's name") },
    { "language", "sv|en", N_("The reader's language") },
    { "consent", N_("TEXT"),
      N_("How and when the reader agreed; without it the reader is pending") },
    { "force", NULL,
      N_("Also if the address is suppressed or has complained") },
    { NULL, NULL, NULL },
};

static const struct cli_option subscriber_export_options[] = {
    { "text", NULL, N_("Write it for people to read") },
    { NULL, NULL, NULL },
};

static const struct cli_option subscriber_list_options[] = {
    { "list", N_("LIST"), N_("Readers of this list") },
    { "state", N_("STATE"),
      N_("Only pending, active, left, bounced or complained") },
    { "json", NULL, N_("One JSON object a line") },
    { NULL, NULL, NULL },
};

static const struct cli_option subscriber_restore_options[] = {
    { "domain", N_("DOMAIN"),
      N_("All suspended readers with addresses of this mail domain") },
    { "since", N_("TIME"), N_("All that were suspended at or after it") },
    { "yes", NULL, N_("Do not ask for the number of readers") },
    { "reason", N_("TEXT"), N_("Why, for the consent ledger") },
    { NULL, NULL, NULL },
};

static const struct cli_option subscriber_set_options[] = {
    { "name", N_("NAME"), N_("The reader's name") },
    { "language", "sv|en", N_("The reader's language") },
    { "text-only", "yes|no", N_("Send only the text part") },
    { "email", N_("EMAIL"), N_("A new address") },
    { "attribute", N_("NAME=VALUE"), N_("An attribute; no value removes it") },
    { NULL, NULL, NULL },
};

static const struct cli_option tip_options[] = {
    { "from", N_("EMAIL"), N_("The reader who gives the tip") },
    { "to", N_("EMAIL"), N_("The friend") },
    { "note", N_("TEXT"), N_("A few words from the reader") },
    { "yes", NULL, N_("Do not ask whether to send the letter that is shown") },
    { NULL, NULL, NULL },
};

static const struct cli_option unsubscribe_options[] = {
    { "list", N_("LIST"), N_("Leave only this list; else all lists") },
    { "reason", N_("TEXT"), N_("Why, for the consent ledger") },
    { NULL, NULL, NULL },
};

/* clang-format off */
const struct cli_command cli_commands[] = {
    { "approve", cmd_approve, NEED_STORE_WRITE, 1, 1, N_("ISSUE"),
      N_("Agree, as a second person, to what someone asked to send"),
      approve_options },
    { "archive export", cmd_archive_export, NEED_STORE_READ, 1, 1, N_("DIR"),
      N_("Write the archive as static files, for any web host"),
      archive_export_options },
    { "archive set", cmd_archive_set, NEED_STORE_WRITE, 2, 2,
      N_("ISSUE public|unlisted|off"),
      N_("Decide who may read an issue on the web"), none },
    { "archive show", cmd_archive_show, NEED_STORE_READ, 0, 0, "",
      N_("List the issues of the web archive"), json_only },
    { "archive update", cmd_archive_update, NEED_STORE_WRITE, 1, 1,
      N_("ISSUE"), N_("Take the issue's file as it is now into the archive"),
      none },
    { "cancel", cmd_cancel, NEED_STORE_WRITE, 1, 1, N_("ISSUE"),
      N_("Stop a mailing for good; who got it and who will not"),
      cancel_options },
    { "check", cmd_check, NEED_STORE_READ, 0, 1, N_("ISSUE"),
      N_("Find mistakes in an issue before anyone is mailed"), check_options },
    { "deliver", cmd_deliver, NEED_STORE_WRITE, 0, 0, "",
      N_("Send all that is due, once or (--watch) for ever"),
      deliver_options },
    { "doctor", cmd_doctor, NEED_STORE_READ, 0, 0, "",
      N_("Find what is wrong with the newsletter and its settings"),
      doctor_options },
    { "export", cmd_export, NEED_STORE_READ, 0, 0, "",
      N_("Write the readers of a list as CSV or JSON"), export_options },
    { "forget", cmd_forget, NEED_STORE_WRITE, 1, 1, N_("EMAIL"),
      N_("Erase all about a reader, for good"), forget_options },
    { "import", cmd_import, NEED_STORE_WRITE, 1, 1, N_("FILE.csv"),
      N_("Read readers from a CSV file"), import_options },
    { "inbox", cmd_inbox, NEED_FOLDER | MAY_LACK_FOLDER, 0, -1,
      N_("[--classify FILE...]"),
      N_("Read bounces, complaints and commands by mail"), inbox_options },
    { "init", cmd_init, NEED_NOTHING, 1, 1, N_("DIR"),
      N_("Make a new newsletter folder"), init_options },
    { "list add", cmd_list_add, NEED_STORE_WRITE, 1, 1, N_("LIST"),
      N_("Add a list"), list_options },
    { "list edit", cmd_list_edit, NEED_STORE_WRITE, 1, 1, N_("LIST"),
      N_("Change a list's title, description or language"), list_options },
    { "list embed", cmd_list_embed, NEED_STORE_READ, 1, 1, N_("LIST"),
      N_("Write a sign-up form for your own website, as HTML"),
      list_embed_options },
    { "list remove", cmd_list_remove, NEED_STORE_WRITE, 1, 1, N_("LIST"),
      N_("Remove a list that was never used"), none },
    { "list show", cmd_list_show, NEED_STORE_READ, 0, 1, N_("[LIST]"),
      N_("Show lists and how many readers each has"), json_only },
    { "log", cmd_log, NEED_STORE_READ, 1, 1, N_("ISSUE"),
      N_("Show what became of every copy of an issue"), log_options },
    { "new", cmd_new, NEED_STORE_READ, 1, 1, N_("TITLE"),
      N_("Begin a new issue"), new_options },
    { "pause", cmd_pause, NEED_STORE_WRITE, 1, 1, N_("ISSUE"),
      N_("Stop a mailing for a while"), pause_options },
    { "preview", cmd_preview, NEED_STORE_READ, 1, 2, N_("ISSUE [FILE]"),
      N_("Show an issue in the browser as readers will see it, as you write"),
      preview_options },
    { "render", cmd_render, NEED_STORE_READ, 1, 1, N_("ISSUE"),
      N_("Write an issue's message to standard output"), render_options },
    { "report", cmd_report, NEED_STORE_READ, 1, 1, N_("ISSUE"),
      N_("Show how a mailing went: outcomes, domains, speed"),
      report_options },
    { "resolve", cmd_resolve, NEED_STORE_WRITE, 1, 1, N_("ISSUE"),
      N_("Settle the copies whose outcome is unknown"), resolve_options },
    { "resume", cmd_resume, NEED_STORE_WRITE, 1, 1, N_("ISSUE"),
      N_("Let a paused or held mailing go on"), resume_options },
    { "run", cmd_run, NEED_FOLDER, 0, 0, "",
      N_("All services at once: send and read mail, serve pages"), run_options },
    { "send", cmd_send, NEED_STORE_WRITE, 1, 1, N_("ISSUE"),
      N_("Send an issue to a list, or go on where sending stopped"),
      send_options },
    { "serve", cmd_serve, NEED_STORE_WRITE, 0, 0, "",
      N_("Serve the readers' pages: subscribe, unsubscribe, archive"),
      serve_options },
    { "status", cmd_status, NEED_STORE_READ, 0, 0, "",
      N_("Show lists, mailings and what needs doing"), json_only },
    { "subscribe", cmd_subscribe, NEED_STORE_WRITE, 1, 1, N_("EMAIL"),
      N_("Put a reader on a list"), subscribe_options },
    { "subscriber export", cmd_subscriber_export, NEED_STORE_READ, 1, 1,
      N_("EMAIL"), N_("Write all that is known of a reader, as JSON"),
      subscriber_export_options },
    { "subscriber list", cmd_subscriber_list, NEED_STORE_READ, 0, 1,
      N_("[TEXT]"), N_("List readers, all or those whose address or name has "
                       "this text"), subscriber_list_options },
    { "subscriber restore", cmd_subscriber_restore, NEED_STORE_WRITE, 0, 1,
      N_("[EMAIL]"), N_("Let mail go to a suspended reader again"),
      subscriber_restore_options },
    { "subscriber set", cmd_subscriber_set, NEED_STORE_WRITE, 1, 1,
      N_("EMAIL"), N_("Change what is known of a reader"),
      subscriber_set_options },
    { "subscriber show", cmd_subscriber_show, NEED_STORE_READ, 1, 1,
      N_("EMAIL"), N_("Show what is known of a reader"), json_only },
    { "test", cmd_test, NEED_STORE_WRITE, 2, -1, N_("ISSUE EMAIL..."),
      N_("Mail an issue to yourself or a few others"), none },
    { "tip", cmd_tip, NEED_STORE_WRITE, 1, 1, N_("ISSUE"),
      N_("Mail a friend of a reader about an issue"), tip_options },
    { "unsubscribe", cmd_unsubscribe, NEED_STORE_WRITE, 1, 1, N_("EMAIL"),
      N_("Take a reader off one list or all"), unsubscribe_options },
    { "why", cmd_why, NEED_STORE_READ, 1, 1, N_("EMAIL"),
      N_("Tell one reader's whole story: consent and every copy"), json_only },
    { NULL, NULL, 0, 0, 0, NULL, NULL, NULL },
};
/* clang-format on */

#include "check_private.h"

#include "brevduva/base/limits.h"
#include "fields_private.h"
#include "headers_private.h"

#define CLIP_OCTETS       102400 /* P10 */
#define SUBJECT_MOST      70     /* columns */
#define SUBJECT_LEAST     5
#define LONG_VALUE_OCTETS 40

void bd_check_base_url_missing(struct bd_check_run *run)
{
    if (run->options->base_url.len == 0)
        bd_check_report(run, BD_WHOLE_LETTER,
                        _("the setting web.base_url is empty: the letter has "
                          "no link to the web or to one's subscription, and "
                          "unsubscribing goes by mail; set it to where the "
                          "readers' pages are"));
}

void bd_check_postal_address(struct bd_check_run *run)
{
    if (bd_str_trim(run->options->organisation.postal_address).len == 0)
        bd_check_report(run, BD_WHOLE_LETTER,
                        _("the setting organisation.postal_address is empty; "
                          "the law wants a sender that can be found"));
}

void bd_check_sender_example(struct bd_check_run *run)
{
    bd_str domain = bd_domain_of(run->options->from_email);

    if (bd_str_ends(domain, BD_STR(".example")) ||
        bd_str_eq(domain, BD_STR("example.org")) ||
        bd_str_eq(domain, BD_STR("example.com")) ||
        bd_str_eq(domain, BD_STR("example.net")))
        bd_check_report(run, BD_WHOLE_LETTER,
                        _("the letter comes from %.*s, which is only an "
                          "example; set from.email to your own address"),
                        BD_ARG(run->options->from_email));
}

void bd_check_preheader(struct bd_check_run *run)
{
    if (run->issue->preheader.len == 0)
        bd_check_report(run, BD_WHOLE_LETTER,
                        _("no preheader; add a line \"preheader: ...\" that "
                          "says in 40 to 100 characters what the letter is "
                          "about"));
}

/* The octets of the HTML part in the copy with long values. */
static size_t html_octets(bd_str copy)
{
    size_t start = bd_str_find(copy, BD_STR("Content-Type: text/html"));
    bd_str html = BD_STR_NONE;

    if (start == SIZE_MAX)
        return 0;
    html = bd_str_skip(copy, start);
    return bd_str_sub(html, 0, bd_str_find(html, BD_STR("\r\n--=_"))).len;
}

void bd_check_letter_size(struct bd_check_run *run)
{
    const struct bd_message *message = run->message;
    bd_str *values = BD_NEW_ARRAY(run->arena, message->name_count, bd_str);
    char *filler = bd_arena_alloc(run->arena, LONG_VALUE_OCTETS);
    struct bd_buf copy = { 0 };
    size_t octets = 0;

    for (size_t i = 0; i < LONG_VALUE_OCTETS; i++)
        filler[i] = 'x';
    for (size_t i = 0; i < message->name_count; i++)
        values[i] = (bd_str) { filler, LONG_VALUE_OCTETS };
    bd_buf_init(&copy, 2 * (size_t)BD_MAX_MESSAGE_BYTES);
    if (bd_message_splice(message, values, &copy) == BD_OK)
        octets = html_octets(bd_buf_str(&copy));
    bd_buf_fini(&copy);
    if (octets > CLIP_OCTETS)
        bd_check_report(run, BD_WHOLE_LETTER,
                        _("the HTML is %zu kB; Gmail cuts it at 100 kB, and "
                          "with it the link to unsubscribe; make two issues "
                          "of it, or link to the long parts"),
                        octets / 1024);
}

void bd_check_subject_length(struct bd_check_run *run)
{
    bd_str subject = bd_merge_show(run->arena, run->issue,
                                   run->issue->marked.subject);
    size_t width = bd_str_width(subject);

    if (width > SUBJECT_MOST)
        bd_check_report(run, run->issue->subject_place,
                        _("the subject has %zu characters; many programs cut "
                          "it at %d or earlier, so put the news first"),
                        width, SUBJECT_MOST);
    if (width < SUBJECT_LEAST)
        bd_check_report(run, run->issue->subject_place,
                        _("the subject \"%.*s\" says little; say what the "
                          "letter is about"),
                        BD_ARG(subject));
}

void bd_check_subject_reply(struct bd_check_run *run)
{
    static const char *const marks[] = { "re:", "fwd:", "fw:", "sv:", "vb:" };

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (bd_str_starts_nocase(run->issue->subject, bd_str_from(marks[i])))
            bd_check_report(run, run->issue->subject_place,
                            _("the subject begins as if the letter were an "
                              "answer; take \"%.*s\" away"),
                            BD_ARG(bd_str_sub(run->issue->subject, 0,
                                              bd_str_from(marks[i]).len)));
}

/* Ten capitals or more and not one small letter; Å and ÅÄÖ count. */
static bool is_shouted(bd_str text)
{
    size_t capitals = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c >= 'a' && c <= 'z')
            return false;
        if (c == 0xc3 && i + 1 < text.len &&
            (unsigned char)text.ptr[i + 1] >= 0x9f)
            return false;
        capitals += (c >= 'A' && c <= 'Z') || c == 0xc3;
    }
    return capitals >= 10;
}

void bd_check_subject_shouting(struct bd_check_run *run)
{
    bd_str subject = run->issue->subject;

    if (is_shouted(subject) || bd_str_find(subject, BD_STR("!!")) != SIZE_MAX)
        bd_check_report(run, run->issue->subject_place,
                        _("the subject shouts; filters and readers take it "
                          "for advertising"));
}

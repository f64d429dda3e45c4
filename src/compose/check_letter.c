#include "check_private.h"

#include "brevduva/base/limits.h"
#include "fields_private.h"
#include "headers_private.h"

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

size_t bd_check_html_octets(bd_str copy)
{
    size_t start = bd_str_find(copy, BD_STR("Content-Type: text/html"));
    bd_str html = BD_STR_NONE;

    if (start == SIZE_MAX)
        return 0;
    html = bd_str_skip(copy, start);
    return bd_str_sub(html, 0, bd_str_find(html, BD_STR("\r\n--=_"))).len;
}

/* The longest that any reader has, or what is long enough. */
static bd_str longest(const struct bd_check_run *run, bd_str name,
                      bd_str filler)
{
    for (size_t i = 0; i < run->facts->value_count; i++)
        if (bd_str_eq(run->facts->values[i].name, name))
            return run->facts->values[i].longest;
    return filler;
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
        values[i] = longest(run, message->names[i],
                            (bd_str) { filler, LONG_VALUE_OCTETS });
    bd_buf_init(&copy, 2 * (size_t)BD_MAX_MESSAGE_BYTES);
    if (bd_message_splice(message, values, &copy) == BD_OK)
        octets = bd_check_html_octets(bd_buf_str(&copy));
    bd_buf_fini(&copy);
    if (octets > BD_CLIP_OCTETS)
        bd_check_report(
            run, BD_WHOLE_LETTER,
            _("the HTML is %zu kB as it is mailed; Gmail cuts it "
              "at 100 kB, and with it the link to unsubscribe; make two issues "
              "of it, or link to the long parts"),
            octets / 1024);
}

/* The first merge tag of that name without a default text, or NULL. */
static const struct bd_merge *find_hole(const struct bd_issue *issue,
                                        bd_str name)
{
    for (size_t i = 0; i < issue->merge_count; i++)
        if (bd_str_eq(issue->merges[i].name, name) &&
            issue->merges[i].fallback.len == 0)
            return &issue->merges[i];
    return NULL;
}

/* A sentence on the readers whom a tag leaves a hole for. */
static const char *hole_text(const struct bd_check_facts *facts)
{
    if (facts->first) /* many */
        return _("{{%.*s}} is empty for %lld of the first %lld readers "
                 "(%.*s); give it a default text: {{%.*s|...}}");
    return P_("{{%.*s}} is empty for %lld of %lld reader (%.*s); give it a "
              "default text: {{%.*s|...}}",
              "{{%.*s}} is empty for %lld of %lld readers (%.*s); give it a "
              "default text: {{%.*s|...}}",
              (uint64_t)facts->readers);
}

void bd_check_merge_empty(struct bd_check_run *run)
{
    const struct bd_check_facts *facts = run->facts;

    for (size_t i = 0; i < facts->value_count; i++) {
        const struct bd_check_value *value = &facts->values[i];
        const struct bd_merge *hole = find_hole(run->issue, value->name);

        if (!hole || value->empty == 0)
            continue;
        bd_check_report(run, hole->place, hole_text(facts), BD_ARG(value->name),
                        (long long)value->empty, (long long)facts->readers,
                        BD_ARG(value->who), BD_ARG(value->name));
    }
}

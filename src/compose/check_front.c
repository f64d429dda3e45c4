/* Title, subject, preheader and sender: what the inbox shows. */
#include "check_private.h"

#include <string.h>

#include "fields_private.h"

#define SUBJECT_MOST    70 /* columns */
#define SUBJECT_LEAST   5
#define PREHEADER_MOST  100
#define PREHEADER_LEAST 40

void bd_check_preheader(struct bd_check_run *run)
{
    if (run->issue->preheader.len == 0)
        bd_check_report(run, BD_WHOLE_LETTER,
                        _("no preheader; add a line \"preheader: ...\" that "
                          "says in 40 to 100 characters what the letter is "
                          "about"));
}

void bd_check_preheader_length(struct bd_check_run *run)
{
    bd_str text = bd_merge_show(run->arena, run->issue,
                                run->issue->marked.preheader);
    size_t width = bd_str_width(text);

    if (width > 0 && (width < PREHEADER_LEAST || width > PREHEADER_MOST))
        bd_check_report(run, run->issue->preheader_place,
                        P_("the preheader has %zu character; with 40 to 100 "
                           "it fills the line in the inbox and is not cut",
                           "the preheader has %zu characters; with 40 to 100 "
                           "it fills the line in the inbox and is not cut",
                           width),
                        width);
}

void bd_check_preheader_repeats(struct bd_check_run *run)
{
    bd_str text = run->issue->preheader;

    if (text.len > 0 && (bd_str_eq_nocase(text, run->issue->subject) ||
                         bd_str_eq_nocase(text, run->issue->title)))
        bd_check_report(run, run->issue->preheader_place,
                        _("the preheader repeats the subject, which stands "
                          "right beside it; say what more there is to read"));
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

/* "Re:", "RE :", "Sv[2]:", "fwd (3):": its length with the colon, or 0. */
static size_t reply_mark_len(bd_str subject)
{
    static const char *const marks[] = { "re", "fwd", "fw", "sv", "vb", "aw" };
    static const bool between[256] = {
        [' '] = true, ['['] = true, [']'] = true,        ['('] = true,
        [')'] = true, ['^'] = true, ['0' ... '9'] = true
    };

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t at = strlen(marks[i]);

        if (!bd_str_starts_nocase(subject, bd_str_from(marks[i])))
            continue;
        at += bd_str_span(bd_str_skip(subject, at), between);
        if (bd_str_starts(bd_str_skip(subject, at), BD_STR(":")))
            return at + 1;
    }
    return 0;
}

void bd_check_subject_reply(struct bd_check_run *run)
{
    bd_str subject = run->issue->subject;
    size_t len = reply_mark_len(subject);

    if (len > 0)
        bd_check_report(run, run->issue->subject_place,
                        _("the subject begins as if the letter were an "
                          "answer; take \"%.*s\" away"),
                        BD_ARG(bd_str_sub(subject, 0, len)));
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

/* U+1F000 and on are pictures; of U+2600-27BF and the arrows and stars of
 * U+2B00 most are drawn as such. */
static bool has_emoji(bd_str text)
{
    for (size_t i = 0; i + 2 < text.len; i++) {
        unsigned char a = (unsigned char)text.ptr[i];
        unsigned char b = (unsigned char)text.ptr[i + 1];

        if (a == 0xf0 && b == 0x9f)
            return true;
        if (a == 0xe2 && ((b >= 0x98 && b <= 0x9e) || b == 0xac || b == 0xad))
            return true;
    }
    return false;
}

void bd_check_from_emoji(struct bd_check_run *run)
{
    bool own = run->issue->from_name.len > 0;
    bd_str name = own ? run->issue->from_name : run->options->from_name;

    if (has_emoji(name))
        bd_check_report(run,
                        own ? run->issue->from_name_place : BD_WHOLE_LETTER,
                        _("the sender's name \"%.*s\" has an emoji in it; "
                          "mail hosts take it for a false badge, so write "
                          "only the name"),
                        BD_ARG(name));
}

void bd_check_title_repeated(struct bd_check_run *run)
{
    const struct bd_check_facts *facts = run->facts;

    for (size_t i = 0; i < facts->earlier_count; i++) {
        const struct bd_check_earlier *earlier = &facts->earlier[i];

        if (bd_str_eq(earlier->slug, run->issue->slug) ||
            !bd_str_eq_nocase(bd_str_trim(earlier->title), run->issue->title))
            continue;
        bd_check_report(run, run->issue->title_place,
                        _("the issue %.*s has the same title; say what is "
                          "different"),
                        BD_ARG(earlier->slug));
        return;
    }
}

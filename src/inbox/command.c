/* Commands by mail: a subject, or a first line, that is a command's word and
 * nothing else but politeness and an argument. A sentence that merely has the
 * word in it is for a person to read. */
#include <string.h>

#include "classify_private.h"

#define MAX_LINE     120 /* octets: a longer one is no command */
#define MAX_BESIDES  80  /* octets of text that a command may have with it */
#define MAX_SIDENOTE 20  /* a person should read more than this */

enum argument {
    NO_ARGUMENT,
    LIST_ARGUMENT,    /* one word: a list or an address */
    ADDRESS_ARGUMENT, /* has to have one */
    FRIEND_ARGUMENT   /* an address, or nothing */
};

struct word {
    const char *text; /* as folded */
    enum bd_incoming_command command;
    enum argument argument;
    enum { SWEDISH, ENGLISH, BOTH } language;
};

/* clang-format off */
static const struct word words[] = {
    { "unsubscribe me from", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, ENGLISH },
    { "unsubscribe from", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, ENGLISH },
    { "unsubscribe", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, BOTH },
    { "unsub", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, BOTH },
    { "signoff", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, ENGLISH },
    { "opt out", BD_COMMAND_UNSUBSCRIBE, NO_ARGUMENT, ENGLISH },
    { "opt-out", BD_COMMAND_UNSUBSCRIBE, NO_ARGUMENT, ENGLISH },
    { "remove", BD_COMMAND_UNSUBSCRIBE, NO_ARGUMENT, ENGLISH },
    { "take me off", BD_COMMAND_UNSUBSCRIBE, NO_ARGUMENT, ENGLISH },
    { "stop", BD_COMMAND_UNSUBSCRIBE, NO_ARGUMENT, BOTH },
    { "stopp", BD_COMMAND_UNSUBSCRIBE, NO_ARGUMENT, SWEDISH },
    { "stoppa", BD_COMMAND_UNSUBSCRIBE, NO_ARGUMENT, SWEDISH },
    { "avsluta", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "avsluta prenumeration", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "avsluta prenumerationen", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "avsluta min prenumeration", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "avprenumerera", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "avprenumeration", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "avregistrera", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "avanmäl", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "avanmälan", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "avanmälning", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "avbeställ", BD_COMMAND_UNSUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "ta bort", BD_COMMAND_UNSUBSCRIBE, NO_ARGUMENT, SWEDISH },
    { "säg upp", BD_COMMAND_UNSUBSCRIBE, NO_ARGUMENT, SWEDISH },
    { "subscribe", BD_COMMAND_SUBSCRIBE, LIST_ARGUMENT, ENGLISH },
    { "subscribe to", BD_COMMAND_SUBSCRIBE, LIST_ARGUMENT, ENGLISH },
    { "subscribe me to", BD_COMMAND_SUBSCRIBE, LIST_ARGUMENT, ENGLISH },
    { "sign me up", BD_COMMAND_SUBSCRIBE, NO_ARGUMENT, ENGLISH },
    { "prenumerera", BD_COMMAND_SUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "prenumerera på", BD_COMMAND_SUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "prenumeration", BD_COMMAND_SUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "anmäl", BD_COMMAND_SUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "anmälan", BD_COMMAND_SUBSCRIBE, LIST_ARGUMENT, SWEDISH },
    { "help", BD_COMMAND_HELP, NO_ARGUMENT, ENGLISH },
    { "hjälp", BD_COMMAND_HELP, NO_ARGUMENT, SWEDISH },
    { "hjalp", BD_COMMAND_HELP, NO_ARGUMENT, SWEDISH },
    { "kommandon", BD_COMMAND_HELP, NO_ARGUMENT, SWEDISH },
    { "my subscription", BD_COMMAND_SUBSCRIPTION, NO_ARGUMENT, ENGLISH },
    { "my subscriptions", BD_COMMAND_SUBSCRIPTION, NO_ARGUMENT, ENGLISH },
    { "subscription", BD_COMMAND_SUBSCRIPTION, NO_ARGUMENT, ENGLISH },
    { "settings", BD_COMMAND_SUBSCRIPTION, NO_ARGUMENT, ENGLISH },
    { "my settings", BD_COMMAND_SUBSCRIPTION, NO_ARGUMENT, ENGLISH },
    { "min prenumeration", BD_COMMAND_SUBSCRIPTION, NO_ARGUMENT, SWEDISH },
    { "mina prenumerationer", BD_COMMAND_SUBSCRIPTION, NO_ARGUMENT, SWEDISH },
    { "mina uppgifter", BD_COMMAND_SUBSCRIPTION, NO_ARGUMENT, SWEDISH },
    { "inställningar", BD_COMMAND_SUBSCRIPTION, NO_ARGUMENT, SWEDISH },
    { "mina inställningar", BD_COMMAND_SUBSCRIPTION, NO_ARGUMENT, SWEDISH },
    { "tip", BD_COMMAND_TIP, FRIEND_ARGUMENT, ENGLISH },
    { "tip a friend", BD_COMMAND_TIP, FRIEND_ARGUMENT, ENGLISH },
    { "tell a friend", BD_COMMAND_TIP, FRIEND_ARGUMENT, ENGLISH },
    { "tipsa", BD_COMMAND_TIP, FRIEND_ARGUMENT, SWEDISH },
    { "tipsa en vän", BD_COMMAND_TIP, FRIEND_ARGUMENT, SWEDISH },
    { "tips", BD_COMMAND_TIP, ADDRESS_ARGUMENT, SWEDISH },
};
/* What may stand before and behind it. */
static const char *const before[] = {
    "please", "pls", "kindly", "hi", "hello", "hej", "hejsan", "vänligen",
    "snälla", "var vänlig", "var vänliga", "var god", "jag vill", "i want to",
    "i would like to", "kan ni", "vill", "subject:", "ämne:",
};
/* What programs put before the subject of a mail that is answered. */
static const char *const reply_signs[] = {
    "re:", "sv:", "vs:", "aw:", "ang:", "angående:",
};
static const char *const behind[] = {
    "me", "mig", "please", "pls", "now", "thanks", "thank you", "thx", "tack", "nu",
    "tack så mycket", "tack på förhand", "snälla", "from this list",
    "from the list", "from your list", "from the mailing list",
    "from your mailing list", "från listan", "från er lista",
    "från sändlistan", "från utskicket", "från nyhetsbrevet",
    "from the newsletter", "from newsletter", "min prenumeration",
    "prenumerationen", "nyhetsbrevet", "my subscription", "the newsletter",
};
/* clang-format on */

static bool is_mark(char c)
{
    return (unsigned char)c <= ' ' || strchr(".,!?\"'*()[]:;_=#", c);
}

static bd_str strip_marks(bd_str text)
{
    while (text.len > 0 && is_mark(text.ptr[0]))
        text = bd_str_skip(text, 1);
    while (text.len > 0 && is_mark(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

/* The words at the start are cut off, if anything is left. */
static bool cut_before(bd_str *text, const char *words_)
{
    bd_str word = bd_str_from(words_);
    bd_str rest = bd_str_skip(*text, word.len);

    if (!bd_str_starts(*text, word) || rest.len == 0 ||
        (!is_mark(rest.ptr[0]) && word.ptr[word.len - 1] != ':'))
        return false;
    rest = strip_marks(rest);
    if (rest.len == 0)
        return false;
    *text = rest;
    return true;
}

static bool cut_behind(bd_str *text, const char *words_)
{
    bd_str word = bd_str_from(words_);
    bd_str rest = { 0 };

    if (!bd_str_ends(*text, word) || text->len <= word.len)
        return false;
    rest = bd_str_sub(*text, 0, text->len - word.len);
    if (!is_mark(rest.ptr[rest.len - 1]))
        return false;
    rest = strip_marks(rest);
    if (rest.len == 0)
        return false;
    *text = rest;
    return true;
}

static bd_str cut_politeness(bd_str text)
{
    bool again = true;

    text = strip_marks(text);
    while (again) {
        again = false;
        for (size_t i = 0; i < sizeof before / sizeof *before; i++)
            again |= cut_before(&text, before[i]);
        for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
            again |= cut_behind(&text, behind[i]);
    }
    return text;
}

/* One word of a list's name, or an address. */
static bool is_argument(bd_str text, enum argument kind)
{
    size_t end = 0;
    bd_str address = find_address(text, &end);

    if (kind == NO_ARGUMENT || text.len == 0 || text.len > 254)
        return kind != ADDRESS_ARGUMENT && text.len == 0;
    if (address.len > 0)
        return strip_marks(bd_str_skip(text, end)).len <= 1 &&
               address.ptr - text.ptr <= 1;
    if (kind == ADDRESS_ARGUMENT || kind == FRIEND_ARGUMENT || text.len > 60)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (is_mark(text.ptr[i]) && text.ptr[i] != '_' && text.ptr[i] != '.')
            return false;
    return true;
}

static bd_str argument_of(bd_str text)
{
    size_t end = 0;
    bd_str address = find_address(text, &end);

    return address.len > 0 ? address : text;
}

/* `line` is as written, `folded` the part of its copy that is left of it. */
static bool read_word(const struct word *word, bd_str line, bd_str folded,
                      const char *copy, struct command *out)
{
    bd_str text = bd_str_from(word->text), rest = { 0 };

    if (!bd_str_starts(folded, text))
        return false;
    rest = bd_str_skip(folded, text.len);
    if (rest.len > 0 && !is_mark(rest.ptr[0]))
        return false;
    rest = strip_marks(rest);
    if (!is_argument(rest, word->argument))
        return false;
    *out = (struct command) { .command = word->command };
    out->language = word->language == SWEDISH ? BD_LANG_SV : BD_LANG_EN;
    out->language_known = word->language != BOTH;
    if (rest.len > 0)
        out->argument = argument_of(
            bd_str_sub(line, (size_t)(rest.ptr - copy), rest.len));
    return true;
}

/* "avsluta inte", "please don't stop". */
static bool has_negation(bd_str folded)
{
    static const char *const no[] = { "inte", "ej",    "aldrig", "icke",
                                      "not",  "don't", "dont",   "never" };

    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        bd_str word = bd_str_from(no[i]);
        bd_str rest = folded;
        size_t at = 0;

        while ((at = bd_str_find(rest, word)) != SIZE_MAX) {
            bd_str after = bd_str_skip(rest, at + word.len);

            if ((at == 0 || is_mark(rest.ptr[at - 1])) &&
                (after.len == 0 || is_mark(after.ptr[0])))
                return true;
            rest = after;
        }
    }
    return false;
}

static bool read_line(struct bd_arena *arena, bd_str line, struct command *out)
{
    bd_str whole = { 0 }, folded = { 0 };
    size_t longest = 0;

    if (line.len > MAX_LINE)
        return false;
    whole = fold_text(arena, line);
    folded = cut_politeness(whole);
    if (folded.len == 0 || has_negation(whole))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].text) > longest &&
            read_word(&words[i], line, folded, whole.ptr, out))
            longest = strlen(words[i].text);
    return longest > 0;
}

static bool cut_reply_sign(bd_str *subject)
{
    for (size_t i = 0; i < sizeof reply_signs / sizeof *reply_signs; i++) {
        bd_str sign = bd_str_from(reply_signs[i]);

        if (!bd_str_starts_nocase(*subject, sign))
            continue;
        *subject = bd_str_trim(bd_str_skip(*subject, sign.len));
        return true;
    }
    return false;
}

/* The subject of an answer is ours: it is no command, but to leave, and then
 * only when a person has hardly written more. */
static bool read_subject(struct bd_arena *arena, bd_str subject, bd_str text,
                         struct command *out)
{
    bool reply = false;

    subject = bd_str_trim(subject);
    while (cut_reply_sign(&subject))
        reply = true;
    if (!read_line(arena, subject, out))
        return false;
    out->wordy = text.len > MAX_SIDENOTE;
    if (out->command != BD_COMMAND_UNSUBSCRIBE)
        return !reply && text.len <= MAX_BESIDES;
    return !reply || text.len <= MAX_BESIDES;
}

bool is_no_wish(struct bd_arena *arena, bd_str subject)
{
    static const char *const forwarded[] = { "fwd:", "fw:", "vb:", "wg:",
                                             "tr:" };
    bd_str rest = bd_str_trim(subject);

    if (cut_reply_sign(&rest) || bd_str_find_char(rest, '?') != SIZE_MAX)
        return true;
    for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++)
        if (bd_str_starts_nocase(rest, bd_str_from(forwarded[i])))
            return true;
    return has_negation(fold_text(arena, rest));
}

bool command_read(struct bd_arena *arena, bd_str subject, bd_str text,
                  struct command *out)
{
    bd_str rest = bd_str_trim(text), first = bd_str_cut_line(&rest);

    if (read_subject(arena, subject, text, out))
        return true;
    if (rest.len > MAX_BESIDES || !read_line(arena, first, out))
        return false;
    out->wordy = rest.len > MAX_SIDENOTE;
    return true;
}

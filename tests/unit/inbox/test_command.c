#include "t.h"

#include "classify_private.h"

/* clang-format off */
static void test_command_read__knows_the_words(void **state)
{
    static const struct {
        const char *subject, *text;
        enum bd_incoming_command want;
        const char *argument;
        const char *language; /* "": not told apart */
    } rows[] = {
        { "unsubscribe", "", BD_COMMAND_UNSUBSCRIBE, "", "" },
        { "UNSUBSCRIBE", "", BD_COMMAND_UNSUBSCRIBE, "", "" },
        { "Unsubscribe kumla", "", BD_COMMAND_UNSUBSCRIBE, "kumla", "" },
        { "unsubscribe eva@x.example", "", BD_COMMAND_UNSUBSCRIBE, "eva@x.example", "" },
        { "unsubscribe me", "", BD_COMMAND_UNSUBSCRIBE, "", "" },
        { "Re: unsubscribe", "", BD_COMMAND_UNSUBSCRIBE, "", "" },
        { "SV: Re: unsubscribe", "", BD_COMMAND_UNSUBSCRIBE, "", "" },
        { "please unsubscribe, thanks!", "", BD_COMMAND_UNSUBSCRIBE, "", "" },
        { "unsubscribe", "A long text, of which a person should hear. But the subject says what it says, and there may be much that is added by programs below it.", BD_COMMAND_UNSUBSCRIBE, "", "" },
        { "AVSLUTA", "", BD_COMMAND_UNSUBSCRIBE, "", "sv" },
        { "Avsluta prenumerationen", "", BD_COMMAND_UNSUBSCRIBE, "", "sv" },
        { "Avsluta min prenumeration, tack", "", BD_COMMAND_UNSUBSCRIBE, "", "sv" },
        { "Avprenumerera mig från listan", "", BD_COMMAND_UNSUBSCRIBE, "", "sv" },
        { "AVANMÄL MIG", "", BD_COMMAND_UNSUBSCRIBE, "", "sv" },
        { "Avanmälan", "", BD_COMMAND_UNSUBSCRIBE, "", "sv" },
        { "Stop", "", BD_COMMAND_UNSUBSCRIBE, "", "" },
        { "STOPP!", "", BD_COMMAND_UNSUBSCRIBE, "", "sv" },
        { "Remove", "", BD_COMMAND_UNSUBSCRIBE, "", "en" },
        { "", "stop\n", BD_COMMAND_UNSUBSCRIBE, "", "" },
        { "Brev", "Stopp.\nMvh Eva\n", BD_COMMAND_UNSUBSCRIBE, "", "sv" },
        { "subscribe", "", BD_COMMAND_SUBSCRIBE, "", "en" },
        { "Prenumerera på kumla", "", BD_COMMAND_SUBSCRIBE, "kumla", "sv" },
        { "Jag vill prenumerera", "", BD_COMMAND_SUBSCRIBE, "", "sv" },
        { "anmäl", "", BD_COMMAND_SUBSCRIBE, "", "sv" },
        { "help", "", BD_COMMAND_HELP, "", "en" },
        { "HJÄLP!!", "", BD_COMMAND_HELP, "", "sv" },
        { "my subscription", "", BD_COMMAND_SUBSCRIPTION, "", "en" },
        { "Min prenumeration", "", BD_COMMAND_SUBSCRIPTION, "", "sv" },
        { "tip eva@x.example", "", BD_COMMAND_TIP, "eva@x.example", "en" },
        { "tipsa <eva@x.example>", "", BD_COMMAND_TIP, "eva@x.example", "sv" },
        { "Tipsa en vän: eva@x.example", "", BD_COMMAND_TIP, "eva@x.example", "sv" },

        { "", "", BD_COMMAND_NONE, "", "" },
        { "!!!", "", BD_COMMAND_NONE, "", "" },
        { "Re:", "", BD_COMMAND_NONE, "", "" },
        { "Hej", "Hej\n", BD_COMMAND_NONE, "", "" },
        { "tip", "", BD_COMMAND_TIP, "", "en" },
        { "tipsa", "", BD_COMMAND_TIP, "", "sv" },
        { "tip jar", "", BD_COMMAND_NONE, "", "" },
        { "avsluta inte min prenumeration", "", BD_COMMAND_NONE, "", "" },
        { "Stop", "please don't ever stop", BD_COMMAND_UNSUBSCRIBE, "", "" },
        { "", "don't ever stop", BD_COMMAND_NONE, "", "" },
        { "unsubscribe not", "", BD_COMMAND_NONE, "", "" },
        { "unsubscribe notes", "", BD_COMMAND_UNSUBSCRIBE, "notes", "" },
        { "tips", "", BD_COMMAND_NONE, "", "" },
        { "Re: help", "Thanks!", BD_COMMAND_NONE, "", "" },
        { "Sv: Anmälan", "Ja tack, vi kommer.", BD_COMMAND_NONE, "", "" },
        { "Re: Stop", "It was a good article, and I would like to hear more of it, in the next letter perhaps.", BD_COMMAND_NONE, "", "" },
        { "tips inför mötet", "", BD_COMMAND_NONE, "", "" },
        { "stop that", "", BD_COMMAND_NONE, "", "" },
        { "help wanted", "", BD_COMMAND_NONE, "", "" },
        { "nonsubscribe", "", BD_COMMAND_NONE, "", "" },
        { "subscribed", "", BD_COMMAND_NONE, "", "" },
        { "unsubscribe did not work for me", "", BD_COMMAND_NONE, "", "" },
        { "Jag vill inte avsluta", "", BD_COMMAND_NONE, "", "" },
        { "How do I unsubscribe?", "", BD_COMMAND_NONE, "", "" },
        { "Hjälp", "Jag ser inga bilder i brevet, vad ska jag göra? Jag har provat allt. Det går inte alls.", BD_COMMAND_NONE, "", "" },
        { "Brev", "Stopp\nDet var ett gott råd i brevet, men jag undrar om ni kan berätta mer om hur ni gjorde?", BD_COMMAND_NONE, "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_arena *arena = bd_arena_new();
        bd_str subject = t_heap(rows[i].subject), text = t_heap(rows[i].text);
        struct command got = { 0 };
        bool found = command_read(arena, subject, text, &got);

        CHECK_ROW(rows[i].subject, found == (rows[i].want != BD_COMMAND_NONE));
        if (found) {
            CHECK_ROW(rows[i].subject, got.command == rows[i].want);
            CHECK_STR(got.argument, rows[i].argument);
            CHECK_STR(got.language_known
                          ? bd_str_from(bd_lang_tag(got.language))
                          : BD_STR_NONE,
                      rows[i].language);
        }
        t_free(subject);
        t_free(text);
        bd_arena_free(arena);
    }
}

static void test_own_text__leaves_out_what_is_not_theirs(void **state)
{
    static const struct {
        const char *in, *want;
    } rows[] = {
        { "", "" },
        { "a\n\n b \n", "a\nb\n" },
        { "a\n> b\nc", "a\nc\n" },
        { "a\n-- \nb", "a\n" },
        { "a\n\nSent from my telephone", "a\n" },
        { "a\nSkickat från min iPhone\nb", "a\n" },
        { "a\nDen 27 nov. skrev Eva <e@x.example>:\nb", "a\nDen 27 nov. skrev Eva <e@x.example>:\nb\n" },
        { "a\nEva <e@x.example> skrev:\nb", "a\n" },
        { "a\nOn Friday, Eva <e@x.example>\nwrote:\nb", "a\n" },
        { "a\n-----Original Message-----\nb", "a\n" },
        { "a\nFrån: Eva\nSkickat: i dag\nb", "a\n" },
        { "> a\n", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_arena *arena = bd_arena_new();
        bd_str in = t_heap(rows[i].in);

        CHECK_STR(own_text(arena, in), rows[i].want);
        t_free(in);
        bd_arena_free(arena);
    }
}
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command_read__knows_the_words),
        cmocka_unit_test(test_own_text__leaves_out_what_is_not_theirs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "t.h"

#include "brevduva/mail/report.h"

#define HEADER                                                                 \
    "Received: from y\nFrom: b@k.example\nMessage-ID: <1@k.example>\n"

static void test_returned_header__is_found(void **state)
{
    static const struct {
        const char *in;
        bool found;
    } rows[] = {
        { "Content-Type: message/rfc822\n\n" HEADER "\nHej\n", true },
        { "Content-Type: message/rfc822\n\n\n \n" HEADER, true },
        { "Content-Type: text/rfc822-headers\n\n" HEADER, true },
        { "Content-Type: message/rfc822-headers\n\n" HEADER, true },
        { "Content-Type: message/global\n\n" HEADER, true },
        { "Content-Type: message/global-headers\n\n" HEADER, true },
        { "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
          "TWVzc2FnZS1JRDogPDFAay5leGFtcGxlPgo=",
          true },
        { "Content-Type: multipart/report; boundary=b\n\n--b\n\nx\n--b\n"
          "Content-Type: message/rfc822\n\nMessage removed\n--b\n"
          "Content-Type: text/rfc822-headers\n\n" HEADER "--b--\n",
          true },
        /* in a text */
        { "\nSorry.\n\n--- Below this line is a copy of the message.\n\n" HEADER
          "\nHej",
          true },
        { "\n--- The header of the original message is following. ---\n"
          "\n" HEADER,
          true },
        { "\n------ This is a copy of the message, including all the headers. "
          "------\n\n" HEADER,
          true },
        { "\n   ----- Original message follows -----\n" HEADER, true },
        { "\n   ----- Unsent message follows -----\n" HEADER, true },
        { "\nThe text of the message follows.\n\nOriginal message "
          "below:\n" HEADER,
          true },
        { "\n|--- Message text follows: ---|\r\n\r\nFrom: b@k\r\n"
          "Message-ID: <1@k.example>\r\n",
          true },
        /* there is none */
        { "", false },
        { "\nHej\n", false },
        { "\n" HEADER, false },
        { "\nThe original message follows.\n\nNot here.\n", false },
        { "\nThe original message follows.\n\nNote: not: here\n", false },
        { "\nThe original message follows.", false },
        { "Content-Type: message/rfc822\n\n", false },
        { "Content-Type: text/html\n\n<p>original message follows\n" HEADER,
          false },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);
        struct bd_mail_header header = { 0 };
        struct bd_mail mail;
        enum bd_status rc = BD_OK;

        bd_mail_read(arena, in, &mail);
        rc = bd_returned_header(arena, &mail, &header);
        CHECK_ROW(rows[i].in, rc == (rows[i].found ? BD_OK : BD_ENOENT));
        if (rows[i].found)
            CHECK_ROW(rows[i].in, bd_str_eq(bd_mail_get(&header, "Message-ID"),
                                            BD_STR("<1@k.example>")));
        t_free(in);
    }
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_returned_header__is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

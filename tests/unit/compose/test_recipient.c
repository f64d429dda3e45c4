#include "t.h"

#include "brevduva/compose/recipient.h"

static const bd_str names[] = {
    BD_STR_INIT("@to"),         BD_STR_INIT("@date"),
    BD_STR_INIT("@message-id"), BD_STR_INIT("@one-click"),
    BD_STR_INIT("email"),       BD_STR_INIT("name"),
    BD_STR_INIT("first_name"),  BD_STR_INIT("ort"),
    BD_STR_INIT("år"),          BD_STR_INIT("medlem"),
    BD_STR_INIT("saknas"),
};
static const bd_str by_mail[] = { BD_STR_INIT("@unsubscribe-mail") };

static const struct bd_recipient anna = {
    .email = BD_STR_INIT("anna@brev.example"),
    .name = BD_STR_INIT("Berg, Anna-Karin"),
    .attributes = BD_STR_INIT(
        "{\"ort\":\"Kumla\",\"år\":1.50,\"medlem\":true}"),
    .message_id = BD_STR_INIT("1.2.x"),
    .date = 1795420003,
    .zone = 60,
};

static void test_recipient_values__follow_the_names(void **state)
{
    static const char *const want[] = {
        "\"Berg, Anna-Karin\" <anna@brev.example>",
        "Mon, 23 Nov 2026 08:46:43 +0100",
        "1.2.x",
        "forhandsvisning",
        "anna@brev.example",
        "Berg, Anna-Karin",
        "Anna-Karin",
        "Kumla",
        "1.50",
        "true",
        "",
    };
    struct bd_message message = { sizeof names / sizeof *names, names, 0, NULL,
                                  0 };
    struct bd_arena *arena = bd_arena_new();
    const bd_str *got = NULL;

    (void)state;
    CHECK(bd_recipient_values(arena, &message, &anna, NULL, &got, NULL) ==
          BD_OK);
    for (size_t i = 0; i < message.name_count; i++)
        CHECK_STR(got[i], want[i]);
    bd_arena_free(arena);
}

/* Damaged attributes only matter to a message that uses them. */
static void test_recipient_values__computes_what_is_used(void **state)
{
    struct bd_message plain = { 7, names, 0, NULL, 0 };
    struct bd_message with = { 8, names, 0, NULL, 0 };
    struct bd_recipient broken = anna;
    struct bd_arena *arena = bd_arena_new();
    const bd_str *got = NULL;

    (void)state;
    broken.attributes = BD_STR("[1]");
    CHECK(bd_recipient_values(arena, &plain, &broken, NULL, &got, NULL) ==
          BD_OK);
    CHECK(bd_recipient_values(arena, &with, &broken, NULL, &got, NULL) ==
          BD_EPARSE);
    bd_arena_free(arena);
}

static void test_recipient_values__sign_for_their_purpose(void **state)
{
    unsigned char key[BD_TOKEN_KEY_LEN] = { 7 };
    struct bd_signer *signer = bd_signer_new(1, key);
    struct bd_message message = { 4, names, 0, NULL, 0 };
    struct bd_recipient reader = anna;
    struct bd_token token = { 0 };
    struct bd_arena *arena = bd_arena_new();
    const bd_str *got = NULL;

    (void)state;
    reader.subscriber = 77;
    reader.list = 2;
    reader.mailing = 3;
    CHECK(bd_recipient_values(arena, &message, &reader, signer, &got, NULL) ==
          BD_OK);
    CHECK(bd_token_read(signer, got[3], BD_TOKEN_ONE_CLICK, &token) == BD_OK);
    CHECK(token.subscriber == 77 && token.list == 2 && token.mailing == 3);
    CHECK(bd_token_read(signer, got[3], BD_TOKEN_UNSUBSCRIBE, &token) != BD_OK);
    message = (struct bd_message) { 1, by_mail, 0, NULL, 0 };
    CHECK(bd_recipient_values(arena, &message, &reader, signer, &got, NULL) ==
          BD_OK);
    CHECK(got[0].len == BD_TOKEN_MAIL_LEN);
    CHECK(bd_token_read(signer, got[0], BD_TOKEN_UNSUBSCRIBE, &token) == BD_OK);
    CHECK(token.subscriber == 77 && token.list == 2 && token.mailing == 3);
    bd_signer_free(signer);
    bd_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recipient_values__follow_the_names),
        cmocka_unit_test(test_recipient_values__computes_what_is_used),
        cmocka_unit_test(test_recipient_values__sign_for_their_purpose),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "brevduva/base/limits.h"
#include "brevduva/compose/recipient.h"
#include "brevduva/deliver/relay.h"
#include "brevduva/mail/address.h"
#include "cli_private.h"

/* One test copy: straight to the relay, not part of any mailing. */
static enum bd_status hand_over(struct app *app, struct bd_relay *relay,
                                struct cli_letter *letter, const char *to,
                                struct bd_receipt *out)
{
    struct bd_address address;
    bd_str bytes = BD_STR_NONE;
    struct bd_copy copy = { .envelope_from = letter->options.from_email };
    bd_str domain = copy.envelope_from;

    (void)bd_str_cut(&domain, '@');
    letter->copy_id = bd_arena_printf(app->arena, "test.%.*s",
                                      BD_ARG(random_hex(app, 8)));
    if (bd_address_parse(app->arena, bd_str_from(to), &address, &app->err) !=
            BD_OK ||
        letter_render(app, letter, "eml", to, &bytes) != BD_OK)
        return app->err.code;
    copy.envelope_to = address.email;
    copy.message_id = bd_arena_printf(app->arena, "%.*s@%.*s",
                                      BD_ARG(letter->copy_id), BD_ARG(domain));
    copy.size = bytes.len;
    copy.write = bd_copy_write_text;
    copy.self = &bytes;
    return bd_relay_deliver(app->arena, relay, &copy, out, &app->err);
}

static int test_all(struct app *app, struct bd_relay *relay,
                    struct cli_letter *letter, int argc, char **argv)
{
    int code = BD_EXIT_OK;

    for (int i = 1; i < argc; i++) {
        struct bd_receipt receipt = { 0 };

        if (hand_over(app, relay, letter, argv[i], &receipt) != BD_OK)
            return app_fail(app);
        (void)printf("%s: %s: %.*s\n", argv[i], word_delivery(receipt.state),
                     BD_ARG(receipt.reply_text));
        if (receipt.state != BD_DELIVERY_ACCEPTED)
            code = BD_EXIT_FOUND;
    }
    return app_flush(app) == BD_EXIT_OK ? code : BD_EXIT_FAILED;
}

int cmd_test(struct app *app, int argc, char **argv)
{
    struct cli_letter letter;
    struct bd_relay *relay = NULL;
    int code = BD_EXIT_OK;

    if (letter_open(app, argv[0], &letter) != BD_OK ||
        relay_open(app, &relay) != BD_OK)
        return app_fail(app);
    code = test_all(app, relay, &letter, argc, argv);
    bd_relay_free(relay);
    return code;
}

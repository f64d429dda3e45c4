/* `classify_lines FILE...` prints what `brevduva inbox --classify` prints, and
 * knows no keys. `classify_lines -n TIMES FILE...` prints nothing but how many
 * mails it read: to be measured. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/inbox/incoming.h"
#include "brevduva/mail/mime_read.h"

static bool read_file(struct bd_arena *arena, const char *name, bd_str *out)
{
    FILE *file = fopen(name, "rb");
    char *bytes = malloc(BD_MAIL_MAX_BYTES);
    bool ok = file && bytes;

    if (ok) {
        size_t len = fread(bytes, 1, BD_MAIL_MAX_BYTES, file);

        ok = !ferror(file);
        *out = bd_arena_copy(arena, (bd_str) { bytes, len });
    }
    if (file)
        (void)fclose(file);
    free(bytes);
    return ok;
}

static void print_mail(struct bd_arena *arena, const char *name, bd_str bytes)
{
    struct bd_incoming *incoming = BD_NEW(arena, struct bd_incoming);
    struct bd_json *lines = NULL;
    struct bd_buf out = { 0 };

    bd_incoming_classify(arena, bytes, incoming);
    lines = bd_incoming_lines(arena, bd_str_from(name), incoming, false);
    for (struct bd_json *line = lines->first; line; line = line->next) {
        bd_json_set(line, BD_STR("rule"),
                    bd_json_string(arena, bd_str_from(incoming->rule)));
        bd_json_set(
            line, BD_STR("command"),
            bd_json_string(
                arena,
                bd_str_from(bd_incoming_command_names[incoming->command])));
        bd_json_set(line, BD_STR("argument"),
                    bd_json_string(arena, incoming->argument));
        bd_json_set(line, BD_STR("language"),
                    bd_json_string(arena, incoming->language_known
                                              ? bd_str_from(bd_lang_tag(
                                                    incoming->language))
                                              : BD_STR_NONE));
        bd_json_set(line, BD_STR("answerable"),
                    bd_json_bool(arena, incoming->answerable));
        bd_json_set(line, BD_STR("tokens"),
                    bd_json_int(arena, (int64_t)incoming->token_count));
        bd_buf_clear(&out);
        bd_json_write(line, &out);
        (void)printf("%.*s\n", BD_ARG(bd_buf_str(&out)));
    }
    bd_buf_fini(&out);
}

static int measure(int times, char **names, int count)
{
    struct bd_arena *mails = bd_arena_new(), *arena = bd_arena_new();
    bd_str *bytes = BD_NEW_ARRAY(mails, (size_t)count, bd_str);
    struct bd_incoming *incoming = BD_NEW(mails, struct bd_incoming);
    long kinds[BD_INCOMING_KINDS] = { 0 };

    for (int i = 0; i < count; i++)
        if (!read_file(mails, names[i], &bytes[i]))
            return 1;
    for (int n = 0; n < times; n++)
        for (int i = 0; i < count; i++) {
            bd_incoming_classify(arena, bytes[i], incoming);
            kinds[incoming->kind]++;
            bd_arena_clear(arena);
        }
    (void)printf("%ld\n", kinds[BD_INCOMING_BOUNCE]);
    bd_arena_free(arena);
    bd_arena_free(mails);
    return 0;
}

int main(int argc, char **argv)
{
    struct bd_arena *arena = NULL;

    if (argc > 3 && strcmp(argv[1], "-n") == 0)
        return measure((int)strtol(argv[2], NULL, 10), argv + 3, argc - 3);
    arena = bd_arena_new();
    for (int i = 1; i < argc; i++) {
        bd_str bytes = { 0 };

        if (!read_file(arena, argv[i], &bytes)) {
            (void)fprintf(stderr, "cannot read %s\n", argv[i]);
            return 1;
        }
        print_mail(arena, argv[i], bytes);
        bd_arena_clear(arena);
    }
    bd_arena_free(arena);
    return 0;
}

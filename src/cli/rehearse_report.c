#include "rehearse_private.h"

static struct rehearsal_field *find_field(struct rehearsal *r, bd_str name)
{
    for (size_t i = 0; i < r->field_count; i++)
        if (bd_str_eq(r->fields[i].name, name))
            return &r->fields[i];
    return NULL;
}

/* "@date" and the like are ours, and never empty. */
static bool is_ours(bd_str name)
{
    return bd_str_starts(name, BD_STR("@"));
}

static void add_fields(struct rehearsal *r, const struct bd_message *message)
{
    for (size_t i = 0; i < message->piece_count; i++) {
        const struct bd_piece *piece = &message->pieces[i];
        struct rehearsal_field *field = NULL;

        if (!piece->has_field || is_ours(message->names[piece->name]))
            continue;
        field = find_field(r, message->names[piece->name]);
        if (!field) {
            field = &r->fields[r->field_count++];
            field->name = message->names[piece->name];
        }
        field->has_hole |= piece->fallback.len == 0;
    }
}

void rehearsal_find_fields(struct rehearsal *r)
{
    r->fields = BD_NEW_ARRAY(r->kept,
                             r->full->name_count + r->text_only->name_count,
                             struct rehearsal_field);
    add_fields(r, r->full);
    add_fields(r, r->text_only);
}

void rehearsal_note_empty(struct rehearsal *r, const struct bd_message *message,
                          const bd_str *values, bd_str email)
{
    for (size_t i = 0; i < message->name_count; i++) {
        struct rehearsal_field *field = NULL;

        if (is_ours(message->names[i]) || bd_str_trim(values[i]).len > 0)
            continue;
        field = find_field(r, message->names[i]);
        if (!field)
            continue;
        if (field->empty < REHEARSAL_EXAMPLES)
            field->examples[field->empty] = bd_arena_copy(r->kept, email);
        field->empty++;
    }
}

void rehearsal_note_failed(struct rehearsal *r, bd_str email, bd_str why)
{
    if (r->failed < REHEARSAL_EXAMPLES) {
        r->failures[r->failed].email = bd_arena_copy(r->kept, email);
        r->failures[r->failed].why = bd_arena_copy(r->kept, why);
    }
    r->failed++;
}

static int64_t elapsed_ms(const struct rehearsal *r)
{
    const struct bd_sys *sys = r->app->sys;

    return sys->monotonic_ms(sys->self) - r->started_ms;
}

static struct bd_json *examples_json(struct rehearsal *r,
                                     const struct rehearsal_field *field)
{
    struct bd_json *array = bd_json_array(r->app->arena);

    for (int64_t i = 0; i < field->empty && i < REHEARSAL_EXAMPLES; i++)
        bd_json_push(array, bd_json_string(r->app->arena, field->examples[i]));
    return array;
}

static void report_json(struct rehearsal *r)
{
    struct app *app = r->app;
    struct bd_json *o = bd_json_object(app->arena);

    set_text(app, o, "kind", BD_STR("rehearsal"));
    set_text(app, o, "folder", bd_str_from(app_shown(app, r->folder)));
    set_int(app, o, "copies", r->copies);
    set_int(app, o, "octets", r->total);
    set_int(app, o, "largest", r->largest);
    set_text(app, o, "largest_of", r->largest_of);
    set_int(app, o, "milliseconds", elapsed_ms(r));
    set_int(app, o, "same_address", r->same_key);
    set_int(app, o, "same_message_id", r->same_id);
    set_int(app, o, "failed", r->failed);
    out_json(o);
    for (size_t i = 0; i < r->field_count; i++) {
        o = bd_json_object(app->arena);
        set_text(app, o, "kind", BD_STR("field"));
        set_text(app, o, "name", r->fields[i].name);
        set_int(app, o, "empty", r->fields[i].empty);
        bd_json_set(o, BD_STR("default"),
                    bd_json_bool(app->arena, !r->fields[i].has_hole));
        bd_json_set(o, BD_STR("examples"), examples_json(r, &r->fields[i]));
        out_json(o);
    }
    for (int64_t i = 0; i < r->failed && i < REHEARSAL_EXAMPLES; i++) {
        o = bd_json_object(app->arena);
        set_text(app, o, "kind", BD_STR("failure"));
        set_text(app, o, "email", r->failures[i].email);
        set_text(app, o, "why", r->failures[i].why);
        out_json(o);
    }
}

/* Octets as people say them. */
static bd_str size_text(struct app *app, int64_t octets)
{
    if (octets < 10000)
        return bd_arena_printf(app->arena, "%lld B", (long long)octets);
    if (octets < 10000000)
        return bd_arena_printf(app->arena, "%lld kB",
                               (long long)(octets / 1000));
    return bd_arena_printf(app->arena, "%lld MB",
                           (long long)(octets / 1000000));
}

static void print_field(struct app *app, const struct rehearsal_field *field)
{
    if (field->empty == 0)
        return;
    (void)printf(P_("  {{%.*s}} is empty for %.*s reader (%s): ",
                    "  {{%.*s}} is empty for %.*s readers (%s): ",
                    (uint64_t)field->empty),
                 BD_ARG(field->name),
                 BD_ARG(word_number(app->arena, field->empty)),
                 field->has_hole ? _("a hole in the text")
                                 : _("the default text stands there"));
    for (int64_t i = 0; i < field->empty && i < REHEARSAL_EXAMPLES; i++)
        (void)printf("%s%.*s", i > 0 ? ", " : "", BD_ARG(field->examples[i]));
    (void)printf("%s\n", field->empty > REHEARSAL_EXAMPLES ? ", …" : "");
}

static void print_failures(struct rehearsal *r)
{
    if (r->failed == 0)
        return;
    (void)printf(P_("  %.*s reader's mail cannot be made:\n",
                    "  %.*s readers' mails cannot be made:\n",
                    (uint64_t)r->failed),
                 BD_ARG(word_number(r->app->arena, r->failed)));
    for (int64_t i = 0; i < r->failed && i < REHEARSAL_EXAMPLES; i++)
        (void)printf("    %.*s: %.*s\n", BD_ARG(r->failures[i].email),
                     BD_ARG(r->failures[i].why));
    if (r->failed > REHEARSAL_EXAMPLES)
        (void)printf("    …\n");
}

static void report_text(struct rehearsal *r)
{
    struct app *app = r->app;
    int64_t ms = elapsed_ms(r);

    (void)printf(
        P_("Rehearsed: %.*s mail in %s/new, none sent\n",
           "Rehearsed: %.*s mails in %s/new, none sent\n", (uint64_t)r->copies),
        BD_ARG(word_number(app->arena, r->copies)), app_shown(app, r->folder));
    (void)printf(_("  %.*s in all; the largest %.*s, to %.*s\n"),
                 BD_ARG(size_text(app, r->total)),
                 BD_ARG(size_text(app, r->largest)), BD_ARG(r->largest_of));
    (void)printf(_("  made in %lld.%lld s\n"), (long long)(ms / 1000),
                 (long long)(ms % 1000 / 100));
    (void)printf(_("  the same address twice: %lld; the same Message-ID twice: "
                   "%lld\n"),
                 (long long)r->same_key, (long long)r->same_id);
    for (size_t i = 0; i < r->field_count; i++)
        print_field(app, &r->fields[i]);
    print_failures(r);
    (void)printf(_("Nothing needs the folder %s: delete it when you have "
                   "looked.\n"),
                 app_shown(app, r->folder));
}

int rehearsal_report(struct rehearsal *r)
{
    bool found = r->failed + r->same_key + r->same_id > 0;

    if (opt_has(r->app, "json"))
        report_json(r);
    else
        report_text(r);
    for (size_t i = 0; i < r->field_count; i++)
        found |= r->fields[i].has_hole && r->fields[i].empty > 0;
    if (app_flush(r->app) != BD_EXIT_OK)
        return BD_EXIT_FAILED;
    return found ? BD_EXIT_FOUND : BD_EXIT_OK;
}

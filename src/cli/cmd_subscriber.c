#include "brevduva/base/limits.h"
#include "brevduva/mail/address.h"
#include "came_back.h"
#include "import_columns.h"

static enum bd_status find_reader(struct app *app, const char *email,
                                  struct bd_subscriber *out)
{
    struct bd_address address;

    if (bd_address_parse(app->arena, bd_str_from(email), &address, &app->err) !=
        BD_OK)
        return app->err.code;
    return bd_subscriber_find(app->arena, app->store, address.key, out,
                              &app->err);
}

static void set_attributes(struct app *app, struct bd_json *o,
                           bd_str attributes)
{
    struct bd_json *parsed = NULL;

    if (attributes.len == 0 ||
        bd_json_parse(app->arena, attributes, &parsed, NULL) != BD_OK)
        parsed = bd_json_object(app->arena);
    bd_json_set(o, BD_STR("attributes"), parsed);
}

static struct bd_json *reader_json(struct app *app,
                                   const struct bd_subscriber *reader)
{
    struct bd_json *o = bd_json_object(app->arena);

    set_text(app, o, "email", reader->email);
    set_text(app, o, "name", reader->name);
    set_text(app, o, "language", reader->language);
    bd_json_set(o, BD_STR("text_only"),
                bd_json_bool(app->arena, reader->text_only));
    set_attributes(app, o, reader->attributes);
    if (reader->paused_until > app_now(app))
        set_time(app, o, "paused_until", reader->paused_until);
    set_time(app, o, "created", reader->created_at);
    set_text(app, o, "source", reader->source);
    return o;
}

static void print_reader(struct app *app, const struct bd_subscriber *reader)
{
    bd_str yes_no = bd_str_from(reader->text_only ? _("yes") : _("no"));

    (void)printf(_("address     %.*s\n"),
                 BD_ARG(bd_address_display(app->arena, reader->email)));
    (void)printf(_("name        %.*s\n"), BD_ARG(out_shown(app, reader->name)));
    (void)printf(_("language    %.*s\n"), BD_ARG(reader->language));
    (void)printf(_("text only   %.*s\n"), BD_ARG(yes_no));
    (void)printf(_("attributes  %.*s\n"),
                 BD_ARG(out_shown(app, reader->attributes)));
    if (reader->paused_until > app_now(app))
        (void)printf(_("paused      until %.*s, as they wanted\n"),
                     BD_ARG(bd_time_local(app->arena, reader->paused_until)));
    (void)printf(_("since       %.*s (%.*s)\n"),
                 BD_ARG(bd_time_local(app->arena, reader->created_at)),
                 BD_ARG(reader->source));
}

/* `why`: of a reader who is suspended; else NULL. */
static void print_subscription(struct app *app, const struct bd_subscription *s,
                               const struct bd_bounce *why)
{
    (void)printf(_("list        %.*s: %s since %.*s"), BD_ARG(s->list_slug),
                 word_subscription(s->state),
                 BD_ARG(bd_time_local(app->arena, s->since)));
    if (why && s->state == BD_SUB_BOUNCED)
        (void)printf(": %.*s", BD_ARG(suspended_text(app, why)));
    (void)putchar('\n');
}

static struct bd_json *subscription_json(struct app *app,
                                         const struct bd_subscription *s,
                                         const struct bd_bounce *why)
{
    struct bd_json *o = bd_json_object(app->arena);

    set_text(app, o, "list", s->list_slug);
    set_text(app, o, "state",
             bd_str_from(bd_subscription_state_names[s->state]));
    set_time(app, o, "since", s->since);
    if (why && s->state == BD_SUB_BOUNCED)
        suspended_set(app, o, why);
    return o;
}

int cmd_subscriber_show(struct app *app, int argc, char **argv)
{
    struct bd_subscriber reader = { 0 };
    const struct bd_subscription *subs = NULL;
    struct bd_json *o = NULL;
    struct bd_json *lists = NULL;
    struct bd_bounce why = { 0 };
    bool suspended = false;
    size_t count = 0;

    (void)argc;
    if (find_reader(app, argv[0], &reader) != BD_OK ||
        bd_subscriber_subscriptions(app->arena, app->store, reader.id, &subs,
                                    &count, &app->err) != BD_OK ||
        suspended_why(app, reader.id, &why, &suspended) != BD_OK)
        return app_fail(app);
    if (opt_has(app, "json")) {
        o = reader_json(app, &reader);
        lists = bd_json_array(app->arena);
        for (size_t i = 0; i < count; i++)
            bd_json_push(lists, subscription_json(app, &subs[i],
                                                  suspended ? &why : NULL));
        bd_json_set(o, BD_STR("lists"), lists);
        out_json(o);
        return app_flush(app);
    }
    print_reader(app, &reader);
    for (size_t i = 0; i < count; i++)
        print_subscription(app, &subs[i], suspended ? &why : NULL);
    return app_flush(app);
}

static void print_row(struct app *app, const struct bd_subscriber *reader,
                      const struct bd_subscription *s,
                      const struct bd_bounce *why)
{
    struct bd_json *o = NULL;

    if (opt_has(app, "json")) {
        o = reader_json(app, reader);
        set_text(app, o, "state",
                 bd_str_from(bd_subscription_state_names[s->state]));
        set_time(app, o, "since", s->since);
        if (why)
            suspended_set(app, o, why);
        out_json(o);
        return;
    }
    out_padded(bd_address_display(app->arena, reader->email), 36);
    (void)putchar(' ');
    out_padded(bd_str_from(word_subscription(s->state)), 12);
    (void)putchar(' ');
    if (why) {
        out_padded(reader->name, 24);
        (void)printf(" %.*s %.*s\n",
                     BD_ARG(bd_time_local(app->arena, s->since)),
                     BD_ARG(suspended_text(app, why)));
    } else {
        (void)printf("%.*s\n", BD_ARG(out_shown(app, reader->name)));
    }
}

/* One row is formatted at a time: a large list needs no more memory. */
static enum bd_status list_row(void *self, const struct bd_subscriber *reader,
                               const struct bd_subscription *s,
                               struct bd_err *err)
{
    struct app *app = self;
    struct bd_arena *kept = app->arena;
    struct bd_bounce why = { 0 };
    bool suspended = false;
    enum bd_status rc = BD_OK;

    (void)err;
    app->arena = bd_arena_new();
    if (s->state == BD_SUB_BOUNCED)
        rc = suspended_why(app, reader->id, &why, &suspended);
    if (rc == BD_OK)
        print_row(app, reader, s, suspended ? &why : NULL);
    bd_arena_free(app->arena);
    app->arena = kept;
    return rc;
}

int cmd_subscriber_list(struct app *app, int argc, char **argv)
{
    struct bd_subscriber_filter filter = { 0 };
    struct bd_list list;

    if (argc > 0)
        filter.text = bd_str_from(argv[0]);
    if (opt_state(app, &filter.by_state, &filter.state) != BD_OK ||
        app_list(app, BD_STR_NONE, &list) != BD_OK)
        return app_fail(app);
    filter.list_id = list.id;
    if (bd_subscriber_each(app->store, &filter, list_row, app, &app->err) !=
        BD_OK)
        return app_fail(app);
    return app_flush(app);
}

static enum bd_status set_address(struct app *app, bd_str email,
                                  struct bd_subscriber *reader)
{
    struct bd_address address;
    enum bd_status rc = bd_address_parse(app->arena, email, &address,
                                         &app->err);

    if (rc == BD_OK) {
        reader->email = address.email;
        reader->email_key = address.key;
    }
    return rc;
}

/* A copy of the object with `name` set, or left out when `value` is empty. */
static struct bd_json *with_attribute(struct app *app,
                                      const struct bd_json *old, bd_str name,
                                      bd_str value)
{
    struct bd_json *copy = bd_json_object(app->arena);

    for (const struct bd_json *m = old->first; m; m = m->next) {
        struct bd_json *same = BD_NEW(app->arena, struct bd_json);

        if (bd_str_eq(m->key, name))
            continue;
        *same = *m;
        same->next = NULL;
        bd_json_set(copy, m->key, same);
    }
    if (value.len > 0)
        bd_json_set(copy, name, bd_json_string(app->arena, value));
    return copy;
}

static enum bd_status apply_attributes(struct app *app,
                                       struct bd_subscriber *reader)
{
    struct bd_json *object = bd_json_object(app->arena);
    struct bd_buf text;
    const char *option = NULL;
    size_t at = 0;

    if (reader->attributes.len > 0 &&
        bd_json_parse(app->arena, reader->attributes, &object, &app->err) !=
            BD_OK)
        return app->err.code;
    while ((option = opt_next(app, "attribute", &at))) {
        bd_str value = bd_str_from(option);
        bd_str name = bd_str_cut(&value, '=');

        if (name.len == 0 || !bd_str_is_utf8(bd_str_from(option), NULL) ||
            bd_str_has_control(bd_str_from(option)))
            return bd_fail(&app->err, BD_EINVAL,
                           _("--attribute %s: give NAME=VALUE"), option);
        if (cli_attribute_name(app, name, &name) != BD_OK)
            return app->err.code;
        object = with_attribute(app, object, name, value);
    }
    bd_buf_init(&text, 0);
    bd_json_write(object, &text);
    reader->attributes = bd_buf_copy(&text, app->arena);
    bd_buf_fini(&text);
    if (reader->attributes.len > BD_MAX_ATTRIBUTE_BYTES)
        return bd_fail(&app->err, BD_ELIMIT,
                       _("the attributes take more than %d kB together"),
                       BD_MAX_ATTRIBUTE_BYTES / 1024);
    return BD_OK;
}

static enum bd_status apply_options(struct app *app,
                                    struct bd_subscriber *reader)
{
    bd_str text_only = opt_str(app, "text-only");

    if (opt_line(app, "name", BD_MAX_NAME_BYTES, &reader->name) != BD_OK ||
        opt_language(app, &reader->language) != BD_OK)
        return app->err.code;
    if (text_only.len > 0 && !bd_str_eq(text_only, BD_STR("yes")) &&
        !bd_str_eq(text_only, BD_STR("no")))
        return bd_fail(&app->err, BD_EINVAL, _("--text-only: give yes or no"));
    if (text_only.len > 0)
        reader->text_only = bd_str_eq(text_only, BD_STR("yes"));
    if (opt_has(app, "email") &&
        set_address(app, opt_str(app, "email"), reader) != BD_OK)
        return app->err.code;
    return apply_attributes(app, reader);
}

/* "name, language": which options were given, for the consent ledger; of an
 * address also what it became. */
static bd_str change_note(struct app *app, bd_str old_email)
{
    static const char *const names[] = { "email", "name", "language",
                                         "text-only", "attribute" };
    struct bd_buf note;
    bd_str text = BD_STR_NONE;

    bd_buf_init(&note, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!opt_has(app, names[i]))
            continue;
        if (note.len > 0)
            bd_buf_add_cstr(&note, ", ");
        bd_buf_add_cstr(&note, names[i]);
        if (i == 0)
            bd_buf_printf(&note, " %.*s -> %s", BD_ARG(old_email),
                          opt_get(app, names[i]));
    }
    text = bd_buf_copy(&note, app->arena);
    bd_buf_fini(&note);
    return text;
}

int cmd_subscriber_set(struct app *app, int argc, char **argv)
{
    struct bd_actor actor = app_actor(app);
    struct bd_subscriber reader = { 0 };
    bd_str note = BD_STR_NONE;

    (void)argc;
    if (find_reader(app, argv[0], &reader) != BD_OK)
        return app_fail(app);
    note = change_note(app, reader.email);
    if (note.len == 0)
        return app_usage(app, _("nothing to change; \"brevduva subscriber set "
                                "--help\" lists what can be set"));
    if (apply_options(app, &reader) != BD_OK ||
        bd_subscriber_update(app->store, &reader, note, &actor, &app->err) !=
            BD_OK)
        return app_fail(app);
    (void)printf(_("Changed %.*s: %.*s.\n"),
                 BD_ARG(bd_address_display(app->arena, reader.email)),
                 BD_ARG(note));
    return app_flush(app);
}

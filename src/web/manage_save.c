/* Name, language, text only and lists: one form, saved as a whole. */
#include "brevduva/base/limits.h"
#include "brevduva/desk/leave.h"
#include "manage_private.h"

struct wanted {
    struct bd_subscriber reader; /* as it will be */
    bd_str note;                 /* what of it changes, for the ledger */
    size_t join_count, leave_count;
    size_t refused; /* lists that may not be joined */
};

static bool is_ticked(const struct web_visit *v, int64_t list_id)
{
    bd_str id = bd_arena_printf(v->arena, "%lld", (long long)list_id);

    for (const struct web_field *f = v->request->form; f; f = f->next)
        if (bd_str_eq(f->name, BD_STR("list")) && bd_str_eq(f->value, id))
            return true;
    return false;
}

static void add_note(struct web_visit *v, struct wanted *w, const char *word)
{
    w->note = bd_arena_printf(v->arena, "%.*s%s%s", BD_ARG(w->note),
                              w->note.len ? ", " : "", word);
}

static void read_reader(struct web_visit *v, const struct manage *m,
                        struct wanted *w)
{
    const struct web_field *form = v->request->form;
    bd_str language = web_field(form, "language");
    enum bd_lang lang = v->lang;

    w->reader = m->reader;
    w->reader.name = bd_desk_line(v->arena, web_field(form, "name"));
    w->reader.text_only = web_has_field(form, "text_only");
    if (language.len == 0)
        w->reader.language = BD_STR_NONE;
    else if (bd_lang_parse(language, &lang))
        w->reader.language = bd_str_from(bd_lang_tag(lang));
    if (!bd_str_eq(w->reader.name, m->reader.name))
        add_note(v, w, "name");
    if (!bd_str_eq(w->reader.language, m->reader.language))
        add_note(v, w, "language");
    if (w->reader.text_only != m->reader.text_only)
        add_note(v, w, "text-only");
}

enum step { STAY, JOIN, LEAVE };

/* What is neither on nor ticked stays as it is: asked for, stopped, left. */
static enum step step_of(const struct web_visit *v, const struct manage *m,
                         int64_t list_id)
{
    const struct bd_subscription *own = bd_lists_standing(&m->lists, list_id);
    bool on = own && own->state == BD_SUB_ACTIVE;
    bool ticked = is_ticked(v, list_id);

    if (on == ticked)
        return STAY;
    return ticked ? JOIN : LEAVE;
}

static void count_steps(const struct web_visit *v, const struct manage *m,
                        struct wanted *w)
{
    for (size_t i = 0; i < m->lists.count; i++) {
        enum step step = step_of(v, m, m->lists.all[i].id);

        w->join_count += step == JOIN;
        w->leave_count += step == LEAVE;
    }
}

/* From their own mailbox: that is consent, to the words beside the box. */
static enum bd_status join(struct web_visit *v, struct wanted *w,
                           int64_t list_id)
{
    const struct bd_actor actor = web_actor(v);
    enum bd_subscription_state old = BD_SUB_PENDING;
    bool known = false;
    enum bd_status rc = bd_subscribe(v->store, &w->reader, list_id,
                                     manage_wording(v), false, &actor, &known,
                                     &old, &v->err);

    if (rc != BD_EINVAL)
        return rc;
    w->refused++; /* complained, or never again */
    return BD_OK;
}

static enum bd_status change_lists(struct web_visit *v, const struct manage *m,
                                   struct wanted *w, bd_str *out_left)
{
    const struct bd_actor actor = web_actor(v);
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < m->lists.count && rc == BD_OK; i++) {
        const struct bd_list *list = &m->lists.all[i];
        int64_t changed = 0;

        switch (step_of(v, m, list->id)) {
        case JOIN:
            rc = join(v, w, list->id);
            break;
        case LEAVE:
            rc = bd_unsubscribe(v->store, m->reader.id, list->id,
                                BD_STR("my subscription"), &actor, &changed,
                                &v->err);
            *out_left = bd_arena_printf(
                v->arena, "%.*s%s%.*s", BD_ARG(*out_left),
                out_left->len ? ", " : "", BD_ARG(web_list_title(v, list)));
            break;
        case STAY:
            break;
        }
    }
    return rc;
}

static enum bd_status save(struct web_visit *v, const struct manage *m,
                           struct wanted *w)
{
    const struct bd_actor actor = web_actor(v);
    struct bd_desk desk = web_desk(v);
    bd_str left = BD_STR_NONE;
    enum bd_status rc = BD_OK;

    if (w->note.len > 0)
        rc = bd_subscriber_update(v->store, &w->reader, w->note, &actor,
                                  &v->err);
    if (rc == BD_OK)
        rc = change_lists(v, m, w, &left);
    if (rc == BD_OK && left.len > 0)
        rc = bd_desk_farewell(&desk, &w->reader, 0, left);
    return rc;
}

static enum bd_status show_refused(struct web_visit *v, const struct manage *m)
{
    const struct manage_notes notes = {
        .warning = bd_str_from(
            L_(v->lang, N_("One of the lists cannot be joined here, because it "
                           "was reported as spam or never wanted again. "
                           "Contact us. Nothing was changed."))),
    };

    return manage_page(v, m, 409, &notes);
}

enum bd_status manage_save(struct web_visit *v, struct manage *m)
{
    struct wanted w = { 0 };
    struct manage_notes notes = { 0 };
    enum bd_status rc = BD_OK;

    read_reader(v, m, &w);
    count_steps(v, m, &w);
    if (w.note.len == 0 && w.join_count + w.leave_count == 0)
        return manage_done(v, "saved"); /* pressed twice */
    if (!manage_is_current(v, m))
        return manage_conflict(v, m);
    if (w.reader.name.len > BD_MAX_NAME_BYTES) {
        notes.name = w.reader.name;
        notes.name_fault = bd_str_from(
            L_(v->lang, N_("The name is too long.")));
        return manage_page(v, m, 422, &notes);
    }
    rc = bd_store_begin(v->store, &v->err);
    if (rc != BD_OK)
        return rc;
    rc = save(v, m, &w);
    if (rc == BD_OK && w.refused == 0)
        rc = bd_store_commit(v->store, &v->err);
    if (rc != BD_OK || w.refused > 0)
        bd_store_rollback(v->store);
    if (rc == BD_OK && w.refused > 0)
        return show_refused(v, m);
    if (rc != BD_OK)
        return rc == BD_EINVAL ? manage_refuse(v, m) : rc;
    (void)bd_lang_parse(w.reader.language, &v->lang);
    return manage_done(v, "saved");
}

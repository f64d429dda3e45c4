/* Robots fill in every form they find, and at once. Two things tell them from
 * people without a riddle for anybody: a field that people do not see, and the
 * time since the form was made, signed. */
#include "web_private.h"

#define TRAP        "homepage"
#define MARK        "mark"
#define AT_LEAST    2 /* seconds; nobody types that fast */
#define AT_MOST     (24 * 60 * 60)
#define LOOKS_AHEAD 60 /* clocks may be set back a little */

static const struct web_word words[] = {
    { "leave_empty", N_("Leave this field empty") },
    { NULL, NULL },
};

/* When the form was made. */
static bool read_mark(const struct web_visit *v, bd_str mark, int64_t *out)
{
    struct bd_token token;

    if (bd_keyring_read(v->keys, mark, BD_TOKEN_FORM, v->now, &token) != BD_OK)
        return false;
    *out = (int64_t)token.subscriber;
    return *out <= v->now + LOOKS_AHEAD && v->now - *out <= AT_MOST;
}

enum web_form web_form_judge(const struct web_visit *v)
{
    const struct web_field *form = v->request->form;
    int64_t made = 0;

    if (web_field(form, TRAP).len > 0)
        return WEB_FORM_ROBOT;
    if (!web_has_field(form, MARK))
        return WEB_FORM_FOREIGN;
    if (!read_mark(v, web_field(form, MARK), &made))
        return WEB_FORM_STALE;
    return v->now - made < AT_LEAST ? WEB_FORM_ROBOT : WEB_FORM_OURS;
}

enum bd_status page_guard(struct web_visit *v, struct bd_json *data)
{
    struct bd_token token = { .purpose = BD_TOKEN_FORM,
                              .subscriber = (uint64_t)v->now };
    bd_str mark = web_field(v->request->form, MARK);
    int64_t made = 0;

    if (!read_mark(v, mark, &made))
        mark = web_token_text(v, &token);
    page_set(v, data, "mark", mark);
    page_words(v, data, words);
    return page_part(v, "guard", "guard", data);
}

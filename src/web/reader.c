#include "reader_private.h"

struct bd_desk web_desk(struct web_visit *v)
{
    const struct bd_letter_options *o = v->site->options.letter;

    return (struct bd_desk) {
        .post = v->site->post,
        .store = v->store,
        .signer = v->keys ? bd_keyring_signer(v->keys) : NULL,
        .sys = v->site->options.sys,
        .arena = v->arena,
        .actor = v->request ? web_actor(v)
                            : (struct bd_actor) { .now = v->now },
        .asker = v->request ? v->request->network : BD_STR_NONE,
        .newsletter = o->newsletter,
        .organisation = o->organisation.name.len > 0 ? o->organisation.name
                                                     : o->from_name,
        .wording = v->site->options.wording,
        .language = v->lang,
        .farewell = v->site->options.farewell,
        .err = &v->err,
    };
}

enum bd_status reader_of(struct web_visit *v, const struct bd_token *token,
                         struct bd_subscriber *out)
{
    enum bd_status rc = bd_subscriber_get(
        v->arena, v->store, (int64_t)token->subscriber, out, &v->err);

    if (rc == BD_ENOENT)
        return BD_EINVAL;
    if (rc == BD_OK)
        reader_speak(v, out, NULL);
    return rc;
}

enum bd_status reader_lists(struct web_visit *v, int64_t subscriber_id,
                            struct bd_reader_lists *out)
{
    const struct bd_desk desk = web_desk(v);

    return bd_desk_lists(&desk, subscriber_id, out);
}

void reader_speak(struct web_visit *v, const struct bd_subscriber *reader,
                  const struct bd_list *list)
{
    enum bd_lang asked = v->lang;

    if (bd_lang_parse(web_field(v->request->query, "lang"), &asked))
        return;
    if (!bd_lang_parse(reader->language, &v->lang) && list)
        (void)bd_lang_parse(list->language, &v->lang);
}

enum bd_lang reader_language(const struct web_visit *v,
                             const struct bd_subscriber *reader)
{
    enum bd_lang lang = v->lang;

    (void)bd_lang_parse(reader->language, &lang);
    return lang;
}

enum bd_status reader_allow(struct web_visit *v, const struct bd_quota *quota,
                            bd_str subject, bool *out)
{
    return bd_quota_take(v->store, quota, subject, v->now, out, &v->err);
}

bd_str reader_subject(const struct web_visit *v, int64_t subscriber_id)
{
    return bd_arena_printf(v->arena, "%lld", (long long)subscriber_id);
}

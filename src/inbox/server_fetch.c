/* Mails and their sizes. Never BODYSTRUCTURE or ENVELOPE: what parses those
 * goes as deep as the server likes. */
#include "brevduva/base/i18n.h"
#include "brevduva/inbox/source.h"
#include "server_private.h"

struct mailimap_set *server_take_set(struct frame_rest *in, size_t *out_count)
{
    struct mailimap_set *set = mailimap_set_new_empty();

    if (!set)
        bd_out_of_memory();
    *out_count = 0;
    while (in->rest.len > 0 && !in->is_bad) {
        if (mailimap_set_add_single(set, frame_take_u32(in)) !=
            MAILIMAP_NO_ERROR)
            bd_out_of_memory();
        (*out_count)++;
    }
    return set;
}

static struct mailimap_fetch_type *ask_for(struct mailimap_fetch_att *first,
                                           struct mailimap_fetch_att *second)
{
    struct mailimap_fetch_type *type =
        mailimap_fetch_type_new_fetch_att_list_empty();

    if (!type || !first || !second ||
        mailimap_fetch_type_new_fetch_att_list_add(type, first) !=
            MAILIMAP_NO_ERROR ||
        mailimap_fetch_type_new_fetch_att_list_add(type, second) !=
            MAILIMAP_NO_ERROR)
        bd_out_of_memory();
    return type;
}

/* What an answer says of one mail. */
struct said {
    uint32_t uid, size;
    bool has_size;
    bd_str body;
    bool has_body;
};

static struct said read_answer(const struct mailimap_msg_att *answer)
{
    struct said said = { 0 };

    for (clistiter *at = clist_begin(answer->att_list); at;
         at = clist_next(at)) {
        const struct mailimap_msg_att_item *item = clist_content(at);
        const struct mailimap_msg_att_static *value = NULL;

        if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
            continue;
        value = item->att_data.att_static;
        if (value->att_type == MAILIMAP_MSG_ATT_UID) {
            said.uid = value->att_data.att_uid;
        } else if (value->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE) {
            said.size = value->att_data.att_rfc822_size;
            said.has_size = true;
        } else if (value->att_type == MAILIMAP_MSG_ATT_BODY_SECTION) {
            said.body.ptr = value->att_data.att_body_section->sec_body_part;
            said.body.len = said.body.ptr
                                ? value->att_data.att_body_section->sec_length
                                : 0;
            said.has_body = true;
        }
    }
    return said;
}

static enum bd_status fetch(struct server *server, struct mailimap_set *set,
                            struct mailimap_fetch_type *type, clist **out,
                            struct bd_err *err)
{
    enum bd_status rc = server_check(
        server, mailimap_uid_fetch(server->imap, set, type, out), err);

    mailimap_fetch_type_free(type);
    mailimap_set_free(set);
    return rc;
}

enum bd_status server_sizes(struct server *server, struct frame_rest *in,
                            struct bd_buf *out, struct bd_err *err)
{
    size_t count = 0;
    struct mailimap_set *set = server_take_set(in, &count);
    clist *answers = NULL;
    enum bd_status rc = BD_OK;

    server_allow(server, SERVER_SMALL);
    rc = fetch(server, set,
               ask_for(mailimap_fetch_att_new_uid(),
                       mailimap_fetch_att_new_rfc822_size()),
               &answers, err);
    if (rc != BD_OK)
        return rc;
    for (clistiter *at = clist_begin(answers); at; at = clist_next(at)) {
        struct said said = read_answer(clist_content(at));

        if (said.uid == 0 || !said.has_size)
            continue;
        frame_put_u32(out, said.uid);
        frame_put_u32(out, said.size);
    }
    mailimap_fetch_list_free(answers);
    return BD_OK;
}

enum bd_status server_fetch(struct server *server, struct frame_rest *in,
                            struct bd_buf *out, struct bd_err *err)
{
    uint32_t offset = frame_take_u32(in);
    uint32_t octets = frame_take_u32(in);
    size_t count = 0;
    struct mailimap_set *set = server_take_set(in, &count);
    struct mailimap_section *section = mailimap_section_new(NULL);
    clist *answers = NULL;
    enum bd_status rc = BD_OK;

    if (!section)
        bd_out_of_memory();
    server_allow(server, SERVER_SMALL + count * octets);
    rc = fetch(server, set,
               ask_for(mailimap_fetch_att_new_uid(),
                       mailimap_fetch_att_new_body_peek_section_partial(
                           section, offset, octets)),
               &answers, err);
    if (rc != BD_OK)
        return rc;
    for (clistiter *at = clist_begin(answers); at; at = clist_next(at)) {
        struct said said = read_answer(clist_content(at));

        if (said.uid == 0 || !said.has_body)
            continue;
        frame_put_u32(out, said.uid);
        frame_put_text(out, bd_str_sub(said.body, 0, octets));
    }
    mailimap_fetch_list_free(answers);
    return BD_OK;
}

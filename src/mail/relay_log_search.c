#include "brevduva/mail/relay_log.h"

#define FATE_MAX 300 /* octets kept of what became of one */

/* A queue file whose Message-ID is looked for. */
struct file {
    struct file *next;       /* in the same bucket */
    struct message *message; /* NULL: the id now means another message */
    bd_str queue_id;
    bool is_proof; /* the message's first that was taken */
};

struct message {
    struct message *next; /* in the same bucket */
    bd_str id;
    struct bd_log_found found;
    char *fate; /* FATE_MAX octets, from the first on */
};

struct bd_log_search {
    int64_t known; /* lines of a mail server */
    struct bd_arena *arena;
    struct message *messages;
    size_t mask; /* buckets of each table, less one */
    struct message **by_id;
    struct file **by_queue_id;
};

/* FNV-1a. */
static size_t hash(bd_str text)
{
    uint64_t h = 14695981039346656037U;

    for (size_t i = 0; i < text.len; i++)
        h = (h ^ (unsigned char)text.ptr[i]) * 1099511628211U;
    return (size_t)(h ^ h >> 32);
}

struct bd_log_search *bd_log_search_new(struct bd_arena *arena,
                                        const bd_str *message_ids, size_t count)
{
    struct bd_log_search *s = BD_NEW(arena, struct bd_log_search);
    size_t buckets = 64;

    while (buckets < count)
        buckets *= 2;
    s->arena = arena;
    s->mask = buckets - 1;
    s->messages = BD_NEW_ARRAY(arena, count, struct message);
    s->by_id = BD_NEW_ARRAY(arena, buckets, struct message *);
    s->by_queue_id = BD_NEW_ARRAY(arena, buckets, struct file *);
    for (size_t i = 0; i < count; i++) {
        struct message **bucket = &s->by_id[hash(message_ids[i]) & s->mask];

        s->messages[i].id = message_ids[i];
        s->messages[i].next = *bucket;
        *bucket = &s->messages[i];
    }
    return s;
}

static struct message *find_message(const struct bd_log_search *s, bd_str id)
{
    struct message *m = s->by_id[hash(id) & s->mask];

    while (m && !bd_str_eq(m->id, id))
        m = m->next;
    return m;
}

static struct file *find_file(const struct bd_log_search *s, bd_str queue_id)
{
    struct file *f = s->by_queue_id[hash(queue_id) & s->mask];

    while (f && !bd_str_eq(f->queue_id, queue_id))
        f = f->next;
    return f;
}

/* Queue ids are used again in time: the new message takes the file over, or
 * none does. */
static struct file *name_file(struct bd_log_search *s, bd_str queue_id,
                              bd_str message_id)
{
    struct message *message = find_message(s, message_id);
    struct file *f = find_file(s, queue_id);
    struct file **bucket = &s->by_queue_id[hash(queue_id) & s->mask];

    if (!f && !message)
        return NULL;
    if (f && f->message == message)
        return f;
    if (!f) {
        f = BD_NEW(s->arena, struct file);
        f->queue_id = bd_arena_copy(s->arena, queue_id);
        f->next = *bucket;
        *bucket = f;
    }
    f->message = message;
    f->is_proof = false;
    return message ? f : NULL;
}

static void take(struct file *f)
{
    struct bd_log_found *found = &f->message->found;

    if (found->taken)
        return;
    found->taken = true;
    found->queue_id = f->queue_id;
    f->is_proof = true;
}

static void keep_fate(struct bd_log_search *s, struct message *m, bd_str fate)
{
    fate = bd_str_cut_utf8(fate, FATE_MAX);
    if (!m->fate)
        m->fate = BD_NEW_ARRAY(s->arena, FATE_MAX, char);
    for (size_t i = 0; i < fate.len; i++)
        m->fate[i] = fate.ptr[i];
    m->found.fate = (bd_str) { m->fate, fate.len };
}

void bd_log_search_line(struct bd_log_search *search, bd_str line)
{
    struct bd_log_line read;
    struct file *f = NULL;

    bd_log_line_read(line, &read);
    if (read.kind == BD_LOG_LINE_OTHER)
        return;
    search->known++;
    if (read.message_id.len > 0)
        f = name_file(search, read.queue_id, read.message_id);
    else
        f = find_file(search, read.queue_id);
    if (!f || !f->message || read.kind == BD_LOG_LINE_NAMED)
        return;
    take(f);
    if (read.kind == BD_LOG_LINE_FATE && f->is_proof)
        keep_fate(search, f->message, read.fate);
}

int64_t bd_log_search_known(const struct bd_log_search *search)
{
    return search->known;
}

const struct bd_log_found *
bd_log_search_found(const struct bd_log_search *search, size_t index)
{
    return &search->messages[index].found;
}

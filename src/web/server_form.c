/* Form bodies, urlencoded or multipart, by libmicrohttpd's post processor. */
#include "server_private.h"

#define PROCESSOR_BYTES 4096

/* The value is whole: keep it. */
static void keep_field(struct call *call)
{
    struct web_field *field = NULL;

    if (call->field_count == 0 || !call->last_field)
        return;
    field = *call->last_field;
    field->value = bd_buf_copy(&call->value, call->arena);
    if (!request_is_text(field->name) || !request_is_text(field->value))
        call->request.bad_form = true;
}

static enum MHD_Result take(void *self, enum MHD_ValueKind kind,
                            const char *key, const char *filename,
                            const char *type, const char *encoding,
                            const char *data, uint64_t off, size_t size)
{
    struct call *call = self;

    (void)kind;
    (void)type;
    (void)encoding;
    if (filename || !key) { /* nothing of ours takes files */
        call->request.bad_form = true;
        return MHD_YES;
    }
    if (off == 0) {
        struct web_field *field = BD_NEW(call->arena, struct web_field);

        keep_field(call);
        if (++call->field_count > WEB_MAX_FIELDS) {
            call->request.bad_form = true;
            return MHD_NO;
        }
        field->name = bd_arena_copy(call->arena, bd_str_from(key));
        if (call->field_count > 1)
            call->last_field = &(*call->last_field)->next;
        *call->last_field = field;
        bd_buf_clear(&call->value);
    }
    if (size > 0)
        bd_buf_add(&call->value, (bd_str) { data, size });
    return MHD_YES;
}

void form_begin(struct call *call)
{
    call->last_field = (struct web_field **)(uintptr_t)&call->request.form;
    bd_buf_init(&call->value, SERVER_MAX_BODY);
    call->form = MHD_create_post_processor(call->connection, PROCESSOR_BYTES,
                                           take, call);
}

void form_add(struct call *call, const char *octets, size_t len)
{
    if (call->request.method != WEB_POST)
        return;
    if (!call->form || MHD_post_process(call->form, octets, len) != MHD_YES)
        call->request.bad_form = true;
}

void form_end(struct call *call)
{
    if (!call->form)
        return;
    if (MHD_destroy_post_processor(call->form) != MHD_YES)
        call->request.bad_form = true;
    call->form = NULL;
    keep_field(call);
    bd_buf_fini(&call->value);
}

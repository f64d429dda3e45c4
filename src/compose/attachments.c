#include "attachments_private.h"

#include "beside_private.h"
#include "brevduva/base/limits.h"
#include "brevduva/compose/attachment.h"
#include "document_private.h"

static enum bd_status too_large(const struct bd_issue *issue,
                                const struct bd_attachment *attachment,
                                size_t total, struct bd_err *err)
{
    (void)bd_fail(err, BD_ELIMIT,
                  _("with \"%.*s\" the attachments have %zu kB; a letter takes "
                    "%d: put large files on the web, and a link in the text"),
                  BD_ARG(attachment->name), total / 1024,
                  BD_MAX_ATTACHED_BYTES / 1024);
    return bd_fail_at(err, BD_ELIMIT, issue->path, attachment->place);
}

enum bd_status bd_attachments_read(struct bd_arena *arena,
                                   const struct bd_issue *issue,
                                   const struct bd_letter_options *options,
                                   const struct bd_attachment **out,
                                   struct bd_err *err)
{
    const struct bd_attachment **next = out;
    size_t total = 0;

    *out = NULL;
    for (size_t i = 0; i < issue->attachment_count; i++) {
        const struct bd_beside *beside = &issue->attachments[i];
        struct bd_attachment *a = BD_NEW(arena, struct bd_attachment);
        enum bd_status rc = bd_beside_read(issue, options, beside->path,
                                           beside->place, &a->bytes, err);

        if (rc != BD_OK)
            return rc;
        a->name = bd_beside_name(beside->path);
        a->type = bd_attachment_kind(a->name, a->bytes);
        a->place = beside->place;
        total += a->bytes.len;
        if (total > BD_MAX_ATTACHED_BYTES)
            return too_large(issue, a, total, err);
        *next = a;
        next = &a->next;
    }
    return BD_OK;
}

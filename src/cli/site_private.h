#ifndef SITE_PRIVATE_H
#define SITE_PRIVATE_H

#include "brevduva/desk/desk.h"
#include "brevduva/web/site.h"
#include "cli_private.h"

/* Who sends the program's single mails, and how they look. */
void site_letter(struct app *app, const struct bd_address *sender,
                 struct bd_letter_options *out);

/* The reader pages as the settings have them; the caller frees them, and keeps
 * app->arena meanwhile. */
enum bd_status site_open(struct app *app, struct bd_site **out) BD_MUST_USE;

/* The same for `archive export`, which needs no web.base_url. */
enum bd_status site_open_files(struct app *app,
                               struct bd_site **out) BD_MUST_USE;

/* The desk for mails, but for what differs from mail to mail: arena, actor,
 * asker, in_reply_to and err. The caller frees the post. */
enum bd_status desk_open(struct app *app, struct bd_post **out_post,
                         struct bd_desk *out) BD_MUST_USE;

#endif

#ifndef SITE_PRIVATE_H
#define SITE_PRIVATE_H

#include "brevduva/web/site.h"
#include "cli_private.h"

/* The reader pages as the settings have them; the caller frees them, and keeps
 * app->arena meanwhile. */
enum bd_status site_open(struct app *app, struct bd_site **out) BD_MUST_USE;

#endif

#include "pages_private.h"

enum bd_status style_show(struct web_visit *v)
{
    v->out->type = "text/css; charset=utf-8";
    v->out->body = v->site->style;
    v->out->keep = WEB_FOR_LONG;
    return BD_OK;
}

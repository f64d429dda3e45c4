#include "brevduva/base/assets.h"

bool bd_asset_find(bd_str name, bd_str *out)
{
    for (const struct bd_asset *a = bd_assets; a->name; a++) {
        if (bd_str_eq(bd_str_from(a->name), name)) {
            *out = (bd_str) { (const char *)a->data, a->len };
            return true;
        }
    }
    return false;
}

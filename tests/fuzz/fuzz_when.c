/* layer: base */
#include <assert.h>
#include <stdlib.h>
#include <time.h>

#include "brevduva/base/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_duration(bd_str text)
{
    char out[BD_DURATION_TEXT];
    int64_t seconds = -1;
    int64_t again = -1;

    if (bd_duration_parse(text, &seconds, NULL) != BD_OK)
        return;
    assert(seconds >= 0);
    text = bd_duration_write(seconds, out);
    assert(bd_duration_parse(text, &again, NULL) == BD_OK && again == seconds);
}

static void check_when(bd_str text)
{
    const int64_t now = 1763884003;
    struct bd_when when = { 0 };
    struct bd_err err = { 0 };

    if (bd_when_parse(text, now, &when, &err) != BD_OK)
        assert(err.msg[0] != '\0');
    else
        assert(when.at > now && (!when.again || when.again > when.at));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bd_str text = { (const char *)data, size };
    int64_t days = 0;

    (void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    check_duration(text);
    check_when(text);
    if (bd_date_parse(text, &days, NULL) == BD_OK)
        assert(days >= 0 && days <= 2932896);
    return 0;
}

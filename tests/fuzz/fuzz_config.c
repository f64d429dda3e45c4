/* layer: config */
#include <assert.h>
#include <stdint.h>

#include "brevduva/config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_value(bd_str text)
{
    assert(bd_str_is_utf8(text, NULL));
    assert(!bd_str_has_control(text) && !bd_str_has_line_break(text));
}

static void check_rates(const struct bd_config_rates *rates)
{
    assert(rates->count <= BD_CONFIG_RATES_MAX);
    for (size_t i = 0; i < rates->count; i++)
        assert(rates->rate[i].count >= 1 && rates->rate[i].period_ms >= 1000);
}

static void check_relay(const struct bd_config_relay *r)
{
    const bd_str values[] = {
        r->key,           r->url,          r->name,
        r->starttls,      r->username,     r->password_command,
        r->password_file, r->password_env, r->auth,
        r->proxy,         r->ca_file,      r->ehlo_name,
    };

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        check_value(values[i]);
    assert(r->url.len > 0);
    assert(bd_str_find_char(r->url, '@') == SIZE_MAX ||
           bd_str_starts(r->url, BD_STR("maildir:")));
    assert(bd_str_find_char(r->proxy, '@') == SIZE_MAX);
    assert(r->priority >= 1 && r->priority <= 9);
    assert(r->weight >= 1 && r->weight <= 100);
    assert(r->sessions >= 1 && r->sessions <= 500);
    assert(r->chunking >= 0 && r->chunking <= 16);
    assert(r->messages_per_session >= 0);
    check_rates(&r->rate);
    for (size_t i = 0; i < r->domains.count; i++) {
        check_value(r->domains.limit[i].patterns);
        assert(r->domains.limit[i].patterns.len > 0);
        assert(r->domains.limit[i].rates.count > 0);
        check_rates(&r->domains.limit[i].rates);
    }
    assert(r->warm_up.first == 0 ||
           (r->warm_up.factor > 1 && r->warm_up.factor <= 10));
}

static void check_config(const struct bd_config *c)
{
    const bd_str values[] = {
        c->name,
        c->time_zone,
        c->from.name,
        c->from.email,
        c->from.reply_to,
        c->organisation.name,
        c->organisation.postal_address,
        c->organisation.email,
        c->organisation.phone,
        c->organisation.website,
        c->web.base_url,
        c->send.notify,
    };

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        check_value(values[i]);
    assert(!bd_str_ends(c->web.base_url, BD_STR("/")));
    assert(c->language < BD_LANG_COUNT);
    assert(c->relay_count >= 1);
    for (size_t i = 0; i < c->relay_count; i++)
        check_relay(&c->relays[i]);
    assert(c->send.approvals >= 1 && c->send.approvals <= 2);
    assert(c->send.retry_first >= 1 && c->send.retry_network >= 1 &&
           c->send.deadline >= 1);
    assert(c->send.max_refused >= 0 && c->send.max_refused <= 100);
}

/* The file's text, and behind a line "%%" one --set argument. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str text = { (const char *)data, size };
    size_t cut = bd_str_find(text, BD_STR("\n%%\n"));
    bd_str override = BD_STR_NONE;
    struct bd_config config;
    struct bd_err err = { 0 };

    if (cut != SIZE_MAX) {
        override = bd_str_skip(text, cut + 4);
        text.len = cut;
    }
    if (bd_config_parse(arena, "x", text, &override, cut != SIZE_MAX, &config,
                        &err) == BD_OK)
        check_config(&config);
    else
        assert(bd_str_starts(bd_str_from(err.msg), BD_STR("x:")) ||
               bd_str_starts(bd_str_from(err.msg), BD_STR("--set")));
    bd_arena_free(arena);
    return 0;
}

#include <stdlib.h>
#include <string.h>

#include "brevduva/base/assets.h"
#include "brevduva/base/hash.h"
#include "brevduva/desk/post.h"
#include "web_private.h"

#define FOLDER  "templates/web/"
#define TAG_LEN 12

struct web_template {
    struct web_template *next;
    bd_str name; /* "frame" */
    const struct bd_mustache *parsed;
};

const struct bd_mustache *site_template(const struct bd_site *site,
                                        const char *name)
{
    for (const struct web_template *t = site->templates; t; t = t->next)
        if (bd_str_eq(t->name, bd_str_from(name)))
            return t->parsed;
    return NULL;
}

/* The owner's text, or ours. */
static bd_str text_of(const struct bd_site *site, const char *name)
{
    const struct bd_letter_options *o = site->options.letter;
    bd_str path = bd_str_skip(bd_str_from(name), sizeof "templates/" - 1);
    bd_str text = BD_STR_NONE;

    if (!o->template || !o->template(o->template_self, path, &text))
        (void)bd_asset_find(bd_str_from(name), &text);
    return text;
}

static enum bd_status read_template(struct bd_site *site, const char *name,
                                    struct bd_err *err)
{
    struct web_template *t = BD_NEW(site->arena, struct web_template);
    bd_str stem = bd_str_skip(bd_str_from(name), sizeof FOLDER - 1);
    enum bd_status rc = bd_mustache_parse(site->arena, name,
                                          text_of(site, name), &t->parsed, err);

    stem.len -= sizeof ".html" - 1;
    t->name = stem;
    t->next = (struct web_template *)(uintptr_t)site->templates;
    site->templates = t;
    return rc;
}

static enum bd_status read_templates(struct bd_site *site, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    for (const struct bd_asset *a = bd_assets; a->name && rc == BD_OK; a++) {
        bd_str name = bd_str_from(a->name);

        if (!bd_str_starts(name, BD_STR(FOLDER)))
            continue;
        if (bd_str_ends(name, BD_STR(".html")))
            rc = read_template(site, a->name, err);
        else if (bd_str_ends(name, BD_STR("/style.css")))
            site->style = bd_arena_copy(site->arena, text_of(site, a->name));
    }
    site->style_tag = bd_str_sub(bd_sha256_hex(site->arena, site->style), 0,
                                 TAG_LEN);
    return rc;
}

/* "https://example.org/brev" is origin "https://example.org" and prefix
 * "/brev". */
static void cut_base_url(struct bd_site *site)
{
    bd_str base = site->options.letter->base_url;
    size_t host = bd_str_find(base, BD_STR("://"));
    size_t path = 0;

    if (host == SIZE_MAX)
        return;
    path = bd_str_find_char(bd_str_skip(base, host + 3), '/');
    site->origin = bd_str_sub(base, 0,
                              path == SIZE_MAX ? base.len : host + 3 + path);
    site->prefix = bd_str_skip(base, site->origin.len);
}

enum bd_status bd_site_new(const struct bd_site_options *options,
                           struct bd_site **out, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_site *site = BD_NEW(arena, struct bd_site);
    const struct bd_post_options post = { .sender = options->letter,
                                          .return_path = options->return_path };
    enum bd_status rc = BD_OK;

    site->arena = arena;
    site->options = *options;
    cut_base_url(site);
    rc = read_templates(site, err);
    if (rc == BD_OK && !options->only_files)
        rc = bd_post_new(&post, &site->post, err);
    if (rc == BD_OK)
        *out = site;
    else
        bd_site_free(site);
    return rc;
}

void bd_site_free(struct bd_site *site)
{
    if (!site)
        return;
    bd_post_free(site->post);
    bd_arena_free(site->arena);
}

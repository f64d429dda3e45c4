#include "check_private.h"

#include "links_private.h"
#include "render_private.h"

#define HUGE_OCTETS ((size_t)1024 * 1024)
#define HUGE_PIXELS 3000
#define MOST_OCTETS (5 * HUGE_OCTETS) /* all pictures together */

void bd_check_image_alt(struct bd_check_run *run)
{
    const struct bd_node *node = NULL;

    while ((node = bd_check_next(run, node, BD_NODE_IMAGE)))
        if (bd_str_trim(bd_node_text(run->arena, node)).len == 0)
            bd_check_report(run, node->place,
                            _("the picture %.*s has no text in its place; "
                              "write what it shows between [ and ]"),
                            BD_ARG(node->url));
}

/* "IMG_1234.jpg", "bild 3": letters, digits and an ending; or the word. */
static bool is_file_name(bd_str alt)
{
    static const char *const endings[] = { ".jpg", ".jpeg", ".png", ".gif" };
    static const char *const words[] = { "bild",  "foto",  "image", "picture",
                                         "photo", "logga", "img",   "bilden" };

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        bd_str ending = bd_str_from(endings[i]);

        if (alt.len > ending.len &&
            bd_str_eq_nocase(bd_str_skip(alt, alt.len - ending.len), ending))
            return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bd_str_eq_nocase(alt, bd_str_from(words[i])))
            return true;
    return false;
}

void bd_check_image_alt_name(struct bd_check_run *run)
{
    const struct bd_node *node = NULL;

    while ((node = bd_check_next(run, node, BD_NODE_IMAGE))) {
        bd_str alt = bd_str_trim(bd_node_text(run->arena, node));

        if (is_file_name(alt))
            bd_check_report(run, node->place,
                            _("\"%.*s\" does not tell what the picture "
                              "shows; write that between [ and ]"),
                            BD_ARG(alt));
    }
}

void bd_check_image_http(struct bd_check_run *run)
{
    const struct bd_node *node = NULL;

    while ((node = bd_check_next(run, node, BD_NODE_IMAGE)))
        if (bd_str_starts_nocase(node->url, BD_STR("http://")))
            bd_check_report(run, node->place,
                            _("the picture is fetched without encryption; "
                              "write https://, or put the file beside the "
                              "issue"));
}

/* As it is sent; animations go as they are. */
static bool is_huge(const struct bd_image *image)
{
    return image->bytes.len > HUGE_OCTETS || image->width > HUGE_PIXELS ||
           image->height > HUGE_PIXELS;
}

void bd_check_image_huge(struct bd_check_run *run)
{
    struct bd_image *images = NULL;
    const struct bd_node *node = NULL;
    size_t total = 0;

    if (bd_images_read(run->arena, run->issue, run->options, BD_STR("a"),
                       &images, NULL) != BD_OK)
        return;
    for (const struct bd_image *i = images; i; i = i->next) {
        total += i->bytes.len;
        if (!is_huge(i))
            continue;
        while ((node = bd_check_next(run, node, BD_NODE_IMAGE)) &&
               !bd_str_eq(node->url, i->url))
            ;
        bd_check_report(
            run, node ? node->place : BD_WHOLE_LETTER,
            i->moves ? _("the animation %.*s has %zu kB and %u by %u "
                         "pixels; make it smaller or shorter, or take "
                         "one picture of it: animations go as they are")
                     : _("the picture %.*s still has %zu kB and %u by "
                         "%u pixels when made fit for the letter; cut "
                         "it, or save a photo as JPEG"),
            BD_ARG(i->name), i->bytes.len / 1024, i->width, i->height);
        node = NULL;
    }
    if (total > MOST_OCTETS && !bd_images_are_served(run->options))
        bd_check_report(run, BD_WHOLE_LETTER,
                        _("the pictures have %zu kB together; make them "
                          "smaller, or some mailboxes refuse the letter"),
                        total / 1024);
}

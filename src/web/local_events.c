/* Server-sent events (the HTML standard, section 9.2). A stream is suspended
 * until there is something to say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "local_private.h"

#define BREATH_MS 15000

struct listener {
    struct listener *next;
    struct bd_local *local;
    struct MHD_Connection *connection;
    uint64_t told;
    bool begun; /* was told a version */
    bool suspended;
    bool breathe;
};

static ssize_t say(struct listener *listener, char *buffer, size_t max)
{
    int len = snprintf(buffer, max, "data: %llu\n\n",
                       (unsigned long long)listener->local->version);

    if (len < 0 || (size_t)len >= max)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    listener->told = listener->local->version;
    listener->begun = true;
    return len;
}

/* MHD asks for more octets. */
static ssize_t give(void *self, uint64_t at, char *buffer, size_t max)
{
    struct listener *listener = self;

    (void)at;
    if (listener->local->ending)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (!listener->begun || listener->told != listener->local->version)
        return say(listener, buffer, max);
    if (listener->breathe && max > 2) {
        listener->breathe = false;
        memcpy(buffer, ":\n\n", 3);
        return 3;
    }
    listener->suspended = true;
    MHD_suspend_connection(listener->connection);
    return 0;
}

static void forget(void *self)
{
    struct listener *listener = self;
    struct listener **at = &listener->local->listeners;

    while (*at != listener)
        at = &(*at)->next;
    *at = listener->next;
    free(listener);
}

enum MHD_Result local_listen(struct bd_local *local,
                             struct MHD_Connection *connection)
{
    struct listener *listener = calloc(1, sizeof *listener);
    struct MHD_Response *response = NULL;
    enum MHD_Result rc = MHD_NO;

    if (!listener)
        bd_out_of_memory();
    *listener = (struct listener) { .next = local->listeners,
                                    .local = local,
                                    .connection = connection };
    local->listeners = listener;
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 256, give,
                                                 listener, forget);
    if (!response) {
        forget(listener);
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, "Content-Type",
                                  "text/event-stream; charset=utf-8");
    (void)MHD_add_response_header(response, "Cache-Control", "no-store");
    (void)MHD_add_response_header(response, "X-Content-Type-Options",
                                  "nosniff");
    rc = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return rc;
}

void local_wake(struct bd_local *local)
{
    for (struct listener *l = local->listeners; l; l = l->next) {
        if (l->suspended)
            MHD_resume_connection(l->connection);
        l->suspended = false;
    }
}

static int64_t now_ms(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void local_breathe(struct bd_local *local)
{
    int64_t now = now_ms();

    if (now - local->breathed_ms < BREATH_MS)
        return;
    local->breathed_ms = now;
    for (struct listener *l = local->listeners; l; l = l->next)
        l->breathe = true;
    local_wake(local);
}

/*
 * Usage: curl_multi PORT MESSAGES SESSIONS FILE
 *
 * Mail as libcurl does it by itself: MAIL_RCPT and UPLOAD, the easy handles
 * in one multi handle and used again. Sends FILE, a whole message, to a
 * recipient of its own each time. Prints seconds and seconds of CPU.
 */
#include <string.h>

#include <curl/curl.h>

#include "bench.h"

#include "brevduva/base/file.h"

enum { SESSIONS_MAX = 1000, FILE_MAX = 1 << 20 };

struct transfer {
    CURL *easy;
    struct curl_slist *to;
    bd_str message;
    size_t at;
};

struct bench {
    CURLM *multi;
    struct transfer transfers[SESSIONS_MAX];
    char url[64];
    bd_str message;
    long started, ended, messages;
};

static size_t give(char *into, size_t size, size_t count, void *self)
{
    struct transfer *t = self;
    bd_str piece = bd_str_sub(t->message, t->at, size * count);

    if (piece.len > 0)
        memcpy(into, piece.ptr, piece.len);
    t->at += piece.len;
    return piece.len;
}

static void start(struct bench *b, struct transfer *t)
{
    char to[64];

    (void)snprintf(to, sizeof to, "<reader.%ld@skogsvik.example>",
                   b->started++);
    curl_slist_free_all(t->to);
    t->to = curl_slist_append(NULL, to);
    t->at = 0;
    (void)curl_easy_setopt(t->easy, CURLOPT_MAIL_RCPT, t->to);
    require(curl_multi_add_handle(b->multi, t->easy) == CURLM_OK, "add");
}

static void open_transfer(struct bench *b, struct transfer *t)
{
    t->easy = curl_easy_init();
    t->message = b->message;
    require(t->easy != NULL, "easy handle");
    (void)curl_easy_setopt(t->easy, CURLOPT_URL, b->url);
    (void)curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    (void)curl_easy_setopt(t->easy, CURLOPT_UPLOAD, 1L);
    (void)curl_easy_setopt(t->easy, CURLOPT_READFUNCTION, give);
    (void)curl_easy_setopt(t->easy, CURLOPT_READDATA, t);
    (void)curl_easy_setopt(t->easy, CURLOPT_INFILESIZE_LARGE,
                           (curl_off_t)b->message.len);
    (void)curl_easy_setopt(t->easy, CURLOPT_MAIL_FROM,
                           "<bladet@hyttvik.example>");
    start(b, t);
}

static void take_ended(struct bench *b)
{
    CURLMsg *msg = NULL;
    int left = 0;

    while ((msg = curl_multi_info_read(b->multi, &left)) != NULL) {
        struct transfer *t = NULL;

        require(msg->data.result == CURLE_OK,
                curl_easy_strerror(msg->data.result));
        (void)curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &t);
        (void)curl_multi_remove_handle(b->multi, msg->easy_handle);
        b->ended++;
        if (b->started < b->messages)
            start(b, t);
    }
}

int main(int argc, char **argv)
{
    struct bd_arena *arena = bd_arena_new();
    static struct bench b;
    struct bd_err err = { 0 };
    double began = 0;
    long sessions = 0;

    require(argc == 5, "usage: curl_multi PORT MESSAGES SESSIONS FILE");
    b.messages = strtol(argv[2], NULL, 10);
    sessions = strtol(argv[3], NULL, 10);
    require(sessions > 0 && sessions <= SESSIONS_MAX, "sessions");
    require(bd_file_read(arena, argv[4], FILE_MAX, &b.message, &err) == BD_OK,
            err.msg);
    (void)snprintf(b.url, sizeof b.url, "smtp://127.0.0.1:%s/bench.example",
                   argv[1]);
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    b.multi = curl_multi_init();
    began = seconds();
    for (long i = 0; i < sessions && i < b.messages; i++)
        open_transfer(&b, &b.transfers[i]);
    while (b.ended < b.messages) {
        int running = 0;

        require(curl_multi_perform(b.multi, &running) == CURLM_OK, "perform");
        take_ended(&b);
        if (b.ended < b.messages)
            (void)curl_multi_poll(b.multi, NULL, 0, 1000, NULL);
    }
    (void)printf("%.4f %.4f\n", seconds() - began, cpu_seconds());
    for (long i = 0; i < sessions; i++) {
        curl_easy_cleanup(b.transfers[i].easy);
        curl_slist_free_all(b.transfers[i].to);
    }
    (void)curl_multi_cleanup(b.multi);
    bd_arena_free(arena);
    return 0;
}

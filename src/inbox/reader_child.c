/* In the child: give up all rights, then read mails. */
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <seccomp.h>

#include "child_private.h"
#include "reader_private.h"

/* What mail is written in. Their tables are loaded while files can still be
 * opened, and stay. */
static const char *const charsets[] = {
    "ISO-8859-1",   "ISO-8859-2",   "ISO-8859-3",   "ISO-8859-4",
    "ISO-8859-5",   "ISO-8859-6",   "ISO-8859-7",   "ISO-8859-8",
    "ISO-8859-9",   "ISO-8859-10",  "ISO-8859-13",  "ISO-8859-14",
    "ISO-8859-15",  "ISO-8859-16",  "WINDOWS-1250", "WINDOWS-1251",
    "WINDOWS-1252", "WINDOWS-1253", "WINDOWS-1254", "WINDOWS-1255",
    "WINDOWS-1256", "WINDOWS-1257", "WINDOWS-1258", "WINDOWS-874",
    "KOI8-R",       "KOI8-U",       "CP437",        "CP850",
    "MACINTOSH",    "UTF-7",        "UTF-16",       "SHIFT_JIS",
    "EUC-JP",       "ISO-2022-JP",  "GB2312",       "GBK",
    "GB18030",      "BIG5",         "EUC-KR",       "ISO-2022-KR",
};

static void load_charsets(void)
{
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++)
        (void)iconv_open("UTF-8", charsets[i]);
}

static bool limit(__rlimit_resource_t what, uint64_t value)
{
    const struct rlimit both = { value, value };

    return setrlimit(what, &both) == 0;
}

static bool limit_all(void)
{
#ifndef CHILD_MAPS_TERABYTES
    if (!limit(RLIMIT_AS, READER_MEMORY))
        return false;
#endif
    return limit(RLIMIT_CPU, READER_CPU) && limit(RLIMIT_CORE, 0) &&
           limit(RLIMIT_FSIZE, 0);
}

/* Memory, the clock, and the descriptors that are open. All else fails as if
 * it was not permitted. */
static bool shut_in(void)
{
    static const int allowed[] = {
        SCMP_SYS(read),        SCMP_SYS(write),        SCMP_SYS(exit),
        SCMP_SYS(exit_group),  SCMP_SYS(rt_sigreturn), SCMP_SYS(brk),
        SCMP_SYS(mmap),        SCMP_SYS(munmap),       SCMP_SYS(mremap),
        SCMP_SYS(madvise),     SCMP_SYS(futex),        SCMP_SYS(clock_gettime),
        SCMP_SYS(sched_yield),
    };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool ok = filter != NULL;

    for (size_t i = 0; ok && i < sizeof allowed / sizeof *allowed; i++)
        ok = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    ok = ok && seccomp_load(filter) == 0;
    if (filter)
        seccomp_release(filter);
    return ok;
}

static bool take_all(void *into, size_t len)
{
    char *at = into;

    while (len > 0) {
        ssize_t got = read(CHILD_FD, at, len);

        if (got <= 0)
            return false;
        at += got;
        len -= (size_t)got;
    }
    return true;
}

static bool give_all(const void *from, size_t len)
{
    const char *at = from;

    while (len > 0) {
        ssize_t gone = write(CHILD_FD, at, len);

        if (gone <= 0)
            return false;
        at += gone;
        len -= (size_t)gone;
    }
    return true;
}

static bool answer(struct bd_arena *arena, const struct bd_incoming *incoming)
{
    struct bd_buf record = { 0 };
    struct reader_head head = { 0 };
    bool ok = false;

    bd_buf_init(&record, BD_INCOMING_MAX_RECORD);
    bd_json_write(bd_incoming_write(arena, incoming), &record);
    head.len = (uint32_t)record.len;
    ok = !record.full && give_all(&head, sizeof head) &&
         give_all(record.ptr, record.len);
    bd_buf_fini(&record);
    return ok;
}

static bool serve_one(struct bd_arena *arena, char *bytes,
                      reader_classify classify)
{
    struct bd_incoming incoming = { 0 };
    struct reader_head head = { 0 };

    if (!take_all(&head, sizeof head) || head.len > READER_MAX_BYTES ||
        !take_all(bytes, head.len))
        return false;
    classify(arena, (bd_str) { bytes, head.len }, &incoming);
    return answer(arena, &incoming);
}

_Noreturn void reader_serve(reader_classify classify)
{
    struct bd_arena *arena = bd_arena_new();
    char *bytes = malloc(READER_MAX_BYTES);

    /* Ctrl-C at a terminal is for the parent: a mail that ended in the middle
     * would count as one that nobody can read. */
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    load_charsets();
    if (!bytes || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || !limit_all() ||
        !shut_in())
        _exit(1);
    while (serve_one(arena, bytes, classify))
        bd_arena_clear(arena);
    _exit(0);
}

_Noreturn void bd_reader_main(void)
{
    reader_serve(bd_incoming_classify);
}

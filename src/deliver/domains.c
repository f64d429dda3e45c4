#include "brevduva/deliver/domains.h"

#include <stdlib.h>

#include "pace_private.h"

#define WAIT_MIN_MS 1000
#define WAIT_MAX_MS 300000

/* Slow domains that are remembered: those of the latest use. */
#define SLOW_MAX 10000
/* And not longer than this after that use. */
#define IDLE_MS 3600000

#define BUCKETS 4096 /* a power of two */

#define DAY_MS 86400000

struct pattern {
    bd_str text;
    struct pace *pace; /* its row's */
};

struct slow {
    struct slow *next;          /* in its bucket */
    struct slow *newer, *older; /* by use */
    struct pace pace;
    int64_t wait_ms;    /* between copies */
    int64_t settles_ms; /* answers until then are to copies from before */
    int64_t used_ms;
    size_t len;
    char name[]; /* small letters */
};

struct bd_domains {
    struct pace *paces; /* of the settings' rows */
    struct pattern *patterns;
    size_t pattern_count;
    struct slow *buckets[BUCKETS];
    struct slow *newest, *oldest;
    size_t slow_count;
};

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);

    if (!memory)
        abort();
    return memory;
}

/* Nobody counts a domain's day, so it is spread evenly like any limit. */
static void init_pace(struct pace *pace, const struct bd_rate_limits *limits)
{
    struct bd_rate_limits even = *limits;

    for (size_t i = 0; i < even.count; i++)
        if (even.limit[i].period_ms >= DAY_MS)
            even.limit[i].period_ms = DAY_MS - 1;
    pace_init(pace, &even);
}

/* The next of "a.example, *.b.example", or "" at the end. */
static bd_str next_pattern(bd_str *rest)
{
    bd_str pattern = BD_STR_NONE;

    while (pattern.len == 0 && rest->len > 0)
        pattern = bd_str_trim(bd_str_cut(rest, ','));
    return pattern;
}

static void add_patterns(struct bd_domains *domains, bd_str patterns,
                         struct pace *pace)
{
    bd_str pattern = next_pattern(&patterns);

    for (; pattern.len > 0; pattern = next_pattern(&patterns))
        domains->patterns[domains->pattern_count++] =
            (struct pattern) { pattern, pace };
}

struct bd_domains *bd_domains_new(const struct bd_domain_limit *limits,
                                  size_t count)
{
    struct bd_domains *domains = allocate(1, sizeof *domains);
    size_t most = 0;

    for (size_t i = 0; i < count; i++) {
        bd_str rest = limits[i].patterns;

        while (next_pattern(&rest).len > 0)
            most++;
    }
    domains->paces = allocate(count, sizeof *domains->paces);
    domains->patterns = allocate(most, sizeof *domains->patterns);
    for (size_t i = 0; i < count; i++) {
        init_pace(&domains->paces[i], &limits[i].limits);
        add_patterns(domains, limits[i].patterns, &domains->paces[i]);
    }
    return domains;
}

void bd_domains_free(struct bd_domains *domains)
{
    struct slow *slow = domains ? domains->newest : NULL;

    while (slow) {
        struct slow *older = slow->older;

        free(slow);
        slow = older;
    }
    if (domains) {
        free(domains->patterns);
        free(domains->paces);
    }
    free(domains);
}

bool bd_domains_are_free(const struct bd_domains *domains)
{
    return domains->pattern_count == 0 && domains->slow_count == 0;
}

static bool fits(bd_str pattern, bd_str domain)
{
    bd_str ending = bd_str_skip(pattern, 1);

    if (!bd_str_starts(pattern, BD_STR("*")))
        return bd_str_eq_nocase(pattern, domain);
    return domain.len > ending.len &&
           bd_str_eq_nocase(bd_str_skip(domain, domain.len - ending.len),
                            ending);
}

/* The first row of the settings that speaks of it. */
static struct pace *find_limit(const struct bd_domains *domains, bd_str domain)
{
    for (size_t i = 0; i < domains->pattern_count; i++)
        if (fits(domains->patterns[i].text, domain))
            return domains->patterns[i].pace;
    return NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t bucket_of(bd_str domain)
{
    uint32_t hash = 2166136261U; /* FNV-1a */

    for (size_t i = 0; i < domain.len; i++)
        hash = (hash ^ (unsigned char)lower(domain.ptr[i])) * 16777619U;
    return (hash ^ hash >> 16) % BUCKETS;
}

static bd_str name_of(const struct slow *slow)
{
    return (bd_str) { slow->name, slow->len };
}

static void unlink_use(struct bd_domains *domains, struct slow *slow)
{
    *(slow->newer ? &slow->newer->older : &domains->newest) = slow->older;
    *(slow->older ? &slow->older->newer : &domains->oldest) = slow->newer;
}

static void use(struct bd_domains *domains, struct slow *slow, int64_t now_ms)
{
    slow->used_ms = now_ms;
    slow->newer = NULL;
    slow->older = domains->newest;
    *(slow->older ? &slow->older->newer : &domains->oldest) = slow;
    domains->newest = slow;
}

static void forget(struct bd_domains *domains, struct slow *slow)
{
    struct slow **link = &domains->buckets[bucket_of(name_of(slow))];

    while (*link != slow)
        link = &(*link)->next;
    *link = slow->next;
    unlink_use(domains, slow);
    domains->slow_count--;
    free(slow);
}

static struct slow *find(struct bd_domains *domains, bd_str domain,
                         int64_t now_ms)
{
    struct slow *slow = NULL;

    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): forget() unlinks it */
    while (domains->oldest && now_ms - domains->oldest->used_ms > IDLE_MS)
        forget(domains, domains->oldest); /* the next one is oldest then */
    if (domains->slow_count == 0)
        return NULL;
    slow = domains->buckets[bucket_of(domain)];
    while (slow && !bd_str_eq_nocase(name_of(slow), domain))
        slow = slow->next;
    if (slow) {
        unlink_use(domains, slow);
        use(domains, slow, now_ms);
    }
    return slow;
}

static struct slow *add(struct bd_domains *domains, bd_str domain,
                        int64_t now_ms)
{
    struct slow **bucket = &domains->buckets[bucket_of(domain)];
    struct slow *slow = allocate(1, sizeof *slow + domain.len);

    if (domains->slow_count >= SLOW_MAX)
        forget(domains, domains->oldest);
    slow->len = domain.len;
    for (size_t i = 0; i < domain.len; i++)
        slow->name[i] = lower(domain.ptr[i]);
    slow->next = *bucket;
    *bucket = slow;
    domains->slow_count++;
    use(domains, slow, now_ms);
    return slow;
}

static bool is_due(const struct pace *pace, int64_t now_ms)
{
    return !pace || pace_is_due(pace, now_ms);
}

/* Only where it has to wait: a turn that it does not need is another's. */
static int64_t book(struct pace *pace, int64_t now_ms)
{
    return is_due(pace, now_ms) ? 0 : pace_book(pace, now_ms);
}

int64_t bd_domains_take(struct bd_domains *domains, bd_str domain,
                        int64_t now_ms)
{
    struct pace *limit = find_limit(domains, domain);
    struct slow *slow = find(domains, domain, now_ms);
    struct pace *own = slow ? &slow->pace : NULL;
    int64_t wait = book(limit, now_ms);
    int64_t own_wait = book(own, now_ms);

    if (wait > 0 || own_wait > 0)
        return wait > own_wait ? wait : own_wait;
    if (limit)
        pace_start(limit, now_ms);
    if (own)
        pace_start(own, now_ms);
    return 0;
}

int64_t bd_domains_turn(const struct bd_domains *domains, size_t row,
                        size_t limit)
{
    return domains->paces[row].started.next_us[limit] / 1000;
}

void bd_domains_set_turn(struct bd_domains *domains, size_t row, size_t limit,
                         int64_t at_ms)
{
    domains->paces[row].started.next_us[limit] = at_ms * 1000;
}

static void slow_down(struct slow *slow, int64_t now_ms)
{
    slow->wait_ms = slow->wait_ms ? slow->wait_ms * 2 : WAIT_MIN_MS;
    if (slow->wait_ms > WAIT_MAX_MS)
        slow->wait_ms = WAIT_MAX_MS;
    slow->settles_ms = now_ms + slow->wait_ms;
    pace_change(&slow->pace, slow->wait_ms, true, now_ms);
}

/* True: it is as before. */
static bool speed_up(struct bd_domains *domains, struct slow *slow,
                     int64_t now_ms)
{
    slow->wait_ms /= 2;
    if (slow->wait_ms < WAIT_MIN_MS) {
        forget(domains, slow);
        return true;
    }
    pace_change(&slow->pace, slow->wait_ms, false, now_ms);
    return false;
}

/* Of a mailbox (RFC 3463 3.3): full, closed, grey. Others at the domain have
 * their own. */
static bool is_slow_down(int code, bd_str enhanced)
{
    return (code == 421 || code == 450 || code == 451 || code == 452 ||
            code == 454) &&
           !bd_str_starts(enhanced, BD_STR("4.2."));
}

bool bd_domains_tell(struct bd_domains *domains, bd_str domain, int reply_code,
                     bd_str enhanced, int64_t now_ms)
{
    bool accepted = reply_code / 100 == 2;
    struct slow *slow = NULL;

    if (!accepted && !is_slow_down(reply_code, enhanced))
        return false;
    slow = find(domains, domain, now_ms);
    if (!slow && !accepted)
        slow_down(add(domains, domain, now_ms), now_ms);
    if (!slow || now_ms < slow->settles_ms)
        return false;
    if (accepted)
        return speed_up(domains, slow, now_ms);
    slow_down(slow, now_ms);
    return false;
}

size_t bd_domains_slowest(const struct bd_domains *domains,
                          struct bd_slow_domain *out, size_t max)
{
    size_t count = 0;

    for (const struct slow *s = domains->newest; s; s = s->older) {
        size_t at = count;

        while (at > 0 && out[at - 1].wait_ms < s->wait_ms)
            at--;
        if (at == max)
            continue;
        if (count < max)
            count++;
        for (size_t i = count - 1; i > at; i--)
            out[i] = out[i - 1];
        out[at] = (struct bd_slow_domain) { name_of(s), s->wait_ms };
    }
    return count;
}

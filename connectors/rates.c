/* Asking for published exchange rates, keeping the answer, and what currencies are worth in each
 * other. */
#include "connectors/rates.h"

#include "connectors/rates_csv.h"
#include "connectors/rest.h"
#include "connectors/session.h"

#include <stdlib.h>
#include <string.h>

enum { PROBE_DAYS = 8, RATES_PARALLEL = 2, DAY_MS = 24 * 60 * 60 * 1000 };

static const char euro[] = "EUR", source_name_ecb[] = "ecb";

struct rates_call {
    struct call call; /* first */
    struct published_rates *out;
    struct civil today;
    int64_t days;
    bool fresh; /* nothing from memory, and nothing to it */
    bool sent;
};

/* ---- what is asked for ---- */

static bool is_listed(const struct buf *list, const char *currency)
{
    return list->len > 0 && strstr(buf_cstr(list), currency);
}

static void add_currency(struct buf *list, const char *currency)
{
    if (!currency || strcmp(currency, euro) == 0 || is_listed(list, currency))
        return;
    buf_fmt(list, "%s%s", list->len ? "+" : "", currency);
}

/* NULL: all is in EUR, there is nothing to ask for. */
static const char *url_of(const struct rates_call *rates)
{
    char first[CIVIL_TEXT_SIZE], last[CIVIL_TEXT_SIZE];
    const struct config *config = rates->call.config;
    const char *base = config->rates.base_url;
    size_t len = strlen(base);
    struct buf list = {0};
    add_currency(&list, config->rules.base_currency);
    for (size_t i = 0; i < config->rates.currencies.count; i++)
        add_currency(&list, config->rates.currencies.items[i]);
    while (len && base[len - 1] == '/')
        len--;
    const char *url =
        list.len
            ? arena_fmt(rates->call.arena,
                        "%.*s/service/data/EXR/D.%s.EUR.SP00.A?startPeriod=%s&endPeriod=%s"
                        "&format=csvdata",
                        (int)len, base, buf_cstr(&list),
                        civil_format(civil_add_days(rates->today, -(int32_t)rates->days), first),
                        civil_format(rates->today, last))
            : NULL;
    buf_release(&list);
    return url;
}

static struct step ask(struct rates_call *rates, const char *url)
{
    struct call *call = &rates->call;
    call->request = (struct http_request){.method = HTTP_GET,
                                          .url = url,
                                          .timeout_ms = call_timeout_ms(call),
                                          .pace_key = "rates",
                                          .pace_parallel = RATES_PARALLEL};
    http_add_header(&call->request, "Accept", "text/csv");
    rates->sent = true;
    return call_request();
}

/* ---- what is kept ---- */

void rate_cache_release(struct rate_cache *cache)
{
    free(cache->asked);
    free(cache->items);
    *cache = (struct rate_cache){0};
}

static void *copy(const void *from, size_t size)
{
    void *to = malloc(size ? size : 1);
    if (!to)
        abort();
    if (size)
        memcpy(to, from, size);
    return to;
}

static void keep(struct rate_cache *cache, const char *url, struct mono now,
                 const struct published_rates *rates)
{
    rate_cache_release(cache);
    *cache = (struct rate_cache){
        .asked = copy(url, strlen(url) + 1),
        .at = now,
        .items = copy(rates->items, rates->count * sizeof *rates->items),
        .count = rates->count,
    };
}

static bool recall(const struct rates_call *rates, const char *url)
{
    const struct call *call = &rates->call;
    const struct rate_cache *cache = &call->sessions->rates;
    if (rates->fresh || !cache->asked || strcmp(cache->asked, url) != 0 ||
        call->world->mono.ms - cache->at.ms >= RATES_KEPT_MS)
        return false;
    *rates->out = (struct published_rates){
        .known = true,
        .items = arena_array(call->arena, cache->count, sizeof *cache->items),
        .count = cache->count};
    if (cache->count)
        memcpy(rates->out->items, cache->items, cache->count * sizeof *cache->items);
    return true;
}

/* ---- the call ---- */

static struct session *session_of(const struct rates_call *rates)
{
    return &rates->call.sessions->systems[SYSTEM_RATES];
}

static struct step begin(struct rates_call *rates)
{
    struct call *call = &rates->call;
    const char *url = url_of(rates);
    if (!url || recall(rates, url)) {
        rates->out->known = true;
        return call_done();
    }
    if (!session_may_ask(session_of(rates), call->world->mono, call->config))
        return call_fail(call, FAILURE_TRANSIENT, 0, "circuit_open",
                         "not asked: it gave no usable answer a moment ago");
    return ask(rates, url);
}

/* A page of a proxy, or half of the table: the next attempt may bring it whole. */
static bool take(struct rates_call *rates, const struct http_reply *reply)
{
    struct call *call = &rates->call;
    struct err err;
    if (!call_check_reply(reply, false, &call->failure))
        return false;
    if (rates_read_csv(reply->body, reply->body_len, call->arena, rates->out, &err))
        return true;
    call->failure = (struct failure){.class = FAILURE_TRANSIENT, .status = reply->status};
    rest_describe(&call->failure, "bad_reply", err.msg);
    return false;
}

static struct step end(struct rates_call *rates)
{
    struct call *call = &rates->call;
    struct session *session = session_of(rates);
    const bool ok = call->failure.class == FAILURE_NONE;
    if (ok)
        session_note_ok(session, call->world->now);
    else
        session_note_failure(session, call->failure.message);
    session_learn(session, &call->failure, call->world, call->config);
    if (ok && !rates->fresh)
        keep(&call->sessions->rates, call->request.url, call->world->mono, rates->out);
    return ok ? call_done() : (struct step){.kind = STEP_FAILED};
}

static struct step step_rates(struct call *call, const struct http_reply *reply)
{
    struct rates_call *rates = (struct rates_call *)call;
    int64_t wait_ms;
    if (!reply)
        return rates->sent ? ask(rates, call->request.url) : begin(rates);
    if (!take(rates, reply) && call_may_retry(call, &call->failure, &wait_ms))
        return call_wait(wait_ms);
    return end(rates);
}

struct call *rates_fetch(const struct call_env *env, struct civil today,
                         struct published_rates *out)
{
    static const struct call_type type = {"rates", "fetch", step_rates};
    struct rates_call *rates = call_new(env, &type, sizeof *rates);
    *out = (struct published_rates){0};
    rates->out = out;
    rates->today = today;
    rates->days = env->config->rates.days;
    return &rates->call;
}

struct call *rates_probe(const struct call_env *env)
{
    static const struct call_type type = {"rates", "probe", step_rates};
    struct rates_call *rates = call_new(env, &type, sizeof *rates);
    rates->out = arena_alloc(env->arena, sizeof *rates->out);
    rates->today = (struct civil){(int32_t)(env->world->now.ms / DAY_MS)};
    rates->days = PROBE_DAYS;
    rates->fresh = true;
    return &rates->call;
}

/* ---- worth in each other ---- */

static int by_day(const void *a, const void *b)
{
    const struct published_rate *x = a, *y = b;
    if (x->date.day != y->date.day)
        return x->date.day < y->date.day ? -1 : 1;
    int order = strcmp(x->currency, y->currency);
    return order ? order
                 : (x->per_euro.scaled > y->per_euro.scaled) -
                       (x->per_euro.scaled < y->per_euro.scaled);
}

static void add_rate(struct rates *out, const struct published_rate *published, const char *base,
                     struct rate base_per_euro, struct arena *arena)
{
    struct currency_rate *rate = &out->items[out->count];
    *rate = (struct currency_rate){
        .base = base,
        .foreign = arena_str(arena, published->currency),
        .date = published->date,
        .rate = rate_divide(base_per_euro, published->per_euro),
        .source = source_name_ecb,
    };
    if (strcmp(rate->foreign, base) == 0 || rate->rate.scaled <= 0)
        return;
    rate->id = currency_rate_id(arena, base, rate->foreign, rate->date, source_name_ecb);
    out->count++;
}

/* One day's, [from, to): what the base was worth then, and all others by it. */
static void add_day(struct rates *out, const struct published_rate *days, size_t count,
                    const char *base, struct arena *arena)
{
    const struct rate one = {RATE_SCALE};
    struct published_rate unit = {.date = days[0].date, .per_euro = one};
    struct rate base_per_euro = strcmp(base, euro) == 0 ? one : (struct rate){0};
    memcpy(unit.currency, euro, sizeof unit.currency);
    for (size_t i = 0; i < count; i++)
        if (strcmp(days[i].currency, base) == 0)
            base_per_euro = days[i].per_euro;
    if (base_per_euro.scaled <= 0)
        return;
    add_rate(out, &unit, base, base_per_euro, arena);
    for (size_t i = 0; i < count; i++)
        add_rate(out, &days[i], base, base_per_euro, arena);
}

struct rates rates_into(const struct published_rates *published, const char *base,
                        struct arena *arena)
{
    struct rates out = {.known = published->known};
    if (!base || published->count == 0)
        return out;
    /* a EUR for each day besides */
    out.items = arena_array(arena, 2 * published->count, sizeof *out.items);
    struct published_rate *sorted = arena_array(arena, published->count, sizeof *sorted);
    memcpy(sorted, published->items, published->count * sizeof *sorted);
    qsort(sorted, published->count, sizeof *sorted, by_day);
    for (size_t from = 0, to; from < published->count; from = to) {
        for (to = from + 1; to < published->count && sorted[to].date.day == sorted[from].date.day;)
            to++;
        add_day(&out, &sorted[from], to - from, base, arena);
    }
    return out;
}

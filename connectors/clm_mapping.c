/* The kinds of CLM as const data, and what is made of it: paths, pages, words of status. */
#include "connectors/clm_mapping.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- the kinds ---- */

/* Agreements are pending until all have signed, and inactive once they have ended. */
static const struct clm_word docusign_words[] = {{"complete", CONTRACT_EXECUTED},
                                                 {"pending", CONTRACT_OUT_FOR_SIGNATURE},
                                                 {"inactive", CONTRACT_TERMINATED},
                                                 {0}};

static const struct clm_word salesforce_words[] = {{"activated", CONTRACT_EXECUTED},
                                                   {"in_approval_process", CONTRACT_IN_REVIEW},
                                                   {"in_approval", CONTRACT_IN_REVIEW},
                                                   {"inapproval", CONTRACT_IN_REVIEW},
                                                   {0}};

static const struct clm_mapping kinds[] = {
    [CLM_IRONCLAD] =
        {
            .system = &clm_by_token,
            .root = "/public/api/v1",
            /* filter=Equals([property],'id') */
            .path = "/records?page={page}&pageSize=100"
                    "&filter=Equals%28%5B{property}%5D%2C%27{contract_id}%27%29",
            .probe = "/records?page=0&pageSize=1",
            .items = "list",
            .paging = CLM_PAGE_NUMBERS,
            .properties = true,
            .name = "name",
            .fields = {[CLM_ID] = "ironcladId"},
        },
    [CLM_DOCUSIGN] =
        {
            .system = &clm_by_docusign,
            .root = "/v1",
            .path = "/accounts/{api_account}/agreements?limit=50",
            .narrowing = "&parties.name_in_agreement={account_name}",
            .probe = "/accounts/{api_account}/agreements?limit=1",
            .items = "data",
            .next = "_links.next.href",
            .paging = CLM_NEXT_LINKS,
            .name = "title",
            .fields = {[CLM_ID] = "id",
                       [CLM_STATUS] = "status",
                       [CLM_VALUE] = "provisions.total_agreement_value",
                       [CLM_CURRENCY] = "provisions.total_agreement_value_currency_code",
                       [CLM_EFFECTIVE] = "provisions.effective_date",
                       [CLM_EXPIRES] = "provisions.expiration_date",
                       [CLM_SIGNED_AT] = "provisions.execution_date"},
            .words = docusign_words,
        },
    [CLM_SALESFORCE] = {.words = salesforce_words},
    [CLM_GENERIC] = {.system = &clm_by_token, .name = "name"},
};

struct clm_mapping clm_mapping_of(const struct config *config)
{
    const char *const configured[CLM_FIELD_COUNT] = {
        [CLM_ID] = config->clm.id,
        [CLM_STATUS] = config->clm.status,
        [CLM_CONTRACT_ID] = config->clm.contract_id,
        [CLM_VALUE] = config->clm.value,
        [CLM_CURRENCY] = config->clm.currency,
        [CLM_EFFECTIVE] = config->clm.effective,
        [CLM_EXPIRES] = config->clm.expires,
        [CLM_SIGNED_AT] = config->clm.signed_at,
        [CLM_COVERS] = config->clm.covers,
        [CLM_PENDING] = config->clm.pending,
        [CLM_BILLING_SCHEDULE] = config->clm.billing_schedule,
    };
    struct clm_mapping mapping = kinds[config->clm.kind];
    for (size_t i = 0; i < CLM_FIELD_COUNT; i++)
        if (configured[i] && configured[i][0])
            mapping.fields[i] = configured[i];
    if (config->clm.kind == CLM_GENERIC) {
        mapping.path = config->clm.path;
        mapping.items = config->clm.items;
        mapping.next = config->clm.next;
        mapping.paging = mapping.next ? CLM_NEXT_LINKS : CLM_ONE_PAGE;
    }
    mapping.executed_words = &config->clm.executed_words;
    return mapping;
}

/* ---- paths ---- */

bool clm_mapping_asks_each(const struct clm_mapping *mapping)
{
    return strstr(mapping->path, "{contract_id}") != NULL;
}

bool clm_mapping_names_something(const struct clm_mapping *mapping)
{
    static const char *const marks[] = {"{contract_id}", "{account_id}", "{account_name}"};
    const char *query = mapping->path + strcspn(mapping->path, "?");
    bool names = false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const char *at = strstr(mapping->path, marks[i]);
        names = names || (at && at < query);
    }
    return names;
}

static size_t without_slashes(const char *url)
{
    size_t len = strlen(url);
    while (len && url[len - 1] == '/')
        len--;
    return len;
}

/* Bytes of scheme and host. */
static size_t origin_len(const char *url)
{
    const char *host = strstr(url, "://");
    return host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/?#") : strlen(url);
}

const char *clm_origin(struct arena *arena, const char *url)
{
    return arena_strn(arena, url, origin_len(url));
}

/* The base URL may name the API's root or the host alone. */
static void add_root(struct buf *out, const char *base_url, const char *root)
{
    size_t start = origin_len(base_url), end = without_slashes(base_url);
    size_t root_len = root ? strlen(root) : 0;
    if (end > start)
        buf_add(out, base_url + start, end - start);
    if (root && (out->len < root_len || strcmp(buf_cstr(out) + out->len - root_len, root) != 0))
        buf_str(out, root);
}

static void fill_in(struct buf *out, const char *path, const struct clm_mapping *mapping,
                    const struct config *config, const struct clm_question *question)
{
    char page[16];
    snprintf(page, sizeof page, "%u", question->page);
    const struct {
        const char *mark, *value;
    } marks[] = {{"{contract_id}", question->contract_id},
                 {"{account_id}", question->account_id},
                 {"{account_name}", question->account_name},
                 {"{page}", page},
                 {"{property}", mapping->fields[CLM_CONTRACT_ID]},
                 {"{api_account}", config->clm.account_id}};
    while (*path) {
        size_t skipped = 0;
        for (size_t i = 0; i < sizeof marks / sizeof *marks && !skipped; i++)
            if (strncmp(path, marks[i].mark, strlen(marks[i].mark)) == 0) {
                const char *value = marks[i].value ? marks[i].value : "";
                buf_percent(out, value, strlen(value));
                skipped = strlen(marks[i].mark);
            }
        if (!skipped)
            buf_char(out, *path);
        path += skipped ? skipped : 1;
    }
}

const char *clm_mapping_path(const struct clm_mapping *mapping, const struct config *config,
                             struct arena *arena, const char *path,
                             const struct clm_question *question)
{
    struct buf out = {0};
    add_root(&out, config->clm.base_url, mapping->root);
    fill_in(&out, path, mapping, config, question);
    const char *made = arena_str(arena, buf_cstr(&out));
    buf_release(&out);
    return made;
}

/* Nothing that could end the request's line or be read in two ways. */
static bool is_reference(const char *link)
{
    return rest_token_is_sane(link) && !strpbrk(link, "\\#") && strncmp(link, "//", 2) != 0;
}

const char *clm_follow(struct arena *arena, const char *base_url, const char *path,
                       const char *link)
{
    size_t origin = origin_len(base_url);
    size_t query = strcspn(path, "?");
    if (!is_reference(link))
        return NULL;
    if (strncasecmp(link, base_url, origin) == 0 && strchr("/?", link[origin])) {
        link += origin;
        path = "/";
        query = 1;
    }
    if (strncasecmp(link, "http:", 5) == 0 || strncasecmp(link, "https:", 6) == 0)
        return NULL;
    if (*link == '/')
        return arena_str(arena, link);
    if (*link != '?')
        while (query && path[query - 1] != '/')
            query--;
    return arena_fmt(arena, "%.*s%s", (int)query, path, link);
}

/* ---- words of status ---- */

static char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == ' ' || c == '-' ? '_' : c;
}

static bool same_word(const char *a, const char *b)
{
    while (*a && fold(*a) == fold(*b)) {
        a++;
        b++;
    }
    return fold(*a) == fold(*b);
}

static enum contract_status find_word(const struct clm_word *words, const char *word)
{
    for (; words && words->word; words++)
        if (same_word(word, words->word))
            return words->status;
    return CONTRACT_UNKNOWN;
}

enum contract_status clm_status(const struct clm_mapping *mapping, const char *word)
{
    static const struct clm_word usual[] = {
        {"draft", CONTRACT_DRAFT},
        {"create", CONTRACT_DRAFT},
        {"in_review", CONTRACT_IN_REVIEW},
        {"review", CONTRACT_IN_REVIEW},
        {"out_for_signature", CONTRACT_OUT_FOR_SIGNATURE},
        {"sent", CONTRACT_OUT_FOR_SIGNATURE},
        {"sign", CONTRACT_OUT_FOR_SIGNATURE},
        {"executed", CONTRACT_EXECUTED},
        {"signed", CONTRACT_EXECUTED},
        {"expired", CONTRACT_EXPIRED},
        {"terminated", CONTRACT_TERMINATED},
        {"cancelled", CONTRACT_TERMINATED},
        {"canceled", CONTRACT_TERMINATED},
        {"voided", CONTRACT_TERMINATED},
        {0},
    };
    const struct config_list *executed = mapping->executed_words;
    if (!word)
        return CONTRACT_UNKNOWN;
    for (size_t i = 0; i < executed->count; i++)
        if (same_word(word, executed->items[i]))
            return CONTRACT_EXECUTED;
    enum contract_status own = find_word(mapping->words, word);
    if (own != CONTRACT_UNKNOWN)
        return own;
    enum contract_status status = find_word(usual, word);
    /* Who configured the words for executed means those and no other. */
    return status == CONTRACT_EXECUTED && executed->count ? CONTRACT_UNKNOWN : status;
}

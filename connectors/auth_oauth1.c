/* OAuth 1.0a with HMAC-SHA256, as NetSuite's token-based authentication wants it: RFC 5849
 * sections 3.4 and 3.5.1. */
#include "connectors/auth.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PAIRS = 64 };

void oauth1_nonce(struct world *world, char out[OAUTH1_NONCE_SIZE])
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (size_t i = 0; i + 1 < OAUTH1_NONCE_SIZE; i++)
        out[i] = alphabet[world_random_below(world, sizeof alphabet - 1)];
    out[OAUTH1_NONCE_SIZE - 1] = '\0';
}

/* ---- parameters: "name=value" with both sides encoded, sorted ---- */

struct pairs {
    char *items[MAX_PAIRS];
    size_t count;
};

static void add_pair(struct pairs *pairs, const char *name, size_t name_len, const char *value,
                     size_t value_len)
{
    struct buf buf;
    buf_init(&buf, 0);
    buf_percent(&buf, name, name_len);
    buf_char(&buf, '=');
    buf_percent(&buf, value, value_len);
    assert(pairs->count < MAX_PAIRS);
    pairs->items[pairs->count++] = buf_take(&buf);
}

/* The query of our own URLs: its values need no decoding, since they hold nothing that is encoded.
 */
static void add_query(struct pairs *pairs, const char *query)
{
    while (*query) {
        size_t len = strcspn(query, "&");
        size_t name_len = strcspn(query, "=&");
        const char *value = query + name_len + (query[name_len] == '=');
        assert(!memchr(query, '%', len));
        add_pair(pairs, query, name_len, value, (size_t)(query + len - value));
        query += len + (query[len] == '&');
    }
}

static void add_text(struct pairs *pairs, const char *name, const char *value)
{
    add_pair(pairs, name, strlen(name), value, strlen(value));
}

static void add_oauth(struct pairs *pairs, const struct oauth1 *oauth1)
{
    char timestamp[24];
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)oauth1->timestamp_s);
    add_text(pairs, "oauth_consumer_key", oauth1->consumer_key);
    add_text(pairs, "oauth_nonce", oauth1->nonce);
    add_text(pairs, "oauth_signature_method", "HMAC-SHA256");
    add_text(pairs, "oauth_timestamp", timestamp);
    add_text(pairs, "oauth_token", oauth1->token);
    add_text(pairs, "oauth_version", "1.0");
}

/* By name, then by value: '=' ends a name, so it comes before every other character. */
static int compare_pairs(const void *a, const void *b)
{
    const char *left = *(char *const *)a, *right = *(char *const *)b;
    while (*left && *left == *right)
        left++, right++;
    int x = *left == '=' ? 1 : (unsigned char)*left;
    int y = *right == '=' ? 1 : (unsigned char)*right;
    return x - y;
}

static void append_encoded(struct buf *out, const char *text)
{
    buf_percent(out, text, strlen(text));
}

static void base_string(const struct oauth1 *oauth1, const char *method, const char *url,
                        struct buf *out)
{
    struct pairs pairs = {.count = 0};
    struct buf joined;
    size_t base_len = strcspn(url, "?");
    if (url[base_len])
        add_query(&pairs, url + base_len + 1);
    add_oauth(&pairs, oauth1);
    qsort(pairs.items, pairs.count, sizeof *pairs.items, compare_pairs);
    buf_init(&joined, 0);
    for (size_t i = 0; i < pairs.count; i++) {
        buf_fmt(&joined, "%s%s", i ? "&" : "", pairs.items[i]);
        free(pairs.items[i]);
    }
    buf_fmt(out, "%s&", method);
    buf_percent(out, url, base_len);
    buf_char(out, '&');
    append_encoded(out, buf_cstr(&joined));
    buf_release(&joined);
}

void oauth1_signature(const struct oauth1 *oauth1, const char *method, const char *url,
                      struct buf *out)
{
    struct buf text, key;
    unsigned char mac[HMAC_BYTES];
    buf_init(&text, 0);
    buf_init(&key, 0);
    base_string(oauth1, method, url, &text);
    append_encoded(&key, oauth1->consumer_secret);
    buf_char(&key, '&');
    append_encoded(&key, oauth1->token_secret);
    hmac_sha256((struct span){key.data, key.len}, &(struct span){text.data, text.len}, 1, mac);
    base64_encode(mac, sizeof mac, out);
    sodium_memzero(key.data, key.len);
    buf_release(&key);
    buf_release(&text);
}

static void append_field(struct buf *out, const char *name, const char *value)
{
    buf_fmt(out, ", %s=\"", name);
    append_encoded(out, value);
    buf_char(out, '"');
}

void oauth1_header(const struct oauth1 *oauth1, const char *method, const char *url,
                   struct buf *out)
{
    struct buf signature;
    char timestamp[24];
    buf_init(&signature, 0);
    oauth1_signature(oauth1, method, url, &signature);
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)oauth1->timestamp_s);
    buf_str(out, "OAuth realm=\"");
    append_encoded(out, oauth1->realm);
    buf_char(out, '"');
    append_field(out, "oauth_token", oauth1->token);
    append_field(out, "oauth_consumer_key", oauth1->consumer_key);
    append_field(out, "oauth_nonce", oauth1->nonce);
    append_field(out, "oauth_timestamp", timestamp);
    append_field(out, "oauth_signature_method", "HMAC-SHA256");
    append_field(out, "oauth_version", "1.0");
    append_field(out, "oauth_signature", buf_cstr(&signature));
    buf_release(&signature);
}

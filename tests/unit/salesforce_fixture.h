/* What tests of Salesforce calls share: an organisation, its records, and composite replies. */
#ifndef TESTS_UNIT_SALESFORCE_FIXTURE_H
#define TESTS_UNIT_SALESFORCE_FIXTURE_H

#include "tests/unit/call_fixture.h"

#include "connectors/salesforce.h"

#define BASE          "https://acme.my.salesforce.com"
#define DATA          BASE "/services/data/v62.0"
#define PAGE(records) "{\"totalSize\":1,\"done\":true,\"records\":[" records "]}"
#define PART(name, status, body)                                                                   \
    "{\"body\":" body ",\"httpHeaders\":{},\"httpStatusCode\":" status ",\"referenceId\":\"" name  \
    "\"}"
#define NOT_FOUND "[{\"errorCode\":\"NOT_FOUND\",\"message\":\"-\"}]"
#define ANA                                                                                        \
    "{\"Id\":\"005A\",\"Name\":\"Ana Silva\",\"Username\":\"ana@corp.example\",\"Email\":"         \
    "\"ana@corp.example\",\"IsActive\":true,\"LastLoginDate\":\"2026-04-18T08:00:00.000+0000\"}"

static inline void open_salesforce(struct rig *rig)
{
    rig_init(rig);
    rig->config.salesforce.login_url = "https://login.salesforce.com/";
    rig->config.salesforce.api_version = "v62.0";
    rig->config.salesforce.auth = SALESFORCE_AUTH_CLIENT_CREDENTIALS;
    rig->config.salesforce.client_id = "client";
    rig->config.salesforce.client_secret = "s&cret";
    rig->config.salesforce.username = "bot@corp.example";
}

/* Of an object, what is described: names with a blank between them; "" says that there is no such
 * object. */
static inline void describe(struct rig *rig, enum salesforce_object object, const char *names)
{
    const char *list[16];
    size_t count = 0;
    char *text = arena_str(&rig->arena, names);
    for (char *rest = text, *name; (name = strsep(&rest, " "));)
        if (*name)
            list[count++] = name;
    field_set_learn(&rig->sessions.fields[object], list, count);
}

/* Token and describe are behind us, in an organisation with little: no families, no history. */
static inline void sign_in(struct rig *rig)
{
    session_set_token(&rig->sessions.systems[SYSTEM_SALESFORCE], "00D!tok", BASE, (struct mono){0});
    describe(rig, SALESFORCE_OPPORTUNITY, "Id ContractId");
    describe(rig, SALESFORCE_ACCOUNT, "Id Industry");
    describe(rig, SALESFORCE_USER, "Id");
    describe(rig, SALESFORCE_CONTRACT, "Id");
    describe(rig, SALESFORCE_ACCOUNT_HISTORY, "");
}

/* The same in one that has all that Usher asks for. */
static inline void sign_in_whole(struct rig *rig)
{
    sign_in(rig);
    describe(rig, SALESFORCE_ACCOUNT, "Id ParentId BillingCountry Industry");
    describe(rig, SALESFORCE_USER, "Id Title Department TimeZoneSidKey");
    describe(rig, SALESFORCE_CONTRACT,
             "Id StatusCode CustomerSignedDate CompanySignedDate ContractTerm");
    describe(rig, SALESFORCE_ACCOUNT_HISTORY, "Id Field OldValue NewValue");
}

struct part {
    const char *name;
    int status;
    const char *body;
};

/* A composite reply of these parts (up to one without a name) and, behind them, of an account that
 * has nothing more: of two parts of one name the first counts. */
static inline struct step answer_parts(struct call *call, const struct part *parts)
{
    static const struct part rest[] = {
        {"account", 200, PAGE("{\"Id\":\"001A\",\"Name\":\"ACME\",\"OwnerId\":\"005A\"}")},
        {"owner", 200, ANA},
        {"opportunities", 200, PAGE("")},
        {"contracts", 200, PAGE("")},
        {"descendants", 200, PAGE("")},
        {"owner_history", 200, PAGE("")},
        {0},
    };
    const struct part *const lists[] = {parts, rest};
    struct buf body;
    buf_init(&body, 0);
    buf_str(&body, "{\"compositeResponse\":[");
    for (size_t i = 0; i < 2; i++)
        for (const struct part *part = lists[i]; part->name; part++)
            buf_fmt(&body, "%s{\"referenceId\":\"%s\",\"httpStatusCode\":%d,\"body\":%s}",
                    body.data[body.len - 1] == '[' ? "" : ",", part->name, part->status,
                    part->body);
    buf_str(&body, "]}");
    struct step step = answer(call, 200, buf_cstr(&body));
    buf_release(&body);
    return step;
}

/* The URL of a part of the composite request under way; NULL: there is no such part. */
static inline const char *url_of(const struct call *call, const char *name)
{
    char end[64];
    snprintf(end, sizeof end, "\",\"referenceId\":\"%s\"", name);
    const char *stop = strstr(call->request.body, end), *from = stop;
    if (!stop)
        return NULL;
    while (strncmp(from, "\"url\":\"", 7) != 0)
        from--;
    return arena_strn(call->arena, from + 7, (size_t)(stop - from) - 7);
}

/* Its SOQL. */
static inline const char *soql_of_part(const struct call *call, const char *name)
{
    const char *url = url_of(call, name);
    const char *q = url ? strstr(url, "?q=") : NULL;
    assert_non_null(q);
    struct call form = {.arena = call->arena, .request = {.body = q + 1}};
    return form_of(&form, "q");
}

#endif

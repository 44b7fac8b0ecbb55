/* Salesforce, NetSuite, the CLM, the platform and a bank that publishes rates, answering in their
 * own shapes from one small struct an account. */
#ifndef TESTS_SCENARIO_FAKE_SYSTEMS_H
#define TESTS_SCENARIO_FAKE_SYSTEMS_H

#include "base/civil.h"
#include "tests/scenario/world_sim.h"

#define SALESFORCE_URL "https://corp.my.salesforce.com"
#define NETSUITE_URL   "https://123.suitetalk.api.netsuite.com"
#define CLM_URL        "https://ironcladapp.com/public/api/v1"
#define PLATFORM_URL   "https://platform.corp.example"
#define RATES_URL      "https://rates.example"

struct fake_invoice {
    char number[16];
    struct civil due;
    char total[16], remaining[16]; /* "25000.00" */
    char rate[8];                  /* "1.30": it is in USD, made at this rate; "": in CAD */
};

struct fake_account {
    const char *manager_email; /* of who stands above the owner; NULL: Lee's */
    char id[20], name[48];
    char opportunity[20], contract[20], clm_id[16]; /* Salesforce's ids; the CLM's number */
    const char *country;                            /* NULL: empty */
    const char *owner_mail;                         /* NULL: empty */
    const char *amount;                             /* of deal and contract */
    const char *clm_status;                         /* "executed" */
    struct civil closed, expires;
    bool won, deleted;
    struct wall changed; /* the opportunity's SystemModstamp */
    struct fake_invoice invoices[12];
    size_t invoice_count;
    const char *credit; /* what is left of credit memo CM-9, approved; NULL: there is none */
};

enum { FAKE_ACCOUNTS_MAX = 64 };

struct fake_rate {
    const char *currency;
    struct civil date;
    const char *text;
};

struct fake_systems {
    struct sim *sim;
    struct fake_rate rates[8]; /* of NetSuite: CAD for one USD */
    size_t rate_count;
    bool rates_refused;            /* by NetSuite */
    struct fake_rate published[8]; /* for one EUR */
    size_t published_count;
    struct fake_account accounts[FAKE_ACCOUNTS_MAX];
    size_t count;
    char made[FAKE_ACCOUNTS_MAX][48]; /* external ids of what the platform has made */
    size_t organizations;
};

void systems_init(struct fake_systems *systems, struct sim *sim);

/* A deal just won, of an account with nothing against it: one paid invoice, an executed contract.
 */
struct fake_account *systems_win(struct fake_systems *systems, const char *name);
/* Another invoice of it, due so many days ago. */
void systems_bill(struct fake_systems *systems, struct fake_account *account, const char *number,
                  int days_overdue, const char *remaining);
/* Another in USD, due in 20 days, made 10 days ago at this rate. */
void systems_bill_usd(struct fake_systems *systems, struct fake_account *account,
                      const char *number, const char *remaining, const char *rate);
/* NetSuite's rate of the USD on a day; what was published of a currency, for one EUR. */
void systems_rate(struct fake_systems *systems, int days_ago, const char *text);
void systems_publish(struct fake_systems *systems, const char *currency, int days_ago,
                     const char *text);
/* All of it paid. */
void systems_pay(struct fake_account *account);

#endif

/* Invoices in another currency: the rates of NetSuite, those that a bank publishes where NetSuite
 * has none, and how often that bank is asked. */
#include "tests/scenario/scenarios.h"

static struct fake_account *win_in_usd(void)
{
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill_usd(&the.systems, acme, "INV-102", "20000.00", "1.30");
    return acme;
}

static void start_acme(void)
{
    begin_say(MAYA, "start 001000000000001");
    settle();
}

static void a_rate_of_netsuite_that_moved(void)
{
    scene();
    systems_rate(&the.systems, 10, "1.30");
    systems_rate(&the.systems, 1, "1.378");
    win_in_usd();
    start_acme();
    expect_card("ONB-1001", "Since invoice INV-102 the USD went from 1.3 to 1.378 CAD");
    expect_card("ONB-1001", "CAD 1,560.00 at stake");
    expect_stored("SELECT level FROM items", 2);
    expect_stored("SELECT count(*) FROM runs WHERE facts LIKE '%USD/CAD 2026-04-19 netsuite%' "
                  "AND facts NOT LIKE '%USD/CAD % ecb%'",
                  1);
    scene_end();
}

static void publish(int days_ago, const char *cad, const char *usd)
{
    systems_publish(&the.systems, "CAD", days_ago, cad);
    systems_publish(&the.systems, "USD", days_ago, usd);
}

static void a_published_rate_that_moved(void)
{
    scene();
    publish(10, "1.43", "1.10");
    publish(3, "1.52", "1.10");
    win_in_usd();
    start_acme();
    expect_card("ONB-1001", "Since invoice INV-102 the USD went from 1.3 to 1.3818181818 CAD");
    expect_stored("SELECT level FROM items", 2);
    expect_stored("SELECT count(*) FROM runs WHERE facts LIKE '%USD/CAD 2026-04-17 ecb%'", 1);
    scene_end();
}

static void published_rates_are_asked_for_once_a_day(void)
{
    scene();
    struct mono since = the.sim.world.mono;
    win("ACME Corp");
    win("Bolt Ltd");
    settle();
    expect_number(sim_count_asked(&the.sim, "/EXR/D.CAD+USD.EUR.SP00.A", since), 1);
    advance(HOURS(12));
    win("Cirrus Inc");
    expect_number(sim_count_asked(&the.sim, "/EXR/D.CAD+USD.EUR.SP00.A", since), 2);
    scene_end();
}

/* Nobody is asked to wait, nothing is blocked, and what could not be judged is said. */
static void no_rates_from_anywhere(void)
{
    scene();
    sim_add_fault(&the.sim, (struct sim_fault){.where = RATES_URL,
                                               .kind = SIM_ANSWERED,
                                               .status = 503,
                                               .body = "<html>Service Unavailable</html>"});
    the.systems.rates_refused = true;
    win_in_usd();
    start_acme();
    advance(MINUTES(1));
    expect_card("ONB-1001", "proceeding");
    expect_answer(say(MAYA, "why ONB-1001"), "currency rates");
    scene_end();
}

const struct scenario rates_scenarios[] = {
    {"a rate of NetSuite that moved since the invoice is a question",
     a_rate_of_netsuite_that_moved},
    {"a published rate stands in where NetSuite has none", a_published_rate_that_moved},
    {"published rates are asked for once a day", published_rates_are_asked_for_once_a_day},
    {"without rates from anywhere the rest is decided", no_rates_from_anywhere},
    {0},
};

/* Links to messages: made only of what is a channel's id and a message's time, for who may see it.
 */
#include "handlers/card_link.h"
#include "tests/unit/card_fixture.h"

#define URL "https://corp.slack.com/"

static struct message card_at(const char *channel, const char *ts)
{
    return (struct message){.tenant = TENANT, .channel = channel, .ts = ts};
}

static void know(struct house *house, const char *channel, bool open)
{
    assert_true(channels_put(house->db, TENANT, &(struct channel){.id = channel, .open = open}));
}

static void test_a_link_is_workspace_channel_and_time(void **state)
{
    struct house *house = *state;
    struct message message = card_at("C0ONBOARD", "1776693720.000100");
    assert_null(card_link(&house->turn, &message, LINK_FOR_CS)); /* where is not known yet */
    assert_true(tenants_set_url(house->db, TENANT, URL));
    assert_string_equal(card_link(&house->turn, &message, LINK_FOR_CS),
                        URL "archives/C0ONBOARD/p1776693720000100");
}

static void test_what_stands_in_no_channel_has_no_link(void **state)
{
    struct house *house = *state;
    static const char *const odd[][2] = {
        {"C0ONBOARD", NULL},      {"C0ONBOARD", "1776693720"},       {"C0ONBOARD", "17.1"},
        {"D0LEE", "17.000100"},   {NULL, "1776693720.000100"},       {"C0|x", "1776693720.000100"},
        {"C0ONBOARD", ".000100"}, {"C0ONBOARD", "17766937.0001000"},
    };
    assert_true(tenants_set_url(house->db, TENANT, URL));
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct message message = card_at(odd[i][0], odd[i][1]);
        assert_null(card_link(&house->turn, &message, LINK_FOR_CS));
    }
    struct message gone = card_at("C0ONBOARD", "1776693720.000100");
    gone.failure = "message_not_found";
    assert_null(card_link(&house->turn, &gone, LINK_FOR_CS));
    gone.failure = "ratelimited"; /* not edited, but it stands */
    assert_non_null(card_link(&house->turn, &gone, LINK_FOR_CS));
}

static void test_a_channel_that_is_not_known_to_be_open_is_for_cs_alone(void **state)
{
    struct house *house = *state;
    struct message message = card_at("C0NEW", "1776693720.000100");
    assert_true(tenants_set_url(house->db, TENANT, URL));
    assert_null(card_link(&house->turn, &message, LINK_FOR_ANYONE));
    know(house, "C0NEW", false);
    assert_null(card_link(&house->turn, &message, LINK_FOR_ANYONE));
    assert_non_null(card_link(&house->turn, &message, LINK_FOR_CS));
    know(house, "C0NEW", true);
    assert_non_null(card_link(&house->turn, &message, LINK_FOR_ANYONE));
}

static void test_cs_are_those_who_work_in_the_channel_of_cards(void **state)
{
    static const struct {
        const char *user;
        enum link_reader reader;
    } people[] = {
        {"U0MAYA", LINK_FOR_CS},    {"U0BO", LINK_FOR_CS},      {"U0LEE", LINK_FOR_CS},
        {"U0KIM", LINK_FOR_CS},     {"U0FAY", LINK_FOR_ANYONE}, {"U0DEE", LINK_FOR_ANYONE},
        {"U0ANA", LINK_FOR_ANYONE}, {"U0GUS", LINK_FOR_ANYONE}, {"U0NOBODY", LINK_FOR_ANYONE},
    };
    struct house *house = *state;
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        assert_int_equal(card_link_reader(&house->turn, TENANT, people[i].user), people[i].reader);
}

#define T(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_link_is_workspace_channel_and_time),
        T(test_what_stands_in_no_channel_has_no_link),
        T(test_a_channel_that_is_not_known_to_be_open_is_for_cs_alone),
        T(test_cs_are_those_who_work_in_the_channel_of_cards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

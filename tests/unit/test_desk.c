/* Desks: which findings are whose, where they are told, who may ask for a re-check, and what their
 * message shows. */
#include "handlers/delegation.h"
#include "handlers/desk_card.h"
#include "handlers/desk_tell.h"
#include "tests/unit/job_fixture.h"

static const struct desk *desk_named(const char *name)
{
    char purpose[40];
    snprintf(purpose, sizeof purpose, "desk:%s", name);
    const struct desk *desk = desk_of_purpose(purpose);
    assert_non_null(desk);
    return desk;
}

static struct finding routed(const char *code, enum level level, unsigned routes)
{
    struct finding finding = finding_of(level, "Something is the matter with INV-102", "it fixed");
    finding.code = code;
    finding.routes = routes;
    return finding;
}

/* A configuration with another section laid over it. */
static void configured(struct house *house, const char *routes)
{
    const char *json = arena_fmt(&house->arena, "%.*s,\"routes\":%s}",
                                 (int)strlen(house_config) - 1, house_config, routes);
    config_release(&house->config);
    assert_true(config_parse(&house->config, "usher.json", json, strlen(json), &house->err));
}

static void gone(struct house *house, const char *user)
{
    const struct person person = {.user_id = user, .name = "X", .deleted = true};
    assert_true(people_put(house->db, TENANT, &person));
}

/* "U0FAY U0DEE": where the desk is told of the house's onboarding. */
static const char *places_of(struct house *house, const char *name)
{
    const char **places, *line = "";
    bool unwanted;
    size_t count =
        desk_places(&house->turn, desk_named(name), &house->onboarding, &places, &unwanted);
    for (size_t i = 0; i < count; i++)
        line = arena_fmt(&house->arena, "%s%s%s", line, i ? " " : "", places[i]);
    return unwanted ? "unwanted" : line;
}

static struct card desk_card(struct house *house, const char *name)
{
    struct card card = {0};
    struct item item = item_now(house);
    if (!desk_render(&house->turn, &item, desk_named(name), &card, &house->err))
        fail_msg("%s", house->err.msg);
    return card;
}

/* ---- whose ---- */

static void test_every_route_but_the_channel_s_and_the_admins_has_a_desk(void **state)
{
    (void)state;
    for (unsigned bit = ROUTE_CS; bit <= ROUTE_ADMIN; bit <<= 1) {
        size_t heard = 0;
        struct finding finding = routed("X", LEVEL_ESCALATE_WARN, bit);
        for (size_t i = 0; i < desks_count; i++)
            heard += desk_hears(&desks[i], &finding);
        assert_int_equal(heard, bit == ROUTE_CS || bit == ROUTE_ADMIN ? 0 : 1);
    }
}

static void test_purposes_name_their_desk(void **state)
{
    struct house *house = *state;
    for (size_t i = 0; i < desks_count; i++)
        assert_ptr_equal(desk_of_purpose(desk_purpose(&house->arena, &desks[i])), &desks[i]);
    assert_null(desk_of_purpose("desk:nobody"));
    assert_null(desk_of_purpose("card"));
    assert_null(desk_of_purpose("nobody:finance"));
    assert_null(desk_of_purpose(NULL));
}

static void test_a_note_is_heard_only_where_it_is_a_task(void **state)
{
    (void)state;
    const struct desk *finance = desk_named("finance");
    struct finding drift = routed("FX_DRIFT", LEVEL_NOTE, ROUTE_FINANCE);
    struct finding credit = routed("CREDIT_PENDING", LEVEL_NOTE, ROUTE_FINANCE);
    assert_false(desk_hears(finance, &drift));
    assert_true(desk_hears(finance, &credit));
    drift.level = LEVEL_ESCALATE_WARN;
    assert_true(desk_hears(finance, &drift));
}

static void test_what_is_urgent_is_finance_s_too(void **state)
{
    (void)state;
    struct finding finding = routed("CURRENCY_MISMATCH", LEVEL_ESCALATE_URGENT, ROUTE_REVOPS);
    assert_true(desk_hears(desk_named("finance"), &finding));
    finding.level = LEVEL_ESCALATE_WARN;
    assert_false(desk_hears(desk_named("finance"), &finding));
}

static void test_missing_data_is_no_desk_s(void **state)
{
    (void)state;
    struct finding finding = routed("SOURCE_UNAVAILABLE", LEVEL_BLOCK_DATA, ROUTE_CS | ROUTE_ADMIN);
    for (size_t i = 0; i < desks_count; i++)
        assert_false(desk_hears(&desks[i], &finding));
}

/* ---- where ---- */

static void test_without_places_the_role_s_people_are_told(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    assert_string_equal(places_of(house, "finance"), "U0FAY");
    assert_string_equal(places_of(house, "finance_director"), "U0DEE");
    assert_string_equal(places_of(house, "owner"), "U0ANA");
    assert_string_equal(places_of(house, "cs_manager"), "U0LEE");
    assert_string_equal(places_of(house, "legal"), "");
}

static void test_who_stands_in_is_told_where_nobody_else_is_there(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    gone(house, "U0FAY");
    gone(house, "U0LEE");
    gone(house, "U0ANA");
    assert_string_equal(places_of(house, "finance"), "U0DEE");
    assert_string_equal(places_of(house, "cs_manager"), "U0KIM");
    assert_string_equal(places_of(house, "owner"), "");
}

static void test_places_of_the_configuration_stand_in_everyone_s_stead(void **state)
{
    struct house *house = *state;
    configured(house, "{\"finance\":[\"C0FIN\",\"U0RAJ\",\"U0GUS\"],\"owner\":[\"none\"]}");
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    assert_string_equal(places_of(house, "finance"), "C0FIN U0RAJ"); /* Gus is a guest */
    assert_string_equal(places_of(house, "owner"), "unwanted");
}

static void test_a_configuration_tells_which_desk_has_nowhere_to_go(void **state)
{
    struct house *house = *state;
    assert_true(desk_has_somewhere(&house->config, desk_named("finance")));
    assert_true(desk_has_somewhere(&house->config, desk_named("owner")));
    assert_true(desk_has_somewhere(&house->config, desk_named("cs_manager")));
    assert_false(desk_has_somewhere(&house->config, desk_named("legal")));
    configured(house, "{\"legal\":[\"none\"]}");
    assert_true(desk_has_somewhere(&house->config, desk_named("legal")));
}

/* ---- who ---- */

static void test_who_is_of_a_desk_may_ask_for_a_re_check_and_no_stranger(void **state)
{
    static const struct {
        const char *user;
        bool may;
    } people[] = {{"U0MAYA", true}, {"U0FAY", true},  {"U0DEE", true},
                  {"U0ANA", true},  {"U0EVE", false}, {"U0GUS", false}};
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        const char *why = NULL;
        struct actor actor = actor_of(people[i].user);
        assert_int_equal(desk_may_recheck(&house->turn, &actor, &house->onboarding, &why),
                         people[i].may);
        if (!people[i].may)
            assert_non_null(why);
    }
}

/* ---- what it shows ---- */

static void test_a_desk_sees_its_own_findings_alone(void **state)
{
    struct house *house = *state;
    struct finding findings[] = {
        routed("CONTRACT_NOT_EXECUTED", LEVEL_BLOCK_HARD, ROUTE_LEGAL | ROUTE_OWNER),
        routed("INVOICES_OVERDUE", LEVEL_BLOCK_FINANCE, ROUTE_FINANCE),
    };
    findings[0].text = "Contract IC-1 is not executed";
    given(house, "ACME Corp", findings, 2);
    struct card owner = desk_card(house, "owner"), finance = desk_card(house, "finance");
    assert_says(owner.blocks, "IC-1");
    assert_silent_on(owner.blocks, "INV-102");
    assert_silent_on(owner.text, "INV-102");
    assert_says(finance.blocks, "INV-102");
    assert_silent_on(finance.blocks, "IC-1");
    assert_says(finance.blocks, "first Legal and the deal's owner must fix");
    assert_silent_on(finance.blocks, "\"approve\"");
}

static void test_the_button_of_a_re_check_is_named_after_the_finding(void **state)
{
    static const struct {
        const char *code, *label;
        unsigned routes;
        const char *desk;
    } labels[] = {
        {"CREDIT_DISPUTED", "Credit applied, re-check", ROUTE_FINANCE, "finance"},
        {"INVOICES_OVERDUE", "Paid or credited, re-check", ROUTE_FINANCE, "finance"},
        {"SIGNATURES_PENDING", "Fixed, re-check", ROUTE_LEGAL, "legal"},
    };
    struct house *house = *state;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct finding finding = routed(labels[i].code, LEVEL_ESCALATE_WARN, labels[i].routes);
        given(house, "ACME Corp", &finding, 1);
        assert_says(desk_card(house, labels[i].desk).blocks, labels[i].label);
    }
}

static void test_the_key_stands_there_only_while_it_is_missing(void **state)
{
    struct house *house = *state;
    struct moved moved;
    struct actor fay = actor_of("U0FAY");
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    assert_says(desk_card(house, "finance").blocks, "Give Finance's key");
    moved = item_approve(&house->turn, &fay, house->onboarding.number, 1, &all_ticked, &house->err);
    assert_int_equal(moved.how, MOVE_KEY_TURNED);
    assert_silent_on(desk_card(house, "finance").blocks, "Give Finance's key");
    assert_says(desk_card(house, "finance").blocks, "<@U0FAY>");
}

static void test_the_directors_key_is_named_as_theirs(void **state)
{
    struct house *house = *state;
    struct finding finding =
        routed("OVERDUE_EXCEEDS_CONTRACT", LEVEL_BLOCK_FINANCE_DIRECTOR, ROUTE_FINANCE_DIRECTOR);
    given(house, "ACME Corp", &finding, 1);
    assert_says(desk_card(house, "finance_director").blocks, "Give the Finance director's key");
    assert_string_equal(job_of(house, "post_desk").lane, "slack:U0DEE");
}

/* Everything as long as it gets, and hostile: it must keep to Block Kit's limits. */
static void test_the_longest_message_keeps_to_block_kits_limits(void **state)
{
    struct house *house = *state;
    struct finding findings[12];
    char *text = arena_alloc(&house->arena, 4001);
    memset(text, '<', 4000);
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++) {
        findings[i] = routed("INVOICES_OVERDUE", LEVEL_BLOCK_FINANCE, ROUTE_FINANCE);
        findings[i].text = findings[i].fix = text;
        findings[i].input_count = FINDING_MAX_INPUTS;
        for (size_t k = 0; k < FINDING_MAX_INPUTS; k++)
            findings[i].inputs[k] = (struct finding_input){text, text};
    }
    given(house, "<!channel> \"*_~ & {{name}}\"", findings, sizeof findings / sizeof *findings);
    struct card card = desk_card(house, "finance");
    assert_silent_on(card.blocks, "<!channel>");
    assert_silent_on(card.text, "<!channel>");
    assert_says(card.blocks, "7 more");
    struct json_node *blocks =
        json_scan(card.blocks, strlen(card.blocks), 1 << 20, &house->arena, &house->err);
    assert_non_null(blocks);
    assert_true(blocks_check(blocks, 14, &house->arena, &house->err));
}

/* ---- once ---- */

static void test_telling_again_adds_nothing(void **state)
{
    struct house *house = *state;
    struct finding finding = routed("SIGNATURES_PENDING", LEVEL_ESCALATE_WARN,
                                    ROUTE_LEGAL | ROUTE_OWNER | ROUTE_MANAGER);
    given(house, "ACME Corp", &finding, 1);
    assert_int_equal(count_jobs(house, "post_desk"), 2);
    assert_int_equal(count_jobs(house, "post_note"), 1);
    assert_true(desk_tell(&house->turn, &house->item, &house->err));
    assert_int_equal(count_jobs(house, "post_desk"), 2);
    assert_int_equal(count_jobs(house, "post_note"), 1);
}

static void test_who_stands_in_is_told_in_place_of_who_is_away(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    struct actor fay = actor_of("U0FAY");
    const struct delegation_wish wish = {
        .to = "U0DEE", .starts_at = house->world.now, .ends_at = {house->world.now.ms + HOURS(24)}};
    assert_string_equal(places_of(house, "finance"), "U0FAY");
    assert_int_equal(delegation_give(&house->turn, &fay, &wish, &house->err).how, MOVE_DONE);
    assert_string_equal(places_of(house, "finance"), "U0DEE");
    configured(house, "{\"finance\":[\"U0DEE\",\"U0FAY\",\"C0FINANCE\"]}");
    assert_string_equal(places_of(house, "finance"), "U0DEE C0FINANCE");
    house->world.now.ms += HOURS(24);
    assert_string_equal(places_of(house, "finance"), "U0DEE U0FAY C0FINANCE");
}

int main(void)
{
#define desk_test(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)
    const struct CMUnitTest tests[] = {
        desk_test(test_every_route_but_the_channel_s_and_the_admins_has_a_desk),
        desk_test(test_purposes_name_their_desk),
        desk_test(test_a_note_is_heard_only_where_it_is_a_task),
        desk_test(test_what_is_urgent_is_finance_s_too),
        desk_test(test_missing_data_is_no_desk_s),
        desk_test(test_without_places_the_role_s_people_are_told),
        desk_test(test_who_stands_in_is_told_where_nobody_else_is_there),
        desk_test(test_places_of_the_configuration_stand_in_everyone_s_stead),
        desk_test(test_a_configuration_tells_which_desk_has_nowhere_to_go),
        desk_test(test_who_is_of_a_desk_may_ask_for_a_re_check_and_no_stranger),
        desk_test(test_a_desk_sees_its_own_findings_alone),
        desk_test(test_the_button_of_a_re_check_is_named_after_the_finding),
        desk_test(test_the_key_stands_there_only_while_it_is_missing),
        desk_test(test_the_directors_key_is_named_as_theirs),
        desk_test(test_the_longest_message_keeps_to_block_kits_limits),
        desk_test(test_telling_again_adds_nothing),
        desk_test(test_who_stands_in_is_told_in_place_of_who_is_away),
    };
    return cmocka_run_group_tests_name("desk", tests, NULL, NULL);
}

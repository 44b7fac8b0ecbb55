/* An account's family from Salesforce: parents, descendants, circles, depth; and the pages of the
 * one request that brings it all. */
#include "tests/unit/salesforce_fixture.h"

#define CHILD "{\"Id\":\"001C\",\"Name\":\"Gamma\",\"ParentId\":\"001A\"}"
#define MORE(locator, records)                                                                     \
    "{\"done\":false,\"nextRecordsUrl\":\"/services/data/v62.0/query/" locator                     \
    "\",\"records\":[" records "]}"

static int open_rig(void **state)
{
    static struct rig rig;
    open_salesforce(&rig);
    sign_in_whole(&rig);
    *state = &rig;
    return 0;
}

static int close_rig(void **state)
{
    rig_release(*state);
    return 0;
}

static struct call *fetch(struct rig *rig, struct facts *facts)
{
    struct call *call = salesforce_fetch(&rig->env, "001A", facts);
    expect_request(start(call), call, DATA "/composite");
    return call;
}

/* The facts of an account with these parts; fails the test where they are no answer. */
static struct facts facts_of(struct rig *rig, const struct part *parts)
{
    struct facts facts = {0};
    assert_int_equal(answer_parts(fetch(rig, &facts), parts).kind, STEP_DONE);
    assert_true(facts.account.found && facts.family.known);
    return facts;
}

static struct part account_below(const char *parent)
{
    static char body[200];
    snprintf(body, sizeof body,
             PAGE("{\"Id\":\"001A\",\"Name\":\"ACME\",\"OwnerId\":\"005A\",\"ParentId\":\"%s\"}"),
             parent);
    return (struct part){"account", 200, body};
}

/* ---- the request ---- */

static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, word)); at++)
        count++;
    return count;
}

static void test_everything_of_an_account_is_one_request_within_its_limits(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    assert_in_range(count_of(call->request.body, "referenceId"), 10, 25);
    assert_int_equal(count_of(call->request.body, "?q="), 5);
    assert_string_equal(url_of(call, "parent1"),
                        "/services/data/v62.0/sobjects/Account/@{account.records[0].ParentId}"
                        "?fields=Id,Name,ParentId,IsDeleted");
    assert_non_null(strstr(url_of(call, "parent5"), "@{parent4.ParentId}"));
    assert_null(url_of(call, "parent6"));
    assert_non_null(strstr(url_of(call, "manager1"), "sobjects/User/@{owner.ManagerId}?"));
    assert_non_null(strstr(url_of(call, "manager5"), "@{manager4.ManagerId}"));
    assert_string_equal(
        soql_of_part(call, "descendants"),
        "SELECT Id, Name, IsDeleted, ParentId, Parent.ParentId, Parent.Parent.ParentId, "
        "Parent.Parent.Parent.ParentId, Parent.Parent.Parent.Parent.ParentId, "
        "Parent.Parent.Parent.Parent.Parent.ParentId, "
        "(SELECT Id FROM Opportunities WHERE IsWon = true AND IsDeleted = false LIMIT 1) "
        "FROM Account WHERE ParentId = '001A' OR Parent.ParentId = '001A' "
        "OR Parent.Parent.ParentId = '001A' OR Parent.Parent.Parent.ParentId = '001A' "
        "OR Parent.Parent.Parent.Parent.ParentId = '001A' "
        "OR Parent.Parent.Parent.Parent.Parent.ParentId = '001A' ORDER BY Id");
    assert_non_null(strstr(url_of(call, "descendants"), "/queryAll?q="));
}

static void test_organisation_without_parents_has_no_known_families(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    describe(rig, SALESFORCE_ACCOUNT, "Id Industry");
    struct call *call = fetch(rig, &facts);
    assert_null(url_of(call, "descendants"));
    assert_null(url_of(call, "parent1"));
    assert_null(strstr(soql_of_part(call, "account"), "ParentId"));
    assert_int_equal(answer_parts(call, (const struct part[]){{0}}).kind, STEP_DONE);
    assert_true(facts.account.found);
    assert_false(facts.family.known);
}

/* ---- above ---- */

static void test_parents_are_read_upwards(void **state)
{
    struct facts facts = facts_of(
        *state,
        (const struct part[]){
            account_below("001P"),
            {"parent1", 200, "{\"Id\":\"001P\",\"Name\":\"Holding\",\"ParentId\":\"001Q\"}"},
            {"parent2", 200, "{\"Id\":\"001Q\",\"Name\":\"Top\"}"},
            {0},
        });
    assert_int_equal(facts.family.relative_count, 2);
    assert_string_equal(facts.family.relatives[0].name, "Holding");
    assert_string_equal(facts.family.relatives[0].parent_id, "001Q");
    assert_int_equal(facts.family.relatives[0].depth, -1);
    assert_int_equal(facts.family.relatives[1].depth, -2);
    assert_false(facts.family.relatives[1].deleted || facts.family.cycle || facts.family.too_deep);
}

static void test_account_without_a_parent_asks_no_part_of_one(void **state)
{
    struct facts facts = facts_of(*state, (const struct part[]){
                                              {"parent1", 400, NOT_FOUND},
                                              {0},
                                          });
    assert_int_equal(facts.family.relative_count, 0);
}

static void test_parent_that_was_deleted_is_one_that_is_deleted(void **state)
{
    static const char *const answers[] = {
        "[{\"errorCode\":\"ENTITY_IS_DELETED\",\"message\":\"entity is deleted\"}]", NOT_FOUND,
        "[{\"errorCode\":\"INSUFFICIENT_ACCESS\",\"message\":\"-\"}]"};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct facts facts = facts_of(
            *state,
            (const struct part[]){account_below("001P"), {"parent1", 404, answers[i]}, {0}});
        assert_int_equal(facts.family.relative_count, 1);
        assert_string_equal(facts.family.relatives[0].id, "001P");
        assert_null(facts.family.relatives[0].name);
        assert_true(facts.family.relatives[0].deleted);
    }
}

static void test_circle_above_is_seen_and_left(void **state)
{
    static const char *const ways_back[] = {"001A", "001P", "001Q"};
    for (size_t i = 0; i < sizeof ways_back / sizeof *ways_back; i++) {
        char top[80];
        snprintf(top, sizeof top, "{\"Id\":\"001Q\",\"ParentId\":\"%s\"}", ways_back[i]);
        struct facts facts =
            facts_of(*state, (const struct part[]){
                                 account_below("001P"),
                                 {"parent1", 200, "{\"Id\":\"001P\",\"ParentId\":\"001Q\"}"},
                                 {"parent2", 200, top},
                                 {0},
                             });
        assert_true(facts.family.cycle);
        assert_false(facts.family.too_deep);
        assert_int_equal(facts.family.relative_count, 2);
    }
    struct facts own = facts_of(*state, (const struct part[]){account_below("001A"), {0}});
    assert_true(own.family.cycle);
    assert_int_equal(own.family.relative_count, 0);
}

static void chain_of(size_t count, char bodies[][60], struct part *parts)
{
    static const char *const names[] = {"parent1", "parent2", "parent3", "parent4", "parent5"};
    for (size_t i = 0; i < 5; i++) {
        const char *end = i + 1 == count ? "0" : "";
        snprintf(bodies[i], sizeof bodies[i], "{\"Id\":\"001P%zu\",\"%sParentId\":\"001P%zu\"}", i,
                 *end ? "No" : "", i + 1);
        parts[i] = (struct part){names[i], 200, bodies[i]};
    }
}

static void test_five_levels_above_are_read_and_a_sixth_is_too_deep(void **state)
{
    char bodies[5][60];
    struct part parts[7] = {{0}};
    chain_of(5, bodies, parts);
    parts[5] = account_below("001P0");
    struct facts facts = facts_of(*state, parts);
    assert_int_equal(facts.family.relative_count, 5);
    assert_int_equal(facts.family.relatives[4].depth, -5);
    assert_false(facts.family.too_deep);
    chain_of(6, bodies, parts);
    parts[5] = account_below("001P0");
    facts = facts_of(*state, parts);
    assert_int_equal(facts.family.relative_count, 5);
    assert_true(facts.family.too_deep);
}

/* ---- below ---- */

static void test_descendants_say_how_far_below_and_whether_they_bought(void **state)
{
    struct facts facts = facts_of(
        *state,
        (const struct part[]){
            {"descendants", 200,
             PAGE(CHILD ",{\"Id\":\"001D\",\"Name\":\"Delta\",\"ParentId\":\"001C\",\"IsDeleted\":"
                        "true,\"Parent\":{\"ParentId\":\"001A\",\"Parent\":null},"
                        "\"Opportunities\":{\"totalSize\":1,\"done\":true,\"records\":["
                        "{\"Id\":\"006\"}]}},{\"Id\":\"001E\",\"ParentId\":\"001D\",\"Parent\":{"
                        "\"ParentId\":\"001C\",\"Parent\":{\"ParentId\":\"001A\"}},"
                        "\"Opportunities\":null}")},
            {0},
        });
    const struct relative *found = facts.family.relatives;
    assert_int_equal(facts.family.relative_count, 3);
    assert_int_equal(found[0].depth, 1);
    assert_false(found[0].won || found[0].deleted);
    assert_int_equal(found[1].depth, 2);
    assert_true(found[1].won && found[1].deleted);
    assert_int_equal(found[2].depth, 3);
    assert_false(found[2].won || facts.family.too_deep || facts.family.cycle);
    assert_string_equal(found[2].parent_id, "001D");
}

static void test_sixth_level_below_is_too_deep_and_left_out(void **state)
{
    struct facts facts = facts_of(
        *state, (const struct part[]){
                    {"descendants", 200,
                     PAGE(CHILD ",{\"Id\":\"001Z\",\"ParentId\":\"5\",\"Parent\":{\"ParentId\":"
                                "\"4\",\"Parent\":{\"ParentId\":\"3\",\"Parent\":{\"ParentId\":"
                                "\"2\",\"Parent\":{\"ParentId\":\"001C\",\"Parent\":{"
                                "\"ParentId\":\"001A\"}}}}}}")},
                    {0},
                });
    assert_true(facts.family.too_deep);
    assert_int_equal(facts.family.relative_count, 1);
}

static void test_one_below_an_account_that_we_may_not_see_is_below_all_the_same(void **state)
{
    struct facts facts = facts_of(
        *state, (const struct part[]){
                    {"descendants", 200, PAGE("{\"Id\":\"001D\",\"ParentId\":\"001H\"}")}, {0}});
    assert_int_equal(facts.family.relatives[0].depth, 2);
}

static void test_account_below_itself_is_a_circle_and_each_stands_in_it_once(void **state)
{
    struct facts facts =
        facts_of(*state, (const struct part[]){
                             account_below("001C"),
                             {"parent1", 200, "{\"Id\":\"001C\",\"ParentId\":\"001A\"}"},
                             {"descendants", 200,
                              PAGE(CHILD ",{\"Id\":\"001A\",\"ParentId\":\"001C\",\"Parent\":{"
                                         "\"ParentId\":\"001A\"}}")},
                             {0},
                         });
    assert_true(facts.family.cycle);
    assert_int_equal(facts.family.relative_count, 1);
    assert_string_equal(facts.family.relatives[0].id, "001C");
    assert_int_equal(facts.family.relatives[0].depth, 1);
}

static void test_ids_with_and_without_their_checksum_are_one_account(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = salesforce_fetch(&rig->env, "001A00000000001", &facts);
    start(call);
    answer_parts(call,
                 (const struct part[]){
                     {"account", 200, PAGE("{\"Id\":\"001A00000000001AAA\",\"Name\":\"ACME\"}")},
                     {"descendants", 200,
                      PAGE("{\"Id\":\"001C00000000001AAA\",\"ParentId\":\"001A00000000001\"},"
                           "{\"Id\":\"001A00000000001\",\"ParentId\":\"001C00000000001\"}")},
                     {0},
                 });
    assert_int_equal(facts.family.relative_count, 1);
    assert_int_equal(facts.family.relatives[0].depth, 1);
    assert_true(facts.family.cycle);
}

/* ---- pages ---- */

static void test_pages_of_all_parts_come_in_one_request_a_round(void **state)
{
    struct facts facts = {0};
    struct call *call = fetch(*state, &facts);
    struct step step = answer_parts(
        call, (const struct part[]){
                  {"opportunities", 200, MORE("o-1", "{\"Id\":\"006A\",\"IsWon\":true}")},
                  {"descendants", 200, MORE("d-1", CHILD)},
                  {0},
              });
    expect_request(step, call, DATA "/composite");
    assert_int_equal(count_of(call->request.body, "referenceId"), 2);
    assert_string_equal(url_of(call, "opportunities"), "/services/data/v62.0/query/o-1");
    assert_string_equal(url_of(call, "descendants"), "/services/data/v62.0/query/d-1");
    step = answer_parts(call, (const struct part[]){
                                  {"opportunities", 200, PAGE("{\"Id\":\"006B\",\"IsWon\":true}")},
                                  {"descendants", 200, MORE("d-2", "{\"Id\":\"001D\"}")},
                                  {0},
                              });
    expect_request(step, call, DATA "/composite");
    assert_null(url_of(call, "opportunities"));
    assert_string_equal(url_of(call, "descendants"), "/services/data/v62.0/query/d-2");
    assert_int_equal(answer_parts(call, (const struct part[]){{0}}).kind, STEP_DONE);
    assert_int_equal(facts.opportunity_count, 2);
    assert_int_equal(facts.family.relative_count, 2);
}

static void test_round_with_a_failed_page_is_asked_again_and_counts_once(void **state)
{
    struct facts facts = {0};
    struct call *call = fetch(*state, &facts);
    answer_parts(call, (const struct part[]){
                           {"opportunities", 200, MORE("o-1", "")},
                           {"descendants", 200, MORE("d-1", CHILD)},
                           {0},
                       });
    struct step step = answer_parts(
        call, (const struct part[]){
                  {"opportunities", 200, PAGE("{\"Id\":\"006A\",\"IsWon\":true}")},
                  {"descendants", 500, "[{\"errorCode\":\"UNKNOWN_EXCEPTION\",\"message\":\"\"}]"},
                  {0},
              });
    assert_int_equal(step.kind, STEP_WAIT);
    expect_request(start(call), call, DATA "/composite");
    assert_int_equal(count_of(call->request.body, "referenceId"), 2);
    assert_int_equal(
        answer_parts(call,
                     (const struct part[]){
                         {"opportunities", 200, PAGE("{\"Id\":\"006A\",\"IsWon\":true}")}, {0}})
            .kind,
        STEP_DONE);
    assert_int_equal(facts.opportunity_count, 1);
    assert_int_equal(facts.family.relative_count, 1);
}

static void test_page_that_is_gone_is_a_failure_not_an_end(void **state)
{
    static const struct {
        const char *body, *code;
    } gone[] = {{NOT_FOUND, "NOT_FOUND"},
                {"[{\"errorCode\":\"INVALID_TYPE\",\"message\":\"-\"}]", "INVALID_TYPE"}};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        struct rig *rig = *state;
        struct facts facts = {0};
        sign_in_whole(rig);
        struct call *call = fetch(rig, &facts);
        answer_parts(call, (const struct part[]){{"contracts", 200, MORE("c-1", "")}, {0}});
        struct step step =
            answer_parts(call, (const struct part[]){{"contracts", 404, gone[i].body}, {0}});
        assert_int_equal(step.kind, STEP_FAILED);
        assert_string_equal(call->failure.code, gone[i].code);
        assert_false(facts.account.found || facts.family.known);
    }
}

static void test_pages_without_an_end_are_given_up(void **state)
{
    struct facts facts = {0};
    struct call *call = fetch(*state, &facts);
    struct step step = {.kind = STEP_REQUEST};
    for (int i = 0; i < 1000 && step.kind == STEP_REQUEST; i++)
        step = answer_parts(call, (const struct part[]){{"descendants", 200, MORE("d", "")}, {0}});
    expect_failed(step, call, FAILURE_PERMANENT, "bad_reply");
    assert_string_equal(call->failure.message, "pages without an end");
}

/* A page of so many children, their numbers from `first` on; owned by the arena. */
static const char *children(struct rig *rig, size_t first, size_t count, bool more)
{
    struct buf out;
    buf_init(&out, 0);
    buf_fmt(&out, "{\"done\":%s,\"nextRecordsUrl\":\"/services/data/v62.0/query/d\",\"records\":[",
            more ? "false" : "true");
    for (size_t i = first; i < first + count; i++)
        buf_fmt(&out, "%s{\"Id\":\"001%012zu\",\"ParentId\":\"001A\"}", i > first ? "," : "", i);
    buf_str(&out, "]}");
    const char *text = arena_str(&rig->arena, buf_cstr(&out));
    buf_release(&out);
    return text;
}

static void test_ten_thousand_children_are_read_and_one_more_is_refused(void **state)
{
    struct rig *rig = *state;
    for (size_t extra = 0; extra < 2; extra++) {
        struct facts facts = {0};
        struct call *call = fetch(rig, &facts);
        struct step step = {0};
        for (size_t page = 0; page < 5; page++)
            step = answer_parts(
                call, (const struct part[]){
                          {"descendants", 200,
                           children(rig, page * 2000, page == 4 ? 2000 + extra : 2000, page < 4)},
                          {0}});
        if (extra) {
            expect_failed(step, call, FAILURE_PERMANENT, "bad_reply");
            assert_string_equal(call->failure.message, "more than 10000 records");
            assert_int_equal(facts.family.relative_count, 0);
        } else {
            assert_int_equal(step.kind, STEP_DONE);
            assert_int_equal(facts.family.relative_count, 10000);
        }
    }
}

/* ---- hostile answers ---- */

static void test_missing_part_is_a_failure_not_an_empty_family(void **state)
{
    struct facts facts = {0};
    struct call *call = fetch(*state, &facts);
    struct step step = answer(
        call, 200,
        "{\"compositeResponse\":[" PART(
            "account", "200",
            PAGE("{\"Id\":\"001A\",\"OwnerId\":null}")) "," PART("opportunities", "200",
                                                                 PAGE("")) "," PART("contracts",
                                                                                    "200",
                                                                                    PAGE("")) "]}");
    assert_int_equal(step.kind, STEP_WAIT);
    assert_string_equal(call->failure.code, "bad_reply");
}

static void test_wrong_types_are_refused_or_nothing(void **state)
{
    static const struct part refused[] = {
        {"descendants", 200, PAGE("null")},
        {"descendants", 200, PAGE("5")},
        {"descendants", 200, PAGE("{\"Id\":{}}")},
        {"descendants", 200, "{\"records\":{}}"},
        {"descendants", 200, "[]"},
        {"parent1", 200, "[]"},
        {"parent1", 200, "\"001P\""},
        {"parent1", 200, "{\"Id\":\"001X\",\"ParentId\":\"001Y\"}"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct facts facts = {0};
        struct call *call = fetch(*state, &facts);
        struct step step =
            answer_parts(call, (const struct part[]){refused[i], account_below("001P"), {0}});
        assert_int_not_equal(step.kind, STEP_DONE);
        assert_string_equal(call->failure.code, "bad_reply");
    }
    struct facts facts =
        facts_of(*state, (const struct part[]){
                             {"descendants", 200,
                              PAGE("{\"Id\":\"001C\",\"Name\":[],\"ParentId\":7,\"Parent\":\"x\","
                                   "\"IsDeleted\":\"yes\",\"Opportunities\":[{}]}")},
                             {0},
                         });
    assert_null(facts.family.relatives[0].name);
    assert_false(facts.family.relatives[0].won || facts.family.relatives[0].deleted);
}

static void test_parent_that_fails_for_now_is_asked_again(void **state)
{
    struct facts facts = {0};
    struct call *call = fetch(*state, &facts);
    struct step step = answer_parts(
        call, (const struct part[]){account_below("001P"), {"parent1", 503, "\"busy\""}, {0}});
    assert_int_equal(step.kind, STEP_WAIT);
    expect_request(start(call), call, DATA "/composite");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_everything_of_an_account_is_one_request_within_its_limits),
        TEST(test_organisation_without_parents_has_no_known_families),
        TEST(test_parents_are_read_upwards),
        TEST(test_account_without_a_parent_asks_no_part_of_one),
        TEST(test_parent_that_was_deleted_is_one_that_is_deleted),
        TEST(test_circle_above_is_seen_and_left),
        TEST(test_five_levels_above_are_read_and_a_sixth_is_too_deep),
        TEST(test_descendants_say_how_far_below_and_whether_they_bought),
        TEST(test_sixth_level_below_is_too_deep_and_left_out),
        TEST(test_one_below_an_account_that_we_may_not_see_is_below_all_the_same),
        TEST(test_account_below_itself_is_a_circle_and_each_stands_in_it_once),
        TEST(test_ids_with_and_without_their_checksum_are_one_account),
        TEST(test_pages_of_all_parts_come_in_one_request_a_round),
        TEST(test_round_with_a_failed_page_is_asked_again_and_counts_once),
        TEST(test_page_that_is_gone_is_a_failure_not_an_end),
        TEST(test_pages_without_an_end_are_given_up),
        TEST(test_ten_thousand_children_are_read_and_one_more_is_refused),
        TEST(test_missing_part_is_a_failure_not_an_empty_family),
        TEST(test_wrong_types_are_refused_or_nothing),
        TEST(test_parent_that_fails_for_now_is_asked_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

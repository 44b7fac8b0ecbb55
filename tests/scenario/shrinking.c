/* How a failing seed is cut down to the moves that matter, on questions whose answer is known. */
#include "tests/scenario/days.h"
#include "tests/scenario/scenarios.h"

/* Fails where all of these moves are kept. */
static bool fails_with(void *arg, const bool *left_out)
{
    bool all = true;
    for (const size_t *move = arg; *move; move++)
        all = all && !left_out[*move - 1];
    return all;
}

static void of_ninety_moves_those_that_matter_are_found(void)
{
    static const size_t guilty[] = {3, 4, 17, 40, 0};
    bool left_out[DAYS_MOVES] = {false};
    expect_number(days_search(left_out, fails_with, (void *)guilty), 40);
    size_t next = 0;
    for (size_t i = 0; i < DAYS_MOVES; i++) {
        bool matters = guilty[next] == i + 1;
        next += matters;
        if (left_out[i] == matters)
            fail_at(HERE, "move %zu is %s", i + 1, matters ? "left out" : "kept");
    }
}

static void what_fails_without_a_move_needs_none(void)
{
    static const size_t none[] = {0};
    bool left_out[DAYS_MOVES] = {false};
    expect_number(days_search(left_out, fails_with, (void *)none), 0);
    for (size_t i = 0; i < DAYS_MOVES; i++)
        expect(left_out[i]);
}

static void a_move_that_is_left_out_leaves_the_others_as_they_are(void)
{
    struct days_tally all = {0}, none = {0}, again = {0};
    struct days days = {.seed = 6};
    days_play(&days, &all);
    days_play(&days, &again);
    expect_number(again.turns, all.turns);
    for (size_t i = 0; i < DAYS_MOVES; i++)
        days.left_out[i] = true;
    days_play(&days, &none);
    expect_number(none.moves, 0);
    days.left_out[DAYS_MOVES - 1] = false;
    days_play(&days, &none);
    expect(none.moves < all.moves / 10);          /* one move, which may be several acts at once */
    expect(none.machine_ms > all.machine_ms / 2); /* the time between the moves has passed */
}

const struct scenario shrink_scenarios[] = {
    {"of ninety moves those that matter are found", of_ninety_moves_those_that_matter_are_found},
    {"what fails without a move needs none", what_fails_without_a_move_needs_none},
    {"a move that is left out leaves the others as they are",
     a_move_that_is_left_out_leaves_the_others_as_they_are},
    {0},
};

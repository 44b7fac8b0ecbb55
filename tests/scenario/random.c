/* Days of a team at random: what happens is drawn from the seed, move by move (moves.h); what must
 * hold is in invariants.c. */
#include "tests/scenario/days.h"
#include "tests/scenario/moves.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static const struct move *const tables[] = {moves_of_deals,     moves_of_people,
                                            moves_of_directory, moves_of_approval,
                                            moves_of_trouble,   moves_of_playbooks};
enum { TABLES = sizeof tables / sizeof *tables };

static struct {
    const struct days *days; /* that are played */
    size_t move;             /* counted from 1 */
    uint64_t moves;          /* that had an effect */
} now;

uint64_t below(uint64_t bound)
{
    return sim_below(&the.sim, bound);
}

const char *someone(void)
{
    static const char *const people[] = {MAYA, BO, LEE, KIM, FAY, DEE, ANA, RAJ, GUS};
    return ONE_OF(people);
}

const char *some_number(void)
{
    static char number[24];
    snprintf(number, sizeof number, "ONB-%" PRIu64, 1001 + below(the.systems.count + 1));
    return number;
}

struct fake_account *some_account(void)
{
    return the.systems.count ? &the.systems.accounts[below(the.systems.count)] : NULL;
}

void told(const char *fmt, ...)
{
    char at[WALL_TEXT_SIZE];
    va_list args;
    now.moves++;
    if (!now.days->told)
        return;
    printf("%5zu  %s  ", now.move, wall_format(the.sim.world.now, at));
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    printf("\n");
    fflush(stdout);
}

static const struct move *some_move(void)
{
    unsigned all = 0;
    for (size_t t = 0; t < TABLES; t++)
        for (const struct move *move = tables[t]; move->happen; move++)
            all += move->weight;
    unsigned pick = (unsigned)below(all);
    for (size_t t = 0; t < TABLES; t++)
        for (const struct move *move = tables[t]; move->happen; move++) {
            if (pick < move->weight)
                return move;
            pick -= move->weight;
        }
    return NULL;
}

/* Often the next one comes at once, mostly after a moment. */
static void move_on(bool left_out)
{
    const struct move *move = some_move();
    int64_t pause_ms = below(3) ? (int64_t)below(PAUSE_MAX_MS) : 0;
    if (!left_out)
        move->happen();
    if (pause_ms)
        advance(pause_ms * the.options.speed);
}

static size_t length_of(const struct days *days)
{
    size_t length = DAYS_MOVES;
    while (length > 0 && days->left_out[length - 1])
        length--;
    return length;
}

void days_play(const struct days *days, struct days_tally *tally)
{
    uint64_t seed = days->seed;
    now.days = days;
    now.moves = 0;
    /* Most seeds live through days, some through weeks, some through minutes as they really pass.
     */
    static const int64_t speeds[] = {1, 300, 300, 300, 1, 300, 2000, 2000};
    scene_start((struct scene_options){
        .seed = seed,
        .speed = speeds[seed % 8],
        .connections = 1 + (int)(seed % 3),
        .undo_s = 60,
        .http = seed % 10 == 9,
        .mail = seed % 3 == 1,
        .other = seed % 4 == 1,
        .digest = seed % 2 == 0,
        .budget = seed % 6 == 0 ? 2 : 0,
        .unlisted = seed % 16 == 3    ? LEE
                    : seed % 16 == 10 ? KIM
                                      : NULL,
    });
    the.slack.duplicate_permille = the.slack.late_permille = 100;
    the.may_die = "find_account,post_mail";
    for (size_t i = 0; i < length_of(days); i++) {
        now.move = i + 1;
        if (noted)
            noted->move = i + 1;
        sim_reseed(&the.sim, seed, i + 1);
        move_on(days->left_out[i]);
    }
    settle();
    moves_of_deals_end();
    moves_of_people_end();
    int64_t lived_ms = the.sim.world.mono.ms;
    scene_end();
    if (tally) {
        tally->moves += now.moves;
        tally->turns += the.turns;
        tally->crashes += the.crashes;
        tally->machine_ms += (uint64_t)lived_ms;
        tally->clock_ms += (uint64_t)(lived_ms * the.options.speed);
        if (the.heap_most > tally->heap_most)
            tally->heap_most = the.heap_most;
        if (the.in_flight_most > tally->in_flight_most)
            tally->in_flight_most = the.in_flight_most;
    }
}

/* People come and go: they join and leave the group of approvers, are deactivated or guests for a
 * while, or set a status. That they stand in for each other is in moves_people.c. */
#include "tests/scenario/moves.h"

static const char *some_colleague(void)
{
    static const char *const people[] = {MAYA, BO, LEE, KIM, FAY, DEE, ANA};
    return ONE_OF(people);
}

static void change_group(void)
{
    const char *who = below(2) ? MAYA : BO;
    bool member = below(3) > 0;
    slack_approver_changed(&the.slack, who, member);
    told("%s %s the approvers", who, member ? "joins" : "leaves");
}

static void change_account(void)
{
    const char *who = some_colleague();
    struct slack_person *person = slack_person(&the.slack, who);
    person->deleted = below(3) == 0;
    person->guest = !person->deleted && below(6) == 0;
    person->status_emoji = below(3) ? NULL : ":palm_tree:";
    slack_person_changed(&the.slack, who, "user_change");
    told("%s is %s now%s", who,
         person->deleted ? "deactivated"
         : person->guest ? "a guest"
                         : "a member",
         person->status_emoji ? ", and away by the status" : "");
}

const struct move moves_of_directory[] = {
    {3, change_group},
    {3, change_account},
    {0},
};

/* The tables of what people and systems can ask for, and of the kinds of jobs. */
#include "handlers/routes.h"

#include "base/text.h"
#include "handlers/buttons/buttons.h"
#include "handlers/commands/commands.h"
#include "handlers/events/events.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/posting.h"
#include "handlers/views/views.h"

#include <string.h>

const struct route command_routes[] = {
    {"help", command_help, true, "help [VERB]", "what can be asked, or more about one verb", NULL},
    {"start", command_start, false, "start ACCOUNT [--opp ID] [--playbook P]",
     "puts an account on its way",
     "ACCOUNT is a name or a Salesforce id. The account is looked up, fetched from all systems and "
     "checked; then it proceeds, or the channel is asked. --playbook names what follows "
     "provisioning, where it is not to be chosen by the deal."},
    {"check", command_check, false, "check ACCOUNT|ONB-n [--opp ID]", "fetches and decides again",
     "Of an account without an onboarding it only tells the verdict. After a rejection it asks "
     "again."},
    {"status", command_status, true, "status [ACCOUNT|ONB-n] [--share]", "where an account stands",
     "Without an account: yours. --share tells everyone in the channel, without anything "
     "internal."},
    {"list", command_list, true, "list [mine|team|escalated|blocked|stale] [--csm @u] [--stage N]",
     "what is on its way",
     "Without a word: yours. Stale is what has not moved for a week. --csm: of that person alone. "
     "--stage: whose playbook is in that stage."},
    {"approve", command_approve, false,
     "approve ONB-n [rN] [\"reason\"] [ack all|CODES] [pay by DAY]", "lets an onboarding proceed",
     "The same checks as the button: findings that only warn are acknowledged by their codes, or "
     "all "
     "that rN shows. With rN it counts only while that revision is the newest. DAY is a date like "
     "2026-05-01 or a weekday: if it is not paid by then, Finance and the manager hear of it."},
    {"bulk", command_bulk, true, "bulk", "approves several questions that only warn",
     "A form lists what is ESCALATE_WARN and yours to approve, never what is urgent or blocked. "
     "One "
     "reason for all; each is a decision of its own, and is told by itself."},
    {"reject", command_reject, false, "reject ONB-n [rN] \"reason\" [fix @U] [by DAY] [tell owner]",
     "stops an onboarding",
     "The reason is kept and shown. Whoever is to fix it is reminded on the DAY. `check` asks "
     "again once it has been fixed."},
    {"undo", command_undo, false, "undo ONB-n", "takes an approval back",
     "Whoever gave it, or a manager, until provisioning begins."},
    {"claim", command_claim, false, "claim ONB-n", "says that you work on it",
     "The manager's timer stops, the director's does not."},
    {"release", command_release, false, "release ONB-n", "gives a claim back",
     "The manager's timer runs again, with at least four working hours."},
    {"snooze", command_snooze, false, "snooze ONB-n DURATION \"reason\"",
     "lets a question sleep for a while",
     "DURATION is 4h, 2d, 2bd (working days), tomorrow, a weekday, or a date like 2026-05-02. It "
     "is "
     "asked again then. The manager's timer moves, the director's does not."},
    {"assign", command_assign, false, "assign ONB-n @person", "gives a question to someone",
     "A manager's: to someone who may decide it. It is claimed in their name, and they are told."},
    {"nudge", command_nudge, false, "nudge ONB-n", "reminds those who can decide",
     "One line in the thread of the card, to whoever claimed it, else to the approvers."},
    {"why", command_why, true, "why ONB-n [CODE|timer]", "the findings and what they are made of",
     "With timer: the clock's ledger. Each with its inputs, the rule that fired and its "
     "thresholds. With a CODE: those of that "
     "code, "
     "whole."},
    {"timeline", command_timeline, true, "timeline ONB-n", "who did what and when", NULL},
    {"delegate", command_delegate, false, "delegate ONB-n|all @u|off [until DATE] [\"why\"]",
     "someone stands in for you",
     "For one onboarding or for all, a week unless a day is named. They hear of what waits for "
     "you, "
     "act with your role as well, and may approve nothing that you may not. `off` ends it."},
    {"ooo", command_ooo, false, "ooo on @delegate FROM TO [\"why\"] | off",
     "out of office: someone stands in",
     "From the first day to the last, both whole days in your zone. DATE is 2026-05-02, mon … sun, "
     "today or tomorrow. No clock stops meanwhile. Without a word: who stands in for you."},
    {"admin", command_admin, true, "admin rules|roles|calendar|health|deadletters",
     "how Usher is set up and how it is", "For admins, and for auditors to read."},
    {"task", command_task, false, "task list|done|block|skip|open ONB-n T-n [\"why\"]",
     "what is to be done for the customer",
     "list shows an onboarding's playbook: its tasks by stage, who does them and by when. block "
     "and "
     "skip need the reason. open takes any of them back."},
    {"stage", command_stage, false, "stage done ONB-n NAME", "says that a stage is done",
     "A beginning of its NAME is enough. It is refused while tasks of the stage are to be done."},
    {"pause", command_pause, false, "pause ONB-n \"reason\"", "the playbook stands still",
     "Nothing is due, overdue or reminded of until `resume`."},
    {"resume", command_resume, false, "resume ONB-n \"reason\"", "the playbook goes on",
     "What is still to do is due as much working time later as the pause took."},
    {"note", command_note, false, "note ONB-n \"text\"", "a comment in the timeline and the thread",
     "An approver's note claims an open question that nobody has claimed."},
    {"digest", command_digest, false, "digest [on|off|HH:MM]",
     "your daily summary, and when it comes",
     "Without a word: whether you get one, and when the next comes. Times are your own."},
    {0},
};

const struct route button_routes[] = {
    {"approve", button_approve, false, NULL, NULL, NULL},
    {"reject", button_reject, false, NULL, NULL, NULL},
    {"view", button_view, true, NULL, NULL, NULL},
    {"claim", button_claim, false, NULL, NULL, NULL},
    {"release", button_release, false, NULL, NULL, NULL},
    {"ask", button_ask, false, NULL, NULL, NULL},
    {"undo", button_undo, false, NULL, NULL, NULL},
    {"recheck", button_recheck, false, NULL, NULL, NULL},
    {"timer", button_timer, true, NULL, NULL, NULL},
    {"snooze", button_snooze, false, NULL, NULL, NULL},
    {"assign", button_assign, false, NULL, NULL, NULL},
    {"nudge", button_nudge, false, NULL, NULL, NULL},
    {"start", button_start, false, NULL, NULL, NULL},
    {"timeline", button_timeline, true, NULL, NULL, NULL},
    {"block", button_block, true, NULL, NULL, NULL},
    {"bulk", button_bulk, true, NULL, NULL, NULL},
    {"delegate", button_delegate, true, NULL, NULL, NULL},
    {"ooo", button_ooo, true, NULL, NULL, NULL},
    {"ooo_off", button_ooo_off, false, NULL, NULL, NULL},
    {0},
};

const struct route view_routes[] = {
    {"approve", view_approve_submitted, false, NULL, NULL, NULL},
    {"bulk", view_bulk_submitted, false, NULL, NULL, NULL},
    {"reject", view_reject_submitted, false, NULL, NULL, NULL},
    {"delegate", view_delegate_submitted, false, NULL, NULL, NULL},
    {"ooo", view_ooo_submitted, false, NULL, NULL, NULL},
    {"snooze", view_snooze_submitted, false, NULL, NULL, NULL},
    {"assign", view_assign_submitted, false, NULL, NULL, NULL},
    {"block", view_block_submitted, false, NULL, NULL, NULL},
    {0},
};

const struct route event_routes[] = {
    {"app_home_opened", event_app_home_opened, false, NULL, NULL, NULL},
    {"user_change", event_user_change, false, NULL, NULL, NULL},
    {"team_join", event_user_change, false, NULL, NULL, NULL},
    {"user_profile_changed", event_user_change, false, NULL, NULL, NULL},
    {"subteam_members_changed", event_subteam_members_changed, false, NULL, NULL, NULL},
    {"subteam_created", event_subteam_changed, false, NULL, NULL, NULL},
    {"subteam_updated", event_subteam_changed, false, NULL, NULL, NULL},
    {"subteam_self_added", event_subteam_changed, false, NULL, NULL, NULL},
    {"subteam_self_removed", event_subteam_changed, false, NULL, NULL, NULL},
    {"tokens_revoked", event_tokens_revoked, false, NULL, NULL, NULL},
    {"channel_shared", event_channel_shared, false, NULL, NULL, NULL},
    {"channel_unshared", event_channel_unshared, false, NULL, NULL, NULL},
    {"app_uninstalled", event_app_uninstalled, false, NULL, NULL, NULL},
    {"message", event_ignored, true, NULL, NULL, NULL},
    {"thread_reply", event_thread_reply, false, NULL, NULL, NULL}, /* of those messages */
    {"app_mention", event_ignored, true, NULL, NULL, NULL},
    {0},
};

/* Standing jobs and what must not be lost are tried for as long as it takes. */
#define FOR_EVER INT64_C(1000000000)
#define SECOND   1000
#define MINUTE   (60 * SECOND)

/* name, plan, finish, attempts, first and longest backoff, after an unknown outcome, died */
const struct job_kind job_kinds[] = {
    {"find_account", find_account_plan, find_account_finish, 6, SECOND, 30 * SECOND, UNKNOWN_REPEAT,
     find_account_died},
    {"run_checks", run_checks_plan, run_checks_finish, 8, 2 * SECOND, MINUTE, UNKNOWN_REPEAT,
     run_checks_died},
    {"poll_deals", poll_deals_plan, poll_deals_finish, FOR_EVER, 5 * SECOND, 5 * MINUTE,
     UNKNOWN_REPEAT, NULL},
    {"outage", outage_plan, outage_finish, FOR_EVER, 5 * SECOND, 5 * MINUTE, UNKNOWN_REPEAT, NULL},
    {"post_card", post_card_plan, posting_finish, 40, SECOND, 5 * MINUTE, UNKNOWN_ASK,
     post_card_died},
    {"post_dm", post_dm_plan, posting_finish, 20, SECOND, 5 * MINUTE, UNKNOWN_ASK, post_dm_died},
    {"post_desk", post_desk_plan, posting_finish, 20, SECOND, 5 * MINUTE, UNKNOWN_ASK,
     post_desk_died},
    {"post_note", post_note_plan, posting_finish, 40, SECOND, 5 * MINUTE, UNKNOWN_ASK,
     post_note_died},
    {"post_proceed", post_proceed_plan, posting_finish, 40, SECOND, 5 * MINUTE, UNKNOWN_ASK,
     post_proceed_died},
    {"edit_message", edit_message_plan, edit_message_finish, 40, SECOND, 5 * MINUTE, UNKNOWN_REPEAT,
     edit_message_died},
    {"mail_link", mail_link_plan, mail_link_finish, 10, SECOND, MINUTE, UNKNOWN_REPEAT, NULL},
    {"post_mail", post_mail_plan, post_mail_finish, 10, 5 * SECOND, 10 * MINUTE, UNKNOWN_DROP,
     post_mail_died},
    {"escalate", NULL, escalate_finish, 40, SECOND, MINUTE, UNKNOWN_REPEAT, escalate_died},
    {"remind", NULL, remind_finish, 40, SECOND, MINUTE, UNKNOWN_REPEAT, NULL},
    {"apply", NULL, apply_finish, FOR_EVER, SECOND, MINUTE, UNKNOWN_REPEAT, NULL},
    {"provision", provision_plan, provision_finish, 12, 2 * SECOND, 10 * MINUTE, UNKNOWN_REPEAT,
     provision_died},
    {"tell", tell_plan, tell_finish, 5, SECOND, 30 * SECOND, UNKNOWN_DROP, NULL},
    {"publish_home", publish_home_plan, publish_home_finish, 20, SECOND, 5 * MINUTE, UNKNOWN_REPEAT,
     NULL},
    {"learn_person", learn_person_plan, learn_person_finish, 10, SECOND, 5 * MINUTE, UNKNOWN_REPEAT,
     learn_person_died},
    {"sync_groups", sync_groups_plan, sync_groups_finish, FOR_EVER, 5 * SECOND, 5 * MINUTE,
     UNKNOWN_REPEAT, NULL},
    {"renew_grant", renew_grant_plan, renew_grant_finish, 40, 5 * SECOND, 10 * MINUTE,
     UNKNOWN_REPEAT, renew_grant_died},
    {"check_roles", NULL, check_roles_finish, FOR_EVER, MINUTE, 10 * MINUTE, UNKNOWN_REPEAT, NULL},
    {"sync_people", sync_people_plan, sync_people_finish, FOR_EVER, 5 * SECOND, 5 * MINUTE,
     UNKNOWN_REPEAT, NULL},
    {"learn_workspace", learn_workspace_plan, learn_workspace_finish, 10, 5 * SECOND, 5 * MINUTE,
     UNKNOWN_REPEAT, NULL},
    {"delegation", NULL, delegation_finish, 40, SECOND, MINUTE, UNKNOWN_REPEAT, NULL},
    {"audit_head", audit_head_plan, audit_head_finish, 40, SECOND, 5 * MINUTE, UNKNOWN_ASK,
     audit_head_died},
    {"plan_digests", NULL, plan_digests_finish, FOR_EVER, MINUTE, 10 * MINUTE, UNKNOWN_REPEAT,
     NULL},
    {"digest", digest_plan, digest_finish, 20, SECOND, 5 * MINUTE, UNKNOWN_ASK, digest_died},
    {"tell_folded", tell_folded_plan, tell_folded_finish, 10, SECOND, 5 * MINUTE, UNKNOWN_ASK,
     NULL},
    {"task_monitor", NULL, task_monitor_finish, FOR_EVER, MINUTE, 10 * MINUTE, UNKNOWN_REPEAT,
     NULL},
    {"post_overdue", post_overdue_plan, posting_finish, 20, SECOND, 5 * MINUTE, UNKNOWN_ASK,
     post_overdue_died},
    {"purge", NULL, purge_finish, FOR_EVER, MINUTE, 10 * MINUTE, UNKNOWN_REPEAT, NULL},
    {0},
};

const struct route *route_find(const struct route *table, const char *name)
{
    for (; table->name; table++)
        if (name && strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

const struct route *route_find_command(const char *verb)
{
    const struct route *found = NULL;
    if (!verb[0])
        return NULL;
    for (const struct route *row = command_routes; row->name; row++) {
        if (text_equal_fold(row->name, verb))
            return row;
        if (!text_has_prefix_fold(row->name, verb))
            continue;
        if (found)
            return NULL;
        found = row;
    }
    return found;
}

const struct job_kind *job_kind_find(const char *name)
{
    for (const struct job_kind *kind = job_kinds; kind->name; kind++)
        if (strcmp(kind->name, name) == 0)
            return kind;
    return NULL;
}

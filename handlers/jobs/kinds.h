/* The functions of the job kinds, one file a kind; the table that names them is in
 * handlers/routes.c. */
#ifndef HANDLERS_JOBS_KINDS_H
#define HANDLERS_JOBS_KINDS_H

#include "handlers/job.h"

typedef bool job_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err);
typedef struct job_outcome job_finish(struct turn *turn, const struct job *job, struct plan *plan);
typedef void job_died(struct turn *turn, const struct job *job, const char *reason);

job_plan find_account_plan, run_checks_plan, poll_deals_plan, outage_plan;
job_finish find_account_finish, run_checks_finish, poll_deals_finish, outage_finish;
job_died find_account_died, run_checks_died;

/* All posts end with posting_finish (posting.h). */
job_plan post_card_plan, post_dm_plan, post_desk_plan, post_note_plan, post_proceed_plan,
    edit_message_plan;
job_finish edit_message_finish;
job_died post_card_died, post_dm_died, post_desk_died, post_note_died, post_proceed_died,
    edit_message_died;

job_plan digest_plan, tell_folded_plan;
job_finish tell_folded_finish, digest_finish, plan_digests_finish;
job_died digest_died;

job_plan post_overdue_plan; /* ends with posting_finish */
job_finish task_monitor_finish;
job_died post_overdue_died;

job_plan mail_link_plan, post_mail_plan;
job_finish mail_link_finish, post_mail_finish;
job_died post_mail_died;

job_finish escalate_finish, apply_finish, remind_finish;
job_died escalate_died;

job_plan provision_plan, tell_plan, publish_home_plan, learn_person_plan, sync_groups_plan,
    sync_people_plan, learn_workspace_plan;
job_finish delegation_finish, provision_finish, tell_finish, publish_home_finish,
    learn_person_finish, sync_groups_finish, sync_people_finish, check_roles_finish, purge_finish,
    learn_workspace_finish;
job_died provision_died, learn_person_died;

job_plan audit_head_plan;
job_finish audit_head_finish;
job_died audit_head_died;

job_plan renew_grant_plan;
job_finish renew_grant_finish;
job_died renew_grant_died;

#endif

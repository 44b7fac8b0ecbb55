/* Who is in the workspace: the methods that tell it, and the events when it changes. */
#include "tests/scenario/fake_slack.h"

#include "tests/scenario/fake_slack_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 5 };

static const struct slack_person first_people[] = {
    {.id = MAYA, .name = "Maya", .email = "maya@corp.example", .approver = true},
    {.id = BO, .name = "Bo", .email = "bo@corp.example", .approver = true},
    {.id = LEE, .name = "Lee", .email = "lee@corp.example"},
    {.id = KIM, .name = "Kim", .email = "kim@corp.example"},
    {.id = FAY, .name = "Fay", .email = "fay@corp.example"},
    {.id = DEE, .name = "Dee", .email = "dee@corp.example"},
    {.id = ANA, .name = "Ana Silva", .email = "ana@corp.example"},
    {.id = RAJ, .name = "Raj", .email = "raj@corp.example"},
    {.id = GUS, .name = "Gus", .email = "gus@elsewhere.example", .guest = true},
};

void slack_directory_init(struct fake_slack *slack)
{
    memcpy(slack->people, first_people, sizeof first_people);
    slack->person_count = sizeof first_people / sizeof *first_people;
}

struct slack_person *slack_person(struct fake_slack *slack, const char *id)
{
    for (size_t i = 0; i < slack->person_count; i++)
        if (strcmp(slack->people[i].id, id) == 0)
            return &slack->people[i];
    return NULL;
}

struct slack_person *slack_person_add(struct fake_slack *slack, const char *id, const char *name)
{
    if (slack->person_count == SLACK_PEOPLE_MAX)
        abort();
    struct slack_person *person = &slack->people[slack->person_count++];
    *person = (struct slack_person){.id = id, .name = name, .email = ""};
    return person;
}

/* ---- what Slack says of a person ---- */

static const char *truth(bool value)
{
    return value ? "true" : "false";
}

static void write_person(const struct fake_slack *slack, const struct slack_person *person,
                         struct buf *out)
{
    bool gone =
        person->deleted || (slack->deactivated && strcmp(slack->deactivated, person->id) == 0);
    buf_fmt(out,
            "{\"id\":\"%s\",\"team_id\":\"%s\",\"name\":\"%s\",\"deleted\":%s,\"real_name\":\"%s\","
            "\"tz\":\"%s\",\"profile\":{\"real_name\":\"%s\",\"display_name\":\"%s\","
            "\"email\":\"%s\",\"status_emoji\":\"%s\",\"status_text\":\"%s\"},\"is_bot\":false,"
            "\"is_restricted\":%s,\"is_stranger\":%s,\"is_ultra_restricted\":false",
            person->id, person->team ? person->team : slack->team, person->name, truth(gone),
            person->name, person->zone ? person->zone : "UTC", person->name, person->name,
            person->email, person->status_emoji ? person->status_emoji : "",
            person->status_text ? person->status_text : "", truth(person->guest),
            truth(person->stranger));
    if (slack->enterprise)
        buf_fmt(out, ",\"enterprise_user\":{\"enterprise_id\":\"%s\",\"teams\":[\"%s\"]}",
                slack->enterprise, slack->team);
    buf_char(out, '}');
}

static void answer_person(struct fake_slack *slack, const struct slack_person *person,
                          const char *otherwise, struct sim_answer *answer)
{
    if (!person) {
        slack_refuse(answer, otherwise);
        return;
    }
    buf_str(&answer->body, "{\"ok\":true,\"user\":");
    write_person(slack, person, &answer->body);
    buf_str(&answer->body, "}");
}

static bool is_unlisted(const struct fake_slack *slack, const char *id)
{
    return slack->unlisted && strcmp(slack->unlisted, id) == 0;
}

void slack_users_info_answer(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    char user[64];
    slack_form(user, sizeof user, body, "user");
    if (is_unlisted(slack, user))
        slack_refuse(answer, "user_not_visible");
    else
        answer_person(slack, slack_person(slack, user), "user_not_found", answer);
}

void slack_users_by_email_answer(struct fake_slack *slack, const char *body,
                                 struct sim_answer *answer)
{
    char email[80];
    const struct slack_person *found = NULL;
    slack_form(email, sizeof email, body, "email");
    for (size_t i = 0; i < slack->person_count; i++)
        if (strcmp(slack->people[i].email, email) == 0 && !is_unlisted(slack, slack->people[i].id))
            found = &slack->people[i];
    answer_person(slack, found, "users_not_found", answer);
}

/* A token of a whole organisation tells nothing of people without the name of a workspace. */
static bool names_team(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    char team[64];
    slack_form(team, sizeof team, body, "team_id");
    if (!slack->org_wide && team[0])
        slack_trouble(slack, "a workspace is named where there is one alone: %s", team);
    if (!slack->org_wide || strcmp(team, slack->team) == 0)
        return true;
    slack_refuse(answer, team[0] ? "team_access_not_granted" : "missing_argument");
    return false;
}

void slack_teams_list_answer(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    (void)body;
    buf_fmt(&answer->body, "{\"ok\":true,\"teams\":[{\"id\":\"%s\",\"name\":\"One\"}]}",
            slack->team);
}

/* Pages of a few, whatever limit was asked for: the cursor is the place of the next. */
void slack_users_list_answer(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    char cursor[16];
    slack_form(cursor, sizeof cursor, body, "cursor");
    if (!names_team(slack, body, answer))
        return;
    size_t from = strtoul(cursor, NULL, 10), next = from + PAGE;
    const char *separator = "";
    buf_str(&answer->body, "{\"ok\":true,\"members\":[");
    for (size_t i = from; i < next && i < slack->person_count; i++) {
        if (is_unlisted(slack, slack->people[i].id))
            continue;
        buf_str(&answer->body, separator);
        write_person(slack, &slack->people[i], &answer->body);
        separator = ",";
    }
    buf_str(&answer->body, "],\"response_metadata\":{\"next_cursor\":\"");
    if (next < slack->person_count)
        buf_fmt(&answer->body, "%zu", next);
    buf_str(&answer->body, "\"}}");
}

void slack_group_users_answer(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    char group[64];
    slack_form(group, sizeof group, body, "usergroup");
    if (!names_team(slack, body, answer))
        return;
    if (strcmp(group, "S0APPROVE") != 0) {
        slack_refuse(answer, "no_such_subteam");
        return;
    }
    const char *separator = "";
    buf_str(&answer->body, "{\"ok\":true,\"users\":[");
    for (size_t i = 0; i < slack->person_count; i++)
        if (slack->people[i].approver) {
            buf_fmt(&answer->body, "%s\"%s\"", separator, slack->people[i].id);
            separator = ",";
        }
    buf_str(&answer->body, "]}");
}

/* ---- events ---- */

static struct slack_act *send_event(struct fake_slack *slack, const char *event)
{
    struct buf payload = {0};
    buf_fmt(&payload,
            "{\"type\":\"event_callback\",\"team_id\":\"%s\",\"event_id\":\"%%s\","
            "\"event\":%s}",
            slack->team, event);
    struct slack_act *act = slack_send(slack, "events_api", buf_cstr(&payload));
    buf_release(&payload);
    return act;
}

struct slack_act *slack_person_changed(struct fake_slack *slack, const char *id, const char *type)
{
    struct buf event = {0};
    buf_fmt(&event, "{\"type\":\"%s\",\"user\":", type);
    write_person(slack, slack_person(slack, id), &event);
    buf_str(&event, "}");
    struct slack_act *act = send_event(slack, buf_cstr(&event));
    buf_release(&event);
    return act;
}

struct slack_act *slack_approver_changed(struct fake_slack *slack, const char *id, bool member)
{
    struct buf event = {0};
    slack_person(slack, id)->approver = member;
    buf_fmt(&event,
            "{\"type\":\"subteam_members_changed\",\"subteam_id\":\"S0APPROVE\","
            "\"%s_users\":[\"%s\"]}",
            member ? "added" : "removed", id);
    struct slack_act *act = send_event(slack, buf_cstr(&event));
    buf_release(&event);
    return act;
}

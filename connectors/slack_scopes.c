/* What the bot asks of a workspace: the least that its methods and events need. */
#include "connectors/slack.h"

const struct slack_scope slack_scopes[] = {
    {"channels:history", "find a message again that may have been posted before a crash; hear what "
                         "is answered in the thread of a card"},
    {"channels:read", "whether a channel is shared with another organisation"},
    {"chat:write", "post cards and edit them"},
    {"commands", "the slash command"},
    {"groups:history", "the same where the channel is private"},
    {"groups:read", "the same of a private channel"},
    {"im:history", "find an escalation again that may have been sent before a crash"},
    {"im:write", "open the direct messages with a person, to escalate"},
    {"usergroups:read", "roles that user groups stand for"},
    {"users:read", "who is deactivated or a guest: they may decide nothing"},
    {"users:read.email", "from a deal's owner in Salesforce to a person in Slack"},
    {0},
};

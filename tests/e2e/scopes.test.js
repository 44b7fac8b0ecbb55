// The least that the bot may do in Slack: the manifest asks for the scopes of the methods that the connectors call and of
// the events it hears, and for no other. The sandbox gives its bot token those and no more, in every other test too.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SCOPES } from '../sandbox/slack/web_api.js';
import { scene } from './lib/scene.js';

// By Slack's documentation: what a bot token needs for the method, or for the event to be sent.
const METHODS = {
  'apps.connections.open': [], // the app's own token: connections:write
  'auth.test': [],
  'auth.teams.list': [],
  'oauth.v2.access': [], // the app's id and secret
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'oauth.v2.access': [], // before there is a token
  'conversations.open': ['im:write'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'views.open': [],
  'views.update': [],
  'views.publish': [],
  'users.info': ['users:read', 'users:read.email'], // the second for the address in it
  'users.list': ['users:read', 'users:read.email'],
  'users.lookupByEmail': ['users:read.email'],
  'usergroups.list': ['usergroups:read'],
  'oauth.v2.access': [],
  'usergroups.users.list': ['usergroups:read'],
};
const EVENTS = {
  app_home_opened: [],
  app_uninstalled: [],
  channel_shared: ['channels:read', 'groups:read'],
  channel_unshared: ['channels:read', 'groups:read'],
  tokens_revoked: [],
  subteam_created: ['usergroups:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  subteam_members_changed: ['usergroups:read'],
  subteam_self_added: ['usergroups:read'],
  subteam_self_removed: ['usergroups:read'],
  subteam_updated: ['usergroups:read'],
  team_join: ['users:read'],
  user_change: ['users:read'],
};

const connectors = fileURLToPath(new URL('../../connectors/', import.meta.url));

// The methods that connectors/slack*.c name: {.name = "chat.update", …}.
function methodsCalled() {
  const sources = readdirSync(connectors).filter((name) => /^slack\w*\.c$/.test(name)).map((name) => readFileSync(connectors + name, 'utf8'));
  return [...sources.join('').matchAll(/struct slack_method \w+ =\s*\{\s*\.name = "(\w+\.[\w.]+)"/g)].map(([, method]) => method);
}

scene('the manifest asks for the scopes that the methods and events need, each of them and no other', { bot: false }, async (stage) => {
  const { code, out } = await stage.usher('manifest');
  assert.equal(code, 0);
  const { features, oauth_config: { scopes }, settings } = JSON.parse(out);
  const [methods, events] = [methodsCalled(), settings.event_subscriptions.bot_events];
  assert.deepEqual(methods.toSorted(), Object.keys(METHODS).toSorted());
  assert.deepEqual(events.toSorted(), Object.keys(EVENTS).toSorted());
  const needed = new Set([...methods.flatMap((method) => METHODS[method]), ...events.flatMap((event) => EVENTS[event])]);
  if (features.slash_commands.length > 0) needed.add('commands');
  assert.deepEqual(scopes.bot.toSorted(), [...needed].toSorted());
  assert.deepEqual(Object.keys(scopes), ['bot'], 'no scope of a user');
  assert.deepEqual(SCOPES.toSorted(), scopes.bot.toSorted(), 'the sandbox gives its token others');
});

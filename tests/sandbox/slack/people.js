// Who is in the sandbox's workspace, and its ids.

export const TEAM = { id: 'T0SANDBOX', name: 'Corp', domain: 'corp-sandbox' };
export const addressOf = (team) => `https://${team.domain}.slack.com/`; // where the workspace opens in a browser
export const APP_ID = 'A0USHER';
export const BOT = { user: 'U0USHER', bot: 'B0USHER', name: 'usher' };
export const CHANNEL = 'C0ONBOARD';
export const DEAL_DESK = 'C0DEALDESK'; // where Legal and RevOps are told of what is theirs

const person = (id, real_name, title, tz, tz_offset, more = {}) => ({ id, real_name, title, tz, tz_offset, name: id.slice(2).toLowerCase(), ...more });

const PEOPLE = [
  person('U0MAYA', 'Maya Chen', 'Customer Success Manager', 'America/Toronto', -14400),
  person('U0BO', 'Bo Lindqvist', 'Customer Success Manager', 'Europe/Stockholm', 7200),
  person('U0LEE', 'Lee Osei', 'CS Manager', 'America/Toronto', -14400),
  person('U0KIM', 'Kim Haddad', 'CS Director', 'America/Los_Angeles', -25200),
  person('U0FAY', 'Fay Moreau', 'Finance', 'Europe/Paris', 7200),
  person('U0DEE', 'Dee Novak', 'Finance Director', 'Europe/Prague', 7200),
  person('U0ANA', 'Ana Silva', 'Account Executive', 'America/Toronto', -14400),
  person('U0RAJ', 'Raj Patel', 'Administrator', 'Asia/Kolkata', 19800, { is_admin: true }),
  person('U0GUS', 'Gus Weber', 'Guest', 'Europe/Berlin', 7200, { is_restricted: true }),
];

// The `user` object of the Web API.
function userObject(team, { id, name, real_name, title, tz, tz_offset, is_admin = false, is_restricted = false, is_bot = false }) {
  const email = is_bot ? undefined : `${name}@corp.example`;
  return {
    id, team_id: team.id, name, deleted: false, color: '9f69e7', real_name, tz, tz_label: tz, tz_offset,
    profile: { title, phone: '', real_name, real_name_normalized: real_name, display_name: name, display_name_normalized: name, status_text: '', status_emoji: '', status_expiration: 0, avatar_hash: 'g0', ...(email && { email }), team: team.id },
    ...(team.enterprise && { enterprise_user: { id: id.replace(/^U/, 'W'), enterprise_id: team.enterprise.id, enterprise_name: team.enterprise.name, is_admin: false, is_owner: false, teams: [team.id] } }),
    is_admin, is_owner: false, is_primary_owner: false, is_restricted, is_ultra_restricted: false, is_bot, is_app_user: false, updated: 1_700_000_000, is_email_confirmed: !is_bot, who_can_share_contact_card: 'EVERYONE',
  };
}

export function makeUsers(team = TEAM) {
  const usher = person(BOT.user, 'Usher', '', 'Etc/UTC', 0, { is_bot: true });
  return new Map([...PEOPLE, usher].map((one) => [one.id, userObject(team, one)]));
}

export const makeGroups = () => new Map([['S0APPROVE', { id: 'S0APPROVE', name: 'Approvers', handle: 'approvers', users: ['U0MAYA', 'U0BO'], date_delete: 0 }]]);

export const PEOPLE_IDS = PEOPLE.map((one) => one.id);
export const GUEST_IDS = PEOPLE.filter((one) => one.is_restricted).map((one) => one.id);

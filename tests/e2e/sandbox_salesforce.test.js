// The sandbox's Salesforce where a family is asked for: relations up and down in one query, parts of a composite request
// that lead to the next, objects and fields that an organisation lacks. What Salesforce would refuse is refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Data } from '../sandbox/data.js';
import { Salesforce } from '../sandbox/salesforce.js';

const account = (Id, ParentId, more = {}) => ({ Id, Name: Id, ParentId, OwnerId: '005A', ...more });
const FAMILY = {
  Account: [account('001T', null), account('001A', '001T'), account('001B', '001A'), account('001C', '001B'), account('001D', '001A', { IsDeleted: true }), account('001E', '001GONE'), account('001F', '001D')],
  User: [{ Id: '005A', Name: 'Ana', ManagerId: '005B' }, { Id: '005B', Name: 'Lee', ManagerId: null }],
  Opportunity: [{ Id: '006B', AccountId: '001B', IsWon: true }, { Id: '006C', AccountId: '001B', IsWon: true }, { Id: '006D', AccountId: '001C', IsWon: false }],
  AccountHistory: [{ Id: '0171', AccountId: '001A', Field: 'Owner', OldValue: '005B', NewValue: '005A', CreatedDate: '2026-04-10' }, { Id: '0172', AccountId: '001A', Field: 'Name', OldValue: 'a', NewValue: 'b', CreatedDate: '2026-04-11' }],
};

function organisation(describe = {}) {
  const data = new Data();
  data.add({ account: 'family', salesforce: { ...FAMILY, describe } }, 'family');
  const clock = { anchor: () => ({ day: '2026-04-20', ms: Date.parse('2026-04-20T12:00:00Z') }), now: () => Date.parse('2026-04-20T12:00:00Z') };
  const salesforce = new Salesforce({ data, clock, credentials: {} });
  const ask = (method, path, body) => {
    const { status, body: text } = salesforce.resource(method, `/services/data/v62.0/${path}`, { headers: {}, body: Buffer.from(JSON.stringify(body ?? null)) });
    return { status, body: JSON.parse(text) };
  };
  return {
    get: (path) => ask('GET', path),
    soql: (text, resource = 'query') => ask('GET', `${resource}?q=${encodeURIComponent(text)}`),
    composite: (...urls) => ask('POST', 'composite', { allOrNone: false, compositeRequest: urls.map((url, index) => ({ method: 'GET', url: `/services/data/v62.0/${url}`, referenceId: `p${index + 1}` })) }).body.compositeResponse,
  };
}

const ids = ({ body }) => body.records.map(({ Id }) => Id);
const refusal = ({ status, body }) => [status, body[0]?.errorCode];

describe('families in SOQL', () => {
  const { soql } = organisation();

  it('conditions follow relations upwards', () => {
    assert.deepEqual(ids(soql("SELECT Id FROM Account WHERE ParentId = '001A' OR Parent.ParentId = '001A' ORDER BY Id")), ['001B', '001C', '001F']);
    assert.deepEqual(ids(soql("SELECT Id FROM Account WHERE ParentId = '001A' ORDER BY Id", 'queryAll')), ['001B', '001D']);
    assert.deepEqual(soql("SELECT Parent.ParentId FROM Account WHERE Id = '001C'").body.records[0].Parent.ParentId, '001A');
    assert.equal(soql("SELECT Parent.ParentId FROM Account WHERE Id = '001T'").body.records[0].Parent, null);
  });

  it('five levels and no sixth', () => {
    const up = (levels) => `${'Parent.'.repeat(levels)}ParentId`;
    assert.equal(soql(`SELECT ${up(5)} FROM Account WHERE ${up(5)} = '001A'`).status, 200);
    assert.deepEqual(refusal(soql(`SELECT Id FROM Account WHERE ${up(6)} = '001A'`)), [400, 'MALFORMED_QUERY']);
  });

  it('a query in the query brings children, or null', () => {
    const { records } = soql("SELECT Id, (SELECT Id FROM Opportunities WHERE IsWon = true ORDER BY Id LIMIT 1) FROM Account WHERE Id IN ('001B', '001C') ORDER BY Id").body;
    assert.deepEqual(records[0].Opportunities.records.map(({ Id }) => Id), ['006B']);
    assert.equal(records[0].Opportunities.done, true);
    assert.equal(records[1].Opportunities, null);
  });

  it('what Salesforce would not take is refused', () => {
    for (const [query, code] of [
      ['SELECT Id, (SELECT Id FROM Deals) FROM Account', 'INVALID_TYPE'],
      ['SELECT Id, (SELECT Nope FROM Opportunities) FROM Account', 'INVALID_FIELD'],
      ['SELECT Id, (SELECT Id, (SELECT Id FROM Contracts) FROM ChildAccounts) FROM Account', 'MALFORMED_QUERY'],
      ['SELECT Id, (SELECT COUNT() FROM Opportunities) FROM Account', 'MALFORMED_QUERY'],
      ['SELECT Id, (SELECT Id FROM Opportunities FROM Account', 'MALFORMED_QUERY'],
      ["SELECT Id FROM AccountHistory WHERE NewValue = '005A'", 'INVALID_FIELD'],
      ["SELECT Id FROM Account WHERE Mother.Id = '001A'", 'INVALID_FIELD'],
    ]) assert.deepEqual(refusal(soql(query)), [400, code], query);
  });

  it('a history tells what changed', () => {
    const { records } = soql("SELECT Id, OldValue, NewValue, CreatedDate FROM AccountHistory WHERE AccountId = '001A' AND Field = 'Owner' ORDER BY CreatedDate DESC, Id LIMIT 200").body;
    assert.deepEqual(records.map(({ OldValue, NewValue }) => [OldValue, NewValue]), [['005B', '005A']]);
  });
});

describe('an organisation that lacks something', () => {
  it('an absent object is in no query, no describe and no relation', () => {
    const { get, soql } = organisation({ AccountHistory: { absent: true } });
    assert.deepEqual(refusal(soql('SELECT Id FROM AccountHistory')), [400, 'INVALID_TYPE']);
    assert.deepEqual(refusal(soql('SELECT Id, (SELECT Id FROM Histories) FROM Account')), [400, 'INVALID_TYPE']);
    assert.deepEqual(refusal(get('sobjects/AccountHistory/describe')), [404, 'NOT_FOUND']);
  });

  it('a missing field is not described and leads nowhere', () => {
    const { get, soql } = organisation({ Account: { missing: ['ParentId'] } });
    assert.ok(!get('sobjects/Account/describe').body.fields.some(({ name }) => name === 'ParentId'));
    assert.deepEqual(refusal(soql("SELECT Id FROM Account WHERE Parent.Name = 'x'")), [400, 'INVALID_FIELD']);
  });
});

describe('a chain in a composite request', () => {
  const { composite } = organisation();
  const up = (part) => `sobjects/Account/@{p${part}.ParentId}?fields=Id,ParentId`;

  it('goes up to the top, and there no further', () => {
    const parts = composite('sobjects/Account/001C?fields=Id,ParentId', up(1), up(2), up(3), up(4), up(5));
    assert.deepEqual(parts.map(({ httpStatusCode }) => httpStatusCode), [200, 200, 200, 200, 400, 400]);
    assert.equal(parts[3].body.Id, '001T');
    assert.equal(parts[4].body[0].errorCode, 'PROCESSING_HALTED');
  });

  it('ends at one that was deleted, or is not there', () => {
    const deleted = composite('sobjects/Account/001F?fields=ParentId', up(1), up(2));
    assert.deepEqual(deleted.map(({ httpStatusCode, body }) => [httpStatusCode, body[0]?.errorCode]).slice(1), [[404, 'ENTITY_IS_DELETED'], [400, 'PROCESSING_HALTED']]);
    assert.equal(composite('sobjects/Account/001E?fields=ParentId', up(1))[1].body[0].errorCode, 'NOT_FOUND');
  });
});

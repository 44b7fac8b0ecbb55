// One account, told by every kind of contract system: the verdict is the same, and `usher check` tries each.
import assert from 'node:assert/strict';
import { CLM_KINDS } from '../sandbox/config_file.js';
import { scene } from './lib/scene.js';

const today = '2026-04-20';
const [UNAVAILABLE, CONFIG] = [69, 78];
const clmLine = (out) => out.split('\n').find((line) => /^\S+ +CLM\b/.test(line)) ?? assert.fail(`no line of the CLM in\n${out}`);
const stageOf = (clm, configure) => ({ data: 'demo', bot: false, sandbox: { clm, today }, configure: (config) => { config.fetch = { attempts: 1 }; configure?.(config); } });

async function decide(stage, account) {
  const { code, out, err } = await stage.usher('decide', account, '--json', '--today', today);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

// Where contracts are Salesforce's, invoices name them by Salesforce's number.
function linkByNumber({ sandbox }) {
  for (const invoice of ['INV-101', 'INV-102']) sandbox.change({ path: `netsuite.invoice.${invoice}`, patch: { custbody_clm_contract: '00000001' } });
}

for (const kind of CLM_KINDS) {
  scene(`${kind}: usher check is let in, and ACME is decided as by every other kind`, stageOf(kind), async (stage) => {
    const check = await stage.usher('check');
    assert.equal(check.code, 0, check.out + check.err);
    assert.match(clmLine(check.out), /^ok .*lets us in/);
    if (kind === 'salesforce') linkByNumber(stage);
    const { verdict, level, findings, fix, sources } = await decide(stage, 'ACME');
    assert.deepEqual([verdict, level], ['ESCALATE', 'ESCALATE_WARN']);
    assert.deepEqual(findings.map((one) => [one.code, one.subject]), [['INVOICE_OVERDUE_ONE', 'INV-102']], JSON.stringify(findings));
    assert.match(fix, /^INV-102 paid/);
    assert.equal(sources.clm.ok, true);
  });
}

// ACME's record behind sixty of others: not on the first page.
function pushBack({ sandbox }) {
  const [acme] = sandbox.data.records('clm', 'records').filter(({ ironcladId }) => ironcladId === 'IC-101');
  const others = Array.from({ length: 60 }, (_, i) => ({ id: `rec-x${i}`, ironcladId: `IC-X${i}`, name: 'Another', properties: { status: { type: 'string', value: 'executed' } } }));
  sandbox.change({ path: 'clm.records.IC-101', remove: true });
  sandbox.change({ add: { account: 'Others', clm: { records: [...others, acme] } } });
}

scene('docusign: all pages are read, and an agreement whose party is named otherwise is found', stageOf('docusign'), async (stage) => {
  pushBack(stage);
  stage.sandbox.change({ path: 'salesforce.Account.001A0000001', patch: { Name: 'ACME Corporation' } });
  assert.equal((await decide(stage, '001A0000001')).level, 'ESCALATE_WARN');
  const { docusign } = stage.sandbox.clm;
  const { agreement } = docusign;
  docusign.agreement = (record) => ({ ...agreement.call(docusign, record), parties: [{ id: '1', name_in_agreement: 'ACME, Inc.' }] });
  const { level, findings } = await decide(stage, '001A0000001');
  assert.deepEqual([level, findings.map(({ code }) => code)], ['ESCALATE_WARN', ['INVOICE_OVERDUE_ONE']]);
});

const nobody = (config) => { config.clm.user_id = 'nobody'; };
scene('docusign: a user who never consented is told by check, and decides nothing', stageOf('docusign', nobody), async (stage) => {
  const check = await stage.usher('check');
  assert.equal(check.code, CONFIG);
  assert.match(clmLine(check.out), /^FAIL .*consented/);
  const { code, out } = await stage.usher('decide', 'ACME', '--json', '--today', today);
  assert.equal(code, UNAVAILABLE);
  assert.deepEqual([JSON.parse(out).level, JSON.parse(out).findings[0].code], ['BLOCK_DATA', 'SOURCE_UNAVAILABLE']);
});

scene('generic: a path without the contract needs to know where its id stands', stageOf('generic', ({ clm }) => { clm.path = '/contracts?account_id={account_id}&size=1'; delete clm.map.contract_id; }), async (stage) => {
  const { code, err } = await stage.usher('check');
  assert.equal(code, CONFIG);
  assert.match(err, /clm\.map\.contract_id: is missing; a clm\.path without \{contract_id\} needs it/);
  stage.configure(({ clm }) => { clm.map.contract_id = 'contract_id'; });
  assert.equal((await decide(stage, 'ACME')).level, 'ESCALATE_WARN');
});

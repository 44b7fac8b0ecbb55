// The clean account of the golden cases as records of Salesforce, NetSuite and the CLM, and what each word of
// golden_decisions.txt changes about them. What a case needs beyond records is in `setting` (the configuration, faults)
// and `past` (what our own store remembers).

export const TODAY = '2026-04-20';
const BASE = 'CAD';
const [RATE_SCALE, RATE_DIGITS] = [10n ** 10n, 10];

// Ids of the file are short; Salesforce's have 15 characters.
const salesforceId = (id) => id.replace(/\W/g, '').padEnd(15, '0');
const none = (value) => (value === 'none' ? null : value);
const number = (text) => (none(text) === null ? null : Number(text));
const minor = (amount) => BigInt(Math.round(amount * 100));
const property = (type, value) => ({ type, value });

export const ACCOUNT = salesforceId('001');
const [OWNER, MANAGER, FORMER, OTHER] = ['005', '009', '004', '007'].map(salesforceId);

const user = (Id, Name, more = {}) => ({
  Id, Name, Username: `${Name.toLowerCase()}@corp.example`, Email: `${Name.toLowerCase()}@corp.example`, IsActive: true, LastLoginDate: '2026-04-18T09:00:00Z',
  ManagerId: null, Title: 'AE', Department: 'Sales', TimeZoneSidKey: 'America/Toronto', ...more,
});

const deal = (Id, more = {}) => ({
  Id, AccountId: ACCOUNT, StageName: 'Closed Won', IsWon: true, IsClosed: true, CurrencyIsoCode: BASE, OwnerId: OWNER, Type: 'New Business', LastActivityDate: null, ...more,
});

function invoice(organisation, number, total, remaining, due) {
  const made = {
    id: String(5000 + organisation.invoices.length), tranId: number, entity: { id: '101' }, custbody_clm_contract: 'IC-1', tranDate: '2026-04-10', dueDate: due, currency: { id: BASE },
    exchangeRate: 1, subtotal: total, taxTotal: 0, total, amountPaid: null, amountRemaining: remaining, status: { id: 'A', refName: 'Open' }, email: 'ap@acme.example',
    terms: null, overrideInstallments: false, installment: { items: [] },
  };
  organisation.invoices.push(made);
  return made;
}

export function cleanOrganisation() {
  const organisation = {
    account: { Id: ACCOUNT, Name: 'ACME Corp', ParentId: null, OwnerId: OWNER, BillingCountry: 'Canada', Industry: 'Software', IsDeleted: false },
    relatives: [],
    users: [user(OWNER, 'Ana', { ManagerId: MANAGER }), user(MANAGER, 'Lee'), user(FORMER, 'Max', { ManagerId: MANAGER }), user(OTHER, 'Zoe', { ManagerId: MANAGER })],
    deals: [deal(salesforceId('006'), { Name: 'ACME 2026', Amount: 150000, CloseDate: '2026-03-31', ContractId: salesforceId('800') })],
    history: [],
    contracts: [{
      id: 'rec-1', ironcladId: 'IC-1', type: 'masterServicesAgreement', name: 'ACME MSA',
      properties: {
        status: property('string', 'executed'), salesforceContractId: property('string', salesforceId('800')), contractValue: property('monetaryAmount', { amount: 150000, currency: BASE }),
        effectiveDate: property('date', '2026-01-01'), expirationDate: property('date', '2026-12-31'), pendingSignatories: property('list', []),
      },
    }],
    invoices: [], terms: [], credits: [], deposits: [], rates: [],
    describe: {},
    invoiced: null, // INV-0 makes it that much in all
    setting: { absent: [], down: [], gone: false, fallbackManager: false, noRates: false },
    past: null, // {provisioned, started, seen}
  };
  invoice(organisation, 'INV-0', 0, 0, '2026-02-01');
  return organisation;
}

const owner = (organisation) => organisation.users[0];
const firstDeal = (organisation) => organisation.deals[0];
const properties = (organisation) => organisation.contracts[0].properties;
const lastInvoice = (organisation) => organisation.invoices.at(-1);
const remember = (organisation, what) => { organisation.past = { ...organisation.past, ...what }; };

function chosen(table, name, organisation) {
  if (!Object.hasOwn(table, name)) throw new Error(`"${name}" is none of ${Object.keys(table).join(', ')}`);
  table[name](organisation);
}

const OWNERS = {
  inactive: (organisation) => { owner(organisation).IsActive = false; },
  gone: (organisation) => { organisation.users.shift(); },
  'no-email': (organisation) => { owner(organisation).Email = null; },
  'no-username': (organisation) => { owner(organisation).Username = null; },
  queue: ({ account }) => { account.OwnerId = '00G000000000001'; },
  nobody: ({ account }) => { account.OwnerId = null; },
  'no-manager': (organisation) => { owner(organisation).ManagerId = null; },
  'fallback-manager': ({ setting }) => { setting.fallbackManager = true; },
  'other-than-deal': (organisation) => { firstDeal(organisation).OwnerId = OTHER; },
};

const FIELDS = {
  'billing country': ({ account }) => { account.BillingCountry = null; },
  industry: ({ account }) => { account.Industry = null; },
  contract: (organisation) => { firstDeal(organisation).ContractId = null; },
  'close date': (organisation) => { firstDeal(organisation).CloseDate = null; },
  title: (organisation) => { owner(organisation).Title = null; },
  department: (organisation) => { owner(organisation).Department = null; },
  'time zone': (organisation) => { owner(organisation).TimeZoneSidKey = null; },
};

// `count` accounts one above the other, from the account itself upwards or downwards; returns the last.
function chain(organisation, count, up) {
  let last = organisation.account;
  for (let at = 1; at <= count; at++) {
    const next = { Id: salesforceId(`001${up ? 'U' : 'D'}${at}`), Name: `Level ${at}`, ParentId: null, OwnerId: OWNER, IsDeleted: false };
    if (up) last.ParentId = next.Id;
    else next.ParentId = last.Id;
    organisation.relatives.push(next);
    last = next;
  }
  return last;
}

const FAMILIES = {
  cycle: (organisation) => { chain(organisation, 2, true).ParentId = ACCOUNT; },
  deep: (organisation) => chain(organisation, 6, true),
  'parent-gone': ({ account }) => { account.ParentId = salesforceId('001GONE'); },
};

function relative(organisation, { id, name, deleted = false, won }) {
  const made = { Id: salesforceId(id), Name: name, ParentId: null, OwnerId: OWNER, BillingCountry: 'Canada', Industry: 'Software', IsDeleted: deleted };
  if (won) organisation.deals.push(deal(salesforceId(`006${id}`), { AccountId: made.Id, Name: `${name} 2026`, Amount: 1000, CloseDate: '2026-03-31', ContractId: null }));
  return made;
}

function child(organisation, found) {
  const made = relative(organisation, found);
  made.ParentId = found.under ? salesforceId(found.under) : chain(organisation, Number(found.depth ?? 1) - 1, false).Id;
  organisation.relatives.push(made);
}

function parent(organisation, found) {
  const made = relative(organisation, found);
  chain(organisation, Number(found.depth ?? 1) - 1, true).ParentId = made.Id;
  made.ParentId = found.under ? salesforceId(found.under) : null;
  organisation.relatives.push(made);
}

function term(organisation, more) {
  const id = String(organisation.terms.length + 1);
  organisation.terms.push({ id, name: 'test', dateDriven: false, installment: false, splitEvenly: false, ...more });
  lastInvoice(organisation).terms = { id };
}

function credit(organisation, { number: tranId, unapplied, disputed = false, pending, deposit, currency = BASE }) {
  const list = deposit ? organisation.deposits : organisation.credits;
  const whose = deposit ? 'customer' : 'entity';
  list.push({
    id: String(7000 + list.length), tranId, [whose]: { id: '101' }, currency: { id: currency }, total: Number(unapplied), applied: 0, unapplied: Number(unapplied),
    approvalStatus: pending ? 'pending' : 'approved', disputed, tranDate: '2026-04-01',
  });
}

// [form (golden.js), what it changes]
export const WORDS = [
  ['invoice number:NAME total:AMOUNT remaining:AMOUNT due=DATE [tax=AMOUNT] [dated=DATE] [contract=NAME] [currency=CURRENCY] [rate=RATE] [void] [by-hand] [email=NONE]', (organisation, found) => {
    const made = invoice(organisation, found.number, number(found.total), number(found.remaining), none(found.due));
    if (found.tax) Object.assign(made, { taxTotal: number(found.tax), total: Number(minor(made.subtotal) + minor(number(found.tax))) / 100 });
    if (found.dated) made.tranDate = none(found.dated);
    if (found.contract) made.custbody_clm_contract = none(found.contract);
    if (found.currency) made.currency = { id: found.currency };
    if (found.rate) made.exchangeRate = Number(found.rate);
    if (found.void) made.status = { id: 'V', refName: 'Voided' };
    if (found['by-hand']) made.overrideInstallments = true;
    if (found.email) made.email = null;
  }],
  ['installment amount:AMOUNT remaining:AMOUNT due=DATE', (organisation, { amount, remaining, due }) => {
    const { items } = lastInvoice(organisation).installment;
    items.push({ seqNum: items.length + 1, dueDate: none(due), amount: number(amount), amountDue: number(remaining) });
  }],
  ['plan count:COUNT [even]', (organisation, { count, even = false }) => term(organisation, { installment: true, recurrenceCount: Number(count), splitEvenly: even })],
  ['term percent:COUNT days:COUNT', (organisation, { percent, days }) => term(organisation, { discountPercent: Number(percent), daysUntilExpiry: Number(days) })],
  ['term percent:COUNT day=COUNT', (organisation, { percent, day }) => term(organisation, { dateDriven: true, discountPercentDateDriven: Number(percent), dayDiscountExpires: Number(day) })],
  ['credit number:NAME unapplied:AMOUNT [disputed] [pending] [deposit] [currency=CURRENCY]', credit],
  ['invoiced amount:AMOUNT', (organisation, { amount }) => { organisation.invoiced = number(amount); }],
  ['no invoices', (organisation) => { organisation.invoices = []; }],
  ['no contract', (organisation) => { organisation.contracts = []; }],
  ['contract value=AMOUNT [currency=CURRENCY]', (organisation, { value, currency = BASE }) => { properties(organisation).contractValue.value = none(value) && { amount: number(value), currency }; }],
  ['contract expires=DATE', (organisation, { expires }) => { properties(organisation).expirationDate.value = none(expires); }],
  ['contract effective=DATE', (organisation, { effective }) => { properties(organisation).effectiveDate.value = none(effective); }],
  ['contract pending=TEXT', (organisation, { pending }) => { properties(organisation).pendingSignatories.value = [pending]; }],
  ['contract status:NAME', (organisation, { status }) => { properties(organisation).status.value = status; }],
  ['schedule word:NAME', (organisation, { word }) => { properties(organisation).billingSchedule = property('string', word); }],
  ['covers nobody', (organisation) => { properties(organisation).coveredAccounts = property('list', []); }],
  ['covers ids:NAME…', (organisation, { ids }) => { properties(organisation).coveredAccounts = property('list', ids.map(salesforceId)); }],
  ['amount amount:AMOUNT [currency:CURRENCY]', (organisation, { amount, currency = BASE }) => Object.assign(firstDeal(organisation), { Amount: number(amount), CurrencyIsoCode: currency })],
  ['closed on:DATE', (organisation, { on }) => { firstDeal(organisation).CloseDate = none(on); }],
  ['activity on:DATE', (organisation, { on }) => { firstDeal(organisation).LastActivityDate = none(on); }],
  ['deal none', (organisation) => { organisation.deals = []; }],
  ['deal foreign', (organisation) => {
    firstDeal(organisation).AccountId = salesforceId('002');
    organisation.relatives.push({ Id: salesforceId('002'), Name: 'Somebody else', OwnerId: OWNER, IsDeleted: false });
  }],
  ['deal id:NAME amount:AMOUNT [currency:CURRENCY] closed=DATE [contract=NAME] [type=NAME]', (organisation, { id, amount, currency = BASE, closed, contract = 'none', type = 'New Business' }) => {
    const more = { Name: id, Amount: number(amount), CurrencyIsoCode: currency, CloseDate: none(closed), ContractId: contract === 'none' ? null : salesforceId(contract), Type: type };
    organisation.deals.push(deal(salesforceId(`006${id}`), more));
  }],
  ['owner login=DATE', (organisation, { login }) => { owner(organisation).LastLoginDate = none(login) && `${login}T09:00:00Z`; }],
  ['owner history-unknown', ({ describe }) => { describe.AccountHistory = { absent: true }; }],
  ['owner what:NAME', (organisation, { what }) => chosen(OWNERS, what, organisation)],
  ['changed seen=DATE', (organisation, { seen }) => remember(organisation, { seen })],
  ['changed on:DATE', ({ history }, { on }) => { history.push({ Id: salesforceId(`017${history.length}`), AccountId: ACCOUNT, Field: 'Owner', OldValue: FORMER, NewValue: OWNER, CreatedDate: `${on}T09:00:00Z` }); }],
  ['child id:NAME name:NAME [won] [deleted] [depth=COUNT] [under=NAME]', child],
  ['parent id:NAME name:NAME [won] [deleted] [depth=COUNT] [under=NAME]', parent],
  ['family unknown', ({ describe }) => { describe.Account = { missing: ['ParentId'] }; }],
  ['family what:NAME', (organisation, { what }) => chosen(FAMILIES, what, organisation)],
  ['rate unknown', ({ setting }) => { setting.noRates = true; }],
  ['rate currency:CURRENCY date:DATE rate:RATE', ({ rates }, { currency, date, rate }) => { rates.push({ baseCurrency: BASE, transactionCurrency: currency, effectiveDate: date, exchangeRate: Number(rate) }); }],
  ['account gone', ({ setting }) => { setting.gone = true; }],
  ['account deleted', ({ account }) => { account.IsDeleted = true; }],
  ['missing field:TEXT', (organisation, { field }) => chosen(FIELDS, field, organisation)],
  ['source name:NAME down', ({ setting }, { name }) => { setting.down.push(name); }],
  ['source name:NAME absent', ({ setting }, { name }) => { setting.absent.push(name); }],
  ['provisioned', (organisation) => remember(organisation, { provisioned: true })],
  ['started id:NAME', (organisation, { id }) => remember(organisation, { started: salesforceId(id) })],
];

// What the store remembers was decided by on an earlier day: the deal that was asked for alone, invoiced in full where it
// has been provisioned since, else without an invoice yet, which waits for a person; the account in other hands where our
// snapshots are to show a change.
export function pastOf(organisation) {
  const { provisioned, started, seen } = organisation.past;
  const then = cleanOrganisation();
  const asked = organisation.deals.find(({ Id }) => Id === (started ?? firstDeal(organisation).Id));
  then.deals = [{ ...asked, ContractId: firstDeal(then).ContractId }];
  if (!provisioned) then.invoices = [];
  if (seen) then.account.OwnerId = then.deals[0].OwnerId = FORMER;
  return { organisation: then, day: seen ?? asked.CloseDate, provisioned: Boolean(provisioned) };
}

// As the bot converts amounts: to the nearest cent, halves away from zero.
function inBase({ subtotal, currency, exchangeRate }) {
  if (currency.id === BASE) return minor(subtotal);
  const [whole, part = ''] = String(exchangeRate).split('.');
  return (minor(subtotal) * BigInt(whole + part.padEnd(RATE_DIGITS, '0')) + RATE_SCALE / 2n) / RATE_SCALE;
}

// INV-0, paid, is what the other invoices leave of the contract's value, or of what is said to be invoiced in all.
function fill({ invoices, invoiced, contracts, deals }) {
  const [first, ...others] = invoices;
  if (first?.tranId !== 'INV-0') return;
  const value = contracts[0]?.properties.contractValue.value;
  const [amount, currency] = value ? [value.amount, value.currency] : [deals[0]?.Amount ?? null, deals[0]?.CurrencyIsoCode];
  const wanted = invoiced ?? (currency === BASE ? amount : null);
  if (wanted === null) return;
  const counted = others.filter(({ status, custbody_clm_contract: contract }) => status.id !== 'V' && contract === 'IC-1');
  const left = minor(wanted) - counted.reduce((sum, one) => sum + inBase(one), 0n);
  first.subtotal = first.total = Number(left > 0n ? left : 0n) / 100;
}

const currency = (id) => ({ id, name: id, symbol: id, isBaseCurrency: id === BASE, currencyPrecision: id === 'JPY' ? 0 : 2 });

// The organisation as an account file of the sandbox.
export function accountFile(organisation) {
  const { account, relatives, users, deals, history, contracts, invoices, terms, credits, deposits, rates, describe } = organisation;
  fill(organisation);
  const used = new Set([BASE, ...[...invoices, ...credits, ...deposits].map((one) => one.currency.id), ...rates.map((one) => one.transactionCurrency)]);
  return {
    account: 'ACME Corp',
    salesforce: {
      Account: [account, ...relatives], User: users, Opportunity: deals, AccountHistory: history, describe,
      Contract: [{ Id: salesforceId('800'), AccountId: ACCOUNT, ContractNumber: '00000800', Status: 'Activated', StartDate: '2026-01-01', EndDate: '2026-12-31', ContractTerm: 12 }],
    },
    netsuite: {
      customer: [{ id: '101', companyName: 'ACME Corp', externalId: ACCOUNT, email: 'ap@acme.example' }],
      currency: [...used].map(currency), currencyRate: rates, invoice: invoices, term: terms, creditMemo: credits, customerDeposit: deposits,
    },
    clm: { records: contracts },
  };
}

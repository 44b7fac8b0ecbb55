// One large account for the measurement of a fetch, as an account file of the sandbox: a family with subsidiaries, and
// invoices in two currencies of which some are late, in installments, credited or in dispute.

export const NAME = 'Aurora Holdings';
export const ID = '001A0009000';

const SUBSIDIARIES = 12;
export const DEALS = 1 + SUBSIDIARIES / 3; // accounts with one of their own
const INVOICES = 40;
const CONTRACT = { sf: '800A0009000', clm: 'IC-9000', value: 2_000_000 };
const EACH = 45_000;

const many = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const digits = (i) => String(i).padStart(3, '0');

const user = (Id, Name, ManagerId) => ({
  Id, Name, Username: `${Id}@corp.example`.toLowerCase(), Email: `${Id}@corp.example`.toLowerCase(), IsActive: true, LastLoginDate: '@today-2d', ManagerId, Title: 'Account Executive', Department: 'Sales', TimeZoneSidKey: 'America/Toronto',
});

const account = (Id, Name, ParentId) => ({ Id, Name, ParentId, OwnerId: '005A0009001', BillingCountry: 'Canada', Industry: 'Energy', IsDeleted: false, CreatedDate: '@today-200d', LastModifiedDate: '@today-20d', SystemModstamp: '@today-20d' });

const deal = (Id, AccountId, Name, Amount, ContractId) => ({
  Id, AccountId, Name, StageName: 'Closed Won', IsWon: true, IsClosed: true, Amount, CurrencyIsoCode: 'CAD', CloseDate: '@today-20d', ContractId, OwnerId: '005A0009001', Type: 'New Business', LastActivityDate: '@today-3d', SystemModstamp: '@today-20d',
});

const subsidiary = (i) => `001A00091${String(i).padStart(2, '0')}`;

function salesforce() {
  return {
    Account: [account(ID, NAME, null), ...many(SUBSIDIARIES, (i) => account(subsidiary(i), `Aurora Unit ${i + 1}`, ID))],
    User: [user('005A0009001', 'Ines Roy', '005A0009002'), user('005A0009002', 'Jon Park', '005A0009003'), user('005A0009003', 'Mia Cole', null)],
    // The deal of the family, an extension, and one of every third subsidiary.
    Opportunity: [
      deal('006A0009000', ID, `${NAME} 2026`, CONTRACT.value, CONTRACT.sf), deal('006A0009001', ID, `${NAME} extension`, 200_000, CONTRACT.sf),
      ...many(DEALS - 1, (i) => deal(`006A00091${String(i).padStart(2, '0')}`, subsidiary(3 * i), `Aurora Unit ${3 * i + 1} 2026`, 30_000, null)),
    ],
    Contract: [{ Id: CONTRACT.sf, AccountId: ID, ContractNumber: '00009000', Status: 'Activated', StartDate: '@today-20d', EndDate: '@today+345d', ContractTerm: 12 }],
  };
}

const DUE = ['@today-20d', '@today-9d', '@today+5d', '@today+12d', '@today+19d', '@today+26d']; // of those that are open

// Every fourth is in US dollars, every fifth in four installments.
function invoice(i) {
  const abroad = i % 4 === 3;
  const due = DUE[i - (INVOICES - DUE.length)];
  const open = due !== undefined;
  const total = abroad ? EACH / 1.5 : EACH;
  const left = open ? total : 0;
  const part = total / 4;
  return {
    id: `59${digits(i)}`, tranId: `INV-9${digits(i)}`, entity: { id: '190' }, custbody_clm_contract: CONTRACT.clm, tranDate: `@today-${120 - i}d`, dueDate: due ?? '@today-60d',
    currency: abroad ? { id: '2', refName: 'USD' } : { id: '1', refName: 'CAD' }, exchangeRate: abroad ? 1.5 : 1, subtotal: total, taxTotal: 0, total, amountPaid: total - left, amountRemaining: left,
    status: open ? { id: 'A', refName: 'Open' } : { id: 'B', refName: 'Paid In Full' }, email: 'ap@aurora.example', terms: { id: i % 5 === 0 ? '2' : '1' }, overrideInstallments: false,
    installment: { items: i % 5 === 0 ? many(4, (n) => ({ seqNum: n + 1, dueDate: `@today+${30 * n + 10}d`, amount: part, amountDue: open ? part : 0 })) : [] },
  };
}

function netsuite() {
  return {
    customer: [{ id: '190', companyName: NAME, externalId: ID, email: 'ap@aurora.example' }],
    invoice: many(INVOICES, invoice),
    term: [
      { id: '1', name: 'Net 30', dateDriven: false, daysUntilNetDue: 30, daysUntilExpiry: null, discountPercent: null, installment: false },
      { id: '2', name: 'Four parts', dateDriven: false, daysUntilNetDue: 30, daysUntilExpiry: null, discountPercent: null, installment: true, recurrenceCount: 4, splitEvenly: true },
    ],
    creditMemo: many(6, (i) => ({ id: `79${digits(i)}`, tranId: `CM-9${digits(i)}`, entity: { id: '190' }, currency: { id: '1' }, total: 1000, applied: i % 2 ? 1000 : 0, unapplied: i % 2 ? 0 : 1000, approvalStatus: 'approved', disputed: false, tranDate: '@today-5d' })),
    currency: [{ id: '1', name: 'Canadian Dollar', symbol: 'CAD', isBaseCurrency: true, currencyPrecision: 2 }, { id: '2', name: 'US Dollar', symbol: 'USD', isBaseCurrency: false, currencyPrecision: 2 }],
    currencyRate: many(130, (i) => ({ baseCurrency: 'CAD', transactionCurrency: 'USD', effectiveDate: `@today-${i}d`, exchangeRate: 1.5 + (i % 5) / 1000 })),
  };
}

function clm() {
  const text = (value) => ({ type: 'string', value });
  const day = (value) => ({ type: 'date', value });
  return {
    records: [{
      id: 'rec-9000', ironcladId: CONTRACT.clm, type: 'masterServicesAgreement', name: `${NAME} MSA`,
      properties: {
        status: text('executed'), salesforceContractId: text(CONTRACT.sf), contractValue: { type: 'monetaryAmount', value: { amount: CONTRACT.value, currency: 'CAD' } }, effectiveDate: day('@today-20d'), expirationDate: day('@today+345d'),
        coveredAccounts: { type: 'list', value: many(SUBSIDIARIES - 2, subsidiary) }, pendingSignatories: { type: 'list', value: [] }, billingSchedule: text('phased'),
      },
    }],
  };
}

export const largeAccount = () => ({ account: NAME, salesforce: salesforce(), netsuite: netsuite(), clm: clm() });

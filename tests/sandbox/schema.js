// The records that account files may hold: every object's fields, in the real systems' own names, and their types.
// What is not listed here is an error at start, but for custom fields (Salesforce ...__c, NetSuite custbody_..., custentity_...).
//
// Types: id, string, number, integer, boolean, date, datetime, reference ({"id","refName"}), and objects of these.

const spread = (type, names) => Object.fromEntries(names.split(' ').map((name) => [name, type]));

const sfStamps = { ...spread('datetime', 'CreatedDate LastModifiedDate SystemModstamp'), IsDeleted: 'boolean' };

export const SALESFORCE = {
  Account: {
    ...spread('string', 'Name Type Industry BillingStreet BillingCity BillingState BillingPostalCode BillingCountry AccountNumber Website Phone CurrencyIsoCode Description'),
    ...spread('id', 'Id ParentId OwnerId'),
    AnnualRevenue: 'number', NumberOfEmployees: 'integer', LastActivityDate: 'date', ...sfStamps,
  },
  User: {
    ...spread('string', 'Name FirstName LastName Username Email Title Department TimeZoneSidKey UserType'),
    ...spread('id', 'Id ManagerId ProfileId'),
    IsActive: 'boolean', LastLoginDate: 'datetime', ...sfStamps,
  },
  Opportunity: {
    ...spread('string', 'Name StageName CurrencyIsoCode Type ForecastCategory LeadSource NextStep Description'),
    ...spread('id', 'Id AccountId ContractId OwnerId'),
    ...spread('boolean', 'IsWon IsClosed HasOverdueTask'),
    Amount: 'number', Probability: 'number', AgeInDays: 'integer',
    ...spread('date', 'CloseDate LastActivityDate'), LastStageChangeDate: 'datetime', ...sfStamps,
  },
  Contract: {
    ...spread('string', 'ContractNumber Status StatusCode Description'),
    ...spread('id', 'Id AccountId OwnerId'),
    ...spread('date', 'StartDate EndDate CustomerSignedDate CompanySignedDate'),
    ActivatedDate: 'datetime', ContractTerm: 'integer', ...sfStamps,
  },
  AccountHistory: {
    ...spread('string', 'Field OldValue NewValue'), ...spread('id', 'Id AccountId CreatedById'), CreatedDate: 'datetime', IsDeleted: 'boolean',
  },
};

// Kept by the sandbox itself: the organisation that the running user belongs to.
export const SALESFORCE_OWN = {
  Organization: { ...spread('string', 'Name InstanceName OrganizationType DefaultLocaleSidKey TimeZoneSidKey'), Id: 'id', IsSandbox: 'boolean' },
};

const nsMoney = (names) => spread('money', names);

export const NETSUITE = {
  customer: { ...spread('string', 'companyName entityId externalId email'), id: 'id', isInactive: 'boolean', ...spread('reference', 'currency subsidiary terms') },
  invoice: {
    id: 'id', ...spread('string', 'tranId email memo externalId'),
    ...spread('date', 'tranDate dueDate discountDate'), lastModifiedDate: 'datetime', createdDate: 'datetime',
    ...spread('reference', 'entity currency status terms approvalStatus subsidiary opportunity createdFrom'),
    exchangeRate: 'number', ...nsMoney('subtotal taxTotal total amountPaid amountRemaining discountAmount'), overrideInstallments: 'boolean',
    installment: { items: [{ seqNum: 'integer', dueDate: 'date', ...nsMoney('amount amountDue amountPaid baseAmount baseAmountDue'), status: 'string' }] },
  },
  term: {
    id: 'id', name: 'string', ...spread('boolean', 'dateDriven installment splitEvenly isInactive'),
    ...spread('integer', 'daysUntilNetDue daysUntilExpiry dayOfMonthNetDue dayDiscountExpires dueNextMonthIfWithinDays recurrenceCount repeatEvery'),
    discountPercent: 'number', discountPercentDateDriven: 'number', recurrenceFrequency: 'reference',
    percentages: { items: [{ installmentLineNum: 'integer', percentage: 'number' }] },
  },
  creditMemo: {
    id: 'id', ...spread('string', 'tranId memo externalId approvalStatus'), ...spread('reference', 'entity currency status createdFrom'),
    exchangeRate: 'number', ...nsMoney('subtotal taxTotal total applied unapplied amountRemaining amountPaid'), disputed: 'boolean',
    tranDate: 'date', lastModifiedDate: 'datetime',
    apply: { items: [{ apply: 'boolean', doc: 'reference', ...nsMoney('amount due total'), refNum: 'string', applyDate: 'date' }] },
  },
  customerDeposit: {
    id: 'id', ...spread('string', 'tranId memo externalId approvalStatus'), ...spread('reference', 'customer entity currency status salesOrder'),
    exchangeRate: 'number', ...nsMoney('payment total applied unapplied amountRemaining'), disputed: 'boolean', tranDate: 'date', lastModifiedDate: 'datetime',
  },
  currency: { id: 'id', ...spread('string', 'name symbol displaySymbol'), isBaseCurrency: 'boolean', isInactive: 'boolean', exchangeRate: 'number', currencyPrecision: 'integer' },
  currencyRate: { id: 'id', ...spread('string', 'baseCurrency transactionCurrency'), effectiveDate: 'date', exchangeRate: 'number' },
};

export const CLM = {
  records: {
    id: 'id', ...spread('string', 'ironcladId type name parentId'), lastUpdated: 'datetime', properties: 'properties',
    childIds: 'any', links: 'any', source: 'any', attachments: 'any',
  },
};

export const RATES = { published: { currency: 'string', date: 'date', value: 'number' } };

export const SYSTEMS = { salesforce: SALESFORCE, netsuite: NETSUITE, clm: CLM, rates: RATES };

const CUSTOM = { salesforce: /^[A-Za-z][A-Za-z0-9_]*__[cr]$/, netsuite: /^(custbody|custentity|custrecord|custcol)_?[a-z0-9_]*$/, clm: /^$/, rates: /^$/ };

// The type of a field, 'custom' for a custom one, undefined where there is no such field.
export function fieldType(system, object, field) {
  const fields = SYSTEMS[system][object];
  if (Object.hasOwn(fields, field)) return fields[field];
  return CUSTOM[system].test(field) ? 'custom' : undefined;
}

// Members that identify a record; objects without one are told apart by nothing.
export const ID_FIELD = { salesforce: 'Id', netsuite: 'id', clm: 'id', rates: 'id' };
export const WITHOUT_ID = new Set(['currencyRate', 'published']);

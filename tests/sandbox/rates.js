// Exchange rates as the European Central Bank's data interface publishes them: units of a currency for one EUR, in CSV.
import { dayOf, isDay } from './dates.js';
import { text } from './http.js';

const SERIES = /^\/service\/data\/EXR\/D\.([A-Z]{3}(?:\+[A-Z]{3})*)\.EUR\.SP00\.A$/;
const COLUMNS = 'KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,OBS_CONF,DECIMALS,TITLE,TITLE_COMPL,UNIT,UNIT_MULT';

export class Rates {
  constructor({ data, clock }) {
    Object.assign(this, { data, clock });
    this.asked = 0;
  }

  handle(request) {
    if (request.method !== 'GET') return text(405, 'Use GET.');
    const series = SERIES.exec(request.path);
    if (!series) return text(404, 'No such series.');
    const [from, to] = ['startPeriod', 'endPeriod'].map((name) => request.query.get(name));
    if (!isDay(from ?? '') || !isDay(to ?? '')) return text(400, 'startPeriod and endPeriod must be days, YYYY-MM-DD.');
    if (request.query.get('format') !== 'csvdata') return text(406, 'format must be csvdata.');
    this.asked += 1;
    const rows = this.rows(series[1].split('+')).filter(({ date }) => date >= from && date <= to);
    if (rows.length === 0) return text(404, 'No results found.');
    return { status: 200, headers: { 'content-type': 'application/vnd.sdmx.data+csv;version=1.0.0' }, body: [COLUMNS, ...rows.map(line), ''].join('\r\n') };
  }

  // A series after the other, each by day.
  rows(currencies) {
    const anchor = this.clock.anchor();
    const all = this.data.records('rates', 'published').map((record) => ({ ...record, date: dayOf(record.date, anchor) }));
    return [...new Set(currencies)].flatMap((currency) => all.filter((row) => row.currency === currency).sort((left, right) => (left.date < right.date ? -1 : 1)));
  }
}

const line = ({ currency, date, value }) => `EXR.D.${currency}.EUR.SP00.A,D,${currency},EUR,SP00,A,${date},${value},A,F,4,${currency}/Euro,"ECB reference exchange rate, ${currency}/Euro, 2:15 pm (C.E.T.)",${currency},0`;

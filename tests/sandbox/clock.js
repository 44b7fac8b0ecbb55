// The sandbox's two clocks. `now` is what people and records see and may run faster than the machine
// (a demo day in ten seconds); `machine` is what deadlines of the wire are counted in and never does.

const DAY_MS = 86_400_000;

export const isoDay = (ms) => new Date(ms).toISOString().slice(0, 10);

export class Clock {
  // `from`: the instant (ms) at which `speed` takes hold. `today`: the day that records' relative dates count from.
  constructor({ speed = 1, from = Date.now(), today = null } = {}) {
    if (!(speed > 0)) throw new Error(`clock speed ${speed} is not above 0`);
    this.speed = speed;
    this.from = from;
    this.fixedDay = today;
  }

  now() {
    return Math.floor(this.from + (Date.now() - this.from) * this.speed);
  }

  machine() {
    return performance.now();
  }

  // What "@today" and "@now" stand for. On a scaled clock they keep to the day it began: an invoice that is due
  // "@today-12d" must grow older as demo days pass, not be due on another day at every request.
  anchor() {
    const now = this.speed === 1 ? this.now() : this.from;
    if (this.fixedDay === null) return { day: isoDay(now), now };
    return { day: this.fixedDay, now: Date.parse(this.fixedDay) + (now % DAY_MS) };
  }

  // Real time differs between two processes by a little; on a scaled clock by that much more.
  tolerance(machineMs) {
    return machineMs * Math.max(1, this.speed);
  }

  describe() {
    return { now: this.now(), from: this.from, speed: this.speed, today: this.anchor().day };
  }
}

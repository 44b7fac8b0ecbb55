// Randomness that can be played again: the seed is printed with a failure and taken from USHER_SEED.
import { randomInt } from 'node:crypto';

export const seedOf = () => Number(process.env.USHER_SEED ?? randomInt(2 ** 31));

// mulberry32. below(n): 0…n-1; pick(list); chance(p).
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, between: (low, high) => low + below(high - low), pick: (list) => list[below(list.length)], chance: (p) => next() < p };
}

import { describe, expect, test } from '@jest/globals';
import { LEAST_ROUNDS, soakVerdict } from '../../bench/soak-verdict.js';

/** 100 rounds of 200 MB that wobble by 3 MB. */
const flat = Array.from({ length: 100 }, (_, i) => ({
  bytes: 200e6 + 3e6 * Math.sin(7 * i),
  heap: 9.3e6,
  files: 20,
  threads: 12,
  handles: 3,
}));

describe('soakVerdict', () => {
  test('passes flat rounds after any warming up', () => {
    const warm = flat.map((round, i) => ({
      ...round,
      bytes: round.bytes - (i < 20 ? 1e8 : 0),
      files: i < 5 ? 40 : 20,
    }));
    expect(soakVerdict(warm).passed).toBe(true);
  });

  test('fails a leak of 100 kB a round, and says so', () => {
    const leaking = flat.map((round, i) => ({ ...round, bytes: round.bytes + 1e5 * i }));
    const { passed, text } = soakVerdict(leaking);
    expect(passed).toBe(false);
    const slope = Number(/slope ([\d.]+) kB/.exec(text)![1]);
    expect(slope).toBeGreaterThan(90);
    expect(slope).toBeLessThan(110);
  });

  test.each(['files', 'threads', 'handles'] as const)('fails one that never comes back of %s', (kind) => {
    const lost = flat.map((round, i) => ({ ...round, [kind]: round[kind] + (i > 60 ? 1 : 0) }));
    expect(soakVerdict(lost).passed).toBe(false);
  });

  test('fails too few rounds', () => {
    expect(soakVerdict(flat.slice(0, LEAST_ROUNDS - 1)).text).toContain('too few');
  });
});

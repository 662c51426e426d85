import { expect, test } from '@jest/globals';
import { interruptible } from '../../src/cli/interrupt.js';

test.each(['SIGINT', 'SIGTERM'] as const)('%s aborts once, and nobody listens for a second one', (name) => {
  const before = process.listenerCount(name);
  const { signal } = interruptible();
  expect(process.listenerCount(name)).toBe(before + 1);
  process.emit(name);
  expect(signal.aborted).toBe(true);
  expect(process.listenerCount(name)).toBe(before);
});

test('disposed, it leaves the process as it was', () => {
  const before = process.listenerCount('SIGINT');
  const { signal, dispose } = interruptible();
  dispose();
  dispose();
  expect(process.listenerCount('SIGINT')).toBe(before);
  expect(signal.aborted).toBe(false);
});

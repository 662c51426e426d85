import { expect, test } from '@jest/globals';
import { interruptible } from '../../src/cli/interrupt.js';
import { heard } from './run-cli.js';

test.each([
  ['SIGINT', false],
  ['SIGTERM', false],
  ['SIGTERM', true],
] as const)('%s aborts once, and nobody listens for a second one; quiet: %p', async (name, quiet) => {
  const before = process.listenerCount(name);
  const { signal } = interruptible({ quiet });
  expect(process.listenerCount(name)).toBe(before + 1);
  const { stderr } = await heard(() => process.emit(name));
  expect(signal.aborted).toBe(true);
  const words = 'Warning: interrupted, finishing the blocks under way; a second time ends at once\n';
  expect(stderr).toBe(quiet ? '' : words);
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

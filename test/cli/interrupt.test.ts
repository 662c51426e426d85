import { expect, test } from '@jest/globals';
import { interruptible } from '../../src/cli/interrupt.js';
import { keepOutput } from './standard-output.js';

const said = keepOutput();

test.each(['SIGINT', 'SIGTERM'] as const)('%s aborts once, and nobody listens for a second one', (name) => {
  const before = process.listenerCount(name);
  const { signal } = interruptible();
  expect(process.listenerCount(name)).toBe(before + 1);
  process.emit(name);
  expect(signal.aborted).toBe(true);
  expect(said.complained).toBe(
    'Warning: interrupted, finishing the blocks under way; a second time ends at once\n',
  );
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

test('says nothing where it is to be quiet', () => {
  const { signal } = interruptible({ quiet: true });
  process.emit('SIGTERM');
  expect(signal.aborted).toBe(true);
  expect(said.complained).toBe('');
});

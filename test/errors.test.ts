/** Messages about files stay one line that a terminal can show, for any content of the file. */
import { expect, test } from '@jest/globals';
import { BundleError, InputError } from '../src/errors.js';

test('a message is file and problem', () => {
  const error = new InputError('jets.csv', 'row 0: “fünf” is not a number');
  expect(error.message).toBe('jets.csv: row 0: “fünf” is not a number');
});

test('line ends, escapes and endless names of damaged files do not reach the terminal', () => {
  const { message } = new BundleError('jets.root', `branch "${'\u001b[2J\r\n\u0000\u2028'.repeat(500)}x"`);
  expect(message).toMatch(/^jets\.root: branch " \[2J \[2J/);
  expect(message).not.toMatch(/[\p{Cc}\u2028]/u);
  expect(message).toHaveLength(1001);
});

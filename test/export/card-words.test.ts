import { expect, test } from '@jest/globals';
import { describedData, notForText } from '../../export/card-words.js';

/** Of the table that the shipped models learnt from. */
const GENERATED = '68a8514ef4d69b5b203474bb70ebed719cf397c4fd1c101f198f24d47b60f90c';
const OTHER = 'a'.repeat(64);

test.each([
  ['says so itself', OTHER, 'Generated jets of a toy.', 'Generated jets of a toy.', true],
  ['is known by its hash', GENERATED, '', 'Generated jets, not CMS data', true],
  ['says what it is, known or not', GENERATED, 'My cut of it.', 'My cut of it.', false],
  ['says nothing', OTHER, ' ', 'jets that nobody described', false],
])('the jets of a table that %s', (_, sha256, description, words, generated) => {
  const described = describedData({ sha256, description });
  expect(described.description).toContain(words);
  expect(described.generated).toBe(generated);
});

test('a bundle trained on generated jets is not for physics results of an experiment', () => {
  expect(notForText(true)).toContain('the jets it was trained on are generated');
  expect(notForText(false)).not.toContain('generated');
  for (const generated of [true, false]) expect(notForText(generated)).toContain('Jets of another detector');
});

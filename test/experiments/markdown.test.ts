import { expect, test } from '@jest/globals';
import { table } from '../../experiments/markdown.js';

test('a table: bars in cells are escaped once', () => {
  expect(
    table(
      ['a', '|eta|'],
      ['left', 'right'],
      [
        ['x', '1'],
        ['y \\| z', '2'],
      ],
    ),
  ).toBe(['| a | \\|eta\\| |', '| --- | ---: |', '| x | 1 |', '| y \\| z | 2 |'].join('\n'));
});

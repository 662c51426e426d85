import { expect, test } from '@jest/globals';
import { table, withSection } from '../../bench/markdown.js';

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

test('a section is replaced, and nothing else', () => {
  const page = 'before\n<!-- n: made by x -->\n\nold\n\n<!-- end of n -->\nafter';
  expect(withSection(page, 'n', 'new')).toBe(page.replace('old', 'new'));
  expect(withSection(withSection(page, 'n', 'new'), 'n', 'old')).toBe(page);
});

test.each(['nothing', '<!-- n: made by x -->', '<!-- end of n -->'])(
  'a page with %j alone is refused',
  (page) => {
    expect(() => withSection(page, 'n', 'new')).toThrow(/no comments "n: …" and "end of n"/);
  },
);

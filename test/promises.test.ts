import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PROJECT_ROOT } from './project-root.js';

const read = (path: string) => readFileSync(join(PROJECT_ROOT, path), 'utf8');
const rows = read('docs/promises.md')
  .split('\n')
  .filter((line) => /^\| (?!promise|fault|---)/.test(line));

test('there are promises', () => expect(rows.length).toBeGreaterThan(10));

test.each(rows)('%s', (row) => {
  const [, path, title] = /`(test\/[^`]+)`: (.+) \|$/.exec(row)!;
  expect(read(path!)).toContain(title!);
});

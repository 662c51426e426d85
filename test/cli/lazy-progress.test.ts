import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { lazyProgress } from '../../src/cli/progress.js';

const lines: string[] = [];
const { isTTY } = process.stderr;
beforeEach(() => {
  lines.length = 0;
  process.stderr.isTTY = false;
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
});
afterEach(() => {
  process.stderr.isTTY = isTTY;
  jest.restoreAllMocks();
});

test('starts with the first figures, whose total it takes, and anew after it was stopped', () => {
  const progress = lazyProgress({ label: 'sampling', unit: 'predictions', quiet: false });
  progress.stop();
  progress.update(5, 10);
  progress.update(10, 10);
  progress.stop();
  progress.update(3, 3);
  expect(lines.map((line) => line.replace(/ · [^·]*\/s$/m, ''))).toEqual([
    'sampling 100% · 10/10 predictions\n',
    'sampling 100% · 3/3 predictions\n',
  ]);
});

test('is silent where it is to be quiet', () => {
  lazyProgress({ label: 'sampling', unit: 'predictions', quiet: true }).update(10, 10);
  expect(lines).toEqual([]);
});

/** Links between the pages: the file is there, and the heading. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../project-root.js';
import { PAGES, readPage } from './pages.js';

/** GitHub's name of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\p{Mark} _-]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (page: string) =>
  [...readPage(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => anchor(heading!));

test.each(PAGES)('%s', (page) => {
  const broken = [...readPage(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^https?:/.test(link))
    .filter((link) => {
      const [path, heading] = link.split('#') as [string, string?];
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(PROJECT_ROOT, target))) return true;
      return heading !== undefined && !anchorsOf(target).includes(heading);
    });
  expect(broken).toEqual([]);
});

test('the index names every page of docs/', () => {
  const index = readPage('docs/README.md');
  expect(
    PAGES.filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== 'docs/README.md')
      .map((page) => page.slice('docs/'.length))
      .filter((name) => !index.includes(`](${name})`)),
  ).toEqual([]);
});

test.each(PAGES)('every source file that %s names is there', (page) => {
  const named = [
    ...readPage(page).matchAll(
      /`((?:src|training|export|bench|experiments|test|scripts|deploy|examples|kernel|web)\/[\w./-]+\.\w+)`/g,
    ),
  ];
  expect(named.map(([, path]) => path!).filter((path) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);
});

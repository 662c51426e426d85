/** The pages whose commands and links are held by tests, as paths below the project's root. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../project-root.js';

const below = (folder: string) =>
  readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .sort()
    .map((path) => join(folder, path));

export const PAGES = ['README.md', 'CONTRIBUTING.md', ...below('docs'), ...below('deploy')];

export const readPage = (page: string) => readFileSync(join(PROJECT_ROOT, page), 'utf8');

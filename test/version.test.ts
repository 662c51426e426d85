import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { version } from '../src/version.js';
import { PROJECT_ROOT } from './project-root.js';

test('is the version of package.json', () => {
  const manifest: { version: string } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'));
  expect(version).toBe(manifest.version);
});

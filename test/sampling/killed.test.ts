/** kill -9 at random moments, again and again, each time resumed: the end is that of an unbroken run, to the byte. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startChild } from './start-child.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-killed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Files of a folder but for the journal, as one hash. */
function hashOf(path: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(path).sort())
    if (name !== 'journal') hash.update(name).update(readFileSync(join(path, name)));
  return hash.digest('hex');
}

test.each([
  ['study', { jets: 4500, samples: 300, engine: { delay: 1 } }],
  ['sample', { jets: 110, samples: 10_000, engine: { delay: 2 } }],
] as const)('%s, killed at 10 random moments', async (kind, job) => {
  const whole = join(folder, 'whole');
  const expected = await startChild({ kind, outputDir: whole, ...job }).ended;
  expect(expected).toMatchObject({ code: 0, stderr: '' });
  let kills = 0;
  for (let attempt = 0; kills < 10; attempt++) {
    const outputDir = join(folder, `killed-${attempt}`);
    for (let ended = false; !ended && kills < 10; ) {
      const child = startChild({ kind, outputDir, resume: existsSync(outputDir), ...job });
      await child.running;
      await setTimeout(Math.random() * 500);
      child.process.kill('SIGKILL');
      ended = (await child.ended).signal === null;
      if (!ended) kills++;
    }
    const last = await startChild({ kind, outputDir, resume: true, ...job }).ended;
    expect(last).toMatchObject({ code: 0, stderr: '', result: expected.result });
    expect(hashOf(outputDir)).toBe(hashOf(whole));
    expect(existsSync(join(outputDir, '.lock'))).toBe(false);
  }
});

/** kill -9 at random moments, again and again, each time resumed: the end is that of an unbroken run, to the byte. */
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { bytesOf, testFolder } from './fault-runs.js';
import { startChild } from './start-child.js';

const at = testFolder();

test.each([
  ['study', { jets: 3000, samples: 300, engine: { delay: 1 } }],
  ['sample', { jets: 80, samples: 10_000, engine: { delay: 2 } }],
] as const)('%s, killed at 6 random moments', async (kind, job) => {
  const whole = at('whole');
  const expected = await startChild({ kind, outputDir: whole, ...job }).ended;
  expect(expected).toMatchObject({ code: 0, stderr: '' });
  let kills = 0;
  for (let attempt = 0; kills < 6; attempt++) {
    const outputDir = at(`killed-${attempt}`);
    for (let ended = false; !ended && kills < 6; ) {
      const child = startChild({ kind, outputDir, resume: existsSync(outputDir), ...job });
      await child.running;
      await setTimeout(Math.random() * 500);
      child.process.kill('SIGKILL');
      ended = (await child.ended).signal === null;
      if (!ended) kills++;
    }
    const last = await startChild({ kind, outputDir, resume: true, ...job }).ended;
    expect(last).toMatchObject({ code: 0, stderr: '', result: expected.result });
    expect(bytesOf(outputDir)).toEqual(bytesOf(whole));
  }
});

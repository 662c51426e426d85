/** Every command of README.md, CONTRIBUTING.md, docs/ and deploy/ is run or checked: blocks.ts has the rule. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { blocksOf, commandsOf } from './blocks.js';
import { checkCommand, checkMention } from './check-command.js';
import { PAGES, readPage } from './pages.js';
import { makeWorkspace } from './workspace.js';

/** First words by which a block shows that it is one of commands, however it is fenced. */
const PROGRAMS =
  /^(\$ |npx |npm |jet-iqn |node |python3? |pip |curl |wget |git |g\+\+ |docker |apptainer |kubectl |sbatch |condor_submit|cernopendata-client |\.\/)/m;

const pages = PAGES.map((page) => ({ page, blocks: blocksOf(readPage(page)) }));
const commandBlocks = pages.flatMap(({ page, blocks }) =>
  blocks
    .filter(({ language }) => language === 'sh')
    .map((block) => ({ page, ...block, at: `${page}:${block.line}` })),
);
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('commands stand in blocks fenced as sh, which is how this test finds them', () => {
  const strays = pages.flatMap(({ page, blocks }) =>
    blocks
      .filter(
        ({ language, text }) =>
          ['', 'indented', 'bash', 'shell', 'console'].includes(language) && PROGRAMS.test(text),
      )
      .map(({ line }) => `${page}:${line}`),
  );
  expect(strays).toEqual([]);
});

describe('every command can be given', () => {
  test.each(commandBlocks)('$at', async ({ page, text, at }) => {
    const made = [...text.matchAll(/ -o (\S+)/g)].map(([, file]) => file!);
    for (const command of commandsOf(text))
      await checkCommand(command, page, made).catch((error: Error) => {
        throw new Error(`${at}: ${command}: ${error.message}`);
      });
  });

  test.each(PAGES)('those in the text of %s', (page) => {
    for (const [, command] of readPage(page).matchAll(
      /`((?:npx )?jet-iqn [^`\n]+|npm (?:run|start|test)[^`\n]*)`/g,
    ))
      expect(() => checkMention(command!)).not.toThrow();
  });
});

/** Pages run two at a time, each in a workspace of its own and its blocks one after the other. */
const RUNNING = 2;
const runs = PAGES.map((page) => ({
  page,
  blocks: commandBlocks.filter((block) => block.page === page && block.notRun === undefined),
})).filter(({ blocks }) => blocks.length > 0);
const waiting: (() => void)[] = [];
let running = 0;

describe('every block that does not say otherwise runs', () => {
  test.concurrent.each(runs)(
    '$page',
    async ({ blocks }) => {
      if (running >= RUNNING) await new Promise<void>((resolve) => waiting.push(resolve));
      running++;
      try {
        await runBlocks(blocks);
      } finally {
        running--;
        waiting.shift()?.();
      }
    },
    600_000,
  );
});

async function runBlocks(blocks: readonly (typeof commandBlocks)[number][]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-docs-'));
  folders.push(folder);
  const path = makeWorkspace(folder);
  const script = blocks.map(({ at, text }) => `echo 'AT ${at}' >&2\n${text}\n`).join('');
  await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { ...process.env, PATH: path, NODE_OPTIONS: '' },
    maxBuffer: 2 ** 26,
  }).catch(({ stderr }: { stderr: string }) => {
    throw new Error(
      stderr
        .slice(stderr.lastIndexOf('AT '))
        .split('\n')
        .slice(0, 1)
        .concat(stderr.split('\n').slice(-12))
        .join('\n'),
    );
  });
}

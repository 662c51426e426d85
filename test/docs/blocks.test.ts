import { describe, expect, test } from '@jest/globals';
import { blocksOf, commandsOf, wordsOf } from './blocks.js';
import { checkCommand, checkMention } from './check-command.js';

const PAGE = `Text.

\`\`\`sh
npx jet-iqn info   # what is there
\`\`\`

<!-- not run: needs a cluster -->

\`\`\`sh
condor_submit_dag study.dag
\`\`\`

    indented, two

    paragraphs

- a list

  \`\`\`ts
  const a = 1;
  \`\`\`
`;

test('blocks with their language, line, and why they are not run', () => {
  expect(blocksOf(PAGE)).toEqual([
    { language: 'sh', line: 4, text: 'npx jet-iqn info   # what is there' },
    { language: 'sh', line: 10, text: 'condor_submit_dag study.dag', notRun: 'needs a cluster' },
    { language: 'indented', line: 13, text: 'indented, two\n\nparagraphs' },
    { language: 'ts', line: 20, text: 'const a = 1;' },
  ]);
});

test('commands are joined over continued lines and cut at pipes; comments go', () => {
  expect(
    commandsOf('# first\nA=1 zcat jets.gz | jet-iqn convert - \\\n  -o a.parquet  # then\n\nnpm start && ls'),
  ).toEqual(['A=1 zcat jets.gz', 'jet-iqn convert - -o a.parquet', 'npm start', 'ls']);
  expect(wordsOf(`OUT=/a X="b c" jet-iqn train 'my jets' --description="it's" 2> log`)).toEqual([
    'jet-iqn',
    'train',
    'my jets',
    `--description=it's`,
  ]);
});

describe('a command that cannot be given is refused', () => {
  test.each([
    ['npx jet-iqn study models/simulation jets.parquet -o out --sample 10', /sample/],
    ['npx jet-iqn study models/simulation jets.parquet', /output/],
    ['npx jet-iqn sample BUNDLE JETS -o out --shard 4/4', /shard/],
    ['jet-iqn fit jets.parquet', /fit/],
    ['npm run no-such-script -- -o out', /no-such-script/],
    ['docker build -f deploy/no/Dockerfile .', /deploy\/no\/Dockerfile/],
    ['./no.sh', /no\.sh/],
  ])('%s', async (command, why) => {
    await expect(checkCommand(command, 'README.md')).rejects.toThrow(why);
  });

  test.each(['jet-iqn study --shards 0/2', 'jet-iqn nothing', 'npm run nothing'])(
    '%s, in running text',
    (command) => {
      expect(() => checkMention(command)).toThrow();
    },
  );

  test.each([
    'jet-iqn merge',
    'npx jet-iqn study BUNDLE JETS -o DIR',
    'npm start',
    'jet-iqn --version',
    'jet-iqn COMMAND',
  ])('and %s is not', (command) => {
    expect(() => checkMention(command)).not.toThrow();
  });
});

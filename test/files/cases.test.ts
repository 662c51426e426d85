/**
 * Files beside what they hold, or what is said of them: cases/cases.json. A new case is a file in that folder and a line there.
 *
 * `holds`: the table of right values, and the rows of it that are left; `dropped` and `warned` are all that is left out and
 * said; `refused` is part of the one line that refuses it; without either the file is read or refused.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ConvertOptions, convertJets } from '../../src/files/convert-jets.js';
import { columnsOf, STAGES, type Stage } from '../../src/jets/columns.js';
import { fileOf } from './files.js';
import { createReading } from './reading.js';

interface Case {
  /** Where there is more to say than the file's name does. */
  readonly about?: string;
  readonly holds?: string;
  readonly rows?: readonly number[];
  /** Default: all three. */
  readonly stages?: readonly Stage[];
  readonly options?: Partial<ConvertOptions>;
  readonly dropped?: Readonly<Record<string, number>>;
  /** A part of each warning. */
  readonly warned?: readonly string[];
  readonly refused?: string;
}

/** By the file's name, in which * stands for any letters. */
const CASES: Readonly<Record<string, Case>> = JSON.parse(readFileSync(fileOf('cases.json'), 'utf8'));
const FILES = readdirSync(fileOf('.'), { recursive: true }).map(String);
const cases = Object.entries(CASES).flatMap(([pattern, what]) => {
  const match = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
  const names = FILES.filter((name) => match.test(name));
  if (names.length === 0) throw new Error(`cases.json: there is no file ${pattern}`);
  return names.map((name) => [name, what] as const);
});

type Table = Readonly<Record<string, readonly number[]>>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A table of plain text or JSON, by the simplest means. */
function tableOf(path: string): Table {
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.json')) return JSON.parse(text) as Table;
  const [names, ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return Object.fromEntries(
    names!.map((name, column) => [name, rows.map((row) => Math.fround(Number(row[column])))]),
  );
}

describe('read', () => {
  test.each(cases.filter(([, { holds }]) => holds !== undefined))(
    '%s',
    async (name, { holds, rows, stages = STAGES, options, dropped = {}, warned = [] }) => {
      const warnings: string[] = [];
      const onWarning = (warning: string) => warnings.push(warning);
      const output = join(folder, 'read.csv');
      const { accounts } = await convertJets([fileOf(name)], output, {
        format: 'csv',
        onWarning,
        ...options,
      });
      const found = tableOf(output);
      const right = tableOf(fileOf(holds!));
      expect(Object.keys(found).sort()).toEqual(stages.flatMap(columnsOf).sort());
      for (const column of Object.keys(found)) {
        const values = rows?.map((row) => right[column]![row]!) ?? right[column]!;
        expect([column, found[column]]).toEqual([column, values]);
      }
      expect(accounts[0]!.dropped).toEqual(dropped);
      expect(warnings).toEqual(warned.map((part) => expect.stringContaining(part)));
    },
  );
});

describe('refused', () => {
  const shared = createReading(30);
  afterAll(() => shared.close());

  test.each(cases.filter(([, { holds }]) => holds === undefined))('%s', async (name, { refused }) => {
    // What takes memory where it should not is read in a process of its own, whose peak is this file's; 50 MiB are Node's.
    const alone = name.startsWith('damaged/') ? createReading(30) : undefined;
    try {
      const outcome = await (alone ?? shared).read(fileOf(name));
      if (refused === undefined) expect(outcome.kind).toMatch(/^(read|refused)$/);
      else expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringContaining(refused) });
      expect(outcome.peakBytes).toBeLessThan(alone ? 2 ** 27 : 2 ** 28);
    } finally {
      await alone?.close();
    }
  });
});

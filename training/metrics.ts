/** metrics.jsonl: the figures of a run as it goes, one JSON object a line. */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Validation } from './evaluate.js';

/** One line: means over the steps since the last line, and the validation where there was one. */
export interface Metrics {
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
  readonly rate: number;
  /** Null during refinement. */
  readonly pinball: number | null;
  /** Null before refinement. */
  readonly likelihood: number | null;
  readonly penalty: number;
  readonly crossings: number;
  readonly rowsPerSecond: number;
  readonly validation: Validation | null;
  /** The same of as many training jets; absent in runs of earlier versions. */
  readonly training?: Validation;
}

const FILE = 'metrics.jsonl';

export async function appendMetrics(folder: string, metrics: Metrics): Promise<void> {
  await appendFile(join(folder, FILE), `${JSON.stringify(metrics)}\n`);
}

/** All whole lines up to a step; [] where there are none. */
export async function readMetrics(folder: string, lastStep = Infinity): Promise<Metrics[]> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Metrics)
    .filter(({ step }) => step <= lastStep);
}

/** Drops the lines of steps that a resumed run does again. */
export async function cutMetrics(folder: string, lastStep: number): Promise<void> {
  const kept = await readMetrics(folder, lastStep);
  await writeFile(join(folder, FILE), kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

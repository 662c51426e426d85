import { describe, expect, test } from '@jest/globals';
import { edgesAsData, type Job, jobDifferences, jobText, jobVersions } from '../../src/sampling/job.js';
import { version } from '../../src/version.js';
import { SOME_JOB } from './some-job.js';

const JOB: Job = {
  ...SOME_JOB,
  contents: { edges: { pt: [1, 2] } },
  versions: { 'jet-iqn': '1.0.0' },
};

test('the text of a job does not depend on the order in which its fields were made', () => {
  const { versions, contents, ...rest } = JOB;
  const other: Job = { versions, ...rest, contents };
  expect(jobText(other)).toBe(jobText(JOB));
  expect(JSON.parse(jobText(JOB))).toEqual(JOB);
});

test('edges are told apart to the last bit, and stand with the versions that bits depend on', () => {
  const values = Float32Array.of(0.1, 1 / 3, 3e38);
  const data = JSON.parse(
    JSON.stringify(edgesAsData({ pt: values, eta: values, phi: values, mass: values })),
  );
  expect(Object.keys(data)).toEqual(['pt', 'eta', 'phi', 'mass']);
  expect(Float32Array.from(data.phi)).toEqual(values);
  expect(jobVersions({ ort: '1.30.0' })).toEqual({ 'jet-iqn': version, ort: '1.30.0' });
});

describe('what differs is said in words', () => {
  test.each<[string, Partial<Job>, string]>([
    ['nothing', {}, ''],
    ['names of files', { input: { ...JOB.input, name: 'x' }, bundle: { ...JOB.bundle, name: 'y' } }, ''],
    ['a number', { seed: 2 }, 'seed (1, now 2)'],
    ['two numbers', { jets: 90, samples: 20 }, 'number of jets (100, now 90), samples (10, now 20)'],
    [
      'the input',
      { input: { ...JOB.input, sha256: 'c'.repeat(64) } },
      'input file (sha256 bbbbbbbb…, now sha256 cccccccc…)',
    ],
    [
      'the bundle',
      { bundle: { ...JOB.bundle, sha256: 'd'.repeat(64) } },
      'bundle (sha256 aaaaaaaa…, now sha256 dddddddd…)',
    ],
    [
      'the part of the input',
      { input: { ...JOB.input, part: { name: 'test', seed: 1 } } },
      'part of the input (none, now {"name":"test","seed":1})',
    ],
    ['edges', { contents: { edges: { pt: [1, 3] } } }, 'bin edges ({"pt":[1,2]}, now {"pt":[1,3]})'],
    [
      'a long list, cut short',
      { contents: { edges: { pt: Array.from({ length: 50 }, (_, i) => i) } } },
      'bin edges ({"pt":[1,2]}, now {"pt":[0,1,2,3,4,5,6,7,8,9,10,11,12,1…)',
    ],
    ['a version', { versions: { 'jet-iqn': '1.0.1' } }, 'versions.jet-iqn (1.0.0, now 1.0.1)'],
    ['a further version', { versions: { ...JOB.versions, x: '1' } }, 'versions.x (none, now 1)'],
  ])('%s', (_, change, words) => {
    expect(jobDifferences(JOB, { ...JOB, ...change })).toBe(words);
  });
});

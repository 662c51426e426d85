import { expect, test } from '@jest/globals';
import * as library from '../src/index.js';
import * as web from '../src/web.js';

/** A change of this list is a change of the promise to users: it belongs in the changelog. */
test('the names that the package exports', () => {
  expect(Object.keys(library).sort()).toEqual([
    'BundleError',
    'ENGINES',
    'GRAPH_FILES',
    'InputError',
    'InterruptedError',
    'JetIqnError',
    'RunError',
    'SPLIT_SHARES',
    'STAGES',
    'STAGES_OF_TASK',
    'TASKS',
    'UNITS',
    'UsageError',
    'VARIABLES',
    'VerdictError',
    'bundleEngine',
    'columnName',
    'deltaPhi',
    'deltaR',
    'eventKeys',
    'fillTau',
    'firstJets',
    'loadBundle',
    'openEngine',
    'philox4x32',
    'philoxKey',
    'readJets',
    'splitIndices',
    'splitJets',
    'splitPart',
    'study',
    'tauOf',
    'wrapPhi',
    'writeReport',
  ]);
});

test('the names that the package exports to browsers', () => {
  const names = Object.keys(web);
  expect(names).toEqual(expect.arrayContaining(['loadBundle', 'openEngine', 'fillTau', 'BundleError']));
  expect(names.filter((name) => !(name in library))).toEqual([]);
});

/**
 * Jest runs tests in a realm of its own. Two things of it are mended here.
 *
 * Its typed arrays are refused by ONNX Runtime's native binding ("data must be type of Float32Array"): the tests are
 * lent the process's own.
 *
 * A global name is looked up there by a callback of Node's vm each time it is met, so that Math.max in a loop takes some
 * hundred times as long as elsewhere (nodejs/node#31658). Constants of a script stand before the global object and are
 * found at once. No test puts something else in the place of these names.
 */
// As src/engines/no-telemetry.ts, which sees a copy of the environment here.
process.env.ORT_DISABLE_TELEMETRY = '1';

const { runInContext } = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

const LENT = [Float32Array, Float64Array, Int32Array, Uint32Array, Uint16Array, Uint8Array, BigInt64Array];
const NAMES = [
  ...LENT.map(({ name }) => name),
  ...[
    'Array',
    'BigInt',
    'DataView',
    'Int8Array',
    'Int16Array',
    'JSON',
    'Map',
    'Math',
    'Number',
    'Object',
    'Set',
    'String',
  ],
];

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const type of LENT) this.global[type.name] = type;
    const constants = NAMES.map((name) => `${name} = globalThis.${name}`).join(', ');
    runInContext(`const ${constants};`, this.getVmContext());
  }
};

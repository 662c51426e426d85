/**
 * Jest runs tests in a realm of its own, whose typed arrays ONNX Runtime's native binding refuses ("data must be
 * type of Float32Array"). This environment lends the tests the process's own typed arrays.
 */
const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const type of [
      Float32Array,
      Float64Array,
      Int32Array,
      Uint32Array,
      Uint16Array,
      Uint8Array,
      BigInt64Array,
    ]) {
      this.global[type.name] = type;
    }
  }
};

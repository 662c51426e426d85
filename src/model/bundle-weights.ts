/**
 * A bundle's network as plain numbers: what conditional.onnx keeps under the names that the exporter gives, each of the
 * shape that the card's network needs. The bytes have been checked when the bundle was loaded (hash, types, finite
 * values); nothing of the file is executed.
 *
 * A graph that computes something else with weights of these names is not seen here: who computes from them compares
 * with the graph before it is believed.
 */
import { BundleError } from '../errors.js';
import type { Bundle } from './bundle.js';
import type { NetworkData } from './network-data.js';
import { parameterName, type Weights, weightShapes } from './network-spec.js';
import { DATA_TYPE, decodeModel, type OnnxTensor } from './onnx-proto.js';

/** @throws BundleError where a weight is missing or has another shape. */
export function bundleNetwork(bundle: Bundle): NetworkData {
  const { network, inputs, harmonics, targets } = bundle.card;
  return { network, weights: bundleWeights(bundle), inputs, harmonics, targets };
}

/** @throws BundleError where a weight is missing or has another shape. */
export function bundleWeights({ source, card, graphs }: Bundle): Weights {
  const { initializers } = decodeModel(graphs['conditional.onnx']).graph;
  const byName = new Map(initializers.map((tensor) => [tensor.name, tensor]));
  return Object.fromEntries(
    Object.entries(weightShapes(card.network)).map(([name, shape]) => {
      const inFile = parameterName(name);
      const tensor = byName.get(inFile);
      if (!tensor) throw new BundleError(source, `conditional.onnx has no weight ${inFile}; export it again`);
      const expected = name.endsWith('/kernel') ? [shape[1]!, shape[0]!, 1] : shape;
      if (tensor.dataType !== DATA_TYPE.float || `${tensor.dims}` !== `${expected}`)
        throw new BundleError(
          source,
          `the weight ${inFile} of conditional.onnx is not float32[${expected}]; export it again`,
        );
      return [name, { shape, values: trainedOrder(tensor) }];
    }),
  );
}

/** A bias as it is; a kernel [outputs, inputs, 1] of the file as [inputs, outputs]. */
function trainedOrder({ dims, rawData }: OnnxTensor): Float32Array {
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  const [outputs, inputs = 1] = dims as [number, number?];
  const values = new Float32Array(outputs * inputs);
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++)
      values[input * outputs + output] = view.getFloat32(4 * (output * inputs + input), true);
  return values;
}

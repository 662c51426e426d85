/**
 * Whether an ONNX file may be run: a graph from a stranger, read here before ONNX Runtime sees it.
 *
 * Allowed is what this project's exporter writes and nothing else: ONNX's own operators out of a list (none reads a
 * file, loops or calls), weights inside the file and finite, shapes of a bounded size, inputs and outputs as the contract says. The file format's
 * further possibilities (subgraphs, functions, external data) are refused by the reader itself.
 */
import { CARD_KEY, embeddedCardText, type GraphFile, type ModelCard } from './card.js';
import { type ContractTensor, contractOf } from './graph-contract.js';
import { BYTES_OF_TYPE, checkMemory, OPERATORS } from './graph-memory.js';
import { DATA_TYPE, decodeModel, type OnnxModel, type OnnxTensor, type OnnxValueInfo } from './onnx-proto.js';
import { STEP_COUNT } from './steps.js';

const OLDEST_OPSET = 13;
const NEWEST_OPSET = 21;
const LONGEST_NAME = 200;

/**
 * Reads and checks one graph of a bundle.
 *
 * @throws Error whose message says what is wrong.
 */
export function checkGraph(file: GraphFile, bytes: Uint8Array, card: ModelCard): OnnxModel {
  let model: OnnxModel;
  try {
    model = decodeModel(bytes);
  } catch (error) {
    throw new Error(`not an ONNX file that may be run: ${(error as Error).message}`, { cause: error });
  }
  checkOperators(model);
  for (const tensor of model.graph.initializers) checkWeights(tensor);
  const names = new Set(model.graph.initializers.map(({ name }) => name));
  if (names.size < model.graph.initializers.length) throw new Error('has two weights of one name');
  const contract = contractOf(file, card);
  checkSignature('input', model.graph.inputs, contract.inputs, card);
  checkSignature('output', model.graph.outputs, contract.outputs, card);
  checkMemory(model.graph);
  const embedded = model.metadataProps.find(({ key }) => key === CARD_KEY)?.value;
  if (embedded === undefined) throw new Error('carries no card in its metadata');
  if (embedded !== embeddedCardText(card))
    throw new Error('carries another card than model.json: files of two bundles?');
  return model;
}

function checkOperators({ opsetImport, graph }: OnnxModel): void {
  const [opset] = opsetImport;
  if (opsetImport.length !== 1 || !isOnnxDomain(opset!.domain))
    throw new Error('uses operators that are not ONNX’s own');
  if (opset!.version < OLDEST_OPSET || opset!.version > NEWEST_OPSET)
    throw new Error(`has opset ${opset!.version}, not ${OLDEST_OPSET} to ${NEWEST_OPSET}`);
  for (const { opType, domain, inputs, outputs } of graph.nodes) {
    if (!isOnnxDomain(domain) || !Object.hasOwn(OPERATORS, opType))
      throw new Error(
        `has the operator ${domain && `${shown(domain)}:`}${shown(opType)}, which no bundle needs`,
      );
    for (const name of [...inputs, ...outputs])
      if (name.length > LONGEST_NAME) throw new Error('has a name longer than 200 characters');
  }
}

function isOnnxDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function checkWeights({ name, dims, dataType, rawData }: OnnxTensor): void {
  const size = BYTES_OF_TYPE[dataType];
  if (size === undefined) throw new Error(`weight ${shown(name)} has a type that no bundle needs`);
  const count = dims.reduce((product, length) => product * length, 1);
  if (dims.some((length) => !Number.isSafeInteger(length) || length < 0) || count * size !== rawData.length)
    throw new Error(`weight ${shown(name)} has a shape that does not fit its bytes`);
  if (dataType !== DATA_TYPE.float) return;
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  for (let at = 0; at < rawData.length; at += 4)
    if (!Number.isFinite(view.getFloat32(at, true))) throw new Error(`weight ${shown(name)} is not finite`);
}

function checkSignature(
  kind: 'input' | 'output',
  found: readonly OnnxValueInfo[],
  expected: Readonly<Record<string, ContractTensor>>,
  { inputs, quantiles }: ModelCard,
): void {
  const names = Object.keys(expected);
  if (found.length !== names.length) throw new Error(`has ${found.length} ${kind}s, not ${names.join(', ')}`);
  for (const { name, type } of found) {
    const contract = Object.hasOwn(expected, name) ? expected[name] : undefined;
    if (!contract) throw new Error(`has the ${kind} ${shown(name)}, not one of ${names.join(', ')}`);
    const { elemType, shape } = type.tensorType;
    const fixed = { F: inputs.length, Q: STEP_COUNT * (quantiles?.levels.length ?? 0) };
    const sizes = contract.shape.map((size) => (size === 'F' || size === 'Q' ? fixed[size] : size));
    const fits =
      elemType === DATA_TYPE[contract.type] &&
      shape.dims.length === sizes.length &&
      sizes.every((size, axis) => shape.dims[axis]![typeof size === 'number' ? 'value' : 'param'] === size);
    if (!fits) throw new Error(`${kind} ${name} is not ${contract.type}[${sizes.join(', ')}]`);
  }
}

/** A name from a file as it may stand in a message: short and without control characters. */
function shown(name: string): string {
  return [...name.slice(0, 60)]
    .map((letter) => (/[\p{L}\p{N}\p{P}\p{S} ]/u.test(letter) ? letter : '?'))
    .join('');
}

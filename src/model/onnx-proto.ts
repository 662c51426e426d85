/**
 * The part of ONNX's file format that a bundle uses, written and read: models, graphs, nodes, tensors.
 *
 * Field numbers from onnx.proto, IR version 10 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). What is not
 * in these tables cannot be written, and a file that has it is refused: functions, subgraphs, sparse tensors, weights
 * in other files (TensorProto.external_data) are not known here on purpose, since files come from strangers. A single
 * field that stands twice is refused: protobuf merges two messages, field by field, and what was checked here would not
 * be what runs there.
 */
import protobuf from 'protobufjs/minimal.js';

export interface OnnxModel {
  irVersion: number;
  producerName: string;
  producerVersion: string;
  opsetImport: OnnxOpset[];
  graph: OnnxGraph;
  metadataProps: OnnxMetadata[];
}
export interface OnnxOpset {
  /** Empty: ONNX's own operators. */
  domain: string;
  version: number;
}
export interface OnnxMetadata {
  key: string;
  value: string;
}
export interface OnnxGraph {
  name: string;
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
  inputs: OnnxValueInfo[];
  outputs: OnnxValueInfo[];
}
export interface OnnxNode {
  name: string;
  opType: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: OnnxAttribute[];
}
export interface OnnxAttribute {
  name: string;
  /** One of {@link ATTRIBUTE_TYPE}. */
  type: number;
  f?: number;
  i?: number;
  ints: number[];
}
export interface OnnxTensor {
  name: string;
  dims: number[];
  /** One of {@link DATA_TYPE}. */
  dataType: number;
  /** Row-major, little-endian. */
  rawData: Uint8Array;
}
export interface OnnxValueInfo {
  name: string;
  type: { tensorType: { elemType: number; shape: { dims: { value?: number; param?: string }[] } } };
}

/** TensorProto.DataType. */
export const DATA_TYPE = { float: 1, int64: 7, bool: 9 } as const;
/** AttributeProto.AttributeType. */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 } as const;

type Scalar = 'int' | 'float' | 'string' | 'bytes';
interface Field {
  readonly number: number;
  readonly type: Scalar | Message;
  readonly repeated?: boolean;
  /** May be missing: not the same as 0 where ONNX looks whether a field is set. */
  readonly optional?: boolean;
}
interface Message {
  /** As onnx.proto calls it. */
  readonly name: string;
  readonly fields: Readonly<Record<string, Field>>;
}

const one = (number: number, type: Scalar | Message): Field => ({ number, type });
const maybe = (number: number, type: Scalar): Field => ({ number, type, optional: true });
const many = (number: number, type: Scalar | Message): Field => ({ number, type, repeated: true });
const message = (name: string, fields: Record<string, Field>): Message => ({ name, fields });

const DIMENSION = message('Dimension', { value: maybe(1, 'int'), param: maybe(2, 'string') });
const SHAPE = message('TensorShapeProto', { dims: many(1, DIMENSION) });
const TENSOR_TYPE = message('TypeProto.Tensor', { elemType: one(1, 'int'), shape: one(2, SHAPE) });
const TYPE = message('TypeProto', { tensorType: one(1, TENSOR_TYPE) });
const VALUE_INFO = message('ValueInfoProto', { name: one(1, 'string'), type: one(2, TYPE) });
const TENSOR = message('TensorProto', {
  dims: many(1, 'int'),
  dataType: one(2, 'int'),
  name: one(8, 'string'),
  rawData: one(9, 'bytes'),
});
const ATTRIBUTE = message('AttributeProto', {
  name: one(1, 'string'),
  f: maybe(2, 'float'),
  i: maybe(3, 'int'),
  ints: many(8, 'int'),
  type: one(20, 'int'),
});
const NODE = message('NodeProto', {
  inputs: many(1, 'string'),
  outputs: many(2, 'string'),
  name: one(3, 'string'),
  opType: one(4, 'string'),
  attributes: many(5, ATTRIBUTE),
  domain: one(7, 'string'),
});
const GRAPH = message('GraphProto', {
  nodes: many(1, NODE),
  name: one(2, 'string'),
  initializers: many(5, TENSOR),
  inputs: many(11, VALUE_INFO),
  outputs: many(12, VALUE_INFO),
});
const OPSET = message('OperatorSetIdProto', { domain: one(1, 'string'), version: one(2, 'int') });
const METADATA = message('StringStringEntryProto', { key: one(1, 'string'), value: one(2, 'string') });
const MODEL = message('ModelProto', {
  irVersion: one(1, 'int'),
  producerName: one(2, 'string'),
  producerVersion: one(3, 'string'),
  graph: one(7, GRAPH),
  opsetImport: many(8, OPSET),
  metadataProps: many(14, METADATA),
});

/** More entries than this in one repeated field are no model of ours: a file of a few bytes an entry would fill memory. */
const MOST_ENTRIES = 10_000;

/** A model as the bytes of an .onnx file. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const writer = protobuf.Writer.create();
  write(writer, MODEL, model as unknown as Values);
  return new Uint8Array(writer.finish());
}

/**
 * The model in an .onnx file.
 *
 * @throws Error whose message says what in the file is malformed or not allowed in a bundle.
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  return read(protobuf.Reader.create(bytes), bytes.length, MODEL) as unknown as OnnxModel;
}

type Value = number | string | Uint8Array | Values;
interface Values {
  [name: string]: Value | Value[] | undefined;
}

function write(writer: protobuf.Writer, { fields }: Message, values: Values): void {
  for (const [name, field] of Object.entries(fields)) {
    const value = values[name];
    if (value === undefined) continue;
    for (const single of Array.isArray(value) ? value : [value]) writeOne(writer, field, single);
  }
}

function writeOne(writer: protobuf.Writer, { number, type }: Field, value: Value): void {
  const tag = writer.uint32((number << 3) | WIRE_TYPE[typeof type === 'string' ? type : 'bytes']);
  if (type === 'int') tag.int64(value as number);
  else if (type === 'float') tag.float(value as number);
  else if (type === 'string') tag.string(value as string);
  else if (type === 'bytes') tag.bytes(value as Uint8Array);
  else {
    write(tag.fork(), type, value as Values);
    tag.ldelim();
  }
}

/** protobuf.dev/programming-guides/encoding: VARINT, LEN, I32. */
const WIRE_TYPE = { int: 0, string: 2, bytes: 2, float: 5 } as const;

/** Repeated fields may be empty; single ones have their default (0, '', no bytes) where the file leaves them out. */
function read(reader: protobuf.Reader, end: number, { name, fields }: Message): Values {
  const values: Values = {};
  const byNumber = new Map<number, [string, Field]>();
  for (const [key, field] of Object.entries(fields)) {
    byNumber.set(field.number, [key, field]);
    if (field.repeated) values[key] = [];
    else if (typeof field.type === 'string' && !field.optional) values[key] = DEFAULTS[field.type];
  }
  const seen = new Set<string>();
  while (reader.pos < end) {
    const tag = reader.uint32();
    const known = byNumber.get(tag >>> 3);
    if (!known) throw new Error(`field ${tag >>> 3} of ${name} is not allowed in a bundle`);
    const [key, field] = known;
    if (!field.repeated && seen.has(key)) throw new Error(`${name} has field ${tag >>> 3} twice`);
    seen.add(key);
    const packed = field.type === 'int' && field.repeated && (tag & 7) === 2;
    if (!packed && (tag & 7) !== WIRE_TYPE[typeof field.type === 'string' ? field.type : 'bytes']) {
      throw new Error(`field ${tag >>> 3} of ${name} has a wrong wire type`);
    }
    const last = packed ? reader.uint32() + reader.pos : 0;
    do {
      const value = readOne(reader, field.type);
      if (!field.repeated) values[key] = value;
      else if ((values[key] as Value[]).push(value) > MOST_ENTRIES) {
        throw new Error(`${name} has more than ${MOST_ENTRIES} ${key}`);
      }
    } while (packed && reader.pos < last);
  }
  if (reader.pos !== end) throw new Error(`${name} is cut off`);
  for (const [key, field] of Object.entries(fields)) {
    if (values[key] === undefined && !field.optional) throw new Error(`${name} has no field ${field.number}`);
  }
  return values;
}

const DEFAULTS = { int: 0, float: 0, string: '', bytes: new Uint8Array() } as const;

function readOne(reader: protobuf.Reader, type: Scalar | Message): Value {
  if (type === 'int') return Number(reader.int64());
  if (type === 'float') return reader.float();
  if (type === 'string') return reader.string();
  if (type === 'bytes') return reader.bytes();
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new Error(`${type.name} is cut off`);
  return read(reader, end, type);
}

/**
 * Files that are whole and hold no jets, of each binary format: no rows, NaN, text or nothing where a number belongs, a
 * column twice, more rows than the file has bytes for. Made here by other libraries than the readers'.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  Field,
  Float32,
  makeTable,
  RecordBatch,
  Schema,
  Table,
  tableToIPC,
  vectorFromArray,
} from 'apache-arrow';
import { Endianness } from 'apache-arrow/fb/endianness';
import { Message } from 'apache-arrow/fb/message';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { Schema as FbSchema } from 'apache-arrow/fb/schema';
import { Builder } from 'flatbuffers';
import { File, ready } from 'h5wasm/node';
import { parquetMetadata } from 'hyparquet';
import { ByteWriter, ParquetWriter, parquetWriteBuffer } from 'hyparquet-writer';
import { readJets } from '../../src/files/read-jets.js';
import { columnsOf, STAGES } from '../../src/jets/columns.js';
import { fileOf } from './files.js';
import { createReading } from './reading.js';

const TWELVE = STAGES.flatMap(columnsOf);
let folder: string;
const reading = createReading(30);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-test-'));
  await ready;
});
afterAll(async () => {
  await reading.close();
  rmSync(folder, { recursive: true });
});

/** Reads bytes, or the file that `make` puts at a path. */
async function outcomeOf(name: string, make: Uint8Array | ((path: string) => void)) {
  const path = join(folder, name);
  if (typeof make === 'function') make(path);
  else writeFileSync(path, make);
  return { path, ...(await reading.read(path)) };
}

/** One jet, and what is changed about it. */
type Change = Readonly<Record<string, readonly unknown[]>>;
const NONE: Change = Object.fromEntries(TWELVE.map((name) => [name, []]));

function arrow(change: Change = {}): Uint8Array {
  const vectors = TWELVE.map((name) => {
    const values = change[name] ?? [1.5];
    return [
      name,
      typeof values[0] === 'string' ? vectorFromArray(values) : vectorFromArray(values, new Float32()),
    ];
  });
  return tableToIPC(new Table(Object.fromEntries(vectors)), 'file');
}

function arrowTwice(): Uint8Array {
  const { schema, batches } = makeTable({ gen_pt: Float32Array.of(1), gen_eta: Float32Array.of(1) });
  const [pt, eta] = schema.fields as [Field, Field];
  const twice = new Schema([pt, eta, new Field('gen_pt', new Float32())]);
  const { data } = batches[0]!;
  const [first, second] = data.children as [typeof data, typeof data];
  const children = [first, second, first];
  return tableToIPC(
    new Table(twice, [new RecordBatch(twice, Object.assign(data.clone(), { children }))]),
    'file',
  );
}

/** A stream whose schema, without fields, says that numbers are big-endian. */
function arrowBigEndian(): Uint8Array {
  const builder = new Builder();
  const fields = FbSchema.createFieldsVector(builder, []);
  FbSchema.startSchema(builder);
  FbSchema.addEndianness(builder, Endianness.Big);
  FbSchema.addFields(builder, fields);
  const schema = FbSchema.endSchema(builder);
  Message.startMessage(builder);
  Message.addHeaderType(builder, MessageHeader.Schema);
  Message.addHeader(builder, schema);
  builder.finish(Message.endMessage(builder));
  const message = builder.asUint8Array();
  return Buffer.concat([new Uint8Array(Int32Array.of(-1, message.length).buffer), message, Buffer.alloc(8)]);
}

/** A structured array; fields are (name, type, bytes of the one row). */
function npy(fields: readonly (readonly [string, string, Uint8Array])[], shape = '(1,)'): Uint8Array {
  const described = fields.map(([name, type]) => `('${name}', '${type}')`).join(', ');
  const text = `{'descr': [${described}], 'fortran_order': False, 'shape': ${shape}, }\n`;
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, text.length & 255, text.length >> 8]);
  return Buffer.concat([head, Buffer.from(text), ...fields.map(([, , bytes]) => bytes)]);
}

const float = (value: number) => new Uint8Array(Float32Array.of(value).buffer);
const ONE = TWELVE.map((name) => [name, '<f4', float(1.5)] as const);
const without = (left: string) => ONE.filter(([name]) => name !== left);

function hdf5(change: Change = {}, declaredRows?: number) {
  return (path: string) => {
    const file = new File(path, 'w');
    for (const name of TWELVE) {
      const values = change[name] ?? [1.5];
      if (typeof values[0] === 'string') file.create_dataset({ name, data: values as string[] });
      else {
        const data = Float32Array.from(values as number[]);
        const [shape, maxshape, chunks] = [[data.length], [null], [1000]];
        file.create_dataset({ name, data, shape, maxshape, chunks });
        if (declaredRows !== undefined) (file.get(name) as unknown as Resizable).resize([declaredRows]);
      }
    }
    file.close();
  };
}
interface Resizable {
  resize(shape: number[]): void;
}

const PARQUET = TWELVE.map((name) => ({ name, data: [1.5], type: 'FLOAT' as const }));

function parquetTwice(): Uint8Array {
  const columnData = [...PARQUET, { ...PARQUET.at(-4)! }];
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** One row, of which the footer says that they are `rows`. */
function parquetDeclaring(rows: bigint): Uint8Array {
  const file = new Uint8Array(parquetWriteBuffer({ columnData: PARQUET }));
  const metadata = parquetMetadata(file.buffer as ArrayBuffer);
  const writer = new ByteWriter();
  const footer = new ParquetWriter({ writer, schema: metadata.schema });
  footer.row_groups = metadata.row_groups.map((group) => ({ ...group, num_rows: rows }));
  footer.num_rows = rows;
  footer.finish();
  const dataBytes = file.length - new DataView(file.buffer).getUint32(file.length - 8, true) - 8;
  return Buffer.concat([file.subarray(0, dataBytes), writer.getBytes().subarray(4)]);
}

/** NanoAOD whose tree says of its 30 events that they are `entries`: the first such number in the file. */
function rootDeclaring(entries: bigint): Uint8Array {
  const file = Buffer.from(readFileSync(fileOf('nanoaod-v9.root')));
  const events = Buffer.alloc(8);
  events.writeBigInt64BE(30n);
  file.writeBigInt64BE(entries, file.indexOf(events));
  return file;
}

/** NanoAOD with two branches Jet_mass, by another one's name. */
function rootTwice(): Uint8Array {
  const file = Buffer.from(readFileSync(fileOf('nanoaod-v9.root')));
  for (let at = file.indexOf('Jet_area'); at >= 0; at = file.indexOf('Jet_area')) file.write('Jet_mass', at);
  return file;
}

test('the files that the next cases change are read', async () => {
  for (const [name, make] of [
    ['one.arrow', arrow()],
    ['one.npy', npy(ONE)],
    ['one.h5', hdf5()],
  ] as const)
    expect(await outcomeOf(name, make)).toMatchObject({ kind: 'read', rows: 1 });
});

/** What is wrong, and what is said, for each format in turn; text leaves gen without its pt, and raw and reco remain. */
const NAN = /row 0, column "gen_pt": NaN \(not finite\)/;
const TWICE = /two columns named "gen_pt"/;
const EMPTY = /no jets \(0 rows\)/;
const noBytes = ONE.map(([name, type]) => [name, type, new Uint8Array(0)] as const);

test.each<[string, () => Uint8Array | ((path: string) => void), RegExp]>([
  ['no rows.arrow', () => arrow(NONE), EMPTY],
  ['no rows.npy', () => npy(noBytes, '(0,)'), EMPTY],
  ['no rows.h5', () => hdf5(NONE), EMPTY],
  ['NaN.arrow', () => arrow({ gen_pt: [Number.NaN] }), NAN],
  ['NaN.npy', () => npy([...without('gen_pt'), ['gen_pt', '<f4', float(Number.NaN)]]), NAN],
  ['NaN.h5', () => hdf5({ gen_pt: [Number.NaN] }), NAN],
  ['missing.arrow', () => arrow({ gen_pt: [null] }), NAN],
  ['big-endian.arrows', arrowBigEndian, /numbers in big-endian order/],
  ['twice.arrow', arrowTwice, TWICE],
  ['twice.npy', () => npy([...ONE, ONE.at(-4)!]), TWICE],
  [
    'text.npy',
    () => npy([...without('gen_pt'), ['gen_pt', '<U5', new Uint8Array(20)]]),
    /numbers of type "<U5"/,
  ],
  ['declared.h5', () => hdf5({}, 2 ** 31), /declares 2147483648 rows, more than its \d+ bytes can hold/],
  ['declared.npy', () => npy(ONE, '(2147483648,)'), /2147483648 rows take/],
  ['no rows.root', () => readFileSync(fileOf('unfit-none.root')), EMPTY],
  ['NaN.root', () => readFileSync(fileOf('unfit-nan.root')), /row 0, column "reco_pt": NaN \(not finite\)/],
  [
    'lists.root',
    () => readFileSync(fileOf('unfit-lists.root')),
    /branch "jetPt" has a list an entry where one number is expected/,
  ],
  ['declared.root', () => rootDeclaring(2n ** 31n), /branch "nJet" ends, 8162 values too early/],
  ['twice.root', rootTwice, /tree "Events" has two branches named "Jet_mass"; rename one/],
  [
    'declared.parquet',
    () => parquetDeclaring(2n ** 31n),
    /declares 2147483648 rows, more than its \d+ bytes can hold/,
  ],
  ['cut.parquet', () => parquetDeclaring(20n), /column "raw_pt" of row group 0: it ends after 1 of 20 rows/],
  ['twice.parquet', parquetTwice, TWICE],
])('%s is refused', async (name, make, message) => {
  const outcome = await outcomeOf(name, make());
  expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringMatching(message) });
  expect(outcome.peakBytes).toBeLessThan(2 ** 30);
});

test.each([
  ['text.arrow', () => arrow({ gen_pt: ['fifty'] })],
  ['text.h5', () => hdf5({ gen_pt: ['fifty'] })],
])('%s leaves gen without its pt', async (name, make) => {
  const { path } = await outcomeOf(name, make());
  await expect(readJets(path, { stages: ['gen'] })).rejects.toThrow('no column of numbers named gen_pt');
});

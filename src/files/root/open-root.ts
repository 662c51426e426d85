/**
 * A ROOT file → its jets, by the tree or RNTuple that it has: NanoAOD, JetNTuple, Delphes, or a table of jets under any name.
 * Layouts: TFile, TDirectory and TKey of ROOT.
 */
import { InputError } from '../../errors.js';
import { columnsOf, STAGES } from '../../jets/columns.js';
import { type ByteSource, guardedAs } from '../source.js';
import { type JetOptions, refuseOptions, type TableFile } from '../table-file.js';
import { treeEvents } from './baskets.js';
import { type Events, readEvents } from './branches.js';
import { DELPHES_TREE, openDelphes } from './delphes.js';
import { JET_NTUPLE_TREE, openJetNtuple } from './jet-ntuple.js';
import { openNanoAod } from './nanoaod.js';
import { Streamed } from './streamed.js';
import { readTree } from './tree.js';
import { unzip } from './unzip.js';

const guarded = guardedAs('ROOT file');

/** @throws InputError where the file has none of the trees. */
export async function openRootTable(source: ByteSource, options: JetOptions = {}): Promise<TableFile> {
  const file = await openFile(source);
  // What the parser makes of a damaged tree may lack anything.
  const table = await guarded(source.name, 'its branches', () => tableOf(source, file, options));
  if (table) return table;
  throw new InputError(
    source.name,
    `is a ROOT file without jets that are known: no tree or RNTuple named Events (NanoAOD), ${JET_NTUPLE_TREE} (JetNTuple) or ${DELPHES_TREE}, and none with columns ${columnsOf('gen').join(', ')} (or raw_…, reco_…); it has ${file.names.slice(0, 10).join(', ') || 'nothing'}`,
  );
}

async function tableOf(
  source: ByteSource,
  file: RootFile,
  options: JetOptions,
): Promise<TableFile | undefined> {
  const nanoAod = await file.events('Events');
  if (nanoAod) return noted(openNanoAod(source, nanoAod, options), nanoAod);
  const ntuple = await file.events(JET_NTUPLE_TREE);
  if (ntuple) {
    refuseOptions(source.name, options);
    return noted(openJetNtuple(source, ntuple), ntuple);
  }
  const delphes = await file.events(DELPHES_TREE);
  if (delphes) {
    refuseOptions(source.name, options, ['collection', 'maxDeltaR']);
    return noted(openDelphes(source, delphes, options), delphes);
  }
  const tables: Events[] = [];
  for (const name of file.names) {
    const events = await file.events(name);
    if (events && hasJets(events)) tables.push(events);
  }
  if (tables.length === 0) return undefined;
  if (tables.length > 1)
    throw new InputError(
      source.name,
      `has jets in ${tables.map(({ title }) => title).join(' and in ')}; keep one of them in a file`,
    );
  refuseOptions(source.name, options);
  return noted(openRows(source, tables[0]), tables[0]);
}

const hasJets = ({ branches }: Events): boolean =>
  STAGES.some((stage) => columnsOf(stage).every((name) => branches.get(name)?.list === false));

/** A row a jet, under the names that tables of jets have in every format. */
function openRows(source: ByteSource, table: Events): TableFile {
  return {
    columnNames: [...table.branches].flatMap(([name, { type, list }]) => (type && !list ? [name] : [])),
    rows: table.entries === 0 ? 0 : undefined,
    dropped: {},
    async *batches(columns) {
      for await (const { events: rows, values } of readEvents(source, table, columns, {}))
        yield { rows, columns: values };
    },
  };
}

const noted = (table: TableFile, { notes = [] }: Events): TableFile => Object.assign(table, { notes });

interface RootFile {
  /** Names of the objects at the top. */
  readonly names: readonly string[];
  /** A tree or RNTuple by its path; undefined where there is none of that name. */
  events(path: string): Promise<Events | undefined>;
}

/** TKey: where an object lies, and what it is. */
interface Key {
  readonly className: string;
  readonly name: string;
  readonly cycle: number;
  readonly seek: number;
  /** Of the key itself, of key and packed object, and of the unpacked object. */
  readonly keyBytes: number;
  readonly bytes: number;
  readonly objectBytes: number;
}

/** From these versions on, places in the file take eight bytes. */
const BIG_FILE = 1_000_000;
const BIG_RECORD = 1000;
/** The longest directory's record, and the start of the file. */
const HEAD_BYTES = 64;

async function openFile(source: ByteSource): Promise<RootFile> {
  const top = await guarded(source.name, 'its directory', async () =>
    readKeys(source, await readHeader(source)),
  );
  return {
    names: [...new Set(top.map(({ name }) => name))],
    async events(path) {
      const [first, ...rest] = path.split('/');
      let key = newest(top, first!);
      for (const name of rest) {
        if (key === undefined || !/^TDirectory(File)?$/.test(key.className)) return undefined;
        const { seek, keyBytes } = key;
        const keys = await guarded(source.name, key.name, () => readKeys(source, seek + keyBytes));
        key = newest(keys, name);
      }
      if (key === undefined) return undefined;
      const { className, keyBytes } = key;
      if (className.includes('RNTuple')) {
        const { openRNTuple } = await import('./rntuple-fields.js');
        return await guarded(source.name, `RNTuple "${path}"`, async () =>
          openRNTuple(source, path, className, await readObject(source, key)),
        );
      }
      if (className !== 'TTree' && className !== 'TNtuple') return undefined;
      return await guarded(source.name, `tree "${path}"`, async () =>
        treeEvents(source, readTree(path, className, await readObject(source, key), keyBytes)),
      );
    },
  };
}

/** The newest of the objects of one name. */
function newest(keys: readonly Key[], name: string): Key | undefined {
  return keys.filter((key) => key.name === name).sort((a, b) => b.cycle - a.cycle)[0];
}

/** Where the topmost directory's record lies. */
async function readHeader(source: ByteSource): Promise<number> {
  const header = new Streamed(await source.read(0, Math.min(HEAD_BYTES, source.size)));
  header.int32();
  const big = header.int32() >= BIG_FILE;
  const begin = header.int32();
  const end = header.place(big);
  if (end > source.size)
    throw new InputError(source.name, `is cut short: it has ${source.size} of ${end} bytes; copy it again`);
  // fSeekFree, fNbytesFree, nfree.
  header.take(big ? 16 : 12);
  return begin + header.int32();
}

/** The keys of the directory whose record lies at `at`. */
async function readKeys(source: ByteSource, at: number): Promise<Key[]> {
  const record = new Streamed(await source.read(at, Math.min(at + HEAD_BYTES, Math.max(at, source.size))));
  const big = record.int16() > BIG_RECORD;
  // When it was made and changed.
  record.take(8);
  const bytes = record.int32();
  record.int32();
  const [, , seek] = [record.place(big), record.place(big), record.place(big)];
  if (seek === 0) return [];
  const list = new Streamed(await source.read(seek, seek + bytes));
  readKey(list);
  const count = list.int32();
  const keys: Key[] = [];
  for (let index = 0; index < count; index++) keys.push(readKey(list));
  return keys;
}

function readKey(list: Streamed): Key {
  const bytes = list.int32();
  const big = list.int16() > BIG_RECORD;
  const objectBytes = list.int32();
  list.int32();
  const keyBytes = list.int16();
  const cycle = list.int16();
  const seek = list.place(big);
  list.place(big);
  const [className, name] = [list.text(), list.text()];
  list.text();
  return { className, name, cycle, seek, keyBytes, bytes, objectBytes };
}

async function readObject(source: ByteSource, key: Key): Promise<Uint8Array> {
  const { seek, keyBytes, bytes, objectBytes } = key;
  const packed = await source.read(seek + keyBytes, seek + bytes);
  return packed.length < objectBytes ? await unzip(packed, objectBytes) : packed;
}

/** HDF5 where there are no paths: its library reads from a path only. */
import { InputError } from '../errors.js';
import type { ByteSource } from './source.js';
import type { TableFile } from './table-file.js';

/** @throws InputError always. */
export async function openHdf5({ name }: ByteSource): Promise<TableFile> {
  throw new InputError(name, 'is HDF5, which is not read here; `jet-iqn convert` makes Parquet of it');
}

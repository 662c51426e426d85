/** JSROOT's global settings and hooks. */
export const internals: {
  /** Ours: unpacks ROOT's compressed blocks from `start` on to exactly `size` bytes. */
  unzip?: (packed: DataView, size: number, start: number) => Promise<DataView>;
};

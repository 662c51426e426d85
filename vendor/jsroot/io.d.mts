/** What an application implements to let JSROOT read from anywhere. */
export class FileProxy {
  openFile(): Promise<boolean>;
  getFileName(): string;
  getFileSize(): number;
  readBuffer(position: number, length: number): Promise<DataView | null>;
  closeFile(): void;
}

export interface TKey {
  readonly fName: string;
  readonly fClassName: string;
  readonly fCycle: number;
}

export interface TDirectory {
  readonly fKeys: readonly TKey[];
  readObject(name: string, cycle?: number): Promise<unknown>;
}

/** An open file; false where the proxy refused. */
export function openFile(proxy: FileProxy): Promise<TDirectory | false>;

/** Reads ROOT's streamed objects from memory. */
export class TBuffer {
  constructor(bytes: DataView);
  ntou1(): number;
  /** An array of the dimensions of a class's member, element by element. */
  readNdimArray(
    member: { readonly fArrayDim: number; readonly fArrayLength: number; readonly fMaxIndex: readonly number[] },
    read: (buffer: TBuffer) => unknown,
  ): unknown;
}

/** A place to drop files on, with a button that chooses them: the same for mouse, touch and keyboard. */
import { element } from './dom.js';

export interface FileDropOptions {
  /** `Drop a file here`. */
  readonly prompt: string;
  readonly hint: string;
  readonly multiple: boolean;
  /** Endings that the file dialogue shows first; the content decides. */
  readonly accept?: string;
}

/** Fills `place`; also takes what is dropped anywhere on `zone`. */
export function fileDrop(
  place: HTMLElement,
  zone: HTMLElement,
  { prompt, hint, multiple, accept }: FileDropOptions,
  onFiles: (files: File[]) => void,
): void {
  const input = element('input', { type: 'file', class: 'unseen', multiple, accept });
  const label = element(
    'label',
    { class: 'drop' },
    input,
    element('strong', {}, prompt),
    element('span', { class: 'hint' }, hint),
  );
  place.replaceChildren(label);
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    // The same file may be chosen again after it was mended.
    input.value = '';
    if (files.length > 0) onFiles(files);
  });
  let depth = 0;
  const mark = (over: boolean) => label.classList.toggle('over', over);
  zone.addEventListener('dragenter', (event) => {
    event.preventDefault();
    depth++;
    mark(true);
  });
  zone.addEventListener('dragleave', () => {
    depth--;
    if (depth <= 0) mark(false);
  });
  zone.addEventListener('dragover', (event) => event.preventDefault());
  zone.addEventListener('drop', async (event) => {
    event.preventDefault();
    depth = 0;
    mark(false);
    const files = event.dataTransfer ? await filesOf(event.dataTransfer) : [];
    if (files.length > 0) onFiles(files);
  });
}

/** Keeps the browser from leaving the page for a file that is dropped beside a zone. */
export function refuseStrayDrops(): void {
  for (const event of ['dragover', 'drop']) addEventListener(event, (stray) => stray.preventDefault());
}

/** The files dropped; of a folder those directly in it. */
async function filesOf({ items, files }: DataTransfer): Promise<File[]> {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const all = [...files];
  for (const entry of entries) {
    if (!entry?.isDirectory) continue;
    all.splice(
      all.findIndex(({ name }) => name === entry.name),
      1,
    );
    all.push(...(await filesIn(entry as FileSystemDirectoryEntry)));
  }
  return all;
}

function filesIn(folder: FileSystemDirectoryEntry): Promise<File[]> {
  return new Promise((resolve, reject) =>
    folder
      .createReader()
      .readEntries(
        (entries) =>
          resolve(
            Promise.all(
              entries
                .filter((entry) => entry.isFile)
                .map(
                  (entry) =>
                    new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail)),
                ),
            ),
          ),
        reject,
      ),
  );
}

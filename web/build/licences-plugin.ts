/** The licences and notices of all packages that have code in the site, in one file beside the page. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

export const LICENCES_FILE = 'licences.txt';

/** The package that a module is of: the folder, and in it the name. */
const PACKAGE = /^\0?(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;
const TEXTS = /^(licen[cs]e|copying|(copyright)?notice)/i;

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** Of packages that are published without the text of their licence, what their authors say elsewhere. */
const UNSHIPPED: Readonly<Record<string, string>> = {
  'onnxruntime-web': `MIT License\n\nCopyright (c) Microsoft Corporation\n\n${MIT}

Its WebAssembly holds code of others, named in
https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt`,
  'xz-decompress': `MIT License\n\nCopyright (c) Steven Sanderson, Tim Perry\n\n${MIT}

Its WebAssembly holds XZ Embedded, by Lasse Collin and Igor Pavlov.`,
  '@bokuweb/zstd-wasm': `MIT License\n\nCopyright (c) bokuweb\n\n${MIT}

Its WebAssembly is Zstandard:

BSD License. Copyright (c) Meta Platforms, Inc. and affiliates. All rights reserved.

Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met:

 * Redistributions of source code must retain the above copyright notice, this list of conditions and the following
   disclaimer.

 * Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
   disclaimer in the documentation and/or other materials provided with the distribution.

 * Neither the name Facebook nor the names of its contributors may be used to endorse or promote products derived from
   this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF
THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`,
};

/** Packages that others have inside their published files. */
const INLINED: Readonly<Record<string, readonly string[]>> = {
  'd3-delaunay': ['delaunator', 'robust-predicates'],
};

/** Plugins of one build: workers are bundled before the page and by themselves (Vite's `build.license` leaves them out). */
export function licences(): { readonly ofWorkers: () => Plugin; readonly ofPage: () => Plugin } {
  /** Names by folder. */
  const packages = new Map<string, string>();
  const collect = (output: Rolldown.OutputBundle) => {
    for (const part of Object.values(output)) {
      if (part.type === 'asset') continue;
      for (const id of part.moduleIds) {
        const [, folder, name] = PACKAGE.exec(id) ?? [];
        if (!folder || !name) continue;
        packages.set(folder, name);
        for (const inlined of INLINED[name] ?? []) packages.set(join(folder, '..', inlined), inlined);
      }
    }
  };
  return {
    ofWorkers: () => ({ name: 'licences-of-workers', generateBundle: (_, output) => collect(output) }),
    ofPage: () => ({
      name: 'licences',
      generateBundle(_, output) {
        collect(output);
        const parts = [...packages].map(([folder, name]) => licenceOf(folder, name)).sort();
        const source = `What this page is made of beside jet-iqn, and under which licences\n\n${parts.join('\n')}`;
        this.emitFile({ type: 'asset', fileName: LICENCES_FILE, source });
      },
    }),
  };
}

/** @throws Error where nothing is known: no package ships without its notices. */
function licenceOf(folder: string, name: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const shipped = readdirSync(folder)
    .filter((file) => TEXTS.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (!shipped.some((text) => /permi/i.test(text))) shipped.push(UNSHIPPED[name] ?? '');
  const text = shipped.join('\n\n').trim();
  if (!text) throw new Error(`${name} ships no licence: add what its authors say to licences-plugin.ts`);
  return `${'='.repeat(80)}\n${name} ${version}\n${'='.repeat(80)}\n\n${text}\n`;
}

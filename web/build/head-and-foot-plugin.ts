/** What the page says of itself: its policy, for servers that send none; version, source and preview picture. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { CONTENT_SECURITY_POLICY } from './security.js';

/**
 * @param root folder of package.json.
 * @param site address of the page with a slash at its end, for pictures in links to it: most who show those take no relative one.
 */
export function headAndFoot(root: string, site = './'): Plugin {
  const { version, repository }: { version: string; repository?: { url: string } } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const url = repository?.url.replace(/^git\+|\.git$/g, '');
  const texts: Readonly<Record<string, string>> = {
    POLICY: CONTENT_SECURITY_POLICY,
    VERSION: version,
    REPOSITORY: url ? `<a href="${url}">source</a>` : 'npm package jet-iqn',
    SITE: site,
  };
  return {
    name: 'head-and-foot',
    transformIndexHtml: (html) => html.replace(/%([A-Z]+)%/g, (whole, name) => texts[name] ?? whole),
    generateBundle() {
      const emit = (fileName: string, from: string) =>
        this.emitFile({ type: 'asset', fileName, source: readFileSync(join(root, from)) });
      emit('preview.png', 'docs/pictures/page.png');
      emit('citation.txt', 'CITATION.cff');
    },
  };
}

/** How the page is built: static files in dist/web that run under any path, and served for a look. */
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { compiledWasm } from './build/compiled-wasm-plugin.js';
import { headAndFoot } from './build/head-and-foot-plugin.js';
import { licences } from './build/licences-plugin.js';
import { packageImports } from './build/package-imports.js';
import { ISOLATION_HEADERS, SECURITY_HEADERS } from './build/security.js';
import { serviceWorker } from './build/service-worker-plugin.js';
import { shippedFiles } from './build/shipped-files-plugin.js';

const root = import.meta.dirname;
const { ofPage, ofWorkers } = licences();
/** A slow disk is no reason for a warning. */
const WITHOUT_TIMINGS = { checks: { bundlerTimings: false } };

export default defineConfig({
  root,
  base: './',
  resolve: { alias: packageImports(join(root, '..')) },
  plugins: [
    headAndFoot(join(root, '..'), process.env.SITE_URL),
    shippedFiles(join(root, '..')),
    ofPage(),
    serviceWorker(),
  ],
  worker: {
    format: 'es',
    rolldownOptions: WITHOUT_TIMINGS,
    plugins: () => [compiledWasm(join(root, '..')), ofWorkers()],
  },
  build: {
    outDir: join(root, '..', 'dist', 'web'),
    emptyOutDir: true,
    target: 'es2023',
    // Preloading is done by elements that a strict policy would have to allow by inline script.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: WITHOUT_TIMINGS,
  },
  // Only the loopback address: this is for one's own look.
  preview: { host: '127.0.0.1', port: 4173, headers: { ...SECURITY_HEADERS, ...ISOLATION_HEADERS } },
});

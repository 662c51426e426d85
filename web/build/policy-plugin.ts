/** The Content-Security-Policy in the page itself, for servers that send none. */
import type { Plugin } from 'vite';
import { CONTENT_SECURITY_POLICY } from './security.js';

export function policy(): Plugin {
  return { name: 'policy', transformIndexHtml: (html) => html.replace('%POLICY%', CONTENT_SECURITY_POLICY) };
}

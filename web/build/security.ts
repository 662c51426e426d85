/**
 * The page's Content-Security-Policy: its own files and nothing else, no inline script or style, no eval.
 *
 * 'wasm-unsafe-eval' allows compiling WebAssembly, which is how the networks run. blob: images are the figures that the
 * page draws as PNG. The same text stands in index.html for servers that send no headers; `frame-ancestors` works in a
 * header.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** What `npm run web` sends, and a server of one's own may send too. */
export const SECURITY_HEADERS = {
  'Content-Security-Policy': `${CONTENT_SECURITY_POLICY}; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** Isolate the page from other origins, without which a browser gives it no memory that threads share. */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

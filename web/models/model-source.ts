/** A bundle: one that the site ships, or files that somebody dropped. */
export type ModelSource =
  | { readonly kind: 'shipped'; readonly name: string; readonly url: string }
  | { readonly kind: 'files'; readonly name: string; readonly files: readonly File[] };

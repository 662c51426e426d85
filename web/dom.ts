/** Elements of the page, made without markup in strings: text stays text, whoever wrote it. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
export type Content = Node | string;

/**
 * An element with attributes and content; an attribute that is false or undefined is left out.
 *
 * @example element('p', { class: 'note' }, 'pt in ', element('abbr', { title: 'gigaelectronvolt' }, 'GeV'))
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...content: Content[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...content);
  return made;
}

/** The element of the page with this id, of this class. */
export function byId<T extends HTMLElement>(id: string, type: { new (): T }): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} "${id}"`);
  return found;
}

/** Shows or hides. */
export function show(target: HTMLElement, visible: boolean): void {
  target.hidden = !visible;
}

/** Hands a file to the browser's downloads. */
export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  // The download holds on to the blob by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** One of the three views at a time, as the state says; its heading takes the focus when it is changed by hand. */
import { byId, show } from './dom.js';
import type { Link } from './link.js';
import { linkOf, VIEWS } from './state.js';

export function openViews(link: Link): void {
  const anchors = [...document.querySelectorAll<HTMLAnchorElement>('nav a')];
  let shown: string | undefined;
  const follow = () => {
    const { view } = link.state;
    for (const anchor of anchors) {
      const own = VIEWS.find((name) => name === anchor.dataset.view)!;
      // The other views keep what was set here.
      anchor.href = `#${linkOf({ ...link.state, view: own })}`;
      if (own === view) anchor.setAttribute('aria-current', 'page');
      else anchor.removeAttribute('aria-current');
    }
    if (view === shown) return;
    for (const name of VIEWS) show(byId(`view-${name}`, HTMLElement), name === view);
    const heading = byId(`heading-${view}`, HTMLElement);
    document.title = `${heading.textContent} · jet-iqn`;
    if (shown !== undefined) heading.focus({ preventScroll: true });
    shown = view;
  };
  link.onChange(follow);
  follow();
}

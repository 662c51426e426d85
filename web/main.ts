/** The page: three views of one state, which the address holds. */

import { byId, show } from './dom.js';
import { startEngine } from './engine/start.js';
import { refuseStrayDrops } from './file-drop.js';
import { type Link, openLink } from './link.js';
import { openJetsView } from './many-jets/view.js';
import { currentModel } from './models/current.js';
import { openShelf, type Shelf } from './models/shelf.js';
import { openModelsView } from './models/view.js';
import { keepForOffline } from './offline.js';
import { openJetView } from './one-jet/view.js';
import { openScheme } from './scheme.js';
import { openShare } from './share.js';
import { linkOf, VIEWS } from './state.js';

const message = byId('page-message', HTMLElement);

function say(text: string): void {
  message.textContent = text;
  show(message, text !== '');
}

// Without header, for a frame in somebody else's page.
document.documentElement.classList.toggle('embed', new URLSearchParams(location.search).has('embed'));
const fullPage = byId('full-page', HTMLAnchorElement);
fullPage.addEventListener('click', () => {
  fullPage.href = `./${location.hash}`;
});
openScheme();
refuseStrayDrops();
const link = openLink((faults) =>
  say(faults.length > 0 ? `The link is not quite right: ${faults.join('; ')}. The rest of it is shown.` : ''),
);
openViews(link);
openShare(link);

if (window.isSecureContext) openShelf().then(start, (error: Error) => say(error.message));
// The checksums of bundles are computed by a part of the browser that pages sent in the clear may not use.
else say('This page works only over https, or on this machine itself: open it by an address with https.');

function start(shelf: Shelf): void {
  const engine = startEngine();
  const current = currentModel(link, shelf, engine, byId('model-message', HTMLElement));
  openJetView(link, shelf, engine, current);
  openJetsView(link, shelf);
  openModelsView(link, shelf, engine);
  // Once the first model is there: what it needs is in the browser's own cache by then and not fetched twice.
  let kept = false;
  current.onReady(() => {
    if (!kept) keepForOffline();
    kept = true;
  });
}

/** One of the three views at a time, as the state says; its heading takes the focus when it is changed by hand. */
function openViews(link: Link): void {
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

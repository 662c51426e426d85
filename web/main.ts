/** The page: three views of one state, which the address holds. */

import { byId, show } from './dom.js';
import { startEngine } from './engine/start.js';
import { refuseStrayDrops } from './file-drop.js';
import { openLink } from './link.js';
import { openJetsView } from './many-jets/view.js';
import { currentModel } from './models/current.js';
import { openShelf, type Shelf } from './models/shelf.js';
import { openModelsView } from './models/view.js';
import { keepForOffline } from './offline.js';
import { openJetView } from './one-jet/view.js';
import { openScheme } from './scheme.js';
import { openViews } from './views.js';

const message = byId('page-message', HTMLElement);

function say(text: string): void {
  message.textContent = text;
  show(message, text !== '');
}

openScheme();
refuseStrayDrops();
const link = openLink((faults) =>
  say(faults.length > 0 ? `The link is not quite right: ${faults.join('; ')}. The rest of it is shown.` : ''),
);
openViews(link);

if (window.isSecureContext) openShelf().then(start, (error: Error) => say(error.message));
// The checksums of bundles are computed by a part of the browser that pages sent in the clear may not use.
else say('This page works over https alone, or on this machine itself: open it by an address with https.');

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

/** Keeps the site for use without a network, where the browser allows it; says so at the foot of the page. */
import { byId } from './dom.js';

export function keepForOffline(): void {
  const status = byId('offline-status', HTMLElement);
  const say = (text: string) => {
    status.textContent = text;
  };
  if (!('serviceWorker' in navigator) || !window.isSecureContext) {
    say('This browser keeps no pages here: everything works, but needs the network to be opened again.');
    return;
  }
  addEventListener('offline', () => say('No network: the page goes on working.'));
  navigator.serviceWorker
    .register(new URL('service-worker.js', document.baseURI))
    .then(async () => {
      await navigator.serviceWorker.ready;
      say('Kept on this machine: the page opens and works without a network.');
    })
    .catch(() =>
      say(
        'This browser denies storage to the page: everything works, but needs the network to be opened again.',
      ),
    );
}

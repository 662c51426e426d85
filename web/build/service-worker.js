// Keeps all files of the site, so that it works without a network once it has been opened. A new version is fetched as
// a whole beside the old one and takes over when no page of the old one is open any more: versions never mix.
// Caches belong to the origin, which other copies of the site may share: named by the folder, which no space is in.
const OWN = `jet-iqn ${self.registration.scope} `;
const CACHE = `${OWN}__VERSION__`;
const FILES = __FILES__;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })))),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(
        names.filter((name) => name.startsWith(OWN) && name !== CACHE).map((name) => caches.delete(name)),
      );
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { scope } = self.registration;
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return;
  // A folder below may be another copy's, or any other page: the folder itself alone is this page.
  const wanted = /[^?#]*/.exec(request.url)[0] === scope ? 'index.html' : request;
  event.respondWith(
    caches.match(wanted, { cacheName: CACHE, ignoreSearch: true }).then((kept) => kept ?? fetch(request)),
  );
});

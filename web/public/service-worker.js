// Keeps the last board that a reader saw, so that the installed page shows it without a network.
//
// Whatever the network answers is shown; what was kept is shown only when it does not answer. Assets carry their digest
// in their name and are asked for once.

const KEPT = `proofboard ${self.registration.scope}`;
const ASSET = /\/assets\/[^/]+-[\w-]{8,}\.\w+$/;
const LARGEST_KEPT = 8 << 20;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  const isOurs = request.method === "GET" && address.origin === self.location.origin;
  if (!isOurs || address.pathname.includes("/api/") || request.headers.get("accept") === "text/event-stream") return;
  event.respondWith(ASSET.test(address.pathname) ? keptFirst(request) : networkFirst(request, address));
});

async function keptFirst(request) {
  const kept = await caches.match(request, { cacheName: KEPT });
  return kept ?? keep(request, request, await fetch(request));
}

// A page is one document whatever its query says.
async function networkFirst(request, address) {
  const named = request.mode === "navigate" ? address.origin + address.pathname : request;
  try {
    const answer = await fetch(request);
    if (address.pathname.endsWith("/publication.json")) await forgetOthers(answer);
    return await keep(named, request, answer);
  } catch (error) {
    const kept = await caches.match(named, { cacheName: KEPT });
    if (kept) return kept;
    throw error;
  }
}

async function keep(named, request, answer) {
  const isWhole = answer.ok && answer.status === 200 && !request.headers.has("range");
  if (isWhole && Number(answer.headers.get("content-length") ?? 0) < LARGEST_KEPT) {
    const copy = answer.clone();
    const cache = await caches.open(KEPT);
    // A full disk must not keep anybody from reading.
    await cache.put(named, copy).catch(() => undefined);
  }
  return answer;
}

// Documents of an earlier publication are of no use beside a later root.
async function forgetOthers(answer) {
  if (!answer.ok) return;
  const cache = await caches.open(KEPT);
  const before = await cache.match(answer.url);
  if (!before || (await before.text()) === (await answer.clone().text())) return;
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith(".json") || pathname.endsWith(".jsonl")) await cache.delete(request);
  }
}

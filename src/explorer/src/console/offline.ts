// The service worker: what the console and the search need is kept, by the site's version, and is there without a network.

interface Scope {
  llmkg: { version: string; kept: string[]; pages: string[] };
  registration: { scope: string };
  clients: { claim: () => Promise<void> };
  skipWaiting: () => Promise<void>;
  addEventListener: (kind: "install" | "activate" | "fetch", listener: (event: Event & { request: Request; waitUntil: (done: Promise<unknown>) => void; respondWith: (answer: Promise<Response>) => void }) => void) => void;
}

const scope = self as unknown as Scope;
const { version, kept, pages } = scope.llmkg;
const at = (path: string): string => new URL(path, scope.registration.scope).href;
const prefix = `llmkg ${scope.registration.scope} `;
const own = prefix + version;
const unchanging = new Set(kept.map(at));
const changing = new Set(pages.map(at));

scope.addEventListener("install", (event) => {
  event.waitUntil(caches.open(own).then(async (cache) => {
    await cache.addAll([...kept, ...pages].map(at));
    await scope.skipWaiting();
  }));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then(async (names) => {
    await Promise.all(names.filter((name) => name.startsWith(prefix) && name !== own).map((name) => caches.delete(name)));
    await scope.clients.claim();
  }));
});

scope.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const address = new URL(event.request.url);
  address.hash = "";
  if (unchanging.has(address.href)) event.respondWith(keptFirst(event.request));
  else {
    address.search = "";
    if (changing.has(address.href)) event.respondWith(networkFirst(event.request, address.href));
  }
});

/** What has its version in its address never changes. */
async function keptFirst(request: Request): Promise<Response> {
  return (await (await caches.open(own)).match(request.url)) ?? fetch(request);
}

/** A page comes from the network and is kept; where there is none, what was kept. */
async function networkFirst(request: Request, address: string): Promise<Response> {
  const cache = await caches.open(own);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(address, response.clone());
    return response;
  } catch (error) {
    const found = await cache.match(address);
    if (found) return found;
    throw error;
  }
}

// Keeps the files that never change and one page to show without a network.
// What somebody is signed in to see is never kept.
const KEPT = {{ ("fikaligan-" ~ version)|tojson }};
const OFFLINE = {{ offline|tojson }};
const FILES = {{ files|tojson }};
const files = new Set(FILES);

async function fill() {
  const kept = await caches.open(KEPT);
  // Without cookies the page cannot be anybody's.
  await kept.addAll([new Request(OFFLINE, { credentials: "omit", cache: "reload" }), ...FILES]);
  await skipWaiting();
}

async function empty() {
  const old = (await caches.keys()).filter((name) => name !== KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

const find = (address) => caches.match(address, { cacheName: KEPT, ignoreVary: true });

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(empty()));
addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET") return;
  const { origin, pathname, search } = new URL(url);
  if (origin === location.origin && files.has(pathname + search)) {
    event.respondWith(find(pathname + search).then((file) => file ?? fetch(event.request)));
  } else if (mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => find(OFFLINE)));
  }
});

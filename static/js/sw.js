// The service worker, served as /sw.js behind `const SHELL = {hash, page, addresses}`.
//
// It keeps two kinds of caches. `shell-<hash>`: the page that stands in for what needs a network, with its styles and
// scripts. `course-<field>/<course>-<hash>`: lessons that somebody saved (copies.js fills it; it is whole once it holds
// its own list). Nothing else is ever stored: no answer of /api, no attempt, no page with a person in it.
const PATIENCE = 3000; // milliseconds for the network where a saved copy could be shown instead
const SHELL_CACHE = `shell-${SHELL.hash}`;
let pressing = null; // the page whose form was pressed last, and which says itself where it could not be sent

addEventListener("install", (event) => event.waitUntil(fillShell()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("message", (event) => {
  if (event.data === "claim") event.waitUntil(clients.claim());
  if (event.data === "pressed") pressing = event.source;
  if (event.data === "replace") event.waitUntil(replace(event));
});
addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(tellPages("flush"));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || pathname.startsWith("/api/")) return;
  if (request.method === "POST" && request.mode === "navigate" && !withFiles(request)) event.respondWith(sendForm(request));
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(openPage(event));
  else if (/^\/(assets|media)\//.test(pathname)) event.respondWith(keptOrFetched(request));
});

async function fillShell() {
  const cache = await caches.open(SHELL_CACHE);
  await cache.addAll([new Request(SHELL.page, { cache: "no-cache" }), ...SHELL.addresses]);
}

async function takeOver() {
  // The shell before this one stays: a page that is still open may yet import its scripts.
  const shells = (await caches.keys()).filter((name) => name.startsWith("shell-") && name !== SHELL_CACHE);
  await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)));
  await registration.navigationPreload?.enable();
  await clients.claim();
}

// The new version takes over when it is asked to, and nobody is in the middle of an attempt.
async function replace(event) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const busy = pages.some((page) => new URL(page.url).pathname.startsWith("/attempts/"));
  if (busy) event.source.postMessage("busy");
  else await skipWaiting();
}

async function tellPages(word) {
  for (const page of await clients.matchAll({ type: "window" })) page.postMessage(word);
}

async function openPage(event) {
  const network = fromNetwork(event);
  event.waitUntil(network.catch(() => {}));
  const copy = await savedCopy(new URL(event.request.url).pathname);
  try {
    const reply = await (copy ? Promise.race([network, wait(PATIENCE)]) : network);
    if (reply && !(copy && reply.status >= 500)) return reply;
  } catch {
    // No network: what is kept is shown.
  }
  return copy ? dated(copy) : (await (await caches.open(SHELL_CACHE)).match(SHELL.page)) ?? Response.error();
}

// A form that cannot be sent leaves its page as it is, with all that was typed: that is what 204 does.
async function sendForm(request) {
  try {
    return await fetch(request);
  } catch (error) {
    for (let tries = 0; !pressing && tries < 10; tries += 1) await wait(100); // its word may come after its form
    if (!pressing) throw error;
    pressing.postMessage("unsent");
    pressing = null;
    return new Response(null, { status: 204 });
  }
}

// Not every browser gives the files of a form to a worker whole.
function withFiles(request) {
  return request.headers.get("Content-Type")?.startsWith("multipart/");
}

async function fromNetwork(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}

function wait(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

// The lesson in the newest whole copy of its course, with that copy's list.
async function savedCopy(pathname) {
  const [, first, field, course, page] = pathname.split("/");
  if (first !== "courses" || !page) return null;
  const names = (await caches.keys()).filter((name) => name.startsWith(`course-${field}/${course}-`));
  for (const name of names.reverse()) {
    const cache = await caches.open(name);
    const list = await cache.match(`/courses/${field}/${course}/offline.json`);
    const reply = list && (await cache.match(pathname, { ignoreVary: true }));
    if (reply) return { reply, list: await list.json() };
  }
  return null;
}

// Says in the page itself of when it is: the page's script shows it (site.js).
async function dated({ reply, list }) {
  const html = (await reply.text()).replace("<body", `<body data-saved="${list.saved_at}"`);
  return new Response(html, { headers: reply.headers });
}

// Everything under these addresses is named by its content: whoever keeps it, it is the same.
async function keptOrFetched(request) {
  const kept = await caches.match(request.url, { ignoreVary: true });
  if (!kept) return fetch(request);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  return range ? part(kept, Number(range[1]), range[2]) : kept;
}

// Players on iPhones ask for a recording in pieces, and take nothing else.
async function part(kept, from, to) {
  const all = await kept.blob();
  const end = Math.min(to === "" ? Infinity : Number(to), all.size - 1);
  if (from > end) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${all.size}` } });
  const headers = { "Content-Type": all.type, "Content-Range": `bytes ${from}-${end}/${all.size}` };
  return new Response(all.slice(from, end + 1, all.type), { status: 206, headers });
}

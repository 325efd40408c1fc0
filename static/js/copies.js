// Courses kept on this phone. A copy is a cache `course-<field>/<course>-<hash>` and is whole once it holds its own list
// (offline.json, put in last); until then the one before it is shown. The worker (sw.js) reads them, nobody else writes.
const MOST = 100 * 1024 * 1024; // bytes of all copies together
const COPY = /^course-([\w-]+\/[\w-]+)-([0-9a-f]{12})$/;
const KEPT_HEADERS = ["content-type", "content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy"];

export class NoRoom extends Error {}

// Lists of the courses that are kept whole, the oldest first: {course, title, hash, bytes, saved_at, pages, …}.
export async function all() {
  const lists = new Map();
  for (const name of await caches.keys()) {
    const list = COPY.test(name) && (await listOf(name));
    if (list) lists.set(list.course, list);
  }
  return [...lists.values()].sort((a, b) => a.saved_at.localeCompare(b.saved_at));
}

export async function find(course) {
  return (await all()).find((list) => list.course === course);
}

// Whether a saving was broken off: it goes on from where it was.
export async function begun(course) {
  for (const name of await namesOf(course)) if (!(await listOf(name))) return true;
  return false;
}

// What would be kept; null for who may not read it.
export async function look(course) {
  const reply = await fetch(address(course), { headers: { Accept: "application/json" } });
  return reply.ok && !reply.redirected ? reply.json() : null;
}

// Keeps the course as it is now, and lets go of the copy before. `told` hears {done, bytes} and {dropped: title}.
// Rejects with NoRoom where the phone has none even without the other courses.
export function save(course, told = () => {}) {
  return navigator.locks.request(`copy-${course}`, async () => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await fill(course, told);
      } catch (error) {
        const full = error.name === "QuotaExceededError";
        if (full && !(await dropOldest(course, told))) throw new NoRoom();
        if (!full && (tries >= 2 || !(error instanceof Changed))) throw error;
      }
    }
  });
}

export async function remove(course) {
  for (const name of await namesOf(course)) await caches.delete(name);
}

// A newer release of what is kept is fetched; what cannot be fetched now stays as it is.
export async function refreshAll() {
  for (const list of await all()) await save(list.course).catch(() => {});
}

class Changed extends Error {} // while it was being fetched

async function fill(course, told) {
  const list = await look(course);
  if (!list) throw new Error("not to be read");
  const name = `course-${course}-${list.hash}`;
  if (await listOf(name)) return listOf(name);
  await makeRoom(list, told);
  const cache = await caches.open(name);
  let bytes = 0;
  for (const file of list.files) {
    if (!(await cache.match(file.address))) await cache.put(file.address, await take(file));
    bytes += file.bytes;
    told({ done: bytes, bytes: list.bytes });
  }
  const whole = { ...list, saved_at: new Date().toISOString() };
  await cache.put(address(course), new Response(JSON.stringify(whole), { headers: { "Content-Type": "application/json" } }));
  for (const old of await namesOf(course)) if (old !== name) await caches.delete(old);
  localStorage.refreshed = Date.now(); // site.js looks again in a day
  return whole;
}

// The file as its list says it is, from another copy or from the network. Nothing that is somebody's own comes so far:
// no sign-in page, no error, no header that the lists' pages do not need.
async function take(file) {
  const named = /^\/(assets|media)\//.test(file.address);
  const reply = (named && (await caches.match(file.address, { ignoreVary: true }))) || (await fetch(file.address));
  if (reply.status !== 200 || reply.redirected) throw new Error(`${reply.status} ${file.address}`);
  const bytes = await reply.arrayBuffer();
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== file.hash) throw new Changed(file.address);
  const headers = KEPT_HEADERS.filter((header) => reply.headers.has(header)).map((header) => [header, reply.headers.get(header)]);
  return new Response(bytes, { headers });
}

async function makeRoom(list, told) {
  await navigator.storage?.persist?.();
  for (;;) {
    const others = (await all()).filter((other) => other.course !== list.course);
    const kept = others.reduce((sum, other) => sum + other.bytes, 0);
    const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    // Unpacked, and beside the copy before: thrice what comes over the wire.
    if (kept + list.bytes <= MOST && usage + 3 * list.bytes <= quota) return;
    if (!(await dropOldest(list.course, told))) return; // the browser has the last word
  }
}

async function dropOldest(except, told) {
  const oldest = (await all()).find((list) => list.course !== except);
  if (!oldest) return false;
  await remove(oldest.course);
  told({ dropped: oldest.title });
  return true;
}

async function namesOf(course) {
  return (await caches.keys()).filter((name) => COPY.exec(name)?.[1] === course);
}

async function listOf(name) {
  const course = COPY.exec(name)[1];
  const kept = await (await caches.open(name)).match(address(course));
  return kept ? kept.json() : null;
}

function address(course) {
  return `/courses/${course}/offline.json`;
}

// What was done on this phone and the server has not acknowledged. An event is on the disk before anybody is told that
// it is saved; it leaves the list once the server's commit is durable, and is kept for thirty days more, in case the
// server loses it. Sent twice it counts once: see docs/decisions/offline.md.
//
// Kinds of records in the vault: `waiting`, `sent` (with what became of it), `server` (what the server said last).
import { lock, meet, open, remember, whose } from "./vault.js";

const MOST = 50; // events in one delivery
const KEPT = 30 * 24 * 3600 * 1000; // milliseconds; learning/sync/holdings.py has the same
const RECEIVED = ["saved", "stale", "late", "submitted", "read"]; // what the server counts as held
const PATIENCE = 20000;
const FIRST_PAUSE = 5000;
const LONGEST_PAUSE = 600000;

// How many events this page's life has seen off: what a page knew of the server before may be old.
export let delivered = 0;
let pause = FIRST_PAUSE;
let timer = null;
let listening = false;
let flushing = null;
let queued = null;

// Writes an event: {kind: "answer", attempt, question, answer}, {kind: "submission", attempt, answers} or
// {kind: "reading", course, lesson}; of the first two `elapsed`, seconds that the attempt has been in sight here, where
// that is known; `client_id` where it was sent before in another way. Resolves with the event once it
// is on the disk; rejects where this phone keeps nothing of anybody (see `ready`).
export async function add(event) {
  const vault = await open();
  if (!vault) throw new Error("no vault");
  return addTo(vault, event);
}

// The vault, introduced to the server where this phone does not know its person yet.
export async function ready() {
  return (await open()) ?? (await introduction())?.vault ?? null;
}

// Sends what waits now. Resolves with how many still wait; of several pages one sends.
export function flush() {
  listen();
  if (flushing) queued ??= flushing.then(flush); // what was added since it began goes after it
  else flushing = alone(sendAll).finally(() => { flushing = queued = null; });
  return queued ?? flushing;
}

// The event of this id, with what became of it; null where it is not here.
export async function find(clientId) {
  const vault = await open();
  return (await vault?.get("waiting", clientId)) ?? (await vault?.get("sent", clientId)) ?? null;
}

export async function unsent() {
  return (await open())?.count("waiting") ?? 0;
}

// Everything this phone has of its person, what waits first.
export async function everything() {
  const vault = await open();
  return vault ? [...inOrder(await vault.all("waiting")), ...inOrder(await vault.all("sent"))] : [];
}

// What the server would not take of an attempt: of each question what was said last, and the submission, where it refused
// that and nobody has answered since.
export async function refused(attempt) {
  const last = new Map();
  for (const event of inOrder(await everything())) if (event.attempt === attempt) last.set(event.question, event);
  return [...last.values()].filter((event) => event.status === "refused" && !event.over);
}

// The question was answered in another way.
export async function over(event) {
  await (await open())?.put("sent", event.client_id, { ...event, over: true });
}

// What the server said at the last comparison: {epoch, whole, count, at}; null before the first.
export async function held() {
  return (await open())?.get("server", "held") ?? null;
}

// A submission that was asked about is sent once more, and graded as it stands.
export async function again(clientId) {
  const vault = await open();
  const event = await vault?.get("sent", clientId);
  if (event) await vault.put("waiting", clientId, { ...event, status: "", reason: "" }, "sent");
  return flush();
}

// All of it as a file that can be handed in by hand: the last resort.
export async function asFile() {
  const vault = await open();
  const events = (await everything()).map(wire);
  const content = { format: "camtay-answers", person: vault?.person ?? "", made_at: new Date().toISOString(), events };
  return new Blob([JSON.stringify(content, null, 1)], { type: "application/json" });
}

export async function addTo(vault, event) {
  const own = { client_id: crypto.randomUUID(), ...event, ...(await vault.step()), at: Date.now(), status: "", reason: "" };
  try {
    await vault.put("waiting", own.client_id, own);
  } catch (error) {
    if (error?.name !== "QuotaExceededError" || !(await dropCourse())) throw error;
    await vault.put("waiting", own.client_id, own); // lessons can be fetched again
  }
  remember("unsent", vault.person);
  tell();
  askWorker();
  return own;
}

// Sends what waits in `vault`, fifty at a time, and compares what the server holds with what was sent. `post(body)`
// resolves with the reply and `at`, the server's time in milliseconds; it throws what shall end this delivery, and
// Unusable for a body that the server will never take.
export async function deliver(vault, post) {
  const said = (await vault.get("server", "held")) ?? { epoch: "" };
  const device = await vault.device();
  let reply = null;
  for (;;) {
    const waiting = inOrder(await vault.all("waiting")).slice(0, MOST);
    if (!waiting.length) break;
    reply = (await send(vault, post, device, said.epoch, waiting)) ?? reply;
  }
  const known = await sentWithin(vault, Date.now());
  if (!reply && !known.length) return;
  reply ??= await post({ person: vault.person, device, epoch: said.epoch, events: [] });
  let mine = await digestOf(vault, reply.at);
  // The same difference is not argued over twice: the server may hold what this phone has forgotten.
  const difference = `${reply.epoch} ${reply.digest} ${mine}`;
  if ((reply.epoch !== said.epoch && said.epoch) || (mine !== reply.digest && difference !== said.difference)) {
    const all = inOrder(await sentWithin(vault, reply.at));
    for (let start = 0; start < all.length; start += MOST) {
      reply = await send(vault, post, device, reply.epoch, all.slice(start, start + MOST));
    }
    mine = await digestOf(vault, reply.at);
  }
  await vault.put("server", "held", {
    epoch: reply.epoch, count: reply.count, whole: mine === reply.digest, at: reply.at, difference: `${reply.epoch} ${reply.digest} ${mine}`,
  });
  await prune(vault, reply.at);
}

export class Unusable extends Error {}

async function send(vault, post, device, epoch, events) {
  let reply;
  try {
    reply = await post({ person: vault.person, device, epoch, events: events.map(wire) });
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    if (events.length === 1) {
      await note(vault, events[0], "refused", "unreadable", Date.now());
      return null;
    }
    const half = Math.ceil(events.length / 2);
    const first = await send(vault, post, device, epoch, events.slice(0, half));
    return (await send(vault, post, device, epoch, events.slice(half))) ?? first;
  }
  const became = new Map(reply.events.map((one) => [one.client_id, one]));
  if (!events.every((event) => became.has(event.client_id))) throw new Error("a reply to something else");
  for (const event of events) {
    const { status, reason = "" } = became.get(event.client_id);
    await note(vault, event, status, reason, reply.at);
  }
  return reply;
}

async function note(vault, event, status, reason, at) {
  await vault.put("sent", event.client_id, { ...event, status, reason, sent_at: at }, "waiting");
  if (status === "refused") remember("refused", vault.person);
  delivered += 1;
}

function wire({ client_id, kind, device, seq, attempt, question, answer, answers, course, lesson, elapsed }) {
  const event = { client_id, kind, device, seq, elapsed };
  if (kind === "answer") return { ...event, attempt, question, answer };
  if (kind === "submission") return { ...event, attempt, answers };
  return { ...event, course, lesson };
}

async function sentWithin(vault, at) {
  return (await vault.all("sent")).filter((event) => RECEIVED.includes(event.status) && event.sent_at > at - KEPT);
}

async function digestOf(vault, at) {
  const ids = (await sentWithin(vault, at)).map((event) => `${event.client_id}\n`).sort();
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(ids.join("")));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function prune(vault, at) {
  for (const event of await vault.all("sent")) {
    if (RECEIVED.includes(event.status) && event.sent_at < at - KEPT) await vault.remove("sent", event.client_id);
  }
}

function inOrder(events) {
  return events.sort((a, b) => a.seq - b.seq);
}

async function sendAll() {
  if (whose() === "out") {
    await lock();
    return 0;
  }
  let vault = null;
  try {
    const met = await introduction();
    vault = met?.vault;
    if (met && vault) {
      await deliver(vault, (body) => post(body, met.token));
      pause = FIRST_PAUSE;
    }
  } catch {
    // No network, or the server is busy: it stays here.
  }
  const left = (await (vault ?? (await open()))?.count("waiting")) ?? 0;
  if (vault) remember("unsent", left ? vault.person : null);
  tell();
  if (left) sendLater();
  return left;
}

// Who is signed in, and the token that this session's calls carry; null for nobody, or without a network.
async function introduction() {
  let reply;
  try {
    reply = await fetch("/api/v1/me", { signal: AbortSignal.timeout?.(PATIENCE) });
  } catch {
    return null;
  }
  if (!reply.ok) return null;
  const me = await reply.json();
  return { vault: await meet(me), token: me.csrf_token };
}

async function post(body, token) {
  const reply = await fetch("/api/v1/sync", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout?.(PATIENCE),
  });
  if (reply.status === 413 || reply.status === 422) throw new Unusable();
  if (!reply.ok) throw new Error(`${reply.status}`);
  return { ...(await reply.json()), at: Date.parse(reply.headers.get("Date")) || Date.now() };
}

function alone(work) {
  return navigator.locks ? navigator.locks.request("outbox", work) : work();
}

function sendLater() {
  clearTimeout(timer);
  timer = setTimeout(flush, pause * (0.75 + Math.random() / 2));
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

function sendNow() {
  pause = FIRST_PAUSE;
  flush();
}

function listen() {
  if (listening) return;
  listening = true;
  addEventListener("online", sendNow);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && timer && sendNow());
  navigator.serviceWorker?.addEventListener("message", (event) => event.data === "flush" && sendNow());
}

async function dropCourse() {
  const oldest = (await caches.keys()).find((name) => name.startsWith("course-"));
  return oldest ? caches.delete(oldest) : false;
}

// Where the browser has Background Sync, it wakes the worker when the network is back.
function askWorker() {
  globalThis.navigator?.serviceWorker?.getRegistration?.().then((found) => found?.sync?.register("outbox")).catch(() => {});
}

// Pages that show what waits listen for this.
function tell() {
  globalThis.dispatchEvent?.(new Event("outbox"));
}

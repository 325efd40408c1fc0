// On every page of who is signed in: the worker, one line about the network, and what waits to be sent. The rest is
// imported when it is needed. Without this script every page works, with a network.
const site = document.getElementById("site");
const words = site.dataset;
const saved = document.body.dataset.saved; // when the copy shown was saved; the worker says it
const DAY = 86_400_000;
let form = null; // that was pressed last
let registered = null; // the worker's registration

if ("serviceWorker" in navigator) {
  if (words.worker) navigator.serviceWorker.register(words.worker, { updateViaCache: "none" }).then(watch, () => {});
  else navigator.serviceWorker.getRegistration().then((found) => found?.update()).catch(() => {}); // it was switched off
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data === "flush") flush();
    if (event.data === "busy") say("busy", words.busy);
    if (event.data === "unsent") stay();
  });
}
addEventListener("online", () => { network(); flush(); });
addEventListener("offline", network);
addEventListener("pageshow", network);
addEventListener("submit", press);
network();
flush();
refresh();
translate().catch(() => {});
const install = document.getElementById("install");
if (install) import("./install.js").then((module) => module.offer(install));

// Offline, or a saved copy because the network was too slow: calmly, and of when it is.
function network() {
  const parts = [];
  if (!navigator.onLine || saved) parts.push(words.away);
  if (saved) parts.push(words.copy.replace("#", day(saved)));
  say("away", parts.join(" · "));
}

function day(text) {
  return new Date(text).toLocaleDateString(document.documentElement.lang === "en" ? "en-GB" : "vi-VN", {
    day: "2-digit", month: "2-digit", year: "numeric",
  });
}

function say(name, text, button) {
  let line = site.querySelector(`[data-line="${name}"]`);
  if (!text) return line?.remove();
  if (!line) {
    line = document.createElement("p");
    line.dataset.line = name;
    site.append(line);
  }
  line.textContent = text;
  if (button) line.append(" ", button);
}

// A form that no other script sends. Where there is no network the worker knows it, and the page stays as it is.
function press(event) {
  if (event.defaultPrevented || event.target.method !== "post") return;
  form = event.target;
  const worker = navigator.serviceWorker?.controller ?? registered?.active; // it may have come after this page
  worker?.postMessage("pressed");
  if (worker || navigator.onLine) return;
  event.preventDefault();
  stay();
}

function stay() {
  const line = document.createElement("p");
  line.className = "note note-gold";
  line.setAttribute("role", "alert");
  line.textContent = words.unsent;
  form.querySelector(":scope > [role=alert]")?.remove(); // said once more
  form.append(line);
  line.scrollIntoView({ block: "center" }); // clear of the tabs
}

// A new version waits until its reader says so, and never comes in the middle of an attempt.
function watch(registration) {
  registered = registration;
  if (!navigator.serviceWorker.controller) registration.active?.postMessage("claim"); // it came while the page was on its way
  const ready = () => {
    if (!registration.waiting || !navigator.serviceWorker.controller || document.querySelector("form.question")) return;
    const button = document.createElement("button");
    button.className = "button button-text";
    button.textContent = words.renew;
    button.addEventListener("click", () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      registration.waiting?.postMessage("replace");
    });
    say("update", words.update, button);
  };
  ready();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", ready);
  });
}

// Where something waits to be sent, or somebody else signed in on this phone, or a day has passed since they compared
// what they have.
async function flush() {
  const { vault, unsent, compared = 0 } = localStorage;
  const person = /(?:^|; )person=(\w+)/.exec(document.cookie)?.[1] ?? vault;
  if (!vault || !navigator.onLine || !(unsent || person !== vault || Date.now() - compared > DAY)) return;
  localStorage.compared = Date.now();
  const outbox = await import("./outbox.js");
  await outbox.flush();
}

// Saved courses are looked after once a day, where that costs nobody dear.
async function refresh() {
  if (!navigator.onLine || navigator.connection?.saveData || !("caches" in window)) return;
  if (Date.now() - Number(localStorage.refreshed ?? 0) < DAY) return;
  if (!(await caches.keys()).some((name) => name.startsWith("course-"))) return;
  localStorage.refreshed = Date.now();
  const copies = await import("./copies.js");
  await copies.refreshAll();
}

// The page that stands in for others is kept in the language last chosen.
async function translate() {
  const { lang } = document.documentElement;
  const last = localStorage.language; // none: the worker fetches it just now
  if (last === lang || saved || !navigator.onLine || !("caches" in window)) return;
  for (const name of last ? await caches.keys() : []) {
    if (name.startsWith("shell-")) await (await caches.open(name)).add(new Request("/offline", { cache: "reload" }));
  }
  localStorage.language = lang;
}

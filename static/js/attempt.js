// Saves each answer as it is given, and says so; without a network on the phone. Without this script the form's own
// button does the same, with a network.
const form = document.querySelector("form.question");
const words = document.getElementById("words").dataset;
const saved = document.getElementById("saved");
const stay = document.getElementById("stay");
const seq = form.elements.seq;
const token = document.querySelector('meta[name="csrf-token"]').content;
const { attempt, question } = form.dataset;
const address = `/api/v1/attempts/${attempt}/answers/${encodeURIComponent(question)}`;
const PATIENCE = 8000;
let waiting = null; // the answer not yet acknowledged: {answer, client_id}
let sending = null; // the save under way
let last = JSON.stringify(read());
let acknowledged = form.querySelector(".field-error") ? null : last; // what the server or this phone has of it
let boxed = Boolean(remembered("unsent")); // answers go through the outbox: what this page knows of the server is old
let kept = null; // the id under which the outbox has the answer
let going = null; // where the pressed button leads, once the network is back
let outbox = null; // the module, a promise
let refused = null; // what the server would not take of this question: {event, note}
let settle = () => {}; // makes the fields say what the page shows

function read() {
  const data = new FormData(form);
  const parts = {};
  for (const [name, value] of data) {
    if (name.startsWith("answer.") && value.trim()) parts[name.slice(7)] = value.trim();
  }
  const one = (data.get("answer") || "").trim() || null;
  switch (form.dataset.kind) {
    case "multiple": {
      const all = data.getAll("answer");
      return all.length ? all : null;
    }
    case "true-false":
      return one === null ? null : one === "true";
    case "match":
    case "gaps":
      return Object.keys(parts).length ? parts : null;
    case "order": {
      const items = Object.keys(parts).sort((a, b) => parts[a] - parts[b]);
      const all = form.querySelectorAll(".ordering select").length;
      return items.length === all && new Set(Object.values(parts)).size === all ? items : null;
    }
    default:
      return one;
  }
}

function change() {
  const answer = read();
  const text = JSON.stringify(answer);
  if (text === last || !attempt) return; // an author trying it out has no attempt
  last = text;
  waiting = { answer, client_id: crypto.randomUUID() };
  send();
}

function send(pause = 1000) {
  if (!sending && waiting) sending = put(waiting, pause);
}

async function put(now, pause) {
  let again = boxed;
  try {
    if (!boxed) again = !(await saveOnline(now));
  } catch {
    again = true;
  }
  if (again && (await keep(now))) again = false;
  sending = null;
  if (again) {
    saved.textContent = words.waiting;
    setTimeout(() => send(Math.min(pause * 2, 30000)), pause * (0.75 + Math.random() / 2));
  } else if (waiting) {
    send();
  }
}

// False where it may be sent again.
async function saveOnline(now) {
  const reply = await fetch(address, {
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ answer: now.answer, seq: Number((now.seq ??= Number(seq.value) + 1)), client_id: now.client_id }),
  });
  if (reply.status >= 500 || reply.status === 429) return false;
  if (waiting === now) waiting = null;
  // Stale, late or not to be read: the form's own button explains it in full.
  saved.textContent = "";
  if (reply.ok) {
    const body = await reply.json();
    seq.value = body.seq;
    acknowledged = JSON.stringify(now.answer);
    saved.textContent = `${words.saved} ${time(body.saved_at)}`;
    if (refused) settleRefused();
    // Where the course was taken along, the phone's own copy of the attempt knows it, too.
    if (remembered("vault")) import("./packs.js").then((packs) => packs.note(attempt, question, now.answer, Date.parse(body.saved_at))).catch(() => {});
  }
  return true;
}

// Into the outbox, under the id it may have been sent with: it counts once. False where this phone keeps nothing.
async function keep(now) {
  try {
    const box = await fetchOutbox();
    await box.add({ kind: "answer", attempt, question, answer: now.answer, client_id: now.client_id });
    boxed = true;
    kept = now.client_id;
    if (waiting === now) waiting = null;
    acknowledged = JSON.stringify(now.answer);
    saved.textContent = form.dataset.closes ? words.keptTimed : words.kept;
    box.flush();
    return true;
  } catch {
    return false;
  }
}

function fetchOutbox() {
  outbox ??= import("./outbox.js");
  outbox.catch(() => { outbox = null; });
  return outbox;
}

// With the first touch, before there is anything to lose.
function prepare() {
  if (attempt) fetchOutbox().then((box) => box.ready(), () => {});
}

// What waited on this phone when the page came, perhaps an answer to this very question, goes first.
async function sendOlder() {
  const box = await fetchOutbox();
  await box.flush();
  if (box.delivered && !waiting && !kept && JSON.stringify(read()) === last) location.reload();
}

// What this phone sent later and the server would not take: it has to be answered again.
async function tellRefused() {
  const box = await fetchOutbox();
  const event = (await box.refused(attempt)).find((one) => one.question === question);
  if (!event) return;
  const note = document.createElement("p");
  note.className = "note note-gold";
  note.setAttribute("role", "status");
  form.before(note);
  note.textContent = words.refused;
  refused = { event, note };
}

async function settleRefused() {
  refused.note.style.visibility = "hidden"; // its place stays: nothing moves under a finger
  await (await fetchOutbox()).over(refused.event);
  refused = null;
}

addEventListener("outbox", async () => {
  const event = kept && (await (await fetchOutbox()).find(kept));
  if (!event?.status) return;
  saved.textContent = event.status === "saved" ? `${words.sent} ${time(event.sent_at)}` : event.status === "refused" ? words.refused : words.odd;
  if (going) location.assign(going);
});

function time(moment) {
  return new Date(moment).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
}

function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

// What was answered before this script came, over a slow line, is saved now.
function touched(field) {
  if (field.type === "hidden") return false;
  if (field.matches("select")) {
    return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  }
  return field.type === "radio" || field.type === "checkbox"
    ? field.checked !== field.defaultChecked
    : field.matches("input, textarea") && field.value !== field.defaultValue;
}
if ([...form.elements].some(touched)) {
  last = null;
  change();
}

let typing;
form.addEventListener("change", change);
form.addEventListener("input", (event) => {
  if (event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea")) {
    clearTimeout(typing);
    // Every save is kept for good: of a long text not each pause for thought.
    typing = setTimeout(change, event.target.matches("textarea") ? 3000 : 900);
  }
});
for (const touch of ["pointerdown", "focusin"]) form.addEventListener(touch, prepare, { once: true });
if (boxed && attempt) sendOlder().catch(() => {});
if (attempt && remembered("refused")) tellRefused().catch(() => {});
addEventListener("online", () => send());

let pressed = false;
let released = false;
form.addEventListener("submit", (event) => {
  if (released) return;
  clearTimeout(typing);
  if (attempt) {
    event.preventDefault();
    if (!pressed) press(event.submitter);
  } else if (pressed) {
    event.preventDefault();
  }
  pressed = true;
});
addEventListener("pageshow", () => { pressed = false; });

// Goes on once the answer is safe. What the server did not take as it is, the form sends, and the server explains.
async function press(button) {
  const next = button?.name === "overview" ? form.dataset.overview : form.dataset.next;
  settle();
  change();
  send();
  const patience = wait(PATIENCE);
  for (let over = false; sending && !over; ) over = await Promise.race([sending, patience]);
  if (boxed) return lead(next, patience);
  if (acknowledged === JSON.stringify(read())) return location.assign(next);
  released = true;
  form.requestSubmit(button);
  released = false;
}

// Through the outbox; where the network is away, into what was taken along of this attempt, or else one stays here.
async function lead(next, patience) {
  const left = await Promise.race([(await fetchOutbox()).flush(), patience]);
  if (!left || (await takenAlong())) return location.assign(next);
  going = next;
  pressed = false;
  stay.textContent = words.stay;
  stay.scrollIntoView({ block: "center" }); // on a small phone it stands under the tabs
}

async function takenAlong() {
  if (!navigator.serviceWorker?.controller) return false;
  const { open } = await import("./vault.js");
  return Boolean(await (await open())?.get("pack", attempt));
}

function wait(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds, true));
}

const left = document.getElementById("time-left");
if (form.dataset.closes && left) import("./timer.js").then((module) => module.watch(form, left, words));

// Putting in order: buttons up and down beside the places.
const list = form.querySelector(".ordering");
if (list) {
  const items = () => [...list.children];
  const hint = form.querySelector("[data-arrows]");
  hint.textContent = hint.dataset.arrows;
  const place = (item) => Number(item.querySelector("select").value) || 0;
  if (items().every(place)) items().sort((a, b) => place(a) - place(b)).forEach((item) => list.append(item));
  for (const item of items()) {
    const select = item.querySelector("select");
    select.hidden = true;
    const number = document.createElement("span");
    number.className = "ordering-place";
    item.prepend(number);
    const moves = document.createElement("span");
    moves.className = "ordering-moves";
    for (const [sign, step, text] of [["↑", -1, list.dataset.up], ["↓", 1, list.dataset.down]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.setAttribute("aria-label", `${text}: ${item.querySelector("label").textContent}`);
      button.addEventListener("click", () => move(item, step, button));
      moves.append(button);
    }
    item.append(moves);
  }
  function number() {
    items().forEach((item, index, all) => {
      item.querySelector(".ordering-place").textContent = index + 1;
      const [up, down] = item.querySelectorAll("button");
      up.disabled = index === 0;
      down.disabled = index === all.length - 1;
    });
  }
  function fill() {
    items().forEach((item, index) => { item.querySelector("select").value = index + 1; });
  }
  function move(item, step, button) {
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    step < 0 ? other.before(item) : other.after(item);
    fill();
    number();
    (button.disabled ? item.querySelector("button:not([disabled])") : button).focus();
    change();
  }
  number();
  settle = fill;
  form.addEventListener("submit", fill);
}

// Saves each answer as it is given, and says so. Without this the form's own button does the same.
const form = document.querySelector("form.question");
const words = document.getElementById("words").dataset;
const saved = document.getElementById("saved");
const seq = form.elements.seq;
const token = document.querySelector('meta[name="csrf-token"]').content;
const address = `/api/v1/attempts/${form.dataset.attempt}/answers/${encodeURIComponent(form.dataset.question)}`;
let waiting = null; // the answer not yet acknowledged: {answer, client_id}
let sending = null; // the save under way
let last = JSON.stringify(read());

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
  if (text === last || !form.dataset.attempt) return; // an author trying it out has no attempt
  last = text;
  waiting = { answer, client_id: crypto.randomUUID() };
  send();
}

function send(pause = 1000) {
  if (!sending && waiting) sending = put(waiting, pause);
}

async function put(now, pause) {
  let again = false;
  try {
    const reply = await fetch(address, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ answer: now.answer, seq: Number((now.seq ??= Number(seq.value) + 1)), client_id: now.client_id }),
    });
    if (reply.ok) {
      const body = await reply.json();
      seq.value = body.seq;
      const at = new Date(body.saved_at).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
      saved.textContent = `${words.saved} ${at}`;
      if (waiting === now) waiting = null;
    } else if (reply.status >= 500 || reply.status === 429) {
      again = true;
    } else {
      // Stale, late or not to be read: the form's own button explains it in full.
      if (waiting === now) waiting = null;
      saved.textContent = "";
    }
  } catch {
    again = true;
  }
  sending = null;
  if (again) {
    saved.textContent = words.waiting;
    setTimeout(() => send(Math.min(pause * 2, 30000)), pause * (0.75 + Math.random() / 2));
  } else if (waiting) {
    send();
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
addEventListener("online", () => send());
let pressed = false;
let released = false;
form.addEventListener("submit", (event) => {
  clearTimeout(typing);
  waiting = null;
  if (pressed && !released) event.preventDefault();
  else if (sending && !released) {
    // Its number must be known first, or this page would seem to come from another tab.
    event.preventDefault();
    const button = event.submitter;
    const go = () => {
      released = true;
      form.requestSubmit(button);
      released = false;
    };
    Promise.race([sending, new Promise((done) => setTimeout(done, 8000))]).then(go, go);
  }
  pressed = true;
});
addEventListener("pageshow", () => { pressed = false; });

// Time: said at ten, five and one minute only.
const left = document.getElementById("time-left");
if (form.dataset.closes && left) {
  left.setAttribute("role", "status");
  const closes = Date.now() + Number(form.dataset.left) * 1000;
  for (const minutes of [10, 5, 1]) {
    const until = closes - minutes * 60000 - Date.now();
    if (until > 0) setTimeout(() => { left.textContent = words.minutes.replace("#", minutes); }, until);
  }
  setTimeout(() => { left.textContent = words.over; }, Math.max(0, closes - Date.now()));
}

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
  form.addEventListener("submit", fill);
}

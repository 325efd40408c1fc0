// The page editor at work: saves at every pause, shows what is typed as it is typed, keeps it here when the line is lost.
// The plain text field does all of it; the bundled editor, where there is one, takes its place.
const here = document.getElementById("editor");
const data = JSON.parse(document.getElementById("editor-data").textContent);
const { words } = data;
const form = document.getElementById("page-form");
const field = document.getElementById("text");
const token = document.querySelector('meta[name="csrf-token"]').content;
const PAUSE = { save: 1200, show: 250, keep: 400, here: 20000 };

let based = data.revision; // the version that what is typed began from
let saved = field.value; // the text of that version
let stopped = ""; // why nothing is sent any more: stale, closed, out
let area = plain(field);

// --- The field and what may stand in its place: the same few verbs

function plain(field) {
  const lineAt = (at) => {
    const from = field.value.lastIndexOf("\n", at - 1) + 1;
    const end = field.value.indexOf("\n", at);
    const to = end < 0 ? field.value.length : end;
    return { from, to, text: field.value.slice(from, to), number: field.value.slice(0, from).split("\n").length };
  };
  return {
    text: () => field.value,
    load(text) {
      field.value = text;
      changed();
    },
    selection: () => ({ from: field.selectionStart, to: field.selectionEnd }),
    replace(from, to, insert, select = [insert.length, insert.length]) {
      field.focus();
      field.setSelectionRange(from, to);
      // Kept for its undo; where it is gone, the text is set all the same.
      if (!document.execCommand("insertText", false, insert)) field.setRangeText(insert, from, to, "end");
      field.setSelectionRange(from + select[0], from + select[1]);
      changed();
    },
    line: lineAt,
    goTo(number, column = 1) {
      const lines = field.value.split("\n");
      const at = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0) + column - 1;
      field.focus();
      field.setSelectionRange(at, at);
      field.scrollTop = (field.scrollHeight / lines.length) * Math.max(0, number - 6);
    },
    faults() {},
    lock(shut) { field.readOnly = shut; },
    composing: () => false,
    find: null,
  };
}

async function enhance() {
  const bundle = here.dataset.bundle;
  if (!bundle) return;
  try {
    const { mount } = await import(bundle);
    const host = document.createElement("div");
    host.className = "editor-host";
    const text = field.value;
    const from = field.selectionStart;
    const better = mount({
      parent: host,
      text,
      label: form.querySelector('label[for="text"]').textContent,
      words: data.editor,
      commands: {},
      changed,
      readOnly: field.readOnly,
    });
    field.before(host);
    field.hidden = true;
    area = better;
    host.addEventListener("compositionend", changed);
    area.faults(data.faults);
    if (document.activeElement === field) area.goTo(text.slice(0, from).split("\n").length);
  } catch {
    // The field goes on doing it.
  }
}

// --- Saving

const state = document.getElementById("state");
let saving = null;
let waiting = null; // what is to be saved: {text, client_id}; the same until it is acknowledged
let clock = 0;

function say(text) {
  if (state.textContent !== text) state.textContent = text;
}

function changed() {
  field.value = area.text(); // what the form would send
  if (!data.open) return;
  if (area.text() !== saved) {
    if (!saving && !stopped) say(words.unsaved);
    later("keep", keep, PAUSE.keep);
    later("save", save, PAUSE.save);
  } else {
    forget();
  }
  later("show", show, PAUSE.show);
}

const timers = {};
function later(name, verb, pause) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(verb, pause);
}

async function save({ last = false } = {}) {
  const text = area.text();
  if (stopped || saving || text === saved) return;
  if (area.composing() && !last) return later("save", save, PAUSE.save);
  if (waiting?.text !== text) waiting = { text, client_id: crypto.randomUUID(), based_on: based };
  form.elements.client_id.value = waiting.client_id;
  say(words.saving);
  saving = send(form.action, { text, based_on: waiting.based_on, client_id: waiting.client_id }, "PUT", { keepalive: last && text.length < 15000 });
  const reply = await saving;
  saving = null;
  const body = reply?.body;
  if (reply?.status === 200) {
    based = body.revision;
    form.elements.based_on.value = based;
    saved = text;
    waiting = null;
    clock = 0;
    form.elements.client_id.value = "";
    say(words.saved.replace("#", body.at));
    present(body.present);
    if (area.text() === text) forget();
    else later("save", save, PAUSE.save);
  } else if (reply?.status === 409) {
    keep();
    if (body.why === "stale") stop("stale", words.stale.replace("#", body.by || "?"), [[words.compare, () => form.requestSubmit()]]);
    else stop("closed", body.words, []);
  } else if (reply && reply.status < 500 && reply.status !== 429) {
    keep();
    stop("out", words.signed_out, [[words.signin, () => { location.href = data.signin; }]]);
  } else {
    say(keep() ? words.offline : words.full);
    clock = Math.min((clock || 2000) * 1.7, 60000);
    later("save", save, clock);
  }
}

/** The answer, or null where there was none. Signed out shows as a redirection, which is not followed. */
async function send(address, body, method = "POST", options = {}) {
  try {
    const reply = await fetch(address, {
      method,
      redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(body),
      ...options,
    });
    const json = (reply.headers.get("Content-Type") || "").startsWith("application/json");
    return { status: reply.type === "opaqueredirect" ? 401 : reply.status, body: json ? await reply.json() : null };
  } catch (error) {
    return error.name === "AbortError" ? undefined : null;
  }
}

function stop(why, text, actions) {
  stopped = why;
  say(words.unsaved);
  if (why === "closed") area.lock(true);
  notice("trouble", text, actions);
}

function notice(id, text, actions) {
  document.getElementById(`notice-${id}`)?.remove();
  const line = document.createElement("p");
  line.className = id === "trouble" ? "editor-notice editor-notice-bad" : "editor-notice";
  line.id = `notice-${id}`;
  const said = document.createElement("span");
  said.textContent = text;
  line.append(said);
  for (const [label, verb] of actions) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet";
    button.textContent = label;
    button.addEventListener("click", verb);
    line.append(button);
  }
  document.getElementById("notices").append(line);
}

function present(names) {
  const line = document.getElementById("present");
  line.hidden = !names.length;
  line.textContent = names.length ? words.present.replace("#", names.join(", ")) : "";
}

async function knock() {
  if (document.visibilityState === "visible" && stopped !== "out") {
    const reply = await send(data.here, {});
    if (reply?.status === 200) {
      present(reply.body.present);
      if (clock) save();
    }
  }
  later("here", knock, PAUSE.here);
}

// --- What is typed, kept on this machine until the server has it

function keep() {
  const text = area.text();
  if (text === saved) return forget();
  try {
    localStorage.setItem(data.kept, JSON.stringify({ text, based, at: Date.now() }));
    return true;
  } catch {
    return false; // full, or forbidden
  }
}

function forget() {
  clearTimeout(timers.keep);
  try {
    localStorage.removeItem(data.kept);
  } catch {
    // Nothing is kept then.
  }
  return true;
}

function offer() {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(data.kept));
  } catch {
    // Nothing is kept then.
  }
  if (kept?.text === saved) forget();
  if (typeof kept?.text !== "string" || kept.text === saved || !data.open) return;
  const when = { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", timeZone: "Asia/Ho_Chi_Minh" };
  const part = Object.fromEntries(new Intl.DateTimeFormat("en-GB", when).formatToParts(kept.at).map(({ type, value }) => [type, value]));
  const at = `${part.hour}:${part.minute} ${part.day}/${part.month}`;
  const close = () => document.getElementById("notice-kept")?.remove();
  notice("kept", words.kept.replace("#", at), [
    [words.use, () => {
      based = kept.based; // over a newer version the server shows both
      form.elements.based_on.value = based;
      close();
      area.load(kept.text);
    }],
    [words.drop, () => { forget(); close(); }],
  ]);
}

// --- The learner's page beside it

const frame = document.getElementById("frame");
let asked = null;

async function show() {
  asked?.abort();
  const mine = (asked = new AbortController());
  const reply = await send(data.preview, { text: area.text() }, "POST", { signal: mine.signal });
  if (asked !== mine || reply?.status !== 200) return;
  const told = reply.body;
  tell(told);
  const page = frame.contentDocument;
  // Who tries out the questions goes on doing so.
  if (!page || page.location.pathname !== data.frame) return;
  const fresh = new DOMParser().parseFromString(told.html, "text/html").querySelector("main");
  const held = page.querySelector("main");
  if (fresh && held && held.innerHTML !== fresh.innerHTML) held.replaceChildren(...page.importNode(fresh, true).childNodes);
  follow(page);
}

// The frame comes along to the part that is being written, once for each part: after that it stays where one scrolls it.
let followed = "";
function follow(page) {
  const before = area.text().slice(0, area.line(area.selection().from).to);
  const part = [...before.matchAll(/^#{2,4}[ \t]+(.+)$/gm)].at(-1)?.[1].replace(/[*_`]|\s#+$/g, "").trim() ?? "";
  if (part === followed) return;
  followed = part;
  const head = [...page.querySelectorAll("main h2, main h3, main h4")].find((one) => one.textContent.trim() === part);
  if (head) page.defaultView.scrollTo(0, head.getBoundingClientRect().top + page.defaultView.scrollY - 24);
}

function tell(told) {
  area.faults(told.faults);
  document.getElementById("faults-count").textContent = told.count;
  document.getElementById("length").textContent = told.length.join(" · ");
  const bar = document.getElementById("length-bar");
  bar.hidden = !told.length.length;
  bar.value = told.share;
  bar.classList.toggle("editor-length-over", told.long);
  const list = document.getElementById("faults");
  const text = JSON.stringify(told.faults);
  if (list.dataset.text === text) return;
  list.dataset.text = text;
  list.replaceChildren(...told.faults.map(row));
}

function row(fault) {
  const item = document.createElement("li");
  item.className = `fault fault-${fault.severity}`;
  const go = document.createElement("button");
  go.type = "button";
  go.className = "fault-line";
  go.dataset.line = fault.line;
  go.dataset.column = fault.column;
  go.textContent = fault.place;
  const text = document.createElement("p");
  const what = document.createElement("strong");
  what.textContent = fault.message;
  const code = document.createElement("span");
  code.className = "fault-code";
  code.textContent = fault.code;
  const remedy = document.createElement("span");
  remedy.className = "fault-remedy";
  remedy.textContent = fault.remedy;
  text.append(what, " ", code, document.createElement("br"), remedy);
  item.append(go, text);
  return item;
}

document.getElementById("faults").addEventListener("click", (event) => {
  const go = event.target.closest("[data-line]");
  if (!go) return;
  choose("source");
  area.goTo(Number(go.dataset.line), Number(go.dataset.column));
});

// Links of the learner's page lead out of the frame; those within it stay.
frame.addEventListener("load", () => {
  const page = frame.contentDocument;
  page?.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    const address = new URL(link.href, page.location);
    const within = address.origin === location.origin && address.pathname.startsWith(data.frame.replace(/[^/]*$/, ""));
    if (within || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    open(address, "_blank", "noopener");
  });
});

// --- On a phone: one after the other

const tabs = [...here.querySelectorAll("[role=tab]")];
function choose(name) {
  for (const tab of tabs) {
    const on = tab.getAttribute("aria-controls") === name;
    tab.setAttribute("aria-selected", on);
    tab.tabIndex = on ? 0 : -1;
  }
  here.dataset.view = name;
}
for (const tab of tabs) {
  tab.addEventListener("click", () => choose(tab.getAttribute("aria-controls")));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = tabs.find((one) => one !== tab);
    choose(other.getAttribute("aria-controls"));
    other.focus();
  });
}

// --- The toolbar

const toolbar = document.getElementById("toolbar");
const verbs = {
  heading: () => prefix("## "),
  subheading: () => prefix("### "),
  bold: () => around("**", words.bold),
  bullets: () => eachLine(() => "- "),
  steps: () => eachLine((number) => `${number}. `),
  table: () => block(data.skeletons.table),
  find: () => area.find?.(),
};
const keys = { "c-b": verbs.bold, "a-2": verbs.heading, "a-3": verbs.subheading, "a-8": verbs.bullets, "a-7": verbs.steps, "c-s": () => save() };

function prefix(mark) {
  const line = area.line(area.selection().from);
  const bare = line.text.replace(/^#{1,6}\s+/, "");
  const text = line.text.startsWith(mark) ? bare : mark + (bare || words.heading);
  area.replace(line.from, line.to, text, [text.length - (bare || words.heading).length, text.length]);
}

function around(mark, word) {
  const { from, to } = area.selection();
  const text = area.text();
  const inner = text.slice(from, to);
  const size = mark.length;
  if (inner && text.slice(from - size, from) === mark && text.slice(to, to + size) === mark) {
    return area.replace(from - size, to + size, inner, [0, inner.length]);
  }
  area.replace(from, to, mark + (inner || word) + mark, [size, size + (inner || word).length]);
}

function eachLine(mark) {
  const { from, to } = area.selection();
  const first = area.line(from), last = area.line(to);
  const lines = area.text().slice(first.from, last.to).split("\n");
  const bare = lines.map((line) => line.replace(/^(?:[-*+]|\d+[.)])\s+/, ""));
  const marked = bare.map((line, at) => mark(at + 1) + line);
  const text = (marked.join("\n") === lines.join("\n") ? bare : marked).join("\n");
  area.replace(first.from, last.to, text);
}

/** A piece of its own under the line at hand, blank lines around it; never among the declarations on top. */
function block(text, at = area.line(area.selection().to).to) {
  const all = area.text();
  const top = all.match(/^---\n[\s\S]*?\n---(?=\n|$)/)?.[0].length ?? 0;
  const before = all.slice(0, Math.max(at, top)).replace(/\n+$/, "");
  const after = all.slice(Math.max(at, top)).replace(/^\n+/, "");
  const head = before ? "\n\n" : "";
  const from = before.length;
  area.replace(from, all.length - after.length, head + text + (after ? "\n\n" : "\n"), [head.length, head.length + text.length]);
}

/** A question goes after the one at hand, or at the end, under the heading of the questions. */
function question(kind) {
  const fresh = [...crypto.getRandomValues(new Uint8Array(data.stamp))].map((byte) => data.alphabet[byte % data.alphabet.length]).join("");
  const text = data.skeletons[kind].replace("{id}", `${data.prefix}-${fresh}`);
  const all = area.text();
  const lesson = data.kind === "" || data.kind === "lesson";
  const heading = new RegExp(`^(?:${data.asks.join("|")})\\s*$`, "im");
  const opens = all.search(lesson ? heading : /^## /m);
  if (opens < 0) return block(`${data.skeletons.questions}\n\n${text}`, all.length);
  const at = area.selection().to;
  const rest = all.slice(Math.max(at, opens + 3));
  const next = at > opens ? rest.search(/^#{2,3} /m) : -1;
  block(text, next < 0 ? all.length : all.length - rest.length + next);
}

function cite(key) {
  const all = area.text();
  if (document.querySelector("[name=cite]:checked").value === "question") {
    const { from, to } = area.selection();
    const line = area.line(from);
    const text = line.text.trim() ? key : `${data.skeletons.cite}: ${key}`;
    return area.replace(from, to, text);
  }
  const front = all.match(/^---\n[\s\S]*?\n---/);
  const list = front && front[0].match(/^(?:sources|can_cu):[^\n]*(?:\n[ \t]+-[^\n]*)*/m);
  if (!list) return area.replace(area.selection().from, area.selection().to, key);
  const at = list.index + list[0].length;
  const inline = list[0].match(/^([^\n]*\[)(.*)(\][^\n]*)$/);
  if (inline) return area.replace(list.index, at, `${inline[1]}${inline[2]}${inline[2].trim() ? ", " : ""}"${key}"${inline[3]}`);
  const single = list[0].match(/^(\w+):[ \t]+(\S.*)$/);
  if (single) return area.replace(list.index, at, `${single[1]}:\n  - ${single[2]}\n  - "${key}, "`);
  area.replace(at, at, `\n  - "${key}, "`, [key.length + 8, key.length + 8]);
}

function picture(path) {
  const alt = document.getElementById("image-alt");
  if (!alt.value.trim()) return wordless(path.replace(/^.*\//, ""), () => picture(path) && document.getElementById("menu-images").hidePopover());
  block(`![${alt.value.trim().replace(/[[\]]/g, "")}](${path})`);
  alt.value = "";
  put = null;
  return true;
}

// What is to be put in once its words are there.
let put = null;

/** Asks for the words of a picture or recording, and says how it gets in with them. */
function wordless(name, verb) {
  const menu = document.getElementById("menu-images");
  if (!menu.matches(":popover-open")) menu.showPopover();
  put = verb;
  document.getElementById("image-said").textContent = words.wordless.replace("#", name);
  document.getElementById("image-put").hidden = false;
  document.getElementById("image-alt").focus();
}

/** A picture or recording from a file: made fit by the server, then put where the cursor is. Its words are asked for first. */
async function bring(file) {
  const alt = document.getElementById("image-alt");
  const said = document.getElementById("image-said");
  if (!alt.value.trim()) return wordless(file.name, () => bring(file));
  said.textContent = words.adding;
  const parts = new FormData();
  parts.append("file", file);
  parts.append("alt", alt.value.trim());
  parts.append("csrf_token", token);
  try {
    const reply = await fetch(data.media, { method: "POST", body: parts, redirect: "manual", headers: { Accept: "application/json" } });
    const body = await reply.json();
    said.textContent = body.error || "";
    if (body.error) return;
    alt.value = "";
    put = null;
    document.getElementById("image-file").value = "";
    document.getElementById("menu-images").hidePopover();
    block(body.markdown);
  } catch {
    said.textContent = words.not_added;
  }
}

let looking = 0;
async function look(text) {
  const mine = ++looking;
  try {
    const reply = await fetch(`${data.documents}?q=${encodeURIComponent(text)}`, { redirect: "manual" });
    if (!reply.ok || mine !== looking) return;
    const { documents } = await reply.json();
    const list = document.getElementById("documents");
    list.replaceChildren(...documents.map(({ key, title, past }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.cite = key;
      const name = document.createElement("strong");
      name.textContent = key + (past ? ` (${words.past})` : "");
      const what = document.createElement("span");
      what.textContent = title;
      button.append(name, what);
      item.append(button);
      return item;
    }));
    if (!documents.length) list.textContent = words.none_found;
  } catch {
    // The list stays as it was.
  }
}

if (toolbar && data.open) {
  toolbar.hidden = false;
  const menus = [...document.querySelectorAll(".menu")];
  const done = () => menus.forEach((menu) => menu.matches(":popover-open") && menu.hidePopover());
  here.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { insert, question: kind, image, cite: key } = button.dataset;
    if (button.dataset.do) verbs[button.dataset.do]();
    else if (insert) done(), block(data.skeletons[insert]);
    else if (kind) done(), question(kind);
    else if (key) done(), cite(key);
    else if (image && picture(image)) done();
  });
  for (const menu of menus) {
    menu.addEventListener("toggle", (event) => {
      if (event.newState !== "open") return;
      const at = toolbar.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
      menu.style.setProperty("--left", `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8))}px`);
      menu.style.setProperty("--top", `${at.bottom + 4}px`);
      if (menu.id === "menu-images") {
        document.getElementById("image-put").hidden = !put;
        if (!put) document.getElementById("image-said").textContent = "";
      }
      if (menu.id === "menu-sources") look(document.getElementById("document").value);
    });
  }
  document.getElementById("document").addEventListener("input", (event) => later("look", () => look(event.target.value), 200));
  document.getElementById("document").addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  document.getElementById("image-alt").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    put?.();
  });
  document.getElementById("image-put").addEventListener("click", () => put?.());
  document.getElementById("image-file").addEventListener("change", (event) => event.target.files[0] && bring(event.target.files[0]));
  document.getElementById("image-add").addEventListener("click", () => document.getElementById("image-file").click());
  const mediumOf = (parts) => [...(parts?.files || [])].find((file) => /^(image|audio)\/|^video\/ogg$/.test(file.type) || /\.(mp3|m4a|ogg|opus)$/i.test(file.name));
  const source = document.getElementById("source");
  source.addEventListener("paste", (event) => {
    const file = mediumOf(event.clipboardData);
    if (file) event.preventDefault(), event.stopPropagation(), bring(file);
  }, true);
  source.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
  source.addEventListener("drop", (event) => {
    const file = mediumOf(event.dataTransfer);
    if (file) event.preventDefault(), event.stopPropagation(), bring(file);
  }, true);
  here.addEventListener("keydown", (event) => {
    const held = event.ctrlKey || event.metaKey ? "c" : event.altKey ? "a" : "";
    const verb = held && !event.shiftKey && !event.isComposing && keys[`${held}-${event.code.replace(/^(?:Key|Digit)/, "").toLowerCase()}`];
    if (!verb || event.target.closest(".menu")) return;
    event.preventDefault();
    event.stopPropagation();
    verb();
  }, true);
}

// --- Beginning

here.querySelector(".editor-views").hidden = false;
choose("source");
field.addEventListener("input", changed);
form.addEventListener("submit", () => {
  field.value = area.text();
  clearTimeout(timers.save);
});
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save({ last: true }));
addEventListener("online", () => save());
enhance().then(() => {
  offer();
  const line = Number(new URLSearchParams(location.search).get("line"));
  if (line) area.goTo(line);
  here.dataset.ready = "true";
});
later("here", knock, 3000);

// The page /offline, and what the worker shows at an address that cannot be reached: courses kept on this phone, and
// their quizzes. Where one is, the part of the address behind # says: #attempt/<id>/<place, "all" or "done">,
// #read/<field>/<course>/<lesson>, #course/<field>/<course>/<page>; without it the address itself.
import * as copies from "./copies.js";
import * as outbox from "./outbox.js";
import * as packs from "./packs.js";
import "./phone.js"; // what waits here, and all of it as a file
import * as questions from "./questions.js";
import { verdict } from "./unofficial.js";

// Of the list and the quiz one is in the page at a time: it has one heading.
const home = document.getElementById("here");
const main = document.getElementById("quiz");
const [needed, nothing, courses] = ["wanted", "nothing", "courses"].map((id) => document.getElementById(id));
main.remove();
main.hidden = false;
const shell = home.dataset.page;
const words = { ...document.getElementById("words").dataset };
const said = document.getElementById("quiz-words").dataset;
const TYPING = 900; // milliseconds of rest before what is being typed is kept
const WRITING = 3000;
let events = [];
let showing = () => {}; // how the view that is shown is brought up to date
let leave = async () => {}; // what the view that is shown has still to keep
let sight = null; // the attempt whose questions are in sight: {attempt, since}; `since` null while the page is hidden
let counted = Promise.resolve();

document.getElementById("again").addEventListener("click", () => location.reload());
addEventListener("hashchange", route);
document.addEventListener("visibilitychange", async () => {
  if (document.visibilityState === "hidden") await leave();
  await spent();
});
addEventListener("outbox", async () => {
  events = await outbox.everything();
  showing();
});
await route();
outbox.flush().then((left) => left === 0 && navigator.onLine && packs.refresh()).then(() => showing(), () => {});

async function route() {
  await leave();
  leave = async () => {};
  await spent();
  sight = null;
  events = await outbox.everything();
  const [kind, ...rest] = wanted();
  if (kind === "attempt") return showAttempt(rest[0], rest[1]);
  if (kind === "read") return showReading(rest.slice(0, 2).join("/"), rest[2]);
  if (kind === "course") return showPage(rest.slice(0, 2).join("/"), rest[2]);
  return showList(kind === "unknown");
}

// What the address asks for, in the words of the part behind #.
function wanted() {
  if (location.hash.length > 1) return location.hash.slice(1).split("/").map(decodeURIComponent);
  const [, first, ...rest] = location.pathname.split("/");
  if (first === "attempts" && rest[0]) return ["attempt", rest[0], new URLSearchParams(location.search).get("q") ?? ""];
  if (first === "courses" && rest[3] === "quiz") return ["course", ...rest.slice(0, 3)];
  return [location.pathname === shell ? "list" : "unknown"];
}

// The list.

async function showList(unknown) {
  needed.hidden = !unknown;
  main.replaceWith(home);
  await drawList();
  showing = drawList;
}

async function drawList() {
  const kept = "caches" in window ? await copies.all() : [];
  const taken = new Map((await packs.courses()).map((course) => [course.course, course]));
  const lists = kept.map((list) => ({ ...list, taken: taken.get(list.course) }));
  for (const course of taken.values()) {
    if (!kept.some((list) => list.course === course.course)) lists.push({ ...course, pages: [], taken: course });
  }
  const all = await packs.all();
  nothing.hidden = lists.length > 0;
  courses.replaceChildren(...(await Promise.all(lists.map((list) => section(list, all)))));
}

async function section(list, all) {
  const box = element("section", { className: "stack" });
  box.append(element("h2", { textContent: list.title, lang: list.language ?? "vi" }));
  if (list.saved_at) box.append(element("p", { className: "small quiet", textContent: fill(words.saved, day(list.saved_at)) }));
  const rows = element("ul", { className: "rows" });
  const lessons = new Map(list.pages.map((page) => [page.address.split("/").at(-1), page]));
  if (list.taken) for (const page of list.taken.pages) rows.append(row(list, page, lessons.get(page.slug), all));
  else for (const page of list.pages) rows.append(line(page.title, page.address));
  box.append(rows);
  return box;
}

// A lesson's row leads to its text where that is kept, and to its quiz beside it.
function row(list, page, lesson, all) {
  const pack = all.find((one) => one.course === list.course && one.lesson === page.slug);
  const [state, kind] = pack ? stateOf(pack) : stateOfPage(list.course, page);
  const answering = pack ? `#attempt/${pack.attempt}/` : page.offline === "reading" ? `#read/${list.course}/${page.slug}` : `#course/${list.course}/${page.slug}`;
  const item = line(page.title, lesson?.address ?? answering, state, kind);
  if (lesson && pack) item.append(element("a", { className: "button button-quiet", href: answering, textContent: quizWords(pack) }));
  return item;
}

function stateOf(pack) {
  const { answers, submission } = packs.ofAttempt(events, pack);
  const count = Object.values(answers).filter((answer) => answer !== null).length;
  if (submission) return [said[`state${capital(submission.status || "waiting")}`], submission.status === "submitted" ? "good" : "gold"];
  if (!count) return ["", ""];
  return [fill(said.stateBegun, count, pack.questions.length), ""];
}

function stateOfPage(course, page) {
  const read = events.some((event) => event.kind === "reading" && event.course === course && event.lesson === page.slug);
  if (page.offline === "reading" && read) return [said.stateRead, "good"];
  return [said[`state${capital(page.offline)}`] ?? "", page.offline === "done" ? "good" : ""];
}

function quizWords(pack) {
  const { answers, submission } = packs.ofAttempt(events, pack);
  return submission ? said.look : Object.keys(answers).length ? said.here : fill(said.begin, pack.questions.length);
}

function line(title, address, state = "", kind = "") {
  const item = element("li", { className: "row" });
  const text = element("div", { className: "row-text" });
  text.append(element("a", { href: address, textContent: title }));
  item.append(text);
  if (state) item.append(element("span", { className: kind ? `tag tag-${kind}` : "tag", textContent: state }));
  return item;
}

// A quiz by its lesson, as its address has it.
async function showPage(course, slug) {
  const pack = (await packs.all()).find((one) => one.course === course && one.lesson === slug);
  if (pack) return showAttempt(pack.attempt, "");
  const taken = (await packs.courses()).find((one) => one.course === course);
  const page = taken?.pages.find((one) => one.slug === slug);
  if (!page) return showList(true);
  if (page.offline === "reading") return showReading(course, slug);
  const box = view("t-network");
  write(box, { lesson: taken.title, why: said[`why${capital(page.offline)}`] ?? said.whyNetwork });
  box.querySelector("h1").textContent = page.title;
  box.querySelector("[data-again]").addEventListener("click", () => location.reload());
  return put(box, page.title);
}

async function showReading(course, slug) {
  const taken = (await packs.courses()).find((one) => one.course === course);
  const page = taken?.pages.find((one) => one.slug === slug);
  if (!page) return showList(true);
  const box = view("t-reading");
  write(box, { lesson: taken.title });
  box.querySelector("h1").textContent = page.title;
  const button = box.querySelector("button");
  const status = box.querySelector("[data-saved]");
  const known = () => events.findLast((event) => event.kind === "reading" && event.course === course && event.lesson === slug);
  showing = () => {
    const event = known();
    button.hidden = Boolean(event) || page.offline === "done";
    if (event) status.textContent = standing(event);
  };
  button.addEventListener("click", () => keep({ kind: "reading", course, lesson: slug }, status));
  put(box, page.title);
  showing();
}

// An attempt.

async function showAttempt(id, asked = "") {
  const pack = (await packs.all()).find((one) => one.attempt === id);
  if (!pack) return showList(true);
  const { answers, submission } = packs.ofAttempt(events, pack);
  const back = submission && ["asked", "refused"].includes(submission.status); // handed in, and to be handed in again
  if ((submission && !back) || asked === "done") return showDone(pack);
  if (asked === "all" || (back && !asked)) return showAll(pack);
  const number = Number(asked);
  if (number >= 1 && number <= pack.questions.length) return showQuestion(pack, number);
  const where = await packs.place(id);
  const last = pack.questions.findIndex((question) => question.id === where.question) + 1;
  const open = pack.questions.findIndex((question) => (answers[question.id] ?? null) === null) + 1;
  const going = last || open || "all";
  history.replaceState(null, "", `#attempt/${id}/${going}`);
  return going === "all" ? showAll(pack) : showQuestion(pack, going);
}

async function showQuestion(pack, number) {
  const question = pack.questions[number - 1];
  const where = await packs.place(pack.attempt);
  const total = pack.questions.length;
  const box = view("t-question");
  const form = box.querySelector("form");
  const status = box.querySelector("[data-saved]");
  const [context, prompt] = questions.split(question.prompt);
  const answer = () => packs.ofAttempt(events, pack).answers[question.id] ?? null;
  const hint = box.querySelector("[data-heed]");
  let last = JSON.stringify(answer());
  let typing = null;
  let event = null;
  let moved = false; // an order counts once it was touched, or gone on from
  let writing = Promise.resolve(true);
  write(box, { lesson: pack.title, place: fill(said.place, number, total) });
  const bar = box.querySelector("progress");
  bar.max = total;
  bar.value = number;
  set(box.querySelector("[data-context]"), context);
  const title = box.querySelector("h1");
  if (prompt) title.innerHTML = prompt;
  else title.textContent = fill(said.one, number);
  title.classList.toggle("ask-long", prompt.length > 120);
  box.querySelector("fieldset").append(questions.draw(question, answer(), said, () => { moved = true; change(); }));
  const button = box.querySelector("button[type=submit]");
  button.textContent = number === total ? said.last : said.next;
  link(box.querySelector("[data-back]"), number > 1 && `#attempt/${pack.attempt}/${number - 1}`);
  link(box.querySelector("[data-all]"), number < total && `#attempt/${pack.attempt}/all`);
  form.addEventListener("change", () => change());
  form.addEventListener("input", ({ target }) => {
    if (!target.matches("textarea, input:not([type=radio]):not([type=checkbox])")) return;
    clearTimeout(typing);
    typing = setTimeout(change, target.matches("textarea") ? WRITING : TYPING);
  });
  form.addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    moved = true;
    if (!(await change())) return;
    const key = pack.keys[question.id];
    if (pack.show_answers === "at-once" && key && !where.told.includes(question.id) && answer() !== null) {
      where.told.push(question.id);
      await packs.keepPlace(pack.attempt, where);
      tell();
    } else {
      location.hash = `#attempt/${pack.attempt}/${number < total ? number + 1 : "all"}`;
    }
  });
  leave = () => change();
  showing = () => {
    const now = event && events.find((one) => one.client_id === event.client_id);
    if (now) status.textContent = standing(now);
    const again = packs.ofAttempt(events, pack).again.includes(question.id);
    if (again) hint.hidden = false;
    hint.style.visibility = again ? "" : "hidden"; // its place stays: nothing moves under a finger
  };
  showing();
  where.question = question.id;
  await packs.keepPlace(pack.attempt, where); // before it is seen: who closes the browser now comes back here
  put(box, `${fill(said.place, number, total)}: ${pack.title}`, pack);
  if (where.told.includes(question.id)) tell();

  // Whether what stands in the form is on the disk; one after the other.
  function change() {
    clearTimeout(typing);
    writing = writing.then(keepAnswer);
    return writing;
  }

  async function keepAnswer() {
    if (question.kind === "order" && !moved) return true;
    if (where.told.includes(question.id)) return true;
    const given = questions.read(question, form);
    const text = JSON.stringify(given);
    if (text === last) return true;
    event = await keep({ kind: "answer", attempt: pack.attempt, question: question.id, answer: given }, status);
    if (event) last = text;
    return Boolean(event);
  }

  // What this phone knows of the answer; from here on it stands.
  function tell() {
    const box = form.querySelector("[data-told]");
    box.replaceChildren(...told(question, answer(), pack.keys[question.id]));
    for (const field of form.querySelectorAll("fieldset input, fieldset select, fieldset textarea, fieldset button")) field.disabled = true;
    button.textContent = said.go;
    button.focus();
  }
}

async function showAll(pack) {
  const { answers, submission, again } = packs.ofAttempt(events, pack);
  const box = view("t-all");
  const open = pack.questions.filter(({ id }) => (answers[id] ?? null) === null).length;
  write(box, { lesson: pack.title, open: open ? fill(said.open, open) : said.full, rule: said.rule });
  const rows = pack.questions.map((question, at) => {
    const given = (answers[question.id] ?? null) !== null;
    const state = again.includes(question.id) ? [said.stateAsked, "gold"] : given ? [said.answered, "good"] : [said.unanswered, "bad"];
    const item = line(fill(said.one, at + 1), `#attempt/${pack.attempt}/${at + 1}`, ...state);
    const text = questions.plain(questions.split(question.prompt)[1] || question.prompt);
    item.querySelector(".row-text").append(element("span", { className: "row-sub", textContent: text.length > 90 ? `${text.slice(0, 90)}…` : text }));
    return item;
  });
  box.querySelector("ul").append(...rows);
  const hint = box.querySelector("[data-heed]");
  hint.hidden = !again.length && submission?.status !== "refused";
  hint.textContent = again.length ? fill(said.lookAgain, again.map((id) => pack.questions.findIndex((one) => one.id === id) + 1).join(", ")) : said.refusedWords;
  const status = box.querySelector("[data-saved]");
  const button = box.querySelector("[data-submit]");
  button.addEventListener("click", async () => {
    button.disabled = true; // pressed twice it is one submission
    // Only what the server may not have: the rest stands as it was saved last, perhaps on another device.
    const { fresh } = packs.ofAttempt(events, pack);
    const event = await keep({ kind: "submission", attempt: pack.attempt, answers: fresh }, status);
    button.disabled = false;
    if (event) location.hash = `#attempt/${pack.attempt}/done`;
  });
  showing = () => {};
  put(box, box.querySelector("h1").textContent, pack);
}

async function showDone(pack) {
  const { answers, submission } = packs.ofAttempt(events, pack);
  if (!submission) return showAll(pack);
  const box = view("t-done");
  write(box, { lesson: pack.title });
  const following = await after(pack);
  const tells = ["at-once", "after-submission"].includes(pack.show_answers);
  const judged = pack.questions.map((question) => {
    const key = pack.keys[question.id];
    return { question, key, answer: answers[question.id] ?? null, verdict: key && verdict(question, answers[question.id] ?? null, key) };
  });
  const known = judged.filter((one) => one.verdict && one.verdict !== "unsure");
  const right = known.filter((one) => one.verdict === "right").length;
  const score = known.length ? fill(said.score, right, known.length) : said.noScore;
  const rest = known.length && judged.length - known.length;
  write(box, { score: rest ? `${score} ${fill(said.unsureScore, rest)}` : score });
  if (tells) box.querySelector("ol").append(...judged.map(review));
  showing = () => {
    const now = packs.ofAttempt(events, pack).submission;
    const status = now.status || "waiting";
    write(main, {
      title: said[status] ?? said.refused,
      words: said[`${status}Words`] ?? said.refusedWords,
      receipt: now.status ? fill(said.receipt, now.client_id.slice(0, 8), time(now.sent_at)) : "",
    });
    main.querySelector(".outcome").classList.toggle("outcome-good", status === "submitted");
    const next = main.querySelector("[data-next]");
    if (["asked", "refused"].includes(status)) goes(next, `#attempt/${pack.attempt}/all`, said.lookAll);
    else if (status === "submitted" || status === "late") goes(next, `/attempts/${pack.attempt}`, said.result);
    else goes(next, following, said.on);
    next.hidden = next.getAttribute("href") === "";
    const again = main.querySelector("[data-again]");
    again.hidden = status !== "asked";
    again.onclick = () => outbox.again(now.client_id);
  };
  put(box, pack.title);
  showing();
}

// The address of the next lesson that something is left to do in; "" after the last.
async function after(pack) {
  const pages = (await packs.courses()).find((one) => one.course === pack.course)?.pages ?? [];
  const rest = pages.slice(pages.findIndex((page) => page.slug === pack.lesson) + 1);
  const page = rest.find((one) => one.kind !== "exam" && ["quiz", "reading"].includes(one.offline));
  return page ? `/courses/${pack.course}/${page.slug}` : "";
}

function review({ question, answer, key, verdict: judged }, at) {
  const box = view("t-review");
  const [context, prompt] = questions.split(question.prompt);
  write(box, { place: fill(said.one, at + 1), verdict: judged ? said[judged] : said.unsure });
  const kind = { right: "good", partly: "gold", wrong: "bad", not_answered: "bad" }[judged] ?? "gold";
  box.querySelector("[data-verdict]").classList.add(`tag-${kind}`);
  set(box.querySelector("[data-context]"), context);
  set(box.querySelector("h2"), prompt);
  set(box.querySelector("[data-given]"), inWords(question, answer) || said.unanswered);
  set(box.querySelector("[data-right]"), key ? inWords(question, key.right, true) : "");
  box.querySelector("[data-right-label]").hidden = !key || key.right === undefined;
  set(box.querySelector("[data-feedback]"), feedback(answer, key));
  set(box.querySelector("[data-explanation]"), key?.explanation ?? "");
  box.querySelector("[data-note]").hidden = !key?.explanation;
  return box;
}

// What is said of one answer as soon as it is given.
function told(question, answer, key) {
  const judged = verdict(question, answer, key);
  const note = element("div", { className: `note note-${judged === "right" ? "good" : judged === "wrong" ? "bad" : "gold"}` });
  const head = element("p", {});
  head.append(element("strong", { textContent: said[judged] }), ` (${said.unofficial.toLowerCase()})`);
  note.setAttribute("role", "status");
  note.append(head);
  const right = judged !== "right" && inWords(question, key.right, true);
  if (right) note.append(element("p", { innerHTML: `${said.rightAnswer}: <strong>${right}</strong>` }));
  for (const html of [feedback(answer, key), key.explanation ?? ""]) if (html) note.append(element("div", { innerHTML: html }));
  return [note];
}

function feedback(answer, key) {
  const chosen = answer === null ? [] : typeof answer === "object" ? Object.values(answer) : [answer];
  return [...chosen, ""].map((id) => key?.feedback?.[id]).filter(Boolean).join(" ");
}

// An answer as HTML. `right`: of a key, whose typed parts are the author's.
function inWords(question, answer, right = false) {
  if (answer === null || answer === undefined) return "";
  const html = new Map([...(question.options ?? []), ...(question.left ?? []), ...(question.right ?? [])].map((one) => [one.id, one.html]));
  const list = (parts) => parts.join("<br>");
  switch (question.kind) {
    case "single":
      return html.get(answer) ?? "";
    case "multiple":
      return list(answer.map((id) => html.get(id)));
    case "order":
      return list(answer.map((id, at) => `${at + 1}. ${html.get(id)}`));
    case "true-false":
      return answer ? said.true : said.false;
    case "match":
      return list(question.left.filter(({ id }) => answer[id]).map(({ id }) => `${html.get(id)}: ${html.get(answer[id])}`));
    case "gaps":
      return list(question.gaps.filter(({ id }) => answer[id]).map(({ id, options }) => `(${id}) ${options?.find((one) => one.id === answer[id])?.html ?? escaped(answer[id])}`));
    case "number":
      return right ? String(answer) : escaped(answer);
    default:
      return escaped(answer);
  }
}

function escaped(text) {
  return element("span", { textContent: text }).innerHTML.replaceAll("\n", "<br>");
}

// Keeping, and saying so.

async function keep(event, status) {
  try {
    const kept = await outbox.add(event.attempt ? { ...event, elapsed: await spent() } : event);
    status.textContent = said.kept;
    events = await outbox.everything();
    showing();
    outbox.flush().then((left) => left && outbox.flush()); // one that was under way may not have seen it
    return kept;
  } catch {
    status.textContent = said.failed;
    return null;
  }
}

// For how many seconds the attempt has been in sight on this phone, up to now; one count after the other.
function spent() {
  counted = counted.then(count).catch(() => undefined);
  return counted;
}

async function count() {
  if (!sight) return undefined;
  const { attempt, since } = sight;
  const now = performance.now();
  sight.since = document.visibilityState === "hidden" ? null : now;
  return Math.round((await packs.spent(attempt, since === null ? 0 : now - since)) / 1000);
}

function standing(event) {
  if (["saved", "submitted", "read"].includes(event.status)) return said.sent;
  return { late: said.late, refused: said.lookOne, unknown: said.refused }[event.status] ?? said.kept;
}

// Drawing.

function view(id) {
  return document.getElementById(id).content.cloneNode(true);
}

function put(box, title, pack = null) {
  if (pack) sight = { attempt: pack.attempt, since: performance.now() };
  home.replaceWith(main);
  for (const link of box.querySelectorAll("[data-home]")) link.href = shell;
  main.replaceChildren(box);
  document.title = `${title} · Cầm Tay`;
  scrollTo(0, 0);
  main.querySelector("h1").focus({ preventScroll: true });
}

function write(box, texts) {
  for (const [name, text] of Object.entries(texts)) box.querySelector(`[data-${name}]`).textContent = text;
}

function set(box, html) {
  box.innerHTML = html;
  box.hidden = !html;
}

function link(anchor, address) {
  if (address) anchor.href = address;
  else anchor.remove();
}

function goes(anchor, address, text) {
  anchor.href = address;
  anchor.textContent = text;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function fill(text, ...values) {
  return values.reduce((filled, value) => filled.replace("#", () => value), text);
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function day(text) {
  return new Date(text).toLocaleDateString(language(), { day: "2-digit", month: "2-digit", year: "numeric" });
}

function time(at) {
  return new Date(at).toLocaleString(language(), { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

function language() {
  return document.documentElement.lang === "en" ? "en-GB" : "vi-VN";
}

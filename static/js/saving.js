// "Lưu để học ngoại tuyến" on a course's page: how much it is, then how far, then that it is there; and away again.
// The lessons are everyone's (copies.js), the questions one's own (packs.js): it is saved when both are there.
import * as copies from "./copies.js";

const box = document.getElementById("saving");
const words = box.dataset;
const state = box.querySelector("[data-state]");
const bar = box.querySelector("progress");
const save = box.querySelector("[data-keep]");
const remove = box.querySelector("[data-drop]");
const link = box.querySelector("[data-open]");
const exam = box.querySelector("[data-exam]"); // there where the exam may be taken along
const packs = () => import("./packs.js");
const language = document.documentElement.lang;

save.addEventListener("click", keep);
remove.addEventListener("click", async () => {
  await copies.remove(words.course);
  await (await packs()).drop(words.course);
  await show();
  save.focus();
});
if ("caches" in window && "serviceWorker" in navigator && navigator.locks) show();
else box.remove();

async function show() {
  const kept = await copies.find(words.course);
  const list = await copies.look(words.course).catch(() => null);
  const whole = kept && (await asked());
  const old = kept && list && kept.hash !== list.hash;
  if (kept && !whole) state.textContent = words.half;
  else if (kept) state.textContent = fill(old ? words.old : words.kept, day(kept.saved_at), size(kept.bytes));
  else if (list) state.textContent = fill((await copies.begun(words.course)) ? words.begun : words.size, size(list.bytes));
  else state.textContent = words.network;
  save.textContent = old ? words.renew : words.save;
  save.hidden = Boolean(whole) && !old;
  save.disabled = !list;
  remove.hidden = link.hidden = !kept;
  if (exam) exam.closest("label").hidden = save.hidden;
  bar.hidden = true;
}

// Whether the questions are here too.
async function asked() {
  return (await (await packs()).courses()).some((one) => one.course === words.course);
}

async function keep() {
  save.disabled = true;
  bar.value = 0;
  bar.hidden = false;
  state.textContent = words.going;
  const dropped = [];
  const told = ({ done, bytes, dropped: title }) => {
    if (title) dropped.push(title);
    if (!bytes) return;
    bar.max = bytes;
    bar.value = done;
  };
  try {
    await (await packs()).take(words.course, exam?.checked || undefined); // first: what is kept whole has its questions
    await copies.save(words.course, told);
    await show();
    link.focus();
  } catch (error) {
    await show();
    state.textContent = error instanceof copies.NoRoom ? words.full : words.broken;
    save.disabled = false;
    save.focus();
  }
  if (dropped.length) state.append(" ", fill(words.dropped, dropped.join(", ")));
}

function fill(text, ...values) {
  return values.reduce((filled, value) => filled.replace("#", () => value), text);
}

function size(bytes) {
  const large = bytes >= 1024 * 1024;
  const number = (large ? bytes / 1024 / 1024 : Math.max(1, bytes / 1024)).toLocaleString(language, { maximumFractionDigits: large ? 1 : 0 });
  return `${number} ${large ? "MB" : "KB"}`;
}

function day(text) {
  return new Date(text).toLocaleDateString(language === "en" ? "en-GB" : "vi-VN", { day: "2-digit", month: "2-digit", year: "numeric" });
}

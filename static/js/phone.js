// "Bài làm trên máy này": what waits, what became of the rest, and all of it as a file.
import * as outbox from "./outbox.js";
import { open } from "./vault.js";

const box = document.getElementById("phone");
const words = box.dataset;
const send = box.querySelector("[data-send]");
const download = box.querySelector("[data-download]");
const MOST = 100; // rows shown; the file has all

send.addEventListener("click", () => outbox.flush());
download.addEventListener("click", save);
addEventListener("outbox", show);
show();

async function show() {
  const vault = await open();
  const events = await outbox.everything();
  const waiting = events.filter((event) => !event.status).length;
  const held = await outbox.held();
  const packs = new Map(((await vault?.all("pack")) ?? []).map((pack) => [pack.attempt, pack]));
  const parts = [waiting ? words.waits.replace("#", waiting) : words.none];
  if (held?.count) parts.push(held.whole ? words.whole.replace("#", held.count) : words.other);
  box.querySelector("[data-state]").textContent = parts.join(" ");
  box.querySelector("[data-rows]").replaceChildren(...newestFirst(events).slice(0, MOST).map((event) => row(event, packs)));
  send.hidden = !waiting;
  download.hidden = !events.length;
  box.hidden = "quiet" in words && !events.length;
}

function newestFirst(events) {
  return [...events].sort((a, b) => !b.status - !a.status || b.seq - a.seq);
}

function row(event, packs) {
  const item = document.createElement("li");
  item.className = "row";
  const text = document.createElement("div");
  text.className = "row-text";
  const pack = packs.get(event.attempt);
  const place = pack?.questions.findIndex((question) => question.id === event.question) ?? -1;
  const title = [words[event.kind], place < 0 ? "" : place + 1, pack ? `· ${pack.title}` : ""].filter(Boolean).join(" ");
  text.append(event.attempt ? link(title, `/attempts/${event.attempt}`) : line("span", title), line("span", time(event.at), "row-sub"));
  const counted = ["saved", "submitted", "read"].includes(event.status);
  item.append(text, line("span", words[event.status || "waiting"], `tag ${counted ? "tag-good" : "tag-gold"}`));
  return item;
}

async function save() {
  const file = await outbox.asFile();
  const address = URL.createObjectURL(file);
  const anchor = link("", address);
  anchor.download = `cam-tay-${new Date().toISOString().slice(0, 16).replace(/[T:]/g, "-")}.json`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

function link(text, address) {
  const anchor = line("a", text);
  anchor.href = address;
  return anchor;
}

function line(tag, text, className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

function time(moment) {
  const at = new Date(moment);
  const language = document.documentElement.lang === "en" ? "en-GB" : "vi-VN";
  const day = at.toLocaleDateString(language, { day: "2-digit", month: "2-digit", year: "numeric" });
  return `${day} ${at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" })}`;
}

// Small comforts: how a page looks, pictures that wait, reading aloud, sharing. look.js calls each by its name when it is
// wanted; all words come from the page.
const root = document.documentElement;

// --- How it looks

export function look(details) {
  const fields = [...details.querySelectorAll("input[type=radio]")];
  for (const field of fields) field.checked = field.value === (root.dataset[field.name] ?? "");
  details.onchange = (event) => choose(event.target.name, event.target.value);
}

function choose(name, value) {
  if (value) root.dataset[name] = value;
  else delete root.dataset[name];
  try {
    if (value) localStorage[name] = value;
    else delete localStorage[name];
  } catch { /* it holds for this page */ }
  if (name === "pictures" && value === "all") document.querySelectorAll("[data-comfort=picture]").forEach(picture);
}

// --- Pictures that wait to be asked for

export function picture(button) {
  const held = button.previousElementSibling;
  const here = document.activeElement === button;
  held.loading = "eager";
  held.src = held.dataset.src;
  button.remove();
  if (here) {
    held.tabIndex = -1;
    held.focus();
  }
}

// --- Sharing

export async function share(button) {
  const told = document.getElementById("told");
  const url = document.querySelector("link[rel=canonical]")?.href ?? location.origin + location.pathname;
  try {
    if (navigator.share) return await navigator.share({ title: button.dataset.title, url });
    await navigator.clipboard.writeText(url);
    told.textContent = button.dataset.copied;
  } catch (error) {
    if (error.name !== "AbortError") told.textContent = url; // to be copied by hand
  }
}

// --- Reading aloud: paragraph by paragraph; a pause begins the paragraph again, because phones cannot go on within one

const BLOCKS = "h1, h2, h3, h4, p, li, dt, dd, th, td, figcaption";
let reading = null; // {button, blocks, at, playing}

export function listen(button) {
  reading ??= { button, blocks: blocks(button), at: 0, playing: false };
  if (reading.playing) rest(button.dataset.resume);
  else play();
}

export function silence() {
  if (!reading) return;
  rest(reading.button.dataset.listen);
  reading.button.nextElementSibling.hidden = true;
  reading = null;
}

addEventListener("pagehide", silence);

function blocks(button) {
  const article = button.closest("article");
  return [...article.querySelectorAll(BLOCKS)].filter(
    (block) => block.getClientRects().length && !block.closest("details, .tools") && own(block).some((piece) => /\p{L}/u.test(piece.text)),
  );
}

// What stands in a block itself, in pieces of one language each.
function own(block) {
  const pieces = [];
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest(BLOCKS) !== block) continue;
    const language = node.parentElement.closest("[lang]").lang;
    const last = pieces.at(-1);
    if (last?.language === language) last.text += node.data;
    else pieces.push({ language, text: node.data });
  }
  return pieces;
}

function play() {
  reading.playing = true;
  reading.button.textContent = reading.button.dataset.pause;
  reading.button.nextElementSibling.hidden = false;
  next(reading);
}

function rest(text) {
  reading.playing = false;
  reading.button.textContent = text;
  mark(null);
  speechSynthesis.cancel();
}

async function next(mine) {
  const block = mine.blocks[mine.at];
  if (!block) return silence();
  mark(block);
  for (const piece of own(block)) {
    for (const sentence of piece.text.split(/(?<=[.!?;…])\s+/)) {
      if (sentence.trim()) await say(sentence, piece.language);
      if (reading !== mine || !mine.playing || mine.blocks[mine.at] !== block) return;
    }
  }
  mine.at += 1;
  next(mine);
}

function say(text, language) {
  return new Promise((done) => {
    const spoken = new SpeechSynthesisUtterance(text);
    spoken.lang = language === "vi" ? "vi-VN" : language;
    // One on the phone before one that comes over the network; then one of the language before one of a region.
    const fit = (voice) => 2 * voice.localService + [language, spoken.lang].includes(voice.lang.replace("_", "-"));
    const voices = speechSynthesis.getVoices().filter((voice) => voice.lang.startsWith(language));
    spoken.voice = voices.sort((one, other) => fit(other) - fit(one))[0] ?? null;
    spoken.onend = spoken.onerror = done;
    speechSynthesis.speak(spoken);
  });
}

function mark(block) {
  document.querySelector(".spoken")?.classList.remove("spoken");
  block?.classList.add("spoken");
  block?.scrollIntoView({ block: "nearest" });
}

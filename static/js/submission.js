// "Nộp bài": what waits on this phone goes before it; without a network the press itself waits here, and is sent later.
import * as outbox from "./outbox.js";

const form = document.querySelector("form[data-attempt]");
const words = form.dataset;
const stay = document.getElementById("stay");
const PATIENCE = 8000;
let pressed = false;
let kept = null; // the id of the submission that waits
let released = false;

form.addEventListener("submit", (event) => {
  if (released) return;
  event.preventDefault();
  if (!pressed) handIn();
  pressed = true;
});
addEventListener("pageshow", () => { pressed = Boolean(kept); });
addEventListener("outbox", async () => {
  const event = kept && (await outbox.find(kept));
  if (event?.status) location.assign(words.address);
  else if (outbox.delivered && !pressed) location.reload(); // this page was made before that came
});

// What this phone sent before, and the server would not take.
outbox.refused(words.attempt).then((events) => {
  if (events.length) stay.textContent = words.refused;
});

async function handIn() {
  const there = await reachable();
  if (there && (await outbox.unsent())) stay.textContent = words.going;
  if (there && !((await outbox.unsent()) && (await outbox.flush()))) return send();
  try {
    const event = await outbox.add({
      kind: "submission", attempt: words.attempt, answers: {}, client_id: form.elements.client_id.value,
    });
    kept = event.client_id;
    stay.textContent = words.kept;
    outbox.flush();
  } catch {
    send();
  }
}

function send() {
  released = true;
  form.requestSubmit();
  released = pressed = false; // where it cannot be sent one stays here (site.js)
}

async function reachable() {
  try {
    return (await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE) })).ok;
  } catch {
    return false;
  }
}

// Signing out: nothing is lost unwarned, and nothing of who leaves stays on this phone. What others left here, sealed,
// stays for them.
import { flush, unsent } from "./outbox.js";
import { open } from "./vault.js";

const form = document.getElementById("sign-out");
const words = form.dataset;
const warning = form.querySelector("[data-warning]");
const said = form.querySelector("[data-said]");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.matches("[data-anyway]")) leave();
  else leaveOrWarn();
});
form.querySelector("[data-send]").addEventListener("click", async () => {
  if (await flush()) return warn(`${words.stuck} ${words.unsent}`);
  leave();
});

async function leaveOrWarn() {
  if (await unsent()) return warn(words.unsent);
  leave();
}

async function warn(text) {
  warning.querySelector("[data-words]").textContent = text.replace("#", await unsent());
  warning.hidden = false;
  form.querySelector("[data-first]").hidden = true;
  warning.focus();
}

// First the session ends on the server; then what is here goes, though the page were closed meanwhile: the server has
// told this browser that nobody is signed in (vault.js).
async function leave() {
  const vault = await open();
  try {
    const reply = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!reply.ok) throw new Error(reply.status);
  } catch {
    said.textContent = words.network;
    return;
  }
  await vault?.forget().catch(() => {});
  await forgetCourses().catch(() => {});
  location.replace("/");
}

async function forgetCourses() {
  for (const name of await caches.keys()) if (name.startsWith("course-")) await caches.delete(name);
}

// The quizzes of a course taken along: begun by the server, kept in the vault, answered through the outbox.
//
// Kinds of records: `course` (its pages and how each goes offline), `pack` (an open attempt with its questions), `place`
// (where its learner is: the question, and those whose feedback was seen), `spent` (for how many milliseconds an attempt
// has been in sight).
import { everything, flush } from "./outbox.js";
import { meet, open } from "./vault.js";

const KEPT = 30 * 24 * 3600 * 1000; // milliseconds

// Begins what is not done yet of a course and keeps it; `exam`: its exam as well (left out: where it is here). Resolves
// with what the server said of each page; rejects without a network, or where nothing can be kept.
export async function take(course, exam) {
  await flush(); // what the server then says it has is all that was answered here
  const me = await (await answered(fetch("/api/v1/me"))).json();
  const vault = await meet(me);
  if (!vault) throw new Error("no vault");
  const asked = exam ?? (await sitting(course));
  const reply = await answered(
    fetch(`/api/v1/courses/${course}/offline`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": me.csrf_token },
      body: JSON.stringify({ exam: asked }),
    }),
  );
  const { packs, ...taken } = await reply.json();
  const at = Date.parse(reply.headers.get("Date")) || Date.now();
  for (const pack of packs) await vault.put("pack", pack.attempt, { ...pack, course, course_title: taken.title, at });
  await vault.put("course", course, { ...taken, at });
  await dropOthers(vault, course, packs);
  return taken;
}

// Asks again about every course that was taken along: what was passed elsewhere is done here too.
export async function refresh() {
  for (const { course } of await courses()) await take(course);
}

// Forgets a course's questions; answers that wait to be sent stay in the outbox.
export async function drop(course) {
  const vault = await open();
  if (!vault) return;
  await vault.remove("course", course);
  await dropOthers(vault, course, [], true);
}

export async function courses() {
  return (await open())?.all("course") ?? [];
}

// Every pack, the newest first: of a lesson that was tried again the first counts.
export async function all() {
  return ((await (await open())?.all("pack")) ?? []).sort((a, b) => b.at - a.at);
}

export async function place(attempt) {
  return (await (await open())?.get("place", attempt)) ?? { question: "", told: [] };
}

export async function keepPlace(attempt, where) {
  await (await open())?.put("place", attempt, where);
}

// With `more` milliseconds added.
export async function spent(attempt, more) {
  const vault = await open();
  const all = ((await vault?.get("spent", attempt)) ?? 0) + more;
  if (more) await vault?.put("spent", attempt, all);
  return all;
}

// What was done here about an attempt: the answers that stand as far as this phone knows, those that the server does not
// have yet (null: taken back), the submission, and which questions have to be looked at again: the server refused the
// answer, or asked about it when it was handed in.
export function ofAttempt(events, pack) {
  const own = events.filter((event) => event.attempt === pack.attempt).sort((a, b) => a.seq - b.seq);
  const answers = { ...pack.answers };
  const fresh = {};
  for (const event of own.filter((one) => one.kind === "answer")) {
    // What the server had before it gave the pack is in it, or was overtaken there.
    if (!(event.sent_at < (pack.noted?.[event.question] ?? pack.at))) answers[event.question] = event.answer;
    if (!event.status) fresh[event.question] = event.answer;
  }
  const submission = own.findLast((event) => event.kind === "submission") ?? null;
  const asked = submission?.status === "asked" ? submission.reason.split(", ") : [];
  const again = pack.questions.map(({ id }) => id).filter((id) => {
    const given = own.findLast((event) => event.question === id);
    return given?.status === "refused" || (asked.includes(id) && !(given?.seq > submission.seq));
  });
  return { answers, fresh, submission, again };
}

// An answer was saved without the outbox, at the server's time `at`: this phone knows of it, too.
export async function note(attempt, question, answer, at) {
  const vault = await open();
  const pack = await vault?.get("pack", attempt);
  if (!pack) return;
  const noted = { ...pack.noted, [question]: at };
  await vault.put("pack", attempt, { ...pack, answers: { ...pack.answers, [question]: answer }, noted });
}

// An exam is begun because its learner asked for it, not again by itself once it was handed in.
async function sitting(course) {
  const pack = (await all()).find((one) => one.course === course && one.kind === "exam");
  return Boolean(pack) && !ofAttempt(await everything(), pack).submission;
}

// What was handed in here can be looked at for a month more.
async function dropOthers(vault, course, kept, gone = false) {
  const ids = kept.map((pack) => pack.attempt);
  const events = await everything();
  for (const pack of await vault.all("pack")) {
    const own = events.filter((event) => event.attempt === pack.attempt);
    const looked = !gone && pack.at > Date.now() - KEPT && own.some((event) => event.kind === "submission");
    if (pack.course !== course || ids.includes(pack.attempt) || looked || own.some((event) => !event.status)) continue;
    await vault.remove("pack", pack.attempt);
    for (const kind of ["place", "spent"]) await vault.remove(kind, pack.attempt);
  }
}

async function answered(request) {
  const reply = await request;
  if (!reply.ok) throw new Error(`${reply.status} ${reply.url}`);
  return reply;
}

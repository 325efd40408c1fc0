// The phone's outbox over a network that loses, doubles, delays and reorders, to a server that is sometimes restored from
// a copy: whatever comes between, both end in the same state, nothing lost and nothing twice. Run by test_client.py.
import { createHash } from "node:crypto";
import { addTo, deliver, Unusable } from "../../static/js/outbox.js";

const QUESTIONS = ["cau-1", "cau-2", "cau-3"];
const RUNS = Number(process.argv[2] ?? 1000);
const FIRST = Number(process.argv[3] ?? 1);

async function runAll() {
  for (let seed = FIRST; seed < FIRST + RUNS; seed += 1) {
    try {
      await oneRun(random(seed));
    } catch (error) {
      console.error(`seed ${seed}: ${error.stack}`);
      process.exit(1);
    }
  }
  console.log(`${RUNS} runs`);
}

async function oneRun(chance) {
  const server = new Server();
  const vault = new Vault(chance);
  const network = new Network(server, chance);
  const answers = {};
  const all = [];
  const steps = 1 + chance.below(80);
  for (let step = 0; step < steps; step += 1) {
    const question = chance.of(QUESTIONS);
    answers[question] = `${question} ${step}`;
    all.push(await addTo(vault, { kind: "answer", attempt: "a", question, answer: answers[question] }));
    if (chance.one(8)) await tryToSend(vault, network, chance);
    if (chance.one(40)) server.copy();
    if (chance.one(60)) server.restore();
  }
  const submits = chance.one(2);
  if (submits) all.push(await addTo(vault, { kind: "submission", attempt: "a", answers: { ...answers } }));
  for (let tries = chance.below(6); tries > 0; tries -= 1) await tryToSend(vault, network, chance);
  network.calm = vault.calm = true;
  network.bringLate();
  for (let tries = 0; tries < 3; tries += 1) await deliver(vault, (body) => network.post(body));

  same(await vault.count("waiting"), 0, "nothing waits");
  same(server.answers(), answers, "the answers");
  same(server.submissions, submits ? 1 : 0, "handed in once");
  same([...server.events.keys()].sort(), all.map((event) => event.client_id).sort(), "the events, each once");
  const sent = await vault.all("sent");
  same(sent.length, all.length, "all are still here");
  same(sent.every((event) => event.status), true, "each says what became of it");
  same((await vault.get("server", "held")).whole, true, "both say they hold the same");
}

async function tryToSend(vault, network, chance) {
  const once = () => deliver(vault, (body) => network.post(body)).catch(() => {}); // as outbox.js: it stays there
  await (chance.one(4) ? Promise.all([once(), once()]) : once()); // two pages, where there are no locks
}

// What becomes of a request on its way.
class Network {
  constructor(server, chance) {
    Object.assign(this, { server, chance, late: [], calm: false });
  }

  async post(body) {
    const sent = structuredClone(body);
    if (!this.calm) {
      const fate = this.chance.below(10);
      if (fate === 0) throw new Error("lost on the way there");
      if (fate === 1) {
        this.late.push(sent);
        throw new Error("timed out, and arrives later");
      }
      if (fate === 2) this.late.push(sent); // twice
      if (fate === 3) {
        this.server.take(sent);
        throw new Error("lost on the way back");
      }
      if (fate === 4) throw new Error("500");
      if (fate === 5 && sent.events.length > 1) throw new Unusable();
      if (this.chance.one(3)) this.bringLate();
    }
    await null;
    return this.server.take(sent);
  }

  bringLate() {
    for (const body of this.chance.shuffled(this.late.splice(0))) this.server.take(body);
  }
}

// As learning/sync: an event once; of a question the highest count of a device; nothing after the end.
class Server {
  constructor() {
    Object.assign(this, { events: new Map(), log: [], submissions: 0, final: null, epoch: "1" });
    this.copy();
  }

  take({ person, device, events }) {
    if (person !== "p") throw new Error("another person's");
    const order = [...events].sort((a, b) => (a.kind === "submission") - (b.kind === "submission"));
    const became = new Map(order.map((event) => [event.client_id, this.takeOne(event)]));
    const ids = [...this.events].filter(([, event]) => event.device === device).map(([id]) => `${id}\n`).sort();
    return {
      events: events.map(({ client_id }) => ({ client_id, status: became.get(client_id) })),
      epoch: this.epoch, count: ids.length, digest: createHash("sha256").update(ids.join("")).digest("hex"), at: Date.now(),
    };
  }

  takeOne(event) {
    const first = this.events.get(event.client_id);
    if (first) return first.status;
    let status;
    if (this.final) status = "late";
    else if (event.kind === "submission") {
      this.final = { ...this.answers(), ...event.answers };
      this.submissions += 1;
      status = "submitted";
    } else {
      const newer = this.log.some((one) => one.question === event.question && one.device === event.device && one.seq > event.seq);
      status = newer ? "stale" : "saved";
      if (!newer) this.log.push(event);
    }
    this.events.set(event.client_id, { ...event, status });
    return status;
  }

  answers() {
    return this.final ?? Object.fromEntries(this.log.map(({ question, answer }) => [question, answer]));
  }

  copy() {
    this.kept = structuredClone({ events: this.events, log: this.log, submissions: this.submissions, final: this.final });
  }

  restore() {
    Object.assign(this, structuredClone(this.kept), { epoch: `${Number(this.epoch) + 1}` });
  }
}

// As vault.js, in memory; and the page may be closed before anything is written.
class Vault {
  person = "p";
  calm = false;
  records = new Map();
  seq = 0;

  constructor(chance) {
    this.chance = chance;
  }

  async put(kind, id, value, from = null) {
    await null;
    if (!this.calm && from && this.chance.one(50)) throw new Error("the page was closed");
    this.records.set(`${kind} ${id}`, structuredClone(value));
    if (from) this.records.delete(`${from} ${id}`);
  }

  async get(kind, id) {
    return structuredClone(this.records.get(`${kind} ${id}`) ?? null);
  }

  async all(kind) {
    return [...this.records].filter(([key]) => key.startsWith(`${kind} `)).map(([, value]) => structuredClone(value));
  }

  async count(kind) {
    return (await this.all(kind)).length;
  }

  async remove(kind, id) {
    this.records.delete(`${kind} ${id}`);
  }

  async step() {
    this.seq += 1;
    return { device: "d", seq: this.seq };
  }

  async device() {
    return "d";
  }
}

function same(found, expected, what) {
  const [one, other] = [found, expected].map((value) => JSON.stringify(sorted(value)));
  if (one !== other) throw new Error(`${what}: ${one} instead of ${other}`);
}

function sorted(value) {
  return value && typeof value === "object" && !Array.isArray(value) ? Object.entries(value).sort() : value;
}

// Chances that come again with their seed (mulberry32).
function random(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (most) => Math.floor(next() * most);
  return {
    below,
    one: (of) => below(of) === 0,
    of: (list) => list[below(list.length)],
    shuffled: (list) => list.map((one) => [next(), one]).sort((a, b) => a[0] - b[0]).map(([, one]) => one),
  };
}

await runAll();

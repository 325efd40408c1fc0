// What is one person's own on this phone: kept in IndexedDB, each record encrypted with a key that comes with their
// sign-in and that no script can read. One key is here at a time. When another person signs in, the first one's key goes
// and their records stay: nobody can read them until they sign in again.
//
// The server says in the cookie `person` who signed in last on this phone ("out": signed out); it outlives the sign-in
// itself, so that one goes on without a network.
const DATABASE = "camtay";
const HERE = "here";
let opened = null; // the connection, a promise

// The vault of the person `me` (the reply of /api/v1/me) tells of; null where this browser keeps nothing.
export async function meet(me) {
  try {
    return await introduced(me.vault);
  } catch {
    return null;
  }
}

// The vault of whoever signed in last, with or without a network; null where there is none.
export async function open() {
  try {
    const held = await keyHere();
    return held && agrees(held.person) ? vault(held) : null;
  } catch {
    return null;
  }
}

// Whoever signed out without this script's knowing: nobody reads their records until they come back.
export async function lock() {
  remember("vault", "out");
  forgetWords();
  await run(["keys"], "readwrite", ({ keys }) => keys.delete(HERE)).catch(() => {});
}

// Who signed in last, as the server said: a name that tells nothing, "out", or "" where it did not say.
export function whose() {
  return /(?:^|; )person=(\w+)/.exec(globalThis.document?.cookie ?? "")?.[1] ?? "";
}

// A word that pages may read at once, before anything is opened: `vault`, whose key is here ("out": nobody's, but there are
// records); `unsent`, something waits; `refused`, something was not taken.
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // This browser keeps nothing: then there is nothing to remember either.
  }
}

function forgetWords() {
  for (const name of ["unsent", "refused"]) remember(name, null);
}

function agrees(person) {
  const here = whose();
  return !here || here === person;
}

async function introduced({ person, key }) {
  const raw = Uint8Array.from(key.match(/../g), (pair) => parseInt(pair, 16));
  const id = hex(await crypto.subtle.digest("SHA-256", raw)).slice(0, 16); // 256 random bits: it cannot be run backwards
  const held = await keyHere();
  if (held?.person === person && held.id === id) return vault(held);
  const fresh = { name: HERE, person, id, ...(await keysOf(raw)) };
  const sealed = held?.person === person ? await sealedAnew(vault(held), fresh) : { old: [], fresh: [] };
  await run(["keys", "records"], "readwrite", ({ keys, records }) => {
    for (const one of sealed.old) records.delete(place(one));
    for (const one of sealed.fresh) records.put(one);
    keys.put(fresh);
  });
  remember("vault", person);
  return vault(fresh);
}

// The server has another secret than before: what is here is sealed with the new key.
async function sealedAnew(before, fresh) {
  const old = [];
  const anew = [];
  for (const record of await recordsOf(fresh.person)) {
    const content = await unsealed(before.keys, record);
    if (content === null) continue; // of a key that is gone
    old.push(record);
    anew.push(await sealed(fresh, record.kind, content.id, content.value));
  }
  return { old, fresh: anew };
}

function vault(keys) {
  const { person } = keys;
  return {
    person,
    keys,

    // Resolves once it is on the disk. `from`: the kind it had until now, for a record that becomes another.
    async put(kind, id, value, from = null) {
      const record = await sealed(keys, kind, id, value);
      const before = from === null ? null : [person, from, await nameOf(keys, from, id)];
      await run(["records"], "readwrite", ({ records }) => {
        records.put(record);
        if (before) records.delete(before);
      });
    },

    async get(kind, id) {
      const name = await nameOf(keys, kind, id);
      const record = await run(["records"], "readonly", ({ records }) => records.get([person, kind, name]));
      return (record && (await unsealed(keys, record)))?.value ?? null;
    },

    async all(kind) {
      const contents = await Promise.all((await recordsOf(person, kind)).map((record) => unsealed(keys, record)));
      return contents.filter((content) => content !== null).map((content) => content.value);
    },

    count(kind) {
      return run(["records"], "readonly", ({ records }) => records.count(range(person, kind)));
    },

    async remove(kind, id) {
      const name = await nameOf(keys, kind, id);
      await run(["records"], "readwrite", ({ records }) => records.delete([person, kind, name]));
    },

    // This browser as one of the person's devices, and the next number of what it did.
    async step() {
      let next = { person, device: crypto.randomUUID(), seq: 0 };
      await run(["devices"], "readwrite", ({ devices }) => {
        const asked = devices.get(person);
        asked.onsuccess = () => {
          next = { ...(asked.result ?? next) };
          next.seq += 1;
          devices.put(next);
        };
      });
      return { device: next.device, seq: next.seq };
    },

    async device() {
      return (await run(["devices"], "readonly", ({ devices }) => devices.get(person)))?.device ?? "";
    },

    // Everything of this person goes: for signing out.
    async forget() {
      forgetWords();
      await run(["keys", "records", "devices"], "readwrite", (all) => {
        all.records.delete(range(person));
        all.devices.delete(person);
        const held = all.keys.get(HERE);
        held.onsuccess = () => held.result?.person === person && all.keys.delete(HERE);
      });
      const others = await run(["records"], "readonly", ({ records }) => records.count());
      remember("vault", others ? "out" : null); // they are sent when their people come back
    },
  };
}

async function keysOf(raw) {
  const source = await crypto.subtle.importKey("raw", raw, "HKDF", false, ["deriveKey"]);
  const derived = (info, type, uses) =>
    crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytes(info) }, source, type, false, uses,
    );
  return {
    content: await derived("content", { name: "AES-GCM", length: 256 }, ["encrypt", "decrypt"]),
    naming: await derived("names", { name: "HMAC", hash: "SHA-256", length: 256 }, ["sign"]),
  };
}

// Not even its id can be read; and it opens in its own place alone.
async function sealed(keys, kind, id, value) {
  const record = { person: keys.person, kind, name: await nameOf(keys, kind, id), iv: crypto.getRandomValues(new Uint8Array(12)) };
  const content = bytes(JSON.stringify({ id, value }));
  return { ...record, data: await crypto.subtle.encrypt(cipher(record), keys.content, content) };
}

async function unsealed(keys, record) {
  try {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(cipher(record), keys.content, record.data)));
  } catch {
    return null;
  }
}

function cipher(record) {
  return { name: "AES-GCM", iv: record.iv, additionalData: bytes(place(record).join("\n")) };
}

async function nameOf(keys, kind, id) {
  return hex(await crypto.subtle.sign("HMAC", keys.naming, bytes(`${kind}\n${id}`))).slice(0, 32);
}

function place(record) {
  return [record.person, record.kind, record.name];
}

function keyHere() {
  return run(["keys"], "readonly", ({ keys }) => keys.get(HERE));
}

function recordsOf(person, kind) {
  return run(["records"], "readonly", ({ records }) => records.getAll(range(person, kind)));
}

function range(...start) {
  return IDBKeyRange.bound(start, [...start, []]); // an array comes after every text
}

// One transaction over these stores; resolves with what `work`'s request brought once all of it is on the disk.
async function run(names, mode, work) {
  const database = await connection();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(names, mode, { durability: "strict" });
    const request = work(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

function connection() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("keys", { keyPath: "name" });
      request.result.createObjectStore("records", { keyPath: ["person", "kind", "name"] });
      request.result.createObjectStore("devices", { keyPath: "person" });
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      // The browser closes it where the disk is in trouble, a later version of this script where it wants another.
      request.result.onclose = () => { opened = null; };
      request.result.onversionchange = () => { request.result.close(); opened = null; };
      resolve(request.result);
    };
  });
  opened.catch(() => { opened = null; });
  return opened;
}

function bytes(text) {
  return new TextEncoder().encode(text);
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Lighthouse over some pages, each as on a first visit. Reads what is asked as JSON from standard input and writes what
// was found: tests/e2e/test_lighthouse.py and benchmarks/phone.py ask.
//
//   {chromium, pages: [{address, cookies}], categories: ["accessibility", …], settings: {…of Lighthouse's own…}}
//   → [{scores: {category: 0…1}, failed: {audit: [what, …]}, figures: {audit: number}}, …] in the order of the pages
import { text } from "node:stream/consumers";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const TRIES = 3;
const FIGURES = [
  "first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift",
  "speed-index", "total-byte-weight",
];

const asked = JSON.parse(await text(process.stdin));
const browser = await puppeteer.launch({ executablePath: asked.chromium, args: FLAGS });
const found = [];
try {
  for (const page of asked.pages) found.push(told(await visit(page)));
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(found));

// On a busy machine the browser now and then loses the beginning of what it records: then once more.
async function visit(page) {
  for (let left = TRIES; ; left -= 1) {
    const seen = await look(page);
    if (!seen.runtimeError) return seen;
    if (left === 1) throw new Error(`${page.address}: ${seen.runtimeError.message}`);
  }
}

async function look({ address, cookies }) {
  const context = await browser.createBrowserContext();
  await context.setCookie(...cookies);
  const settings = { onlyCategories: asked.categories, ...asked.settings };
  const page = await context.newPage();
  const { lhr } = await lighthouse(address, { logLevel: "silent" }, { extends: "lighthouse:default", settings }, page);
  await context.close();
  if (!lhr.runtimeError && lhr.finalDisplayedUrl !== address) throw new Error(`${address} led to ${lhr.finalDisplayedUrl}`);
  return lhr;
}

function told({ categories, audits }) {
  const all = Object.values(categories);
  const counted = all.flatMap((category) => category.auditRefs.filter((ref) => ref.weight).map((ref) => audits[ref.id]));
  return {
    scores: Object.fromEntries(all.map((category) => [category.id, category.score])),
    failed: Object.fromEntries(counted.filter((audit) => audit.score !== null && audit.score < 1).map((audit) => [audit.id, said(audit)])),
    figures: Object.fromEntries(FIGURES.filter((id) => audits[id]).map((id) => [id, audits[id].numericValue])),
  };
}

function said(audit) {
  const items = audit.details?.items ?? [];
  return [audit.displayValue ?? audit.title, ...items.slice(0, 5).map((item) => item.node?.snippet ?? JSON.stringify(item))];
}

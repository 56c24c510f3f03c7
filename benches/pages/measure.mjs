// Measures the pages as people meet them, in Debian's Chromium, on a demo workspace: list → record → back until painted,
// layout shift, bytes; then Lighthouse on list, record and search at both sizes. Prints Markdown for the README. It is a
// bench: it looks at the clock, so it never runs in CI. Started by ./run.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import lighthouse, { desktopConfig } from "lighthouse";

const CONTACTS = process.env.PAGES_CONTACTS ?? "100000";
const ROUNDS = 30;
const START_MS = 180_000;
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const CATEGORIES = ["performance", "accessibility", "best-practices"];

async function startDemo(folder) {
  const child = spawn(process.env.AVENTORA_BIN, ["--data", join(folder, "data"), "demo", "--contacts", CONTACTS, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(output)), START_MS);
    const read = (chunk) => {
      output += chunk;
      const url = output.match(/ready at (http:\/\/\S+)/);
      const admin = output.match(/admin\s+(\S+@\S+)\s+(\S+)/);
      if (!url || !admin) return;
      clearTimeout(timer);
      resolve({ child, url: url[1], email: admin[1], password: admin[2] });
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
  });
}

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))];
const line = (name, times) => {
  const sorted = [...times].sort((a, b) => a - b);
  console.log(`| ${name} | ${[0, 50, 95].map((p) => percentile(sorted, p).toFixed(1)).join(" | ")} |`);
};

/** Milliseconds from a click to the paint of what `selector` names, measured inside the page. */
function clickToPaint(page, link, selector) {
  return page.evaluate(([link, selector]) => new Promise((resolve) => {
    const began = performance.now();
    const old = document.querySelector(selector);
    const look = () => {
      const now = document.querySelector(selector);
      if (now && now !== old) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began), 0));
      else requestAnimationFrame(look);
    };
    if (link === "back") history.back();
    else document.querySelector(link).click();
    look();
  }), [link, selector]);
}

async function walk(page, url) {
  const there = [], back = [];
  await page.goto(`${url}/contacts`);
  for (let i = 0; i < ROUNDS; i++) {
    const nth = `tbody tr:nth-child(${1 + (i % 10)}) a[data-row]`;
    there.push(await clickToPaint(page, nth, "#record-title"));
    back.push(await clickToPaint(page, "back", "tbody a[data-row]"));
  }
  console.log(`\nFrom click to paint, ms, ${CONTACTS} contacts, ${ROUNDS} rounds:\n\n| what | min | p50 | p95 |\n|---|---|---|---|`);
  line("list → record", there);
  line("record → list (Back)", back);
}

async function weight(page, url) {
  console.log("\n| page | HTML, bytes | gzip | requests | layout shift |\n|---|---|---|---|---|");
  for (const path of ["/contacts", "/contacts/3", "/search?q=mar"]) {
    let requests = 0;
    const count = () => { requests++; };
    page.on("request", count);
    const response = await page.goto(url + path);
    const html = await response.body();
    await page.waitForLoadState("networkidle");
    page.off("request", count);
    const shift = await page.evaluate(() => new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; }).observe({ type: "layout-shift", buffered: true });
      setTimeout(() => resolve(sum), 200);
    }));
    console.log(`| ${path} | ${html.length} | ${gzipSync(html).length} | ${requests} | ${shift.toFixed(3)} |`);
  }
}

async function scores(url, port) {
  console.log(`\n| Lighthouse | size | ${CATEGORIES.join(" | ")} |\n|---|---|${CATEGORIES.map(() => "---|").join("")}`);
  for (const [name, path] of [["list", "/contacts"], ["record", "/contacts/3"], ["search", "/search?q=mar"]]) {
    for (const size of ["desktop", "phone"]) {
      const flags = { port, disableStorageReset: true, onlyCategories: CATEGORIES, logLevel: "error" };
      const { lhr } = await lighthouse(url + path, flags, size === "desktop" ? desktopConfig : undefined);
      const wrong = Object.values(lhr.audits).filter((a) => a.score !== null && a.score < 0.9 && a.scoreDisplayMode !== "informative").map((a) => a.id);
      console.log(`| ${name} | ${size} | ${CATEGORIES.map((c) => Math.round(lhr.categories[c].score * 100)).join(" | ")} |`);
      if (process.env.PAGES_WHY) console.log(`  ${wrong.join(" ")}`);
    }
  }
}

const folder = mkdtempSync(join(tmpdir(), "aventora-pages-"));
const demo = await startDemo(folder);
const port = 9222 + Math.floor(process.pid % 1000);
const context = await chromium.launchPersistentContext(join(folder, "chromium"), {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [...FLAGS, `--remote-debugging-port=${port}`],
  viewport: { width: 1440, height: 900 },
});
try {
  const page = await context.newPage();
  await page.goto(`${demo.url}/login`);
  await page.fill("input[name=email]", demo.email);
  await page.fill("input[name=password]", demo.password);
  await Promise.all([page.waitForURL((u) => u.pathname !== "/login"), page.click("button[type=submit]")]);
  await walk(page, demo.url);
  await weight(page, demo.url);
  await scores(demo.url, port);
} finally {
  await context.close();
  demo.child.kill("SIGTERM");
  await new Promise((resolve) => demo.child.on("exit", resolve));
  rmSync(folder, { recursive: true, force: true });
}

// The program under test and the browser: starts both, fails a test on a console error, a page error or a CSP violation.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const START_MS = 60_000;

/** The admin that the tests make. */
export const ADMIN = { name: "Dana Whitfield", email: "dana@example.com", password: "correct horse battery staple" };

/** Starts the program on a free port with a data directory of its own. */
export async function startProgram(...flags) {
  const folder = mkdtempSync(join(tmpdir(), "aventora-browser-"));
  const data = join(folder, "data");
  const bin = process.env.AVENTORA_BIN;
  const child = spawn(bin, ["--data", data, "serve", "--listen", "127.0.0.1:0", ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the program did not start:\n${output}`)), START_MS);
    const read = (chunk) => {
      output += chunk;
      const url = output.match(/ready at (http:\/\/\S+)/);
      const token = output.match(/(http:\/\/\S+\/setup\?token=\S+)/);
      if (url && token) {
        clearTimeout(timer);
        resolve({ url: url[1], setup: token[1] });
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", (code) => reject(new Error(`the program ended with ${code}:\n${output}`)));
  });
  const { url, setup } = await ready;
  return {
    url,
    setup,
    /** Runs another command on the same data directory. */
    command: (...args) => execFileSync(bin, ["--data", data, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
    file(name, text) {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    },
    async stop() {
      const gone = new Promise((resolve) => child.on("exit", resolve));
      child.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes the workspace on the setup page that `page` is at or goes to; it is signed in as the admin then. */
export async function setUp(page, program, workspace = "Harbor & Pine Insurance") {
  if (page.url() !== program.setup) await page.goto(program.setup);
  await page.check("input[value=insurance]");
  for (const [id, text] of [["workspace", workspace], ["name", ADMIN.name], ["email", ADMIN.email], ["password", ADMIN.password]]) await page.fill(`#${id}`, text);
  await page.click("button[type=submit]");
  await page.waitForURL(`${program.url}/`);
}

/** Starts the browser. */
export function startBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** A page that collects what went wrong in `page.complaints`; `expect` lists statuses that a test provokes. */
export async function newPage(browser, { width = 1440, height = 900, dark = false, state, script = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    storageState: state,
    javaScriptEnabled: script,
    hasTouch: width < 700,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.complaints = [];
  page.provoked = new Set();
  page.on("pageerror", (error) => page.complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const status = message.text().match(/status of (\d+)/);
    if (status && page.provoked.has(Number(status[1]))) return;
    page.complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  return page;
}

/** What axe finds on the page, in short; by all rules, or by these. */
export async function accessibilityProblems(page, rules) {
  // Our CSP allows no script from elsewhere; the test's own evaluation is not bound by it.
  if (!(await page.evaluate(() => Boolean(globalThis.axe)))) await page.evaluate(AXE);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly, resultTypes: ["violations"] }), rules ? { type: "rule", values: rules } : tags);
  return found.violations.map((v) => `${v.id}: ${v.help}\n${v.nodes.slice(0, 4).map((n) => `    ${n.target.join(" ")}  ${n.failureSummary?.split("\n")[1]?.trim() ?? ""}`).join("\n")}`);
}

/** Keeps a picture, where somebody wants to look. */
export async function shot(page, name) {
  if (!process.env.SHOTS) return;
  mkdirSync(process.env.SHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
}

/** A thousand people as a CSV file. */
export function contactsFile(rows) {
  const first = ["Evelyn", "Aaron", "Annika", "Grant", "Harold", "Inês", "Lena", "Marcus", "Nadia", "Priya", "Rafael", "Zoë", "Øyvind"];
  const last = ["Marlowe", "Whitlock", "Lindqvist", "Ellery", "Jennings", "Duarte", "Abramov", "Oyelaran", "Petrov", "Raman", "Nguyen"];
  const lines = ["First Name,Last Name,Email,Phone,Company,City"];
  for (let i = 0; i < rows; i++) {
    const phone = `(843) 555-${String(1000 + i)}`;
    lines.push(`${first[i % first.length]},${last[(i * 7) % last.length]}-${i},person${i}@example.com,${phone},Firm ${i % 40},"Charleston, SC"`);
  }
  return `${lines.join("\r\n")}\r\n`;
}
